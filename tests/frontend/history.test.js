import assert from "node:assert/strict";
import { test } from "node:test";
import { Runs } from "../../ui/channel/frontend/history.js";
import { frameOf } from "./frames.js";

const HOUR = 72_000; // frames at 20 a second
const MOST = 2500; // frames that are kept
const WIDEST = (16 * HOUR) / (3 * MOST); // gap between two of them

/** A frame: every second one has its modes counted, every 73rd is measured. */
function frame(seq, step = seq, weight = 0) {
  const scalars = { d_loss: [1] };
  if (seq % 2 === 0) scalars.captured = [seq];
  if (seq % 73 === 5) scalars.transport = [seq];
  return frameOf({ step, time: seq / 20, scalars }, {}, weight);
}

/** A run that was sent `count` frames, five at a time; `watch(run)` after each batch. */
function received(name, count, step, weight = 0, watch = (_run) => {}) {
  const run = new Runs().get(name);
  for (let seq = 1; seq <= count; seq += 5) {
    const batch = [0, 1, 2, 3, 4].map((i) => [seq + i, frame(seq + i, step * (seq + i), weight)]);
    run.take(batch);
    watch(run);
  }
  return run;
}

for (const step of [10, 0]) {
  test(`an hour is kept evenly and can be scrubbed, ${step} steps a frame`, () => {
    let most = 0;
    const run = received(`hour ${step}`, HOUR, step, 0, (one) => {
      most = Math.max(most, one.frames.length);
    });
    const seqs = run.frames.map((one) => one.seq);
    assert.ok(most <= MOST + 5);
    assert.equal(seqs[0], 1);
    assert.equal(seqs.at(-1), HOUR);
    assert.deepEqual(
      run.having("captured"),
      run.frames.filter((one) => "captured" in one.scalars),
    );
    assert.equal(run.latest("captured", run.newest).value, HOUR);
    const gaps = seqs.slice(1).map((seq, i) => seq - seqs[i]);
    assert.ok(Math.max(...gaps) <= WIDEST);
    for (let minute = 1; step && minute <= 60; minute++) {
      const before = 1200 * minute - run.atStep(step * 1200 * minute).seq;
      assert.ok(before >= 0 && before <= WIDEST, `minute ${minute}`);
    }
  });
}

test("heavy frames stay below the limit in bytes", () => {
  const run = received("heavy", 4000, 10, 60_000);
  const size = run.frames.reduce((sum, one) => sum + one.bytes.length, 0);
  assert.equal(run.size, size);
  assert.ok(size <= 48e6);
  assert.deepEqual([run.frames[0].seq, run.newest.seq], [1, 4000]);
  assert.ok(run.frames.length >= 48e6 / 60_100 / 4);
});

test("older frames that come late find their place", () => {
  const runs = new Runs();
  const run = runs.get("late");
  run.take([[1, frame(1)]]);
  run.take([[5, frame(5)]], false);
  assert.deepEqual(run.having("d_loss"), run.frames);
  assert.deepEqual(runs.have(), {}); // it is not known up to where all is here
  run.take(
    [2, 3, 4].map((seq) => [seq, frame(seq)]),
    true,
  );
  assert.deepEqual(
    run.frames.map((one) => one.seq),
    [1, 2, 3, 4, 5],
  );
  assert.deepEqual(run.having("d_loss"), run.frames);
  assert.deepEqual(runs.have(), { late: 5 });
});

test("of many runs those that were looked at last are kept", () => {
  const runs = new Runs();
  const first = runs.get("first");
  for (let i = 0; i < 11; i++) runs.get(`run ${i}`);
  assert.equal(runs.get("first"), first);
  for (let i = 0; i < 12; i++) runs.get(`other ${i}`);
  assert.notEqual(runs.get("first"), first);
});

test("a frame that comes twice is kept once", () => {
  const run = new Runs().get("twice");
  run.take([
    [1, frame(1)],
    [1, frame(1)],
  ]);
  run.take([[1, frame(1)]]);
  assert.equal(run.frames.length, 1);
});

test("the least value is the first of those that are alike", () => {
  const run = new Runs().get("least");
  const values = [3, 1, 2, 1];
  values.forEach((value, i) => {
    run.take([[i + 1, frameOf({ step: i, scalars: { fid: [value] } })]]);
  });
  const { value, frame: found } = run.least("fid", run.newest);
  assert.deepEqual([value, found.seq], [1, 2]);
  assert.equal(run.least("fid", run.frames[0]).value, 3);
});

test("the median leaves out seeds that diverged", () => {
  const run = new Runs().get("median");
  run.take([[1, frameOf({ step: 1, scalars: { W: [4, null, 1, 2] } })]]);
  assert.equal(run.newest.median("W"), 2);
  assert.equal(run.newest.scalar("W", 1), null);
  assert.equal(run.newest.median("none"), null);
});
