// Of several runs that is said which the busiest of them does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIVITIES, activityOf } from "../../ui/knobs/frontend/activity.js";

test("nothing is said to run while both panels are paused", () => {
  assert.equal(activityOf(["paused", "paused"]), "paused");
  assert.equal(activityOf(["paused", "nothing"]), "paused");
  assert.equal(activityOf(["nothing", "nothing"]), "nothing");
});

test("something runs as soon as one panel does, whichever it is", () => {
  for (const other of Object.keys(ACTIVITIES)) {
    assert.equal(activityOf(["running", other]), "running");
    assert.equal(activityOf([other, "running"]), "running");
  }
});
