// The Fréchet distance of real images by the size of the sample, on log axes: it falls, and nothing has got better.

import { drawMark, line, sharpen, written } from "../../../shared/frontend/canvas.js";
import { make } from "../../../shared/frontend/elements.js";
import { FAKE, REAL } from "../../../shared/frontend/theme.js";
import { distance } from "./words.js";

const MARGIN = { top: 12, right: 150, bottom: 46, left: 92 };
const FONT = 18;
const TICKS = [50, 100, 200, 400, 750];

export class Bias {
  constructor() {
    this.canvas = make("canvas", { role: "img", "aria-label": "FD of real images against the size of the sample" });
    this.equation = make(
      "p",
      { class: "equation" },
      "The same real images, judged by n of them: FD is too high by about a constant over n",
    );
    this.root = make("div", { class: "bias" }, this.equation, make("div", { class: "plot" }, this.canvas));
  }

  paint({ answer, theme }) {
    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const { n, mean, std } = answer.bias;
    const area = {
      x: MARGIN.left,
      y: MARGIN.top,
      w: width - MARGIN.left - MARGIN.right,
      h: height - MARGIN.top - MARGIN.bottom,
    };
    const points = [
      { name: "clean", mark: "circle", colour: REAL, value: answer.scores.clean.fid },
      { name: "the sample", mark: "diamond", colour: FAKE, value: answer.scores.corrupted.fid },
    ];
    const values = [
      ...mean.map((value, i) => value + std[i]),
      ...mean.map((value, i) => Math.max(value - std[i], value / 3)),
      ...points.map(({ value }) => value),
    ].filter((value) => value > 0);
    const [low, high] = [Math.log10(Math.min(...values)) - 0.08, Math.log10(Math.max(...values)) + 0.08];
    const toX = (size) => area.x + (area.w * Math.log(size / n[0])) / Math.log(n.at(-1) / n[0]);
    const toY = (value) => area.y + area.h * (1 - (Math.log10(Math.max(value, 1e-9)) - low) / (high - low));

    context.font = `${FONT}px ${theme.font}`;
    context.textBaseline = "middle";
    context.lineWidth = 1;
    for (const value of ticks(low, high)) {
      context.strokeStyle = theme.line;
      line(context, area.x, toY(value), area.x + area.w, toY(value));
      context.fillStyle = theme.ink;
      context.textAlign = "right";
      context.fillText(distance(value).replace(/\.0+$/, ""), area.x - 8, toY(value));
    }
    context.textBaseline = "alphabetic";
    context.strokeStyle = theme.ink;
    line(context, area.x, area.y + area.h, area.x + area.w, area.y + area.h);
    context.textAlign = "center";
    context.fillStyle = theme.ink;
    for (const size of TICKS) context.fillText(String(size), toX(size), area.y + area.h + 20);
    context.fillText("n, images in the sample (log)", area.x + area.w / 2, height - 6);
    context.textAlign = "left";
    context.fillText("FD", 0, area.y + 14);
    context.fillText("(log)", 0, area.y + 34);

    context.save();
    context.beginPath();
    context.rect(area.x, area.y, area.w + 8, area.h);
    context.clip();
    context.beginPath();
    for (const [i, size] of n.entries()) {
      context.lineTo(toX(size), toY(mean[i] + std[i]));
    }
    for (let i = n.length - 1; i >= 0; i--) context.lineTo(toX(n[i]), toY(mean[i] - std[i]));
    context.fillStyle = REAL;
    context.globalAlpha = 0.22;
    context.fill();
    context.globalAlpha = 1;
    context.beginPath();
    for (const [i, size] of n.entries()) {
      context.lineTo(toX(size), toY(mean[i]));
    }
    context.strokeStyle = REAL;
    context.lineWidth = 2.6;
    context.stroke();
    context.restore();

    context.strokeStyle = theme.ink;
    context.setLineDash([2, 4]);
    context.lineWidth = 1;
    line(context, toX(answer.n), area.y, toX(answer.n), area.y + area.h);
    context.setLineDash([]);
    const placed = [];
    for (const { name, mark, colour, value } of points) {
      const y = toY(value);
      drawMark(context, mark, toX(answer.n), y, colour, theme.paper, 1.7);
      // The names stand behind the axis, out of the curve's way.
      let beside = Math.max(area.y + 16, Math.min(area.y + area.h - 28, y + 6));
      if (placed.some((one) => Math.abs(one - beside) < 48))
        beside = placed[0] - 48 > area.y + 10 ? placed[0] - 48 : placed[0] + 48;
      placed.push(beside);
      const x = area.x + area.w + 40;
      drawMark(context, mark, x - 16, beside - 6, colour, theme.paper, 1.4);
      context.font = `700 ${FONT}px ${theme.font}`;
      written(context, name, x, beside, "left", theme.ink, theme.paper);
      context.font = `${FONT}px ${theme.font}`;
      written(context, `FD ${distance(value)}`, x, beside + 21, "left", theme.ink, theme.paper);
    }
  }
}

/** 1, 2 and 5 in every decade; every decade alone where there are many. */
function ticks(low, high) {
  const mantissas = high - low > 2 ? [1] : [1, 2, 5];
  const found = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++)
    found.push(...mantissas.map((each) => each * 10 ** power));
  return found.filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
}
