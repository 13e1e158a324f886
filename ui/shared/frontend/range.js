// The slider on a scale of values worth having: dragged by hand, or one value a press of a key.

import { describe, make } from "./elements.js";

const FINE = 1000; // positions; the scale rounds what they stand for

export class Range {
  /**
   * `move(value)` while it is dragged, `release()` when it is let go, `step(direction, far)` for a press of an arrow;
   * `multiple()` is what values are whole multiples of.
   */
  constructor(scale, properties, { move, release = () => {}, step, multiple = () => 1 }) {
    this.scale = scale;
    this.move = move;
    this.release = release;
    this.step = step;
    this.multiple = multiple;
    this.dragging = false;
    this.input = make("input", { type: "range", class: "range", min: 0, max: FINE, step: 1, value: 0, ...properties });
    this.input.onpointerdown = () => this.hold();
    this.input.oninput = () => move(scale.value(Number(this.input.value) / FINE, multiple()));
    this.input.onchange = release;
    this.input.onkeydown = (event) => this.pressKey(event);
  }

  /** A hand is on it until the pointer goes up, wherever that is. */
  hold() {
    this.dragging = true;
    const leave = () => {
      window.removeEventListener("pointerup", leave, true);
      window.removeEventListener("pointercancel", leave, true);
      // After the input and change events of this very release.
      setTimeout(() => {
        this.dragging = false;
        this.release();
      }, 0);
    };
    window.addEventListener("pointerup", leave, true);
    window.addEventListener("pointercancel", leave, true);
  }

  pressKey(event) {
    const { key, shiftKey } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (["ArrowRight", "ArrowUp"].includes(key)) this.step(1, shiftKey);
    else if (["ArrowLeft", "ArrowDown"].includes(key)) this.step(-1, shiftKey);
    else if (key === "PageUp") this.step(1, true);
    else if (key === "PageDown") this.step(-1, true);
    else if (key === "Home") this.jump(0);
    else if (key === "End") this.jump(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** To one end of the scale: 0 or 1. */
  jump(position) {
    this.move(this.scale.value(position, this.multiple()));
    this.release();
  }

  /** Stands where the value is, and says it; under a hand it stays where the hand has it. */
  show(value, text) {
    const position = this.scale.position(value);
    this.input.style.setProperty("--at", String(position));
    const at = String(Math.round(FINE * position));
    if (!this.dragging && this.input.value !== at) this.input.value = at;
    describe(this.input, "aria-valuetext", text);
  }
}
