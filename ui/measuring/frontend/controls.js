// What is turned: which images, how many, how they are spoiled; and the presets that turn several at once.

import { make, mark, say } from "../gancore.stage/elements.js";
import { format } from "../gancore.knobs/numbers.js";
import { Scale } from "../gancore.knobs/scale.js";

const FINE = 1000; // stops of a slider; the scale rounds what they stand for

export class Controls {
  /** `change({field: value, …})` while something is turned. */
  constructor(change) {
    this.change = change;
    this.data = make("div", { class: "segments", role: "radiogroup", "aria-label": "Images" });
    this.presets = make("div", { class: "presets", role: "group", "aria-label": "Ways of spoiling" });
    this.knobs = make("div", { class: "knobs" });
    this.sliders = new Map();
  }

  build({ data, presets, knobs }) {
    this.data.replaceChildren(
      ...data.map(({ name, help }) => {
        const radio = make("input", { type: "radio", name: "data", value: name });
        radio.onchange = () => this.change({ data: name });
        return make("label", { class: "segment", title: help }, radio, make("span", {}, name));
      }),
    );
    this.buttons = presets.map(({ name, label, help, spoils }) => {
      const button = make("button", { type: "button", class: "button", title: help, "data-preset": name, "aria-pressed": "false" }, label);
      button.onclick = () => this.change(spoils);
      return { button, spoils };
    });
    this.presets.replaceChildren(...this.buttons.map(({ button }) => button));
    this.sliders = new Map(knobs.map((knob) => [knob.name, this.slider(knob)]));
    this.knobs.replaceChildren(...[...this.sliders.values()].map((slider) => slider.root));
  }

  slider({ name, symbol, label, help, low, high, whole, log, step }) {
    const scale = new Scale({ kind: whole ? "int" : "float", log, slider: [low, high], low, high });
    if (step) scale.step = step;
    const value = make("b", {});
    const input = make("input", { type: "range", class: "range", min: 0, max: FINE, step: 1, value: 0, "aria-label": `${symbol}, ${label}`, "data-knob": name });
    const root = make("label", { class: "knob", title: help }, make("span", { class: "what" }, value, make("span", { class: "meaning" }, label)), input);
    const slider = { root, input, value, scale, symbol, high, whole, now: low };
    input.oninput = () => {
      const next = scale.value(input.value / FINE);
      if (next !== slider.now) this.change({ [name]: next });
    };
    // One press is one round value, not a thousandth of the slider
    input.onkeydown = (event) => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const next = scale.next(slider.now, by, event.shiftKey);
      if (next !== slider.now) this.change({ [name]: next });
    };
    return slider;
  }

  /** Shows a setting; `classes` is how many the images have. */
  show(measure, classes) {
    for (const radio of this.data.querySelectorAll("input")) {
      if (radio.checked !== (radio.value === measure.data)) radio.checked = radio.value === measure.data;
    }
    for (const { button, spoils } of this.buttons) {
      const pressed = Object.entries(spoils).every(([name, value]) => measure[name] === value);
      if (button.getAttribute("aria-pressed") !== String(pressed)) button.setAttribute("aria-pressed", pressed);
    }
    for (const [name, slider] of this.sliders) {
      slider.now = measure[name];
      // Under a hand it stays where the hand has it
      if (slider.scale.value(slider.input.value / FINE) !== measure[name]) slider.input.value = Math.round(FINE * slider.scale.position(measure[name]));
      slider.input.style.setProperty("--at", slider.input.value / FINE);
      const all = (name === "classes" && measure.classes >= classes) || (slider.whole && name !== "n" && measure[name] >= slider.high);
      const text = all ? "all" : format(measure[name]);
      slider.input.setAttribute("aria-valuetext", text);
      say(slider.value, `${slider.symbol} = ${text}`);
    }
    mark(this.knobs, "shown", [...this.sliders.keys()].join());
  }
}
