import assert from "node:assert/strict";
import { test } from "node:test";
import { movesAfter, stepsIn, withMove } from "../../ui/exhibits/first_gan/frontend/moves.js";

test("moves are added, and neighbours of one kind are one", () => {
  assert.equal(withMove("", "d", 10), "d10");
  assert.equal(withMove("d10", "d", 5), "d15");
  assert.equal(withMove("d10,g1", "r", 2), "d10,g1,r2");
  assert.equal(withMove("d10,g1,r2", "r", 2), "d10,g1,r4");
});

test("a round is a step of each player", () => {
  assert.equal(stepsIn(""), 0);
  assert.equal(stepsIn("d10,g3,r20"), 53);
});

test("the tour has made the moves of its steps so far", () => {
  const steps = ["", "d10", "", "g10", "r200"].map((moves) => ({ moves }));
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((step) => movesAfter(steps, step)),
    ["", "", "d10", "d10", "d10,g10", "d10,g10,r200"],
  );
});
