// What is set for both methods at once: the game, who moves when, and every number that A or B uses.

import { make, mark, say, show } from "../gancore.stage/elements.js";
import { format } from "../gancore.knobs/numbers.js";
import { Scale } from "../gancore.knobs/scale.js";

const FINE = 1000; // stops of a slider; the scale rounds what they stand for

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
    this.sliders = new Map(knobs.map((knob) => [knob.name, this.slider(knob)]));
    this.knobs.replaceChildren(...[...this.sliders.values()].map((slider) => slider.root));
  }

  slider({ name, symbol, label, help, low, high, whole, log }) {
    const scale = new Scale({ kind: whole ? "int" : "float", log, slider: [low, high], low, high });
    const value = make("b", {});
    const input = make("input", { type: "range", class: "range", min: 0, max: FINE, step: 1, "aria-label": `${symbol}, ${label}`, "data-knob": name });
    const root = make("label", { class: "knob", title: `${label}: ${help}` }, make("span", { class: "what" }, value, make("span", { class: "meaning" }, label)), input);
    const slider = { root, input, value, scale, symbol, now: low };
    input.oninput = () => {
      const next = scale.value(input.value / FINE);
      if (next !== slider.now) this.change(name, next);
    };
    // One press is one round value, not a thousandth of the slider
    input.onkeydown = (event) => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const next = whole ? scale.next(slider.now, by, event.shiftKey) : stride(scale, slider.now, by, event.shiftKey);
      if (next !== slider.now) this.change(name, next);
    };
    return slider;
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
      slider.now = lab[name];
      const at = Math.round(FINE * slider.scale.position(lab[name]));
      // Under a hand it stays where the hand has it
      if (slider.scale.value(slider.input.value / FINE) !== lab[name]) slider.input.value = at;
      slider.input.style.setProperty("--at", slider.input.value / FINE);
      slider.input.setAttribute("aria-valuetext", format(lab[name]));
      say(slider.value, `${slider.symbol} = ${format(lab[name])}`);
    }
    mark(this.knobs, "used", [...used].join());
  }
}

/** The next value of two digits on a log slider, the next hundredth on a linear one. */
function stride(scale, now, by, far) {
  if (!scale.log) return scale.next(now, by, far);
  const next = scale.round(now * (far ? 1.5 : 1.05) ** by);
  const least = 10 ** (Math.floor(Math.log10(now)) - 1);
  const moved = next === now ? Number((now + by * least).toPrecision(2)) : next;
  return Math.min(scale.high, Math.max(scale.low, moved));
}
