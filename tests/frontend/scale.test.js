import assert from "node:assert/strict";
import { test } from "node:test";
import { Scale } from "../../ui/shared/frontend/scale.js";

const SCALES = {
  linear: new Scale({ kind: "float", log: false, slider: [0, 3], low: 0, high: 10 }),
  log: new Scale({ kind: "float", log: true, slider: [1e-5, 1e-1], low: 1e-8, high: 1 }),
  doubles: new Scale({ kind: "int", log: true, slider: [16, 512], low: 1, high: 4096 }),
  whole: new Scale({ kind: "int", log: false, slider: [0, 10], low: 0, high: 100 }),
};

for (const [name, scale] of Object.entries(SCALES)) {
  test(`${name}: positions and values go the same way, from end to end`, () => {
    assert.equal(scale.value(0), scale.from);
    assert.equal(scale.value(1), scale.to);
    let before = -Infinity;
    for (let i = 0; i <= 100; i++) {
      const value = scale.value(i / 100);
      assert.ok(value >= before);
      assert.ok(Math.abs(scale.value(scale.position(value)) - value) <= 1e-9 * Math.max(1, Math.abs(value)));
      before = value;
    }
  });

  test(`${name}: a press of a key always moves, and never beyond the bounds`, () => {
    for (const direction of [1, -1]) {
      let value = direction > 0 ? scale.from : scale.to;
      for (let i = 0; i < 1000; i++) {
        const next = scale.next(value, direction);
        assert.ok(next >= scale.low && next <= scale.high);
        if (next === value) break;
        assert.ok((next - value) * direction > 0);
        value = next;
      }
      assert.ok(direction > 0 ? value >= scale.to : value <= scale.from);
    }
  });
}

test("what lies outside the slider stands at its end", () => {
  assert.equal(SCALES.linear.position(7), 1);
  assert.equal(SCALES.log.position(1e-8), 0);
});

test("a batch is a multiple of the pack", () => {
  for (let i = 0; i <= 20; i++) assert.equal(SCALES.doubles.value(i / 20, 3) % 3, 0);
});

test("networks grow by halves of powers of two", () => {
  assert.equal(SCALES.doubles.next(64, 1), 96);
  assert.equal(SCALES.doubles.next(96, 1), 128);
});
