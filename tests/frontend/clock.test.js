import assert from "node:assert/strict";
import { test } from "node:test";
import { Runs } from "../../ui/channel/frontend/history.js";
import { Clock, edge, furthest } from "../../ui/stage/frontend/clock.js";
import { frameOf } from "./frames.js";

let made = 0;

/** A run with a frame at each of these steps, one a tenth of a second. */
function runAt(...steps) {
  made += 1;
  const run = new Runs().get(`clock ${made}`);
  run.take(steps.map((step, i) => [i + 1, frameOf({ step, time: i / 10 })]));
  return run;
}

test("live, a run that has ended is shown to its last frame", () => {
  const clock = new Clock();
  const run = runAt(0, 10, 20);
  for (let i = 0; i < 20; i++) clock.tick(0.1, [run], () => false, 1);
  assert.equal(clock.shown(run).step, 20);
  assert.equal(clock.playhead([run]), 20);
  assert.ok(!clock.moving([run]));
});

test("live, a run that goes on is shown a little behind, and never before its first frame", () => {
  const clock = new Clock();
  const run = runAt(...Array.from({ length: 20 }, (_, i) => i));
  clock.tick(0, [run], () => true, 1);
  const shown = clock.shown(run);
  assert.ok(shown.time < run.newest.time);
  assert.ok(run.newest.time - shown.time < 0.6);
  assert.ok(clock.moving([run]));
});

test("a seek shows every run at or before that step", () => {
  const clock = new Clock();
  const [short, long] = [runAt(0, 10, 20), runAt(0, 15, 40)];
  clock.seek(17);
  assert.deepEqual([clock.shown(short).step, clock.shown(long).step], [10, 15]);
  assert.equal(clock.playhead([short, long]), 17);
  assert.equal(edge([short, long]), 40);
  assert.equal(furthest([short, long]), long);
});

test("a replay arrives at the live edge", () => {
  const clock = new Clock();
  const run = runAt(0, 10, 20);
  clock.seek(0);
  clock.replaying = true;
  assert.equal(
    clock.tick(1, [run], () => false, 12),
    null,
  );
  assert.equal(clock.shown(run).step, 10);
  assert.equal(
    clock.tick(1, [run], () => false, 12),
    "edge",
  );
  assert.ok(clock.live);
});

test("frames of one step are walked through one by one", () => {
  const clock = new Clock();
  const run = runAt(0, 5, 5, 5, 10);
  clock.seek(0);
  const seen = [];
  while (clock.move(1, [run])) seen.push(clock.shown(run).seq);
  assert.deepEqual(seen, [2, 3, 4, 5]);
  assert.ok(!clock.move(1, [run])); // beyond the edge
});

test("standing still shows just what is on show, whatever comes", () => {
  const clock = new Clock();
  const run = runAt(0, 5, 5);
  clock.tick(0, [run], () => true, 1);
  const shown = clock.shown(run);
  clock.freeze([run]);
  run.take([[4, frameOf({ step: 5, time: 0.3 })]]);
  assert.equal(clock.shown(run), shown);
});

test("without runs there is nothing to show", () => {
  const clock = new Clock();
  assert.equal(clock.shown(null), null);
  assert.equal(clock.playhead([null]), 0);
  assert.equal(furthest([null]), null);
});
