// One series of one panel: its line, its band, its marks, and the panel’s letter at its end.

import { written } from "../../shared/frontend/canvas.js";
import { drawMark } from "../../shared/frontend/generator_marks.js";
import { FAKE, REAL } from "../../shared/frontend/theme.js";
import { TICK_FONT } from "./axes.js";

const MARKS_APART = 46; // px between two marks on a line that is measured in every frame

export function shadeOf(series, theme) {
  if (series.ink) return theme.ink;
  return series.real ? REAL : FAKE;
}

/** The mark of a series at a place on its line: as in the pictures, a disc for real and a triangle for generated. */
export function drawSign(context, { mark: sign, ...series }, x, y, theme) {
  if (sign === "triangle") return drawMark(context, 0, x, y, 4.6, theme, 1.5);
  context.beginPath();
  context.arc(x, y, sign === "ring" ? 3.4 : 3, 0, 2 * Math.PI);
  context.fillStyle = sign === "ring" ? theme.paper : shadeOf(series, theme);
  context.fill();
  if (sign !== "ring") return;
  context.lineWidth = 1.8;
  context.strokeStyle = shadeOf(series, theme);
  context.stroke();
}

/** Marks along a line: at each measurement of a sparse series, else here and there. */
export function drawSigns(context, series, points, toX, toY, theme) {
  const apart = series.sparse ? 7 : MARKS_APART;
  let last = -Infinity;
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [toX(points[i]), toY(points[i + 1])];
    if (Number.isNaN(y) || x - last < apart) continue;
    drawSign(context, series, x, y, theme);
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

/** The panel's letter at the end of its lines, moved apart where they would overlap. */
export function labelEnds(context, drawn, toX, toY, chart, theme) {
  const ends = [];
  for (const { series, panel, points } of drawn) {
    if (series.thin) continue;
    for (let i = points.length - 2; i >= 0; i -= 2) {
      if (Number.isNaN(points[i + 1])) continue;
      const y = Math.min(chart.y + chart.h - 4, Math.max(chart.y + 5, toY(points[i + 1])));
      ends.push({ x: toX(points[i]), y, letter: panel.label, colour: shadeOf(series, theme) });
      break;
    }
  }
  ends.sort((a, b) => a.y - b.y);
  const apart = Math.min(12, chart.h / ends.length);
  for (let i = 1; i < ends.length; i++) {
    if (Math.abs(ends[i].x - ends[i - 1].x) < 14) ends[i].y = Math.max(ends[i].y, ends[i - 1].y + apart);
  }
  ends.reverse().forEach((end, i) => {
    end.y = Math.min(end.y, chart.y + chart.h - 2 - i * apart); // back up from the bottom, only those that crowd there
  });
  context.font = `700 ${Math.min(TICK_FONT, apart + 3)}px ${theme.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const { x, y, letter, colour } of ends) {
    written(context, letter, x + 3, y, "left", colour, theme.paper);
  }
}
