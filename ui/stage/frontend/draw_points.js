// Own data, drawn with the mouse over the first panel's axes.

import { sharpen } from "../../shared/frontend/canvas.js";
import { make, say } from "../../shared/frontend/elements.js";
import { REAL } from "../../shared/frontend/theme.js";
import { fit } from "./picture.js";

const MOST = 64;
const APART = 9; // px between points of one drag

export class DrawPoints {
  /** `done(points)` with [[x, y], ...] in data units. */
  constructor(done) {
    this.points = [];
    this.strokes = []; // how many points each press added
    this.view = [-2, 2, -2, 2];
    this.canvas = make("canvas", { class: "sheet", tabindex: "0", "aria-label": "Click or drag to place data points" });
    this.count = make("span", { class: "drawn" });
    const button = (label, act, name) => make("button", { type: "button", class: `tool ${name}`, onclick: act }, label);
    this.finish = button("Done", () => this.points.length && this.close(() => done(this.points)), "done");
    this.root = make(
      "div",
      { class: "drawing", hidden: true },
      this.canvas,
      make(
        "div",
        { class: "tools" },
        this.count,
        button("Undo", () => this.undo(), "undo"),
        button("Clear", () => this.clear(), "clear"),
        button("Cancel", () => this.close(), "cancel"),
        this.finish,
      ),
    );
    this.canvas.onpointerdown = (event) => {
      if (event.button) return;
      this.canvas.setPointerCapture(event.pointerId);
      this.strokes.push(0);
      this.drop(event);
    };
    this.canvas.onpointermove = (event) => event.buttons & 1 && this.strokes.length && this.drop(event);
    this.canvas.onkeydown = (event) => {
      if (event.key === "Escape") this.close();
    };
  }

  get open() {
    return !this.root.hidden;
  }

  begin(plot, view, theme) {
    this.view = view;
    this.theme = theme;
    this.last = null;
    plot.append(this.root);
    this.root.hidden = false;
    this.paint();
  }

  close(then) {
    this.root.hidden = true;
    then?.();
    this.clear();
  }

  drop(event) {
    if (this.points.length >= MOST) return;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const first = this.strokes.at(-1) === 0;
    if (!first && this.last && Math.hypot(x - this.last[0], y - this.last[1]) < APART) return;
    this.last = [x, y];
    const map = fit(this.view, box.width, box.height);
    this.points.push([Number(map.worldX(x).toFixed(4)), Number(map.worldY(y).toFixed(4))]);
    this.strokes[this.strokes.length - 1] += 1;
    this.paint();
  }

  undo() {
    const count = this.strokes.pop() ?? 0;
    this.points.splice(this.points.length - count, count);
    this.paint();
  }

  clear() {
    this.points = [];
    this.strokes = [];
    this.paint();
  }

  paint() {
    say(this.count, `${this.points.length} of ${MOST} points`);
    this.finish.disabled = !this.points.length;
    const sharp = sharpen(this.canvas);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const map = fit(this.view, width, height);
    context.strokeStyle = this.theme.line;
    context.strokeRect(...map.box);
    context.fillStyle = REAL;
    context.strokeStyle = this.theme.paper;
    for (const [x, y] of this.points) {
      context.beginPath();
      context.arc(map.x(x), map.y(y), 6, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }
}
