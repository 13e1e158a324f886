// The distance from the equilibrium after each step, on a log axis, and the straight line that the eigenvalue predicts.

import { drawMark, line, placeOn, sharpen, written } from "../../../shared/frontend/canvas.js";
import { make } from "../../../shared/frontend/elements.js";
import { powerText } from "../../../shared/frontend/numbers.js";
import { colourOf, PANELS } from "./styles.js";

const MARGIN = { top: 11, right: 30, bottom: 24, left: 46 };
const FONT = 16;
const [LOWEST, HIGHEST] = [-6, 3]; // decades

export class Radius {
  /** `move(step)` when the playhead is dragged. */
  constructor(move) {
    this.canvas = make("canvas", {
      role: "img",
      "aria-label": "Radius against steps, log axis, with the predicted slope",
    });
    this.root = make(
      "div",
      {
        class: "chart radius",
        title:
          "\u221a(\u03b8\u00b2 + \u03c8\u00b2) after each step. Dotted: what the eigenvalue of one step predicts near the equilibrium, |\u03bb|\u207f times the radius at the start",
      },
      make("div", { class: "head" }, make("b", {}, "radius"), make("span", {}, "log; dotted: |\u03bb|\u207f, near 0")),
      make("div", { class: "plot" }, this.canvas),
    );
    const drag = (event) => {
      if (!(event.buttons & 1) || !this.steps) return;
      const { x, width } = placeOn(this.canvas, event);
      const share = (x - MARGIN.left) / (width - MARGIN.left - MARGIN.right);
      move(Math.round(Math.min(1, Math.max(0, share)) * this.steps));
    };
    this.canvas.onpointerdown = (event) => {
      if (event.button) return;
      this.canvas.setPointerCapture(event.pointerId);
      drag(event);
    };
    this.canvas.onpointermove = (event) => this.canvas.hasPointerCapture(event.pointerId) && drag(event);
  }

  /** `panels`: [{paths, rate}]; a path is \u03b8, \u03c8, \u03b8, \u03c8 \u2026 */
  paint({ theme, panels, steps, at }) {
    this.steps = steps;
    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const area = {
      x: MARGIN.left,
      y: MARGIN.top,
      w: width - MARGIN.left - MARGIN.right,
      h: height - MARGIN.top - MARGIN.bottom,
    };
    const curves = panels.map(({ paths }) => paths.map(logRadius));
    const [low, high] = range(curves.flat());
    const toX = (step) => area.x + (area.w * step) / steps;
    const toY = (log) => area.y + (area.h * (high - log)) / (high - low);

    context.font = `${FONT}px ${theme.font}`;
    context.lineWidth = 1;
    context.textBaseline = "middle";
    const every = Math.ceil(((high - low) * 24) / area.h);
    for (let power = low; power <= high; power++) {
      if ((power - low) % every) continue;
      context.strokeStyle = power === low ? theme.ink : theme.line;
      line(context, area.x, toY(power), area.x + area.w, toY(power));
      context.fillStyle = theme.ink;
      context.textAlign = "right";
      context.fillText(powerText(power), area.x - 6, toY(power));
    }
    context.textBaseline = "alphabetic";
    const stride = [10, 20, 25, 50, 100, 200].find((each) => steps / each <= 4) ?? 300;
    for (let step = 0; step <= steps; step += stride) {
      context.textAlign = step ? "center" : "left";
      context.fillText(step ? String(step) : "step 0", toX(step), height - 5);
    }
    context.strokeStyle = theme.ink;
    context.globalAlpha = 0.5;
    line(context, toX(at), area.y, toX(at), area.y + area.h);
    context.globalAlpha = 1;

    context.save();
    context.beginPath();
    context.rect(area.x, area.y - 4, area.w + MARGIN.right, area.h + 4);
    context.clip();
    panels.forEach(({ rate }, panel) => {
      const colour = colourOf(panel, theme);
      for (const logs of curves[panel]) {
        context.strokeStyle = colour;
        context.setLineDash(PANELS[panel].dash);
        context.lineWidth = 2.2;
        context.beginPath();
        for (let n = 0; n < logs.length && !Number.isNaN(logs[n]); n++)
          context.lineTo(toX(n), toY(Math.max(logs[n], low - 1)));
        context.stroke();
      }
      const first = curves[panel].at(-1);
      if (rate === null || !first) return;
      context.strokeStyle = theme.ink;
      context.setLineDash([1.5, 3]);
      context.lineWidth = 1.4;
      line(context, toX(0), toY(first[0]), toX(steps), toY(first[0] + (rate * steps) / Math.LN10));
    });
    context.setLineDash([]);
    const placed = [];
    panels.forEach((_, panel) => {
      const logs = curves[panel].at(-1);
      if (!logs) return;
      const n = Math.min(at, lastOf(logs));
      const y = Math.min(area.y + area.h - 7, Math.max(area.y + 4, toY(logs[n])));
      if (logs[n] < low) below(context, toX(n), area.y + area.h, colourOf(panel, theme));
      else drawMark(context, PANELS[panel].mark, toX(n), y, colourOf(panel, theme), theme.paper, 1.2);
      let beside = y + 5;
      if (placed.some((one) => Math.abs(one - beside) < FONT)) beside += beside < area.y + FONT * 2 ? FONT : -FONT;
      placed.push(beside);
      context.font = `700 ${FONT}px ${theme.font}`;
      written(context, PANELS[panel].name, toX(n) + 10, beside, "left", colourOf(panel, theme), theme.paper);
    });
    context.restore();
  }
}

/** Nearer to 0 than the axis reaches: an arrow down to its edge. */
function below(context, x, y, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2.4;
  context.beginPath();
  for (const [dx, dy] of [
    [0, -15],
    [0, -2],
    [-5, -7],
    [0, -2],
    [5, -7],
  ])
    context.lineTo(x + dx, y + dy);
  context.stroke();
}

function logRadius(path) {
  const logs = new Float64Array(path.length / 2);
  for (let n = 0; n < logs.length; n++) logs[n] = Math.log10(Math.hypot(path[2 * n], path[2 * n + 1]));
  return logs;
}

function lastOf(logs) {
  let n = logs.length - 1;
  while (n > 0 && Number.isNaN(logs[n])) n -= 1;
  return n;
}

/** Whole decades around all curves, so that the axis does not swim while a slider is dragged. */
function range(curves) {
  let [low, high] = [-1, 1];
  for (const logs of curves) {
    for (const value of logs) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [Math.max(LOWEST, Math.floor(low)), Math.min(HIGHEST, Math.ceil(high))];
}
