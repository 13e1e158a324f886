// The first images, each above the training images that are nearest to it in pixels and in features.

import { sharpen } from "../../../shared/frontend/canvas.js";
import { make, say } from "../../../shared/frontend/elements.js";
import { drawImage } from "../../../shared/frontend/pixels.js";
import { FAKE, REAL } from "../../../shared/frontend/theme.js";
import { distance, figure } from "./words.js";

const FONT = 16;
const LABELS = 120; // pixels of the words beside the rows

export class Wall {
  constructor() {
    this.canvas = make("canvas", { role: "img", "aria-label": "The first images and their nearest training images" });
    this.equation = make("p", { class: "equation" });
    this.root = make("div", { class: "wall" }, this.equation, make("div", { class: "plot" }, this.canvas));
  }

  paint({ answer, arrays, theme }) {
    say(this.equation, ruleWords(answer));
    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const count = arrays.pixel_distance.shape[0];
    const across = (width - LABELS) / count;
    const rows = [
      {
        images: arrays.images,
        words: ["the sample"],
        colour: FAKE,
        said: (i) => (arrays.memorised.values[i] ? "memorised" : "new"),
      },
      {
        images: arrays.pixel_nearest,
        words: ["nearest", "in pixels", "RMS, next"],
        colour: REAL,
        said: (i) => distancesWords(arrays.pixel_distance.values[i], arrays.pixel_second.values[i]),
      },
      {
        images: arrays.feature_nearest,
        words: ["nearest in", "features"],
        colour: REAL,
        said: (i) => `d ${distance(arrays.feature_distance.values[i])}`,
      },
    ];
    const high = height / rows.length;
    const size = Math.floor(Math.min(high - 30, across - 22));
    context.textBaseline = "alphabetic";
    rows.forEach(({ images, words, colour, said }, r) => {
      const y = r * high + 4;
      context.fillStyle = theme.ink;
      context.textAlign = "left";
      context.font = `700 ${FONT + 2}px ${theme.font}`;
      for (const [k, word] of words.entries()) {
        context.fillText(word, 0, y + size / 2 + 6 + (k - (words.length - 1) / 2) * 22);
      }
      for (let i = 0; i < count; i++) {
        const x = LABELS + i * across + (across - size) / 2;
        drawImage(context, images, i, x, y, size);
        const memorised = Boolean(arrays.memorised.values[i]);
        frameImage(
          context,
          x,
          y,
          size,
          memorised && r < 2 ? theme.ink : colour,
          memorised && r < 2 ? 4 : 2,
          r || memorised ? [] : [6, 3],
        );
        context.fillStyle = theme.ink;
        context.textAlign = "center";
        context.font = `${memorised && r === 0 ? 700 : 400} ${FONT}px ${theme.font}`;
        context.fillText(said(i), x + size / 2, y + size + 19);
      }
    });
  }
}

/** The share that is memorised, and the limits by which that is told. */
function ruleWords({ near, ratio, scores }) {
  const share = figure("memorised", scores.corrupted.memorised);
  return `Memorised: ${share}. Nearest within ${distance(near)} RMS and within ${distance(ratio)} \u00d7 the next; each true of 1 in 20 held-out images`;
}

/** 0.12, 0.30: to the nearest training image, and to the next. */
function distancesWords(first, second) {
  return Number.isFinite(second) ? `${distance(first)}, ${distance(second)}` : distance(first);
}

/** A box round an image that was drawn there. */
function frameImage(context, x, y, size, colour, width, dash) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.strokeRect(x - width / 2, y - width / 2, size + width, size + width);
  context.setLineDash([]);
}
