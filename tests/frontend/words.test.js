// What is said of a panel's state is true of what is on the screen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { placed, stateWords } from "../../ui/stage/frontend/words.js";

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
