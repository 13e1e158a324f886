// The Fréchet distance taken apart: its terms as bars that add up, and what is left of them.

import { line, sharpen, written } from "../../../shared/frontend/canvas.js";
import { make } from "../../../shared/frontend/elements.js";
import { FAKE, REAL } from "../../../shared/frontend/theme.js";
import { distance } from "./words.js";

const FONT = 18;
const LABELS = 180; // pixels of the names before the bars
const FIGURES = 190; // of the numbers behind them

const TERMS = [
  { name: "mean", text: "\u2016\u03bc\u2081 \u2212 \u03bc\u2082\u2016\u00b2", sign: "" },
  { name: "own", text: "+ tr \u03a3\u2081, the sample", sign: "+" },
  { name: "others", text: "+ tr \u03a3\u2082, real", sign: "+" },
  { name: "shared", text: "\u2212 2 tr \u221a(\u03a3\u2081\u03a3\u2082)", sign: "\u2212" },
];

export class Formula {
  constructor() {
    this.canvas = make("canvas", { role: "img", "aria-label": "The terms of the Fr\u00e9chet distance as bars" });
    this.equation = make(
      "p",
      { class: "equation" },
      "FD = \u2016\u03bc\u2081 \u2212 \u03bc\u2082\u2016\u00b2 + tr(\u03a3\u2081 + \u03a3\u2082 \u2212 2\u221a(\u03a3\u2081\u03a3\u2082))",
    );
    this.key = make(
      "p",
      { class: "key" },
      make("span", { class: "own" }, "\u25b2 the sample"),
      make("span", { class: "other" }, "\u25cf clean"),
      "\u03bc, \u03a3: mean and covariance of the features",
    );
    this.root = make(
      "div",
      { class: "formula" },
      make("div", { class: "head" }, this.equation, this.key),
      make("div", { class: "plot" }, this.canvas),
    );
  }

  paint({ answer, theme }) {
    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const samples = [
      { terms: answer.terms.corrupted, colour: FAKE, mark: "\u25b2" },
      { terms: answer.terms.clean, colour: REAL, mark: "\u25cf" },
    ];
    const bars = { x: LABELS, w: width - LABELS - FIGURES };
    const row = (height - 12) / (TERMS.length + 2);
    const most = Math.max(...samples.map(({ terms }) => terms.mean + terms.own + terms.others));
    context.font = `${FONT}px ${theme.font}`;
    context.textBaseline = "middle";

    TERMS.forEach(({ name, text, sign }, i) => {
      const y = i * row;
      label(context, theme, text, y + row / 2);
      samples.forEach(({ terms, colour, mark }, j) => {
        // Each bar begins where the one before it has ended; the last goes back.
        const from = TERMS.slice(0, i).reduce((sum, each) => sum + terms[each.name], 0);
        bar(
          context,
          bars.x + (bars.w * from) / most,
          (bars.w * terms[name]) / most,
          y + 4 + j * (row / 2 - 3),
          row / 2 - 6,
          colour,
          j,
          name === "shared",
        );
        numbers(context, theme, `${mark} ${sign}${distance(Math.abs(terms[name]))}`, width, j, y + row / 2);
      });
    });
    const top = TERMS.length * row + 8;
    context.strokeStyle = theme.ink;
    context.lineWidth = 1.5;
    line(context, 0, top - 3, width, top - 3);

    // What is left is small beside its terms: a scale of its own, from the mean and from the traces.
    const largest = Math.max(...samples.map(({ terms }) => terms.distance));
    samples.forEach(({ terms, colour, mark }, j) => {
      const y = top + j * row;
      context.font = `700 ${FONT}px ${theme.font}`;
      label(context, theme, j ? "FD, clean" : "= FD, the sample", y + row / 2);
      context.font = `${FONT}px ${theme.font}`;
      const mean = (bars.w * terms.mean) / largest;
      const traces = (bars.w * (terms.distance - terms.mean)) / largest;
      bar(context, bars.x, mean, y + 6, row - 14, colour, 0, false);
      bar(context, bars.x + mean, traces, y + 6, row - 14, colour, 1, false);
      part(context, theme, "mean", bars.x, mean, y + row / 2 - 1);
      part(context, theme, "traces", bars.x + mean, traces, y + row / 2 - 1);
      context.font = `700 22px ${theme.font}`;
      written(context, `${mark} ${distance(terms.distance)}`, width, y + row / 2, "right", theme.ink, theme.paper);
    });
  }
}

function label(context, theme, text, y) {
  context.textAlign = "left";
  context.fillStyle = theme.ink;
  context.fillText(text, 0, y);
}

function numbers(context, theme, text, width, j, y) {
  context.textAlign = j ? "right" : "left";
  context.fillStyle = theme.ink;
  context.fillText(text, j ? width : width - FIGURES + 10, y);
}

/** A bar, filled or only outlined, so that the two samples, or parts, can be told without colour. */
function bar(context, x, wide, y, high, colour, style, back) {
  const [left, length] = wide < 0 ? [x + wide, -wide] : [x, wide];
  context.fillStyle = colour;
  context.globalAlpha = style ? 0.35 : 0.9;
  context.fillRect(left, y, Math.max(length, 1), high);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.setLineDash(back ? [4, 3] : []);
  context.strokeRect(left, y, Math.max(length, 1), high);
  context.setLineDash([]);
}

function part(context, theme, text, x, wide, y) {
  if (context.measureText(text).width + 12 < wide)
    written(context, text, x + wide / 2, y, "center", theme.ink, theme.paper);
}
