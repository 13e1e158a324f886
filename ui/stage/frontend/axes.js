// The axes of every plot.

import { line } from "../../shared/frontend/canvas.js";
import { powerText, tick } from "../../shared/frontend/numbers.js";

export const TICK_FONT = 13;
const MOST_LOOKED_AT = 600; // points of a line, for its range

export function drawTicks(context, chart, range, toY, theme) {
  context.font = `${TICK_FONT}px ${theme.font}`;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const { value, text } of range.ticks) {
    const y = toY(value);
    context.strokeStyle = theme.line;
    line(context, chart.x, y, chart.x + chart.w, y);
    context.globalAlpha = 0.8;
    context.fillStyle = theme.ink;
    context.fillText(text, chart.x - 5, y);
    context.globalAlpha = 1;
  }
  if (chart.log) {
    // A short tick at every power of ten between the named ones
    context.strokeStyle = theme.ink;
    for (let power = range.low; power <= range.high; power++) {
      line(context, chart.x, toY(10 ** power), chart.x + 4, toY(10 ** power));
    }
  }
  context.textBaseline = "alphabetic";
}

/** Whole powers of ten around two of them, with up to four ticks. */
export function decades(lowest, highest) {
  const low = Math.floor(lowest);
  const high = Math.max(Math.ceil(highest), low + 1);
  const by = Math.max(1, Math.ceil((high - low) / 3));
  const ticks = [];
  for (let power = high; power >= low; power -= by) ticks.push({ value: 10 ** power, text: powerText(power) });
  return { low, high, ticks };
}

/** What a plot shows of its values, {low, high, ticks}; of a log plot, `low` and `high` are powers of ten. */
export function rangeOf(chart, drawn, references, most) {
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
    return decades(power(0.005, 0.01), power(0.995, 1));
  }
  const reach = values.length ? (chart.reach ?? 4) * (pick(0.75) - pick(0.25)) || Infinity : 0;
  let low = Math.min(...marks, values.length ? Math.max(pick(0.01), pick(0.25) - reach) : 0);
  let high = Math.max(...marks, values.length ? Math.min(pick(0.99), pick(0.75) + reach) : 1);
  if (chart.zero) low = 0;
  if (!(high > low)) high = low + Math.max(1e-3, Math.abs(low));
  const pad = 0.08 * (high - low);
  high += pad;
  if (!chart.zero) low -= pad;
  return { low, high, ticks: niceTicks(low, high, 3).map((value) => ({ value, text: tick(value) })) };
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
