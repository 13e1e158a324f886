// One series of one panel: its line, its band, its marks.

import { FAKE, REAL } from "../../shared/frontend/theme.js";

const MARKS_APART = 46; // px between two marks on a line that is measured in every frame

/** The colour of a series where a plot has the lines of one panel: as in the pictures. */
export function shadeOf(series) {
  return series.real ? REAL : FAKE;
}

/** The mark of a series at a place on its line: as in the pictures, a disc for real and a triangle for generated. */
export function drawSign(context, sign, x, y, hue, theme) {
  const { unit } = theme;
  context.fillStyle = context.strokeStyle = hue;
  context.beginPath();
  if (sign === "triangle") {
    context.moveTo(x, y - 4.6 * unit);
    context.lineTo(x + 4.4 * unit, y + 3.2 * unit);
    context.lineTo(x - 4.4 * unit, y + 3.2 * unit);
    context.closePath();
  } else context.arc(x, y, (sign === "ring" ? 3.4 : 3) * unit, 0, 2 * Math.PI);
  if (sign === "ring") context.fillStyle = theme.paper;
  context.fill();
  if (sign !== "ring") return;
  context.lineWidth = 1.8 * unit;
  context.stroke();
}

/** Marks along a line: at each measurement of a sparse series, else here and there. */
export function drawSigns(context, { series, points, hue }, toX, toY, theme) {
  const apart = (series.sparse ? 7 : MARKS_APART) * theme.unit;
  let last = -Infinity;
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [toX(points[i]), toY(points[i + 1])];
    if (Number.isNaN(y) || x - last < apart) continue;
    drawSign(context, series.mark, x, y, hue, theme);
    last = x;
  }
}

/**
 * Points [step, value, step, value, ...]; NaN breaks the line. Of those that fall on one column of pixels the first, the
 * last, the highest and the lowest are drawn: a long history costs no more than a short one, and looks the same.
 */
export function path(context, points, toX, toY) {
  const columns = window.devicePixelRatio || 1; // to a unit
  context.beginPath();
  let pen = false;
  /** @type {any} */
  let column = null; // what has been gathered of the column of pixels under the pen
  const leave = () => {
    if (!column) return;
    const { x, first, low, high, last, lastX } = column; // the pen stands at the first
    if (low < Math.min(first, last)) context.lineTo(x, low);
    if (high > Math.max(first, last)) context.lineTo(x, high);
    if (lastX !== x || last !== first) context.lineTo(lastX, last);
    column = null;
  };
  for (let i = 0; i < points.length; i += 2) {
    if (Number.isNaN(points[i + 1])) {
      leave();
      pen = false;
      continue;
    }
    const [x, y] = [toX(points[i]), toY(points[i + 1])];
    const at = Math.floor(x * columns);
    if (column?.at === at) {
      column.low = Math.min(column.low, y);
      column.high = Math.max(column.high, y);
      column.last = y;
      column.lastX = x;
      continue;
    }
    leave();
    if (pen) context.lineTo(x, y);
    else context.moveTo(x, y);
    pen = true;
    column = { at, x, first: y, low: y, high: y, last: y, lastX: x };
  }
  leave();
  context.stroke();
}

/** The band in which a steady line's values lie. */
export function fillBand(context, band, toX, toY) {
  context.beginPath();
  for (let i = 0; i < band.length; i += 3) context.lineTo(toX(band[i]), toY(band[i + 2]));
  for (let i = band.length - 3; i >= 0; i -= 3) context.lineTo(toX(band[i]), toY(band[i + 1]));
  context.closePath();
  context.globalAlpha = 0.14;
  context.fill();
  context.globalAlpha = 1;
}

/** The height of a line at a step, between its points; beyond its last one that one's. Null before its first. */
export function heightAt(points, step) {
  let [low, high] = [0, points.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[2 * middle] > step) high = middle;
    else low = middle + 1;
  }
  let at = low - 1;
  while (at >= 0 && Number.isNaN(points[2 * at + 1])) at -= 1;
  if (at < 0) return null;
  const [from, value] = [points[2 * at], points[2 * at + 1]];
  const [to, next] = [points[2 * at + 2], points[2 * at + 3]];
  if (to === undefined || Number.isNaN(next) || to <= from) return { step: Math.min(step, from), value };
  return { step, value: value + ((next - value) * (step - from)) / (to - from) };
}
