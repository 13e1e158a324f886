// A small plot against \u03b8, with a point that moves along every curve.

import { drawMark, line, placeOn, sharpen, written } from "../../../shared/frontend/canvas.js";
import { make } from "../../../shared/frontend/elements.js";

const MARGIN = { top: 8, right: 10, bottom: 24, left: 44 };
const FONT = 16;

export class Chart {
  /** `move(index)` when the playhead is dragged to that \u03b8. */
  constructor(title, note, move) {
    this.title = make("span", { class: "title" }, title);
    this.canvas = make("canvas", { role: "img", "aria-label": `${title} against \u03b8` });
    this.plot = make("div", { class: "plot" }, this.canvas);
    this.root = make(
      "div",
      { class: "chart" },
      make("div", { class: "head" }, this.title, make("span", { class: "note" }, note)),
      this.plot,
    );
    const drag = (event) => {
      if (!(event.buttons & 1) || !this.count) return;
      const { x, width } = placeOn(this.canvas, event);
      const share = (x - MARGIN.left) / (width - MARGIN.left - MARGIN.right);
      move(Math.round(Math.min(1, Math.max(0, share)) * (this.count - 1)));
    };
    this.canvas.onpointerdown = (event) => {
      if (event.button) return;
      this.canvas.setPointerCapture(event.pointerId);
      drag(event);
    };
    this.canvas.onpointermove = (event) => this.canvas.hasPointerCapture(event.pointerId) && drag(event);
  }

  /** `series`: [{label, colour, dash, mark, values}]; values below `low` lie on the bottom line if `floor` names it. */
  paint({ theme, thetas, at, low, high, ticks, floor = null, reference = null, series }) {
    this.count = thetas.length;
    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const area = {
      x: MARGIN.left,
      y: MARGIN.top,
      w: width - MARGIN.left - MARGIN.right,
      h: height - MARGIN.top - MARGIN.bottom,
    };
    const [first, last] = [thetas[0], thetas.at(-1)];
    const toX = (theta) => area.x + (area.w * (theta - first)) / (last - first);
    const toY = (value) => area.y + area.h * (1 - (Math.max(value, low) - low) / (high - low));

    context.font = `${FONT}px ${theme.font}`;
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const { value, text } of [...ticks, ...(floor ? [{ value: low, text: floor }] : [])]) {
      const y = toY(value);
      context.strokeStyle = value === low ? theme.ink : theme.line;
      line(context, area.x, y, area.x + area.w, y);
      context.fillStyle = theme.ink;
      context.globalAlpha = 0.85;
      context.fillText(text, area.x - 6, y);
      context.globalAlpha = 1;
    }
    context.textBaseline = "alphabetic";
    context.textAlign = "center";
    for (let theta = Math.ceil(first / 2) * 2; theta <= last; theta += 2) {
      context.globalAlpha = 0.85;
      context.fillText(theta === 0 ? "\u03b8 = 0" : String(theta).replace("-", "\u2212"), toX(theta), height - 6);
      context.globalAlpha = 1;
    }
    if (reference) {
      const y = toY(reference.value);
      context.strokeStyle = theme.ink;
      context.setLineDash([1, 3]);
      line(context, area.x, y, area.x + area.w, y);
      context.setLineDash([]);
      written(context, reference.text, area.x + area.w - 2, y - 6, "right", theme.ink, theme.paper);
    }
    context.strokeStyle = theme.ink;
    context.lineWidth = 1;
    context.globalAlpha = 0.5;
    line(context, toX(thetas[at]), area.y, toX(thetas[at]), area.y + area.h);
    context.globalAlpha = 1;

    context.save();
    context.beginPath();
    context.rect(area.x, area.y - 2, area.w, area.h + 4);
    context.clip();
    for (const { colour, dash, values } of series) {
      context.strokeStyle = colour;
      context.lineWidth = 2.2;
      context.setLineDash(dash);
      context.beginPath();
      for (const [i, value] of values.entries()) {
        context.lineTo(toX(thetas[i]), toY(value));
      }
      context.stroke();
    }
    context.setLineDash([]);
    context.restore();
    label(context, series, { thetas, toX, toY, low, high, area, theme });
    for (const { colour, mark, values } of series) {
      drawMark(context, mark, toX(thetas[at]), Math.max(area.y, toY(values[at])), colour, theme.paper);
    }
  }
}

/** The name of every curve where it can be seen last from the left, moved apart where names would meet. */
function label(context, series, { thetas, toX, toY, low, high, area, theme }) {
  context.font = `600 ${FONT}px ${theme.font}`;
  const placed = [];
  for (const { label: text, colour, values } of series) {
    let i = values.findIndex((value) => value >= low && value <= high);
    if (i < 0) i = thetas.length >> 1; // nowhere: on the bottom line, in the middle
    const wide = context.measureText(text).width;
    const x = Math.min(area.x + area.w - wide - 2, Math.max(area.x + 4, toX(thetas[i]) + (i > 4 ? 8 : 4)));
    let y = Math.min(area.y + area.h - 6, Math.max(area.y + 14, toY(values[i]) + (i > 4 ? 14 : -7)));
    const meets = (one) => Math.abs(one.y - y) < FONT && x < one.x + one.wide + 4 && one.x < x + wide + 4;
    for (let tries = 0; placed.some(meets) && tries < 12; tries++) y += FONT;
    if (y > area.y + area.h - 4) {
      y = area.y + area.h - 8;
      for (let tries = 0; placed.some(meets) && tries < 12; tries++) y -= FONT;
    }
    placed.push({ x, y, wide });
    written(context, text, x, y, "left", colour, theme.paper);
  }
}
