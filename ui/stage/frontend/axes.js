// The axes of every plot.

import { line } from "../../shared/frontend/canvas.js";
import { powerText } from "../../shared/frontend/numbers.js";

export const TICK_FONT = 13;

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
