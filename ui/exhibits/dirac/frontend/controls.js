// What is set for both methods at once: the game, who moves when, and every number that A or B uses.

import { make, mark, show } from "../../../shared/frontend/elements.js";
import { Slider } from "../../../shared/frontend/slider.js";

export class Controls {
  /** `change(field, value)` while something is turned. */
  constructor(change) {
    this.change = change;
    this.game = make("select", { class: "choice", "aria-label": "Game" });
    this.game.onchange = () => change("game", this.game.value);
    this.updates = make("div", { class: "segments", role: "radiogroup", "aria-label": "Updates" });
    this.knobs = make("div", { class: "knobs" });
    this.sliders = new Map();
  }

  build({ games, updates, knobs }) {
    this.help = Object.fromEntries(games.map(({ name, help }) => [name, help]));
    this.game.replaceChildren(...games.map(({ name, label }) => make("option", { value: name }, label)));
    this.updates.replaceChildren(
      ...updates.map(({ name, help }) => {
        const radio = make("input", { type: "radio", name: "updates", value: name });
        radio.onchange = () => this.change("updates", name);
        return make("label", { class: "segment", title: help }, radio, make("span", {}, name));
      }),
    );
    this.sliders = new Map(
      knobs.map((knob) => [
        knob.name,
        new Slider(knob, `${knob.label}: ${knob.help}`, (value) => this.change(knob.name, value)),
      ]),
    );
    this.knobs.replaceChildren(...[...this.sliders.values()].map((slider) => slider.root));
  }

  /** Shows a setting; `used` are the knobs that A or B reads. */
  show(lab, used) {
    if (this.game.value !== lab.game) this.game.value = lab.game;
    this.game.title = this.help[lab.game];
    for (const radio of this.updates.querySelectorAll("input")) {
      if (radio.checked !== (radio.value === lab.updates)) radio.checked = radio.value === lab.updates;
    }
    for (const [name, slider] of this.sliders) {
      show(slider.root, used.has(name));
      slider.show(lab[name]);
    }
    mark(this.knobs, "used", [...used].join());
  }
}
