// What is said of a panel's state is true of what is on the screen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { placed, seedWords, stateWords } from "../../ui/stage/frontend/words.js";

const panel = (state, more = {}) => ({ state, ...more });

test("places are filled, and what nobody fills stays to be seen", () => {
  assert.equal(
    placed("{label} captures {value} of {of} clouds.", { label: "A", value: 1, of: 8 }),
    "A captures 1 of 8 clouds.",
  );
  assert.equal(placed("step {step}", {}), "step {step}");
  assert.equal(placed("{said}", { said: "{label}" }), "{label}");
});

test("nothing runs while the clock stands still", () => {
  assert.equal(stateWords(panel("running"), { atEnd: true, playing: false }), "paused");
  assert.equal(stateWords(panel("running"), { atEnd: false, playing: false }), "paused");
  assert.equal(stateWords(panel("finished"), { atEnd: false, playing: false }), "paused");
});

test("nothing is finished before its last step is on the screen", () => {
  assert.equal(stateWords(panel("finished"), { atEnd: false, playing: true }), "playing");
  assert.equal(stateWords(panel("diverged"), { atEnd: false, playing: true }), "playing");
  assert.equal(stateWords(panel("finished"), { atEnd: true, playing: true }), "finished");
  assert.equal(stateWords(panel("running"), { atEnd: false, playing: true }), "running");
});

test("a panel without a picture says what its run does", () => {
  assert.equal(stateWords(panel("idle")), "ready");
  assert.equal(stateWords(panel("queued", { place: 2 })), "waiting, place 2 in the queue");
});

test("a seed is called by what it has come to, in the words of the seeds that have come out well", () => {
  const places = { seed: 5, value: "3 of 8 modes", words: "kept more than 4 clouds" };
  const called = (outcome, more = {}) => seedWords({ ...places, ...more }, { diverged: false, ...outcome });
  assert.equal(
    called({ well: false }),
    "Seed 5: 3 of 8 modes. It is not among the seeds that kept more than 4 clouds. Open this seed.",
  );
  assert.equal(
    called({ well: true }),
    "Seed 5: 3 of 8 modes. It is among the seeds that kept more than 4 clouds. Open this seed.",
  );
  // Before there is a verdict, and where it says nothing of a seed, there is no judgement.
  for (const well of [undefined, null]) assert.equal(called({ well }), "Seed 5: 3 of 8 modes. Open this seed.");
  assert.equal(called({ well: true }, { value: "" }), "Seed 5 is not measured yet. Open this seed.");
  assert.equal(called({ well: null, diverged: true }), "Seed 5 diverged. Open this seed.");
});
