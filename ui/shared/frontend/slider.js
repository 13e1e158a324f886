// A slider with its number: dragged from one value worth having to the next, and a press of an arrow key is one step.

import { make, say } from "./elements.js";
import { format } from "./numbers.js";
import { Scale } from "./scale.js";

const FINE = 1000; // stops of a slider; the scale rounds what they stand for

export class Slider {
  /** Of a knob as Python describes it, with a `step` if it has one of its own; `change(value)` when it is turned. */
  constructor({ name, symbol, label, low, high, whole, log, step }, title, change) {
    this.symbol = symbol;
    this.scale = new Scale({ kind: whole ? "int" : "float", log, slider: [low, high], low, high });
    if (step) this.scale.step = step;
    this.now = low;
    this.change = (next) => next !== this.now && change(next);
    this.value = make("b", {});
    this.input = make("input", {
      type: "range",
      class: "range",
      min: 0,
      max: FINE,
      step: 1,
      value: 0,
      "aria-label": `${symbol}, ${label}`,
      "data-knob": name,
    });
    this.input.oninput = () => this.change(this.scale.value(this.input.value / FINE));
    this.input.onkeydown = (event) => this.pressKey(event);
    this.root = make(
      "label",
      { class: "knob", title },
      make("span", { class: "what" }, this.value, make("span", { class: "meaning" }, label)),
      this.input,
    );
  }

  /** One press is one round value, not a thousandth of the slider. */
  pressKey(event) {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { scale, now } = this;
    this.change(
      scale.log && !scale.whole ? stride(scale, now, by, event.shiftKey) : scale.next(now, by, event.shiftKey),
    );
  }

  /** Stands where the value is, and says it. */
  show(value, text = format(value)) {
    this.now = value;
    // Under a hand it stays where the hand has it
    if (this.scale.value(this.input.value / FINE) !== value)
      this.input.value = Math.round(FINE * this.scale.position(value));
    this.input.style.setProperty("--at", this.input.value / FINE);
    this.input.setAttribute("aria-valuetext", text);
    say(this.value, `${this.symbol} = ${text}`);
  }
}

/** The next value of two digits on a log slider: five per cent further, or half as much again. */
function stride(scale, now, by, far) {
  const next = scale.round(now * (far ? 1.5 : 1.05) ** by);
  const least = 10 ** (Math.floor(Math.log10(now)) - 1);
  const moved = next === now ? Number((now + by * least).toPrecision(2)) : next;
  return Math.min(scale.high, Math.max(scale.low, moved));
}
