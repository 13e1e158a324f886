// What is turned: which images, how many, how they are corrupted; and the presets that turn several at once.

import { make, mark } from "../../../shared/frontend/elements.js";
import { Slider } from "../../../shared/frontend/slider.js";

export class Controls {
  /** `change({field: value, …})` while something is turned. */
  constructor(change) {
    this.change = change;
    this.data = make("div", { class: "segments", role: "radiogroup", "aria-label": "Images" });
    this.presets = make("div", { class: "presets", role: "group", "aria-label": "Ways of corruption" });
    this.knobs = make("div", { class: "knobs" });
    this.described = [];
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
    this.buttons = presets.map(({ name, label, help, corrupts }) => {
      const button = make(
        "button",
        { type: "button", class: "button", title: help, "data-preset": name, "aria-pressed": "false" },
        label,
      );
      button.onclick = () => this.change(corrupts);
      return { button, corrupts };
    });
    this.presets.replaceChildren(...this.buttons.map(({ button }) => button));
    this.described = knobs;
    this.sliders = new Map(
      knobs.map((knob) => [knob.name, new Slider(knob, knob.help, (value) => this.change({ [knob.name]: value }))]),
    );
    this.knobs.replaceChildren(...[...this.sliders.values()].map((slider) => slider.root));
  }

  /** Shows a setting; `classes` is how many the images have. */
  show(measure, classes) {
    for (const radio of this.data.querySelectorAll("input")) {
      if (radio.checked !== (radio.value === measure.data)) radio.checked = radio.value === measure.data;
    }
    for (const { button, corrupts } of this.buttons) {
      const pressed = Object.entries(corrupts).every(([name, value]) => measure[name] === value);
      if (button.getAttribute("aria-pressed") !== String(pressed)) button.setAttribute("aria-pressed", pressed);
    }
    for (const { name, whole, high } of this.described) {
      const all =
        (name === "classes" && measure.classes >= classes) || (whole && name !== "n" && measure[name] >= high);
      this.sliders.get(name).show(measure[name], all ? "all" : undefined);
    }
    mark(this.knobs, "shown", [...this.sliders.keys()].join());
  }
}
