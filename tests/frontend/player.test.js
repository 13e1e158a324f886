import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Runs } from "../../ui/channel/frontend/history.js";
import { Player } from "../../ui/stage/frontend/player.js";
import { frameOf } from "./frames.js";

let made = 0;

/** A player of one run with frames at these steps, in that state; `sent` holds the kinds of its commands. */
function playing(state, ...steps) {
  const sent = [];
  const player = new Player((kind, values) => sent.push([kind, ...Object.values(values ?? {})]));
  made += 1;
  const run = new Runs().get(`player ${made}`);
  run.take(steps.map((step, i) => [i + 1, frameOf({ step, time: i })]));
  player.panels = [{ state, steps: 1000 }];
  player.runs = [run];
  return { player, sent, run };
}

test("play at the live edge asks the runs to go on, and is believed until their states say so", () => {
  mock.timers.enable({ apis: ["Date"] });
  const { player, sent } = playing("paused", 0, 10);
  player.play();
  assert.deepEqual(sent, [["play"]]);
  assert.ok(player.playing);
  player.panels[0].state = "running";
  assert.ok(player.playing);
  assert.equal(player.hoped, null);
  mock.timers.reset();
});

test("a run that starts only to wait does not play: play sets it going", () => {
  const { player, sent } = playing("starting");
  assert.ok(player.playing);
  player.panels[0].held = true;
  assert.ok(!player.playing);
  player.play();
  assert.deepEqual(sent, [["play"]]);
});

test("pause stops the runs and stands on what is shown", () => {
  const { player, sent } = playing("running", 0, 10);
  player.pause();
  assert.deepEqual(sent, [["pause"]]);
  assert.ok(!player.clock.live);
  assert.ok(!player.playing);
});

test("play in the past replays what is there and trains nothing", () => {
  const { player, sent } = playing("paused", 0, 10, 20);
  player.scrub(5);
  player.play();
  assert.ok(player.playing);
  assert.deepEqual(sent, []);
  player.tick(1e9);
  assert.ok(player.clock.live);
  assert.deepEqual(sent, [["play"]]); // what was paused goes on at the edge
});

test("a step forward at the edge is one step of training, earlier one frame", () => {
  const { player, sent } = playing("paused", 0, 10, 20);
  player.stepFrames(1);
  assert.deepEqual(sent, [["step"]]);
  player.stepFrames(-1);
  assert.equal(player.clock.shown(player.runs[0]).step, 10);
  player.stepFrames(1);
  player.stepFrames(1);
  assert.deepEqual(sent, [["step"], ["step"]]);
});

test("a scrub goes no further than the newest step", () => {
  const { player } = playing("finished", 0, 10);
  player.scrub(700);
  assert.equal(player.clock.step, 10);
});

test("the axis ends at a round number, and never beyond the last step", () => {
  assert.equal(playing("running", 0, 10).player.end, 100);
  assert.equal(playing("running", 0, 410).player.end, 500);
  assert.equal(playing("running", 0, 990).player.end, 1000);
  const { player } = playing("running", 0, 130);
  player.panels[0].steps = 140;
  assert.equal(player.end, 140);
});

test("a replay takes as long as the run did, and at most twenty seconds", () => {
  assert.equal(playing("finished", 0, 10, 20).player.replayRate, 10);
  const { player } = playing("finished", ...Array.from({ length: 101 }, (_, i) => i));
  assert.equal(player.replayRate, 5);
  player.setSpeed(25);
  assert.equal(player.replayRate, 25);
});
