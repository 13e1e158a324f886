// p(y|x) of the first images and p(y) of all of them: what the score is made of.

import { line, sharpen } from "../../../shared/frontend/canvas.js";
import { make, say } from "../../../shared/frontend/elements.js";
import { drawImage } from "../../../shared/frontend/pixels.js";
import { FAKE } from "../../../shared/frontend/theme.js";
import { figure } from "./words.js";

const FONT = 16;
const COLUMNS = 4;
const MARGINAL = 270; // pixels of p(y)

export class Classes {
  constructor() {
    this.canvas = make("canvas", {
      role: "img",
      "aria-label": "Probabilities of the classes, of the first images and of all",
    });
    this.equation = make("p", { class: "equation" });
    this.root = make("div", { class: "classes" }, this.equation, make("div", { class: "plot" }, this.canvas));
  }

  paint({ answer, arrays, theme }) {
    say(
      this.equation,
      `score = exp \u27e8 KL( p(y|x) \u2016 p(y) ) \u27e9 = ${figure("score", answer.scores.corrupted.score)}: sure of each image, even over all`,
    );
    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const { given, kl, images } = arrays;
    const [count, classes] = given.shape;
    const [wide, high] = [(width - MARGINAL) / COLUMNS, height / (count / COLUMNS)];
    context.textBaseline = "alphabetic";
    for (let i = 0; i < count; i++) {
      const [x, y] = [(i % COLUMNS) * wide, Math.floor(i / COLUMNS) * high];
      const size = Math.min(48, high - 60);
      const row = given.values.subarray(i * classes, (i + 1) * classes);
      const best = row.indexOf(Math.max(...row));
      drawImage(context, images, i, x, y + 2, size);
      context.fillStyle = theme.ink;
      context.textAlign = "left";
      context.font = `700 ${FONT}px ${theme.font}`;
      context.fillText(answer.classes[best], x + size + 8, y + 18);
      context.font = `${FONT}px ${theme.font}`;
      context.fillText(`KL ${kl.values[i].toFixed(2)}`, x + size + 8, y + 40);
      columns(context, theme, row, answer.classes, { x, y: y + size + 10, w: wide - 18, h: high - size - 40 });
    }
    const x = width - MARGINAL + 14;
    context.font = `700 20px ${theme.font}`;
    context.textAlign = "left";
    context.fillStyle = theme.ink;
    context.fillText(`p(y), all ${answer.n} images`, x, 20);
    context.font = `${FONT}px ${theme.font}`;
    columns(context, theme, arrays.all.values, answer.classes, { x, y: 34, w: MARGINAL - 16, h: height - 64 });
  }
}

/** One bar a class, from 0 to 1; a class's name where there is room for it. */
function columns(context, theme, values, names, { x, y, w, h }) {
  const step = w / values.length;
  const fits = names.every((name) => context.measureText(name).width < step);
  context.strokeStyle = theme.ink;
  context.lineWidth = 1;
  line(context, x, y + h, x + w, y + h);
  context.strokeStyle = theme.line;
  line(context, x, y, x + w, y);
  context.textAlign = "center";
  values.forEach((value, i) => {
    context.fillStyle = FAKE;
    context.fillRect(x + i * step + 0.12 * step, y + h * (1 - value), 0.76 * step, h * value);
    context.fillStyle = theme.ink;
    context.fillText(fits ? names[i] : names[i][0], x + (i + 0.5) * step, y + h + 17);
  });
}
