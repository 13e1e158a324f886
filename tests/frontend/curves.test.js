import assert from "node:assert/strict";
import { test } from "node:test";
import { apartTicks, niceTicks, rangeOf, stepTicks, tickCount } from "../../ui/stage/frontend/axes.js";
import { layOut } from "../../ui/stage/frontend/curve_layout.js";
import { aboutRows, curvesWords, tipRows } from "../../ui/stage/frontend/curve_tip.js";
import { columnsOfEnds, spreadLabels } from "../../ui/stage/frontend/end_labels.js";
import { LargeCurve } from "../../ui/stage/frontend/large_curve.js";
import { split } from "../../ui/stage/frontend/plot.js";
import { heightAt } from "../../ui/stage/frontend/trace.js";

// A small generator of random numbers, so that a failure can be seen again.
function random(seed) {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

const LIMITS = { top: 10, bottom: 90, apart: 15, alike: 2 };

test("names at the ends never touch, stay in the plot, keep their order, and none is lost", () => {
  const next = random(7);
  for (let round = 0; round < 300; round++) {
    const ends = Array.from({ length: 1 + Math.floor(9 * next()) }, (_, i) => ({ y: 10 + 80 * next(), text: `${i}` }));
    const placed = spreadLabels(ends, LIMITS);
    for (const { at } of placed) assert.ok(at >= LIMITS.top - 1e-9 && at <= LIMITS.bottom + 1e-9);
    for (let i = 1; i < placed.length; i++) {
      assert.ok(placed[i].at - placed[i - 1].at >= LIMITS.apart - 1e-9);
      assert.ok(placed[i].y >= placed[i - 1].y);
    }
    const kept = placed.flatMap(({ members }) => members.map(({ text }) => text));
    assert.deepEqual(kept.sort(), ends.map(({ text }) => text).sort());
  }
});

test("names that have room stay where their lines end; ends at one height share a place; near ones part evenly", () => {
  const ends = (...heights) => heights.map((y) => ({ y }));
  assert.deepEqual(
    spreadLabels(ends(20, 60), LIMITS).map(({ at }) => at),
    [20, 60],
  );
  const [both, ...rest] = spreadLabels(ends(50, 51), LIMITS);
  assert.equal(rest.length, 0);
  assert.equal(both.members.length, 2);
  assert.deepEqual(
    spreadLabels(ends(48, 52), LIMITS).map(({ at }) => at),
    [42.5, 57.5],
  );
});

test("ends beside each other share a column, a run that ended early has its own", () => {
  const columns = columnsOfEnds([{ x: 100 }, { x: 20 }, { x: 110 }], 30);
  assert.deepEqual(
    columns.map((column) => column.map(({ x }) => x)),
    [[20], [100, 110]],
  );
});

test("ticks are as many as have room, and the outermost stay", () => {
  const ticks = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((value) => ({ value }));
  for (const height of [20, 40, 80, 300]) {
    const toY = (value) => height * (1 - value / 8);
    const kept = apartTicks(ticks, toY, 1);
    const places = kept.map(({ value }) => toY(value)).sort((a, b) => a - b);
    for (let i = 1; i < places.length; i++) assert.ok(places[i] - places[i - 1] >= 13);
    assert.ok(kept.some(({ value }) => value === 0));
    assert.ok(kept.some(({ value }) => value === 8));
  }
  assert.ok(tickCount(300, 1) > tickCount(60, 1));
  assert.equal(tickCount(150, 2), tickCount(75, 1)); // twice the letters, half the ticks
  assert.ok(tickCount(1, 1) >= 1);
});

test("the steps under a plot are round, apart and not cut, whatever its width", () => {
  const measure = (text) => 8 * text.length;
  for (const end of [100, 300, 1200, 8000, 40_000]) {
    for (const w of [60, 140, 300, 900]) {
      const right = 30 + w + 4;
      const ticks = stepTicks(end, { x: 30, w }, right, measure, 1);
      assert.equal(ticks[0].text, "0");
      assert.ok(ticks.length >= 2);
      for (const { x, half } of ticks) assert.ok(x + half <= right + 1e-9);
      for (let i = 1; i < ticks.length; i++) assert.ok(ticks[i].x - ticks[i].half > ticks[i - 1].x + ticks[i - 1].half);
    }
  }
});

test("a range of a share is the whole, and its ticks do not depend on its values", () => {
  const drawn = [{ points: [0, 0.4, 1, 0.41] }];
  assert.deepEqual(
    rangeOf({ part: true }, drawn, [], 8).ticks.map(({ text }) => text),
    ["0%", "50%", "100%"],
  );
  assert.deepEqual(niceTicks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
});

test("every range names two values at least, however little room there is", () => {
  const next = random(3);
  for (let round = 0; round < 200; round++) {
    const from = 10 * next() - 5;
    const drawn = [
      { points: Array.from({ length: 40 }, (_, i) => (i % 2 ? from + next() * 10 ** (4 * next() - 2) : i)) },
    ];
    const { low, high, ticks } = rangeOf({}, drawn, [], 8, 1);
    assert.ok(ticks.length >= 2, `${low} to ${high}`);
    for (const { value } of ticks) assert.ok(value >= low - 1e-9 && value <= high + 1e-6);
  }
});

test("one curve is large, none lies over another, and all lie inside", () => {
  for (const count of [1, 2, 3, 4]) {
    for (let large = 0; large < count; large++) {
      for (const [width, height] of [
        [780, 110],
        [920, 200],
        [1960, 400],
        [360, 480],
        [354, 160],
        [640, 300],
      ]) {
        for (const unit of [0.9, 1, 1.6]) {
          const { boxes, alone } = layOut(count, large, width, height, unit);
          const placed = boxes.filter(Boolean);
          assert.equal(placed.length, alone ? 1 : count);
          const [area, ...others] = [boxes[large], ...boxes.filter((box, i) => box && i !== large)].map(
            ({ w, h }) => w * h,
          );
          for (const other of others) assert.ok(area > other);
          for (const { x, y, w, h } of placed) {
            assert.ok(x >= 0 && y >= 0 && w > 0 && h > 0);
            assert.ok(x + w <= width + 1e-6 && y + h <= height + 1e-6);
          }
          placed.forEach((a, i) => {
            for (const b of placed.slice(0, i)) {
              assert.ok(
                a.x >= b.x + b.w - 1e-6 ||
                  b.x >= a.x + a.w - 1e-6 ||
                  a.y >= b.y + b.h - 1e-6 ||
                  b.y >= a.y + a.h - 1e-6,
              );
            }
          });
        }
      }
    }
  }
  assert.ok(layOut(4, 0, 354, 160, 1).alone); // a phone
  assert.ok(!layOut(4, 0, 780, 110, 1).alone); // the smallest projector
});

const LOSSES = {
  facets: "series",
  series: [
    { name: "d_loss", label: "D", thin: true },
    { name: "g_loss", label: "G" },
  ],
};
const PANELS = [{ panel: { label: "A" } }, { panel: { label: "B" } }];

test("several series are split where there is room: a part each, or one for each panel", () => {
  const roomy = split(LOSSES, PANELS, 600, 1);
  assert.deepEqual(
    roomy.map(({ series, lines }) => [series.length, lines.length, series[0].thin]),
    [
      [1, 2, false],
      [1, 2, false],
    ],
  );
  const [together, ...none] = split(LOSSES, PANELS, 150, 1);
  assert.equal(none.length, 0);
  assert.equal(together.named.label, "G"); // the letters stand at the series that is not thin
  const each = split({ ...LOSSES, facets: "panels" }, PANELS, 600, 1);
  assert.deepEqual(
    each.map(({ sign, lines, series }) => [sign, lines.length, series.length]),
    [
      ["A", 1, 2],
      ["B", 1, 2],
    ],
  );
  assert.equal(split({ ...LOSSES, facets: "panels" }, PANELS.slice(0, 1), 600, 1)[0].sign, null);
});

test("a mark stands on its line: between two points, at its end, and nowhere before it begins", () => {
  const points = [10, 1, 20, 3, 30, Number.NaN, 40, 5];
  assert.deepEqual(heightAt(points, 15), { step: 15, value: 2 });
  assert.deepEqual(heightAt(points, 99), { step: 40, value: 5 });
  assert.deepEqual(heightAt(points, 35), { step: 20, value: 3 }); // there the line is broken
  assert.equal(heightAt(points, 5), null);
  assert.equal(heightAt([], 5), null);
});

/** A run of one frame a step, whose scalars are functions of it. */
function runOf(last, scalars) {
  const frames = Array.from({ length: last + 1 }, (_, step) => ({
    step,
    replicas: 1,
    scalar: (name) => scalars[name]?.(step) ?? null,
  }));
  return {
    newest: frames.at(-1),
    atStep: (step) => frames[Math.min(step, last)],
    latest: (_name, frame, read) => (read(frame) === null ? null : { value: read(frame), frame }),
  };
}

test("under the pointer stand the numbers of every panel at that step, and what was changed there", () => {
  const lines = [
    {
      panel: { label: "A", modes: 8, changes: [[40, "k 3"]] },
      run: runOf(100, { captured: () => 3, good: () => 0.5 }),
    },
    { panel: { label: "B", modes: 8 }, run: runOf(20, { captured: (step) => step / 20, good: () => null }) },
    { panel: { label: "C", modes: 8 }, run: null },
  ];
  const chart = {
    modes: true,
    about: "captured: a line\nand another",
    series: [
      { name: "captured", label: "captured" },
      { name: "good", label: "good share", share: true },
    ],
  };
  const rows = tipRows(chart, 41, lines, (at) => Math.abs(at - 41) < 2);
  assert.deepEqual(
    rows.map(({ text, letter }) => [letter, text]),
    [
      [null, "step 41"],
      ["A", "A: captured 3 of 8, good share 50 %"],
      ["A", "A, step 40: k 3"],
      ["B", "B: captured 1 of 8, good share \u2013, at its last step 20"],
    ],
  );
  assert.equal(tipRows(chart, 90, lines, () => false).length, 3);
  const charts = [{ title: "captured clouds", ...chart }, { title: "losses" }];
  assert.equal(
    curvesWords(charts, charts[0], 41, lines.slice(0, 1)),
    "Curves: captured clouds, losses. captured clouds, step 41; A: captured 3 of 8, good share 50 %",
  );
  assert.equal(curvesWords(charts, charts[0], 0, lines.slice(2)), "Curves: captured clouds, losses");
  assert.deepEqual(
    aboutRows(chart, lines).map(({ text }) => text),
    ["captured: a line and another"],
  );
});

test("the first curve is large until another is; what was chosen comes back with its curves, and what is kept is not trusted", () => {
  const store = new Map();
  globalThis.sessionStorage = /** @type {any} */ ({
    getItem: (key) => store.get(key) ?? null,
    setItem: (key, value) => store.set(key, value),
  });
  try {
    const one = new LargeCurve();
    one.choose(["captured", "losses"]);
    assert.equal(one.index, 0);
    assert.ok(one.set("losses"));
    assert.ok(!one.set("losses"));
    assert.ok(!one.set("sales"));
    const other = new LargeCurve();
    other.choose(["gradient", "losses"]);
    assert.equal(other.index, 0); // a card of other curves begins with its own
    other.choose(["captured", "losses"]);
    assert.equal(other.index, 1);
    for (const text of ["{", "null", "7", '{"captured,losses":"sales"}']) {
      store.set("gancore.large", text);
      other.choose(["captured", "losses"]);
      assert.equal(other.index, 0);
    }
  } finally {
    delete globalThis.sessionStorage;
  }
});
