// The first images of the sample, in rows.

import { sharpen } from "../../../shared/frontend/canvas.js";
import { make } from "../../../shared/frontend/elements.js";
import { drawImage } from "../../../shared/frontend/pixels.js";

const ROWS = 2;

export class Strip {
  constructor() {
    this.canvas = make("canvas", { role: "img", "aria-label": "The first images of the sample" });
    this.root = make(
      "div",
      { class: "strip", title: "The first images of the sample, as they are judged" },
      this.canvas,
    );
  }

  paint({ arrays }) {
    const sharp = sharpen(this.canvas);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const { images } = arrays;
    const columns = images.shape[0] / ROWS;
    const gap = 4;
    const size = Math.floor(Math.min((width - gap * (columns - 1)) / columns, (height - gap * (ROWS - 1)) / ROWS));
    const across = (width - size) / (columns - 1);
    for (let i = 0; i < images.shape[0]; i++) {
      drawImage(context, images, i, Math.round((i % columns) * across), Math.floor(i / columns) * (size + gap), size);
    }
  }
}
