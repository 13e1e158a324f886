// The axes of every plot: what range it shows, which values are named, and where their names stand.

import { line, written } from "../../shared/frontend/canvas.js";
import { powerText, tick } from "../../shared/frontend/numbers.js";

export const TICK_FONT = 13; // px at the usual size of letters
export const UNDER = 18; // px under a plot, for its steps
const LEAST_NAMED_WITHIN = 6; // ticks more than asked for are tried
const MOST_LOOKED_AT = 600; // points of a line, for its range
const APART = 1.35; // heights of a letter between two names, one above the other
const ROOMY = 2.6; // heights of a letter that a tick has, where there is room

/** How many named values a height has room for. */
export function tickCount(height, unit) {
  return Math.min(5, Math.max(1, Math.floor(height / (ROOMY * TICK_FONT * unit))));
}

/** Those of the ticks whose names do not touch: the outermost first, then from the bottom what has room. */
export function apartTicks(ticks, toY, unit) {
  const least = APART * TICK_FONT * unit;
  const [first, last] = [ticks[0], ticks.at(-1)];
  const kept = [];
  for (const one of [first, last, ...ticks.slice(1, -1)]) {
    if (one && kept.every((other) => Math.abs(toY(other.value) - toY(one.value)) >= least)) kept.push(one);
  }
  return kept;
}

/** The width that the names of a range's ticks take, with the gap to the plot. */
export function tickWidth(context, range, unit) {
  return Math.max(0, ...range.ticks.map(({ text }) => context.measureText(text).width)) + 6 * unit;
}

export function drawTicks(context, plot, range, toY, theme, named = true) {
  const { unit } = theme;
  context.font = `${TICK_FONT * unit}px ${theme.font}`;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const { value, text } of apartTicks(range.ticks, toY, unit)) {
    const y = toY(value);
    context.strokeStyle = theme.line;
    line(context, plot.x, y, plot.x + plot.w, y);
    if (!named) continue;
    context.globalAlpha = 0.85;
    context.fillStyle = theme.ink;
    context.fillText(text, plot.x - 5 * unit, y);
    context.globalAlpha = 1;
  }
  if (plot.log) {
    // A short tick at every power of ten between the named ones
    context.strokeStyle = theme.ink;
    for (let power = range.low; power <= range.high; power++) {
      line(context, plot.x, toY(10 ** power), plot.x + 4 * unit, toY(10 ** power));
    }
  }
  context.textBaseline = "alphabetic";
}

/**
 * The steps named under a plot, [{value, text, x, align}]: none is cut by `right`, and none touches another. A plot with
 * little room has the first and the last.
 */
export function stepTicks(end, { x, w }, right, measure, unit) {
  const few = w < 150 * unit;
  const values = few ? [0, end] : niceTicks(0, end, Math.max(2, Math.floor(w / (80 * unit))));
  const ticks = [];
  for (const value of values) {
    const text = tick(value);
    const half = measure(text) / 2;
    const middle = Math.min(x + (w * value) / end, right - half);
    const before = ticks.at(-1);
    if (before && middle - half < before.x + before.half + 6 * unit) continue;
    ticks.push({ value, text, x: middle, half });
  }
  return ticks;
}

/** The steps under a plot, with the word for them in the left margin, where that has room. */
export function drawSteps(context, plot, end, right, theme, said = "step") {
  const { unit } = theme;
  context.font = `${TICK_FONT * unit}px ${theme.font}`;
  const measure = (text) => context.measureText(text).width;
  const baseline = plot.y + plot.h + 15 * unit;
  context.fillStyle = theme.ink;
  context.globalAlpha = 0.85;
  context.textAlign = "center";
  for (const { text, x } of stepTicks(end, plot, right, measure, unit)) context.fillText(text, x, baseline);
  context.globalAlpha = 1;
  const room = plot.left - 8 * unit;
  if (said && measure(said) <= room)
    written(context, said, plot.x - 8 * unit, baseline, "right", theme.ink, theme.paper);
}

/** Whole powers of ten around two of them, with up to `most` + 1 ticks. */
export function decades(lowest, highest, most = 3) {
  const low = Math.floor(lowest);
  const high = Math.max(Math.ceil(highest), low + 1);
  const by = Math.max(1, Math.ceil((high - low) / Math.max(1, most)));
  const ticks = [];
  for (let power = high; power >= low; power -= by) ticks.push({ value: 10 ** power, text: powerText(power) });
  return { low, high, ticks };
}

/** What a plot shows of its values, {low, high, ticks}; of a log plot, `low` and `high` are powers of ten. */
export function rangeOf(chart, drawn, references, most, count = 3) {
  if (chart.part) {
    return { low: -0.03, high: 1.03, ticks: [0, 0.5, 1].map((value) => ({ value, text: `${100 * value}%` })) };
  }
  if (chart.modes) {
    const middle = most % 2 === 0 ? [most / 2] : [];
    return {
      low: -0.03 * most,
      high: most * 1.03,
      ticks: [0, ...middle, most].map((value) => ({ value, text: String(value) })),
    };
  }
  const values = [];
  for (const { points } of drawn) {
    const stride = 2 * Math.max(1, Math.floor(points.length / 2 / MOST_LOOKED_AT));
    for (let i = 1; i < points.length; i += stride) {
      if (Number.isFinite(points[i]) && (!chart.log || points[i] > 0)) values.push(points[i]);
    }
  }
  values.sort((a, b) => a - b);
  // A few wild values must not flatten the rest; they run out of the picture.
  const pick = (share) => values[Math.round(share * (values.length - 1))];
  const marks = references.map(({ value }) => value);
  if (chart.log) {
    const power = (share, usual) => Math.log10(values.length ? Math.max(pick(share), 1e-12) : usual);
    return decades(power(0.005, 0.01), power(0.995, 1), count);
  }
  const reach = values.length ? (chart.reach ?? 4) * (pick(0.75) - pick(0.25)) || Infinity : 0;
  let low = Math.min(...marks, values.length ? Math.max(pick(0.01), pick(0.25) - reach) : 0);
  let high = Math.max(...marks, values.length ? Math.min(pick(0.99), pick(0.75) + reach) : 1);
  if (chart.zero) low = 0;
  if (!(high > low)) high = low + Math.max(1e-3, Math.abs(low));
  const pad = 0.08 * (high - low);
  high += pad;
  if (!chart.zero) low -= pad;
  return { low, high, ticks: namedTicks(low, high, count).map((value) => ({ value, text: tick(value) })) };
}

/** About `count` round numbers, and where so few would leave less than two, the fewest that do not: one gives no scale. */
function namedTicks(low, high, count) {
  for (let more = count; more < count + LEAST_NAMED_WITHIN; more++) {
    const ticks = niceTicks(low, high, more);
    if (ticks.length > 1) return ticks;
  }
  return niceTicks(low, high, count);
}

/** About `count` round numbers within [low, high]. */
export function niceTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? 10 * power;
  const ticks = [];
  for (let i = Math.ceil(low / step); i * step <= high + 1e-9 * step; i++) ticks.push(i * step);
  return ticks;
}
