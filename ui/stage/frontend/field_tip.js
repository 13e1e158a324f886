// What is said under the pointer in a picture of the plane: where it is, and what the discriminator says there.

import { plain } from "../../shared/frontend/canvas.js";
import { make, say, show } from "../../shared/frontend/elements.js";
import { short } from "../../shared/frontend/numbers.js";

const BESIDE = 14; // px between the pointer and its words

/** The field at a place of the plane, between the samples around it; null outside the view. */
export function fieldAt({ shape, values }, { lo, hi }, view, x, y) {
  const [rows, columns] = shape;
  const [xmin, xmax, ymin, ymax] = view;
  const column = ((x - xmin) / (xmax - xmin)) * (columns - 1);
  const row = ((y - ymin) / (ymax - ymin)) * (rows - 1); // row 0 is ymin
  if (!(column >= 0 && row >= 0 && column <= columns - 1 && row <= rows - 1)) return null;
  const [left, low] = [Math.min(Math.floor(column), columns - 2), Math.min(Math.floor(row), rows - 2)];
  const [right, up] = [column - left, row - low];
  const at = (r, c) => values[r * columns + c];
  const below = at(low, left) * (1 - right) + at(low, left + 1) * right;
  const above = at(low + 1, left) * (1 - right) + at(low + 1, left + 1) * right;
  return lo + ((below * (1 - up) + above * up) / 255) * (hi - lo);
}

/** What is said of a place, in rows. `field` and `scale` are the frame's, or null where it has none. */
export function placeRows(x, y, view, field, scale) {
  const rows = [`x = (${plain(x, 2)}, ${plain(y, 2)})`];
  const value = field && scale ? fieldAt(field, scale, view, x, y) : null;
  if (value === null) return rows;
  // The ends of a critic's scale are percentiles: what lies beyond is not known.
  const beyond =
    scale.kind === "probability" ? "" : value <= scale.lo ? "at most " : value >= scale.hi ? "at least " : "";
  if (scale.kind === "probability") rows.push(`D(x) = ${value.toFixed(2)}`);
  else rows.push(`critic of x: ${beyond}${short(value)}`);
  return rows;
}

export class FieldTip {
  /** Over the canvas of a picture, which says `read(px, py)`: {x, y, view, field, scale}, or null outside the plane. */
  constructor(canvas, read) {
    this.canvas = canvas;
    this.read = read;
    this.root = make("div", { class: "tip", hidden: true });
    this.at = null;
    canvas.addEventListener("pointermove", ({ offsetX, offsetY }) => this.move([offsetX, offsetY]));
    canvas.addEventListener("pointerdown", ({ offsetX, offsetY }) => this.move([offsetX, offsetY]));
    canvas.addEventListener("pointerleave", () => this.move(null));
  }

  move(at) {
    this.at = at;
    this.tell();
  }

  /** Says what is under the pointer now: it may rest while the run goes on. */
  tell() {
    const found = this.at && this.read(...this.at);
    show(this.root, Boolean(found));
    if (!found) return;
    if (!this.root.isConnected) this.canvas.after(this.root);
    const rows = placeRows(found.x, found.y, found.view, found.field, found.scale);
    say(this.root, rows.join("\n"));
    const [px, py] = this.at;
    const { offsetWidth: wide, offsetHeight: high } = this.root;
    const left = px + BESIDE + wide <= this.canvas.clientWidth ? px + BESIDE : px - BESIDE - wide;
    const top = py - BESIDE - high >= 0 ? py - BESIDE - high : py + BESIDE;
    Object.assign(this.root.style, { left: `${Math.max(0, left)}px`, top: `${top}px` });
  }
}
