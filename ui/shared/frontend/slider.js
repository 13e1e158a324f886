// A range with its number above it: dragged from one value worth having to the next.

import { make, say } from "./elements.js";
import { format } from "./numbers.js";
import { Range } from "./range.js";
import { Scale } from "./scale.js";

export class Slider {
  /** Of a knob as Python describes it, with a `step` if it has one of its own; `change(value)` when it is turned. */
  constructor({ name, symbol, label, low, high, whole, log, step }, title, change) {
    this.symbol = symbol;
    this.scale = new Scale({ kind: whole ? "int" : "float", log, slider: [low, high], low, high });
    if (step) this.scale.step = step;
    this.now = low;
    const move = (next) => next !== this.now && change(next);
    this.value = make("b", {});
    this.range = new Range(
      this.scale,
      { "aria-label": `${symbol}, ${label}`, "data-knob": name },
      { move, step: (direction, far) => move(this.next(direction, far)) },
    );
    this.root = make(
      "label",
      { class: "knob", title },
      make("span", { class: "what" }, this.value, make("span", { class: "meaning" }, label)),
      this.range.input,
    );
  }

  /** The next value, five per cent further on a log slider, or half as much again. */
  next(direction, far) {
    const { scale, now } = this;
    if (!scale.log || scale.whole) return scale.next(now, direction, far);
    const next = scale.round(now * (far ? 1.5 : 1.05) ** direction);
    const least = 10 ** (Math.floor(Math.log10(now)) - 1);
    const moved = next === now ? Number((now + direction * least).toPrecision(2)) : next;
    return Math.min(scale.high, Math.max(scale.low, moved));
  }

  /** Stands where the value is, and says it. */
  show(value, text = format(value)) {
    this.now = value;
    this.range.show(value, text);
    say(this.value, `${this.symbol} = ${text}`);
  }
}
