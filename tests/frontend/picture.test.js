import assert from "node:assert/strict";
import { test } from "node:test";
import { panelsOf, SIGNS } from "../../ui/shared/frontend/theme.js";
import { ARROWS_MOST, chooseArrows } from "../../ui/stage/frontend/arrows.js";
import { fieldAt, placeRows } from "../../ui/stage/frontend/field_tip.js";
import { LEAP, LONGEST, trailOf } from "../../ui/stage/frontend/trail.js";

const ring = (count) =>
  Array.from({ length: count }, (_, i) => [200 + 150 * Math.cos(2.4 * i), 200 + 150 * Math.sin(2.4 * i)]);

test("a dozen arrows at most, none near another, and each point keeps its own", () => {
  const places = ring(64);
  const chosen = chooseArrows(places, 30);
  assert.ok(chosen.length > 6 && chosen.length <= ARROWS_MOST);
  for (const one of chosen) {
    for (const other of chosen) {
      const apart = Math.hypot(places[one][0] - places[other][0], places[one][1] - places[other][1]);
      assert.ok(one === other || apart >= 30);
    }
  }
  const moved = places.map(([x, y]) => [x + 0.01, y]);
  assert.deepEqual(chooseArrows(moved, 30), chosen);
  assert.equal(chooseArrows(new Array(64).fill([5, 5]), 30).length, 1); // all in one place
  assert.deepEqual(chooseArrows([null, null], 30), []);
});

test("of several generators each has its share of the arrows", () => {
  const places = ring(64);
  const owners = places.map((_, i) => (i < 40 ? 0 : i % 4)); // most of the first points are of one
  const chosen = chooseArrows(places, 5, owners);
  for (const maker of [0, 1, 2, 3]) {
    const count = chosen.filter((i) => owners[i] === maker).length;
    assert.ok(count >= 1 && count <= ARROWS_MOST / 4);
  }
});

test("a trail ends at a leap, at an unknown place, and where it is long enough", () => {
  const slow = Array.from({ length: 10 }, (_, i) => [0.001 * i, 0]);
  assert.equal(trailOf(slow).length, 10);
  const leapt = [...slow.slice(0, 6).map(([x]) => [x + 0.5, 0]), ...slow.slice(6)];
  assert.equal(trailOf(leapt).length, 4);
  assert.deepEqual(trailOf([[0, 0], null, [0.01, 0], [0.02, 0]]), [
    [0.02, 0],
    [0.01, 0],
  ]);
  const quick = Array.from({ length: 40 }, (_, i) => [0.9 * LEAP * i, 0]);
  const trail = trailOf(quick);
  assert.ok(trail[0][0] - trail.at(-1)[0] <= LONGEST);
  assert.ok(trail.length > 1);
  // At full speed every point leaps between two frames: nothing is drawn, and so no web.
  assert.equal(trailOf(quick.map(([x], i) => [x * 3, i % 2])).length, 1);
});

test("the field is read between its samples, with row 0 at the bottom", () => {
  const field = { shape: [2, 2], values: Uint8Array.of(0, 0, 255, 255) };
  const view = [-1, 1, -1, 1];
  const probability = { kind: "probability", lo: 0, hi: 1 };
  assert.equal(fieldAt(field, probability, view, 0.3, -1), 0);
  assert.equal(fieldAt(field, probability, view, 0.3, 1), 1);
  assert.equal(fieldAt(field, probability, view, -0.7, 0), 0.5);
  assert.equal(fieldAt(field, probability, view, 2, 0), null);
  assert.deepEqual(placeRows(0.5, -0.25, view, null, null), ["x = (0.50, \u22120.25)"]);
  assert.deepEqual(placeRows(0, 0, view, field, probability), ["x = (0.00, 0.00)", "D(x) = 0.50"]);
  const critic = { kind: "critic", lo: -3, hi: 5 };
  assert.deepEqual(placeRows(0, 0, view, field, critic)[1], "critic of x: 1.00");
  assert.deepEqual(placeRows(0, 1, view, field, critic)[1], "critic of x: at least 5.00");
});

/** Relative luminance, as WCAG 2 has it. */
function luminance(hex) {
  const linear = [1, 3, 5].map((i) => {
    const value = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test("every panel has a hue that can be read on the paper, and a dash, a mark and a letter of its own", () => {
  for (const [dark, paper] of [
    [false, "#ffffff"],
    [true, "#191917"],
  ]) {
    const panels = panelsOf(dark);
    for (const { hue } of panels) assert.ok(contrast(hue, paper) >= 4.5, `${hue} on ${paper}`);
    assert.equal(new Set(panels.map(({ hue }) => hue)).size, 4);
  }
  for (const name of ["letter", "mark", "dash"]) {
    assert.equal(new Set(SIGNS.map((sign) => String(sign[name]))).size, 4);
  }
});
