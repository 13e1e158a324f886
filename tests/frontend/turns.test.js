import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Turns } from "../../ui/knobs/frontend/turns.js";

function turning(name, body) {
  test(name, () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    let now = 0;
    const clock = mock.method(performance, "now", () => now);
    const sent = [];
    const line = { there: true };
    const turns = new Turns((turn) => {
      if (line.there) sent.push(turn);
      return line.there;
    });
    const tick = (ms) => {
      now += ms;
      mock.timers.tick(ms);
    };
    try {
      body({ turns, sent, line, tick });
    } finally {
      turns.close();
      clock.mock.restore();
      mock.timers.reset();
    }
  });
}

turning("of a field that is dragged the newest value goes out, some eight times a second", ({ turns, sent, tick }) => {
  for (let i = 0; i < 100; i++) {
    turns.put({ panel: 0, field: "d_lr", value: i });
    tick(10);
  }
  tick(200);
  assert.equal(sent.at(-1).value, 99);
  assert.ok(sent.length >= 7 && sent.length <= 11, String(sent.length));
});

turning(
  "other fields and panels wait beside it; a value for all panels replaces those of each",
  ({ turns, sent, tick }) => {
    turns.put({ panel: 0, field: "d_lr", value: 1 });
    turns.put({ panel: 1, field: "d_lr", value: 2 });
    turns.put({ panel: 0, field: "g_lr", value: 3 });
    turns.put({ panel: null, field: "d_lr", value: 4 });
    tick(0);
    assert.deepEqual(
      sent.map(({ panel, field, value }) => [panel, field, value]),
      [
        [0, "g_lr", 3],
        [null, "d_lr", 4],
      ],
    );
  },
);

turning("a field waits until the server has heard of it", ({ turns, tick }) => {
  const number = turns.put({ panel: 0, field: "d_lr", value: 1 });
  tick(0);
  assert.equal(turns.waitsFor("d_lr"), true);
  turns.heard(number);
  assert.equal(turns.waitsFor("d_lr"), false);
});

turning("what was not heard is sent again after a break, and once only", ({ turns, sent, line, tick }) => {
  line.there = false;
  turns.put({ panel: 0, field: "d_lr", value: 1 });
  tick(500);
  assert.deepEqual(sent, []);
  line.there = true;
  turns.resume();
  tick(500);
  assert.equal(sent.length, 1);
  turns.put({ panel: 0, field: "g_lr", value: 2 });
  tick(500);
  assert.equal(sent.length, 2); // the first was not sent once more
  turns.resume();
  tick(0);
  assert.equal(sent.length, 4);
});
