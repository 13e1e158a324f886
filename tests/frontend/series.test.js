import assert from "node:assert/strict";
import { test } from "node:test";
import { rangeOf } from "../../ui/stage/frontend/axes.js";
import { steady } from "../../ui/stage/frontend/series.js";

const points = (values) => values.flatMap((value, step) => [step, value]);

test("a steady line is the mean of each width, within the band of all that lies there", () => {
  const values = Array.from({ length: 100 }, (_, i) => Math.sin(i) + (i % 2));
  const { points: means, band } = steady(points(values), (step) => step, 10);
  assert.equal(means.length / 2, 10);
  for (let i = 0; i < 10; i++) {
    const part = values.slice(10 * i, 10 * i + 10);
    assert.ok(Math.abs(means[2 * i + 1] - part.reduce((a, b) => a + b) / 10) < 1e-12);
    assert.deepEqual([band[3 * i + 1], band[3 * i + 2]], [Math.min(...part), Math.max(...part)]);
  }
});

test("a steady line leaves out what was not measured", () => {
  const values = Array.from({ length: 40 }, (_, i) => (i % 2 ? Number.NaN : 5));
  const { points: means } = steady(points(values), (step) => step, 10);
  assert.deepEqual(
    means.filter((_, i) => i % 2),
    [5, 5, 5, 5],
  );
});

test("where frames lie far apart, a steady line is the line of its points", () => {
  const apart = [0, 1, 100, 3, 200, 2];
  assert.deepEqual(
    steady(apart, (step) => step, 10),
    { points: apart, band: null },
  );
});

test("a few wild values do not flatten the rest, nor does a reference line fall out of the picture", () => {
  const drawn = [{ points: points([...Array.from({ length: 200 }, (_, i) => 1 + (i % 10) / 10), 1e9]) }];
  const near = rangeOf({}, drawn, [], 1);
  assert.ok(near.low < 1 && near.high > 1.9 && near.high < 10);
  assert.ok(rangeOf({}, drawn, [{ value: 50 }], 1).high > 50);
  for (const { value } of near.ticks) assert.ok(value >= near.low && value <= near.high + 1e-9);
});

test("the range of a log plot is of the values above 0, in whole powers of ten", () => {
  const { low, high } = rangeOf({ log: true }, [{ points: points([0, 1e-4, 1e-3, 20]) }], [], 1);
  assert.ok(low <= -4 && high >= 2 && Number.isInteger(low) && Number.isInteger(high));
});

test("a plot with nothing in it has a range, and a constant too", () => {
  for (const drawn of [[], [{ points: points([3, 3, 3]) }]]) {
    const { low, high } = rangeOf({}, drawn, [], 1);
    assert.ok(Number.isFinite(low) && high > low);
  }
});
