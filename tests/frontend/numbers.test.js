import assert from "node:assert/strict";
import { test } from "node:test";
import {
  distanceWords,
  fallWords,
  format,
  gradientWords,
  parse,
  percent,
  percents,
  powerText,
  short,
  tick,
  timesWords,
} from "../../ui/shared/frontend/numbers.js";
import { decades } from "../../ui/stage/frontend/axes.js";
import { written } from "../../ui/stage/frontend/forms.js";

test("what is written is read again as the same number", () => {
  for (const value of [0, 1, -2, 0.05, 1e-4, 3000, 1_234_567, 0.1, 2.5e-7, 12, 1e15]) {
    assert.equal(parse(format(value)), value, format(value));
  }
});

test("typed text is read as people type it", () => {
  assert.equal(parse("3,000"), 3000);
  assert.equal(parse("0,05"), 0.05);
  assert.equal(parse(" 10^-3 "), 1e-3);
  assert.equal(parse("1·10^4".replace("·", "*")), 1e4);
  assert.equal(parse("\u22122"), -2);
  for (const text of ["", "abc", "1.2.3", "1,2,3", "1e999", "--1"]) assert.equal(parse(text), null, text);
});

test("three digits are enough", () => {
  assert.deepEqual([0.0123, 1.234, 12.34, 1234.5, 0, 1.2e6, -3, null, NaN].map(short), [
    "0.0123",
    "1.23",
    "12.3",
    "1,235",
    "0",
    "1.2e6",
    "\u22123.00",
    "\u2013",
    "\u2013",
  ]);
});

test("distances, gradients, falls and ticks", () => {
  assert.deepEqual([0.812, 12.4, 0.0421].map(distanceWords), ["0.81", "12", "0.042"]);
  assert.deepEqual([12, 0.42, 3e-5, 1e-7].map(gradientWords), [
    "12",
    "0.42",
    "3\u00b710\u207b\u2075",
    "10\u207b\u2077",
  ]);
  assert.equal(fallWords(Math.log10(2000)), "fell 2,000\u00d7");
  assert.equal(fallWords(-Math.log10(3)), "grew 3.0\u00d7");
  assert.equal(timesWords(7), "10\u2077\u00d7");
  assert.equal(powerText(-3), "10\u207b\u00b3");
  assert.deepEqual([0, 0.5, 1500, 1e-5].map(tick), ["0", "0.5", "1.5k", "1e\u22125"]);
});

test("shares of a whole add up", () => {
  assert.equal(percent(0.876), "88 %");
  assert.equal(percent(null), "\u2013");
  assert.deepEqual(percents([0.5, 0.25, 0.25]), ["50\u202f%", "25\u202f%", "25\u202f%"]);
  assert.deepEqual(percents([1 / 3, 1 / 3, 1 / 3]), ["33.3\u202f%", "33.3\u202f%", "33.3\u202f%"]);
});

test("a measure is written by its form", () => {
  assert.equal(written("count", 6.4, 8), "6/8");
  assert.equal(written("share", 0.5, 8), "50 %");
  assert.equal(written("distance", 0.31, 8), "0.31");
  assert.equal(written("powers", 1, 8), "10\u00d7");
  assert.equal(written("fall", 1, 8), "fell 10\u00d7");
  assert.equal(written("number", 9.756, 8), "9.76");
});

test("an axis of powers of ten holds both ends and has few ticks", () => {
  for (const [lowest, highest] of [
    [-3.2, 1.7],
    [0, 0],
    [-12, 4],
  ]) {
    const { low, high, ticks } = decades(lowest, highest);
    assert.ok(low <= lowest && high >= highest && high > low);
    assert.ok(ticks.length >= 2 && ticks.length <= 4);
    for (const { value } of ticks) assert.ok(value >= 10 ** low && value <= 10 ** high);
  }
});
