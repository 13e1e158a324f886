// A caution names the panels that it is about, and only those.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cautionLines } from "../../ui/knobs/frontend/cautions.js";

test("where there is nothing to be cautious about, nothing is said", () => {
  assert.deepEqual(cautionLines(undefined, ["A", "B"]), []);
  assert.deepEqual(cautionLines(["", ""], ["A", "B"]), []);
});

test("a panel is named by its letter, where there are several", () => {
  assert.deepEqual(cautionLines(["", "It learns nothing."], ["A", "B"]), ["Caution, B: It learns nothing."]);
  assert.deepEqual(cautionLines(["It learns nothing."], ["A"]), ["Caution: It learns nothing."]);
});

test("what is true of several panels is said once, and what differs apart", () => {
  assert.deepEqual(cautionLines(["One.", "One.", "Two."], ["A", "B", "C"]), [
    "Caution, A, B: One.",
    "Caution, C: Two.",
  ]);
});
