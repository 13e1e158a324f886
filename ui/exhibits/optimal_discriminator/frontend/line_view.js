// The line itself: both densities, the best discriminator over them, and under them one row of arrows for each loss.

import { line, sharpen } from "../../../shared/frontend/canvas.js";
import { make, mark, say, show } from "../../../shared/frontend/elements.js";
import { drawTriangles } from "../../../shared/frontend/generator_marks.js";
import { ARROW_PX, FAKE, REAL } from "../../../shared/frontend/theme.js";
import { lossStyle, sample } from "./marks.js";
import { share } from "./numbers.js";

const TOP = 30; // px for the key
const AXIS = 22;
const ROW = 54;
const LABEL = 22; // px of a row for its name
const SHORTEST = 1.5; // px; a shorter arrow is a dot
const FONT = 16;

export class LineView {
  /** `move(index)` when the generated density is dragged to that \u03b8. */
  constructor(move) {
    this.canvas = make("canvas", {
      role: "img",
      "aria-label": "Real and generated density, the best discriminator, and the push of each loss on generated points",
    });
    const key = (kind, text, title) => make("span", { class: `key ${kind}`, title }, text);
    this.key = make(
      "div",
      { class: "keys" },
      key("real", "real p", "The data: p = N(0, \u03c3\u00b2)"),
      key("fake", "generated q", "The generator's points: q = N(\u03b8, \u03c3\u00b2). Drag it"),
      key(
        "best",
        "best D, 1 to 0",
        "D*(x) = p(x)/(p(x)+q(x)), Goodfellow et al. 2014, proposition 1; 1 at the top, 0 at the bottom",
      ),
      key(
        "critic",
        "best critic",
        "The best 1-Lipschitz critic: a straight line of slope \u00b11; its height has no meaning",
      ),
    );
    this.rows = make("div", { class: "rows" });
    this.root = make("div", { class: "line" }, this.canvas, this.key, this.rows);
    this.values = [];
    const drag = (event) => {
      if (!(event.buttons & 1) || !this.shown) return;
      const box = this.canvas.getBoundingClientRect();
      const { x, thetas } = this.shown;
      const at = x[0] + ((event.clientX - box.left) / box.width) * (x[1] - x[0]);
      const step = (thetas.at(-1) - thetas[0]) / (thetas.length - 1);
      move(Math.min(thetas.length - 1, Math.max(0, Math.round((at - thetas[0]) / step))));
    };
    this.root.onpointerdown = (event) => {
      if (event.button) return;
      this.root.setPointerCapture(event.pointerId);
      drag(event);
    };
    this.root.onpointermove = (event) => this.root.hasPointerCapture(event.pointerId) && drag(event);
  }

  build(losses) {
    this.losses = losses;
    this.values = losses.map(() => ({ value: make("b", { class: "push" }), note: make("span", { class: "note" }) }));
    this.rows.replaceChildren(
      ...losses.map(({ name, label, formula }, i) => {
        const row = make("div", { class: "row", title: `${formula}. Per unit of x`, "data-loss": name });
        row.append(sample(name), make("span", { class: "name" }, label), this.values[i].note, this.values[i].value);
        return row;
      }),
    );
  }

  paint(shown) {
    this.shown = shown;
    const { theme, theta, x, p, q, probability, points, sizes, toward } = shown;
    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const toX = (value) => ((value - x[0]) / (x[1] - x[0])) * width;
    const rowsTop = height - ROW * sizes.length;
    const [top, bottom] = [TOP, rowsTop - AXIS - 6];
    const middle = sizes[0].length >> 1;

    this.drawAxis(context, theme, toX, x, bottom, height);
    const level = (share) => bottom - (bottom - top) * 0.93 * share;
    curve(context, p, width, level, bottom, REAL);
    curve(context, q, width, level, bottom, FAKE);
    if (theta !== 0) {
      // The critic: slope \u00b11 through the middle between the two
      const tall = (bottom - top) / (x[1] - x[0]);
      context.strokeStyle = theme.ink;
      context.setLineDash([3, 4]);
      context.lineWidth = 1.4;
      context.save();
      context.beginPath();
      context.rect(0, top - 4, width, bottom - top + 4);
      context.clip();
      const y = (at) => (top + bottom) / 2 - toward * (at - theta / 2) * tall;
      line(context, toX(x[0]), y(x[0]), toX(x[1]), y(x[1]));
      context.restore();
      context.setLineDash([]);
    }
    context.strokeStyle = theme.ink;
    context.lineWidth = 2.6;
    context.lineJoin = "round";
    context.beginPath();
    for (let i = 0; i < probability.length; i++)
      context.lineTo((i / (probability.length - 1)) * width, level(probability[i] / 255));
    context.stroke();

    // The points, a little above one another so that their arrows can be told apart
    const band = ROW - LABEL - 6;
    sizes.forEach((row, loss) => {
      const style = lossStyle(this.losses[loss].name, theme);
      const start = rowsTop + loss * ROW + LABEL + 2;
      const heights = row.map((_, i) => start + (band * (i + 0.5)) / row.length);
      row.forEach((log, i) => {
        const length = 10 ** Math.min(log, 4) * ARROW_PX;
        if (length >= SHORTEST && toward)
          arrow(context, toX(points[i]), heights[i], toward * length, width, style.colour);
      });
      const flat = points.flatMap((at, i) => [toX(at), heights[i]]);
      drawTriangles(context, { x: (v) => v, y: (v) => v }, flat, points.length, 0, 4.4, theme);
      row.forEach((log, i) => {
        if (10 ** log * ARROW_PX >= SHORTEST && toward) return;
        context.fillStyle = theme.ink;
        context.beginPath();
        context.arc(toX(points[i]), heights[i], 2.4, 0, 2 * Math.PI);
        context.fill();
      });
      const gone = 10 ** row[middle] * ARROW_PX < SHORTEST;
      say(this.values[loss].value, share(row[middle]));
      say(this.values[loss].note, !toward ? "" : gone ? "vanished" : "");
      show(this.values[loss].note, gone && toward !== 0);
      mark(this.rows.children[loss], "vanished", gone);
    });
  }

  drawAxis(context, theme, toX, x, bottom, height) {
    context.strokeStyle = theme.line;
    context.fillStyle = theme.ink;
    context.font = `${FONT}px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    context.lineWidth = 1;
    for (let at = Math.ceil(x[0] / 2) * 2; at < x[1]; at += 2) {
      if (at <= x[0]) continue;
      line(context, toX(at), TOP, toX(at), height);
      context.globalAlpha = 0.8;
      context.fillText(String(at).replace("-", "\u2212"), toX(at), bottom + 18);
      context.globalAlpha = 1;
    }
    context.fillText("x", toX(x[1]) - 8, bottom + 18);
    context.strokeStyle = theme.ink;
    line(context, 0, bottom + 0.5, toX(x[1]), bottom + 0.5);
  }
}

function curve(context, values, width, level, bottom, colour) {
  context.beginPath();
  context.moveTo(0, bottom);
  for (let i = 0; i < values.length; i++) context.lineTo((i / (values.length - 1)) * width, level(values[i] / 255));
  context.lineTo(width, bottom);
  context.globalAlpha = 0.28;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 2.2;
  context.beginPath();
  for (let i = 0; i < values.length; i++) {
    // Where there is next to nothing no line is drawn over the axis.
    if (values[i] || values[i - 1] || values[i + 1])
      context.lineTo((i / (values.length - 1)) * width, level(values[i] / 255));
  }
  context.stroke();
}

/** An arrow of `length` px to the right (or, below 0, to the left); one that leaves the picture ends in two heads. */
function arrow(context, x, y, length, width, colour) {
  const way = Math.sign(length);
  const tip = Math.min(width - 3, Math.max(3, x + length));
  const beyond = tip !== x + length;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.lineJoin = "miter";
  line(context, x, y, tip, y);
  const head = Math.min(5, 0.6 * Math.abs(tip - x) + 1);
  for (const back of beyond ? [0, 6] : [0]) {
    const end = tip - way * back;
    context.beginPath();
    context.moveTo(end - way * head, y - 0.7 * head);
    context.lineTo(end, y);
    context.lineTo(end - way * head, y + 0.7 * head);
    context.stroke();
  }
}
