import assert from "node:assert/strict";
import { test } from "node:test";
import { Asking } from "../../ui/channel/frontend/asking.js";

function asking() {
  const posted = [];
  const line = { there: true };
  const one = new Asking((question) => {
    if (!line.there) return false;
    posted.push(question);
    return true;
  });
  return { one, posted, line };
}

test("one question is under way at a time, and of those that wait the newest is asked", () => {
  const { one, posted } = asking();
  for (const h of [1, 2, 3]) one.ask({ h });
  assert.deepEqual(posted, [{ number: 1, h: 1 }]);
  assert.equal(one.answered(1), true);
  assert.deepEqual(posted.at(-1), { number: 2, h: 3 });
  assert.equal(one.idle, false);
  assert.equal(one.answered(2), true);
  assert.equal(one.idle, true);
});

test("an answer to no question of these is no answer", () => {
  const { one } = asking();
  assert.equal(one.answered(1), false);
  one.ask({ h: 1 });
  assert.equal(one.answered(7), false);
  assert.equal(one.idle, false);
});

test("a question waits for the connection, and is asked again after a break", () => {
  const { one, posted, line } = asking();
  line.there = false;
  one.ask({ h: 1 });
  assert.deepEqual(posted, []);
  line.there = true;
  one.resume();
  assert.deepEqual(posted, [{ number: 1, h: 1 }]);
  one.resume(); // the connection broke while it was under way
  assert.deepEqual(posted.at(-1), { number: 2, h: 1 });
  assert.equal(one.answered(1), false);
  one.ask({ h: 2 });
  one.resume();
  assert.deepEqual(posted.at(-1), { number: 3, h: 2 }); // the newer one, not both
  assert.equal(one.answered(3), true);
  assert.equal(one.idle, true);
});
