// What T is made of: a row for each part, with its sliders and what it has done to the gradient.

import { make, mark, say, show } from "../../../shared/frontend/elements.js";

const pixels = (value, side) => Math.floor(value * side + 0.5);
const signed = (value) => `${value > 0 ? "+" : value < 0 ? "\u2212" : ""}${Math.abs(value).toFixed(2)}`;
const lengthText = (one, other) => (value, side) => {
  const by = pixels(value, side);
  return by === 0 ? "0" : `${Math.abs(by)}\u00a0${by > 0 ? one : other}`;
};

// The sliders of each part; a step of null is one pixel.
const PARTS = [
  {
    name: "brightness",
    title: "Adds a number to every pixel",
    sliders: [{ name: "brightness", step: 0.01, text: signed }],
  },
  {
    name: "saturation",
    title: "Scales the colours about each pixel's grey",
    sliders: [{ name: "saturation", step: 0.02, text: (value) => `\u00d7 ${value.toFixed(2)}` }],
  },
  {
    name: "contrast",
    title: "Scales the image about its mean",
    sliders: [{ name: "contrast", step: 0.01, text: (value) => `\u00d7 ${value.toFixed(2)}` }],
  },
  {
    name: "translation",
    title: "Moves the image; what comes in is mid-grey",
    sliders: [
      { name: "down", step: null, text: lengthText("down", "up") },
      { name: "right", step: null, text: lengthText("right", "left") },
    ],
  },
  {
    name: "cutout",
    title: "Covers a square of half the side with mid-grey",
    sliders: [
      { name: "row", step: null, text: (value, side) => `row ${pixels(value, side)}` },
      { name: "column", step: null, text: (value, side) => `col ${pixels(value, side)}` },
    ],
  },
];

export class Controls {
  /** `change({field: value, …})` while something is turned. */
  constructor(change) {
    this.change = change;
    this.root = make("div", { class: "parts" });
    this.sliders = new Map();
    this.effects = new Map();
  }

  build(ranges) {
    this.ranges = ranges;
    this.root.replaceChildren(...PARTS.flatMap((part) => this.row(part)));
  }

  row({ name, title, sliders }) {
    const effect = make("span", { class: "effect", "data-effect": name });
    this.effects.set(name, effect);
    return [
      this.head(name, title),
      make("div", { class: "sliders" }, ...sliders.map((slider) => this.slider(slider, name))),
      effect,
    ];
  }

  head(name, title) {
    if (name !== "cutout") return make("span", { class: "part", title }, name);
    this.cutout = make("input", { type: "checkbox", "data-field": "cutout" });
    this.cutout.onchange = () => this.change({ cutout: this.cutout.checked });
    return make("label", { class: "part", title }, this.cutout, name);
  }

  slider({ name, step, text }, part) {
    const [low, high] = this.ranges[name];
    const input = make("input", {
      type: "range",
      class: "range",
      min: low,
      max: high,
      "aria-label": part === name ? name : `${part}, ${name}`,
      "data-field": name,
    });
    const value = make("b", {});
    input.oninput = () => this.change({ [name]: input.valueAsNumber });
    const slider = { input, value, low, high, step, text, root: make("label", { class: "slider" }, input, value) };
    this.sliders.set(name, slider);
    return slider.root;
  }

  /** The controls as `chosen` says, for an image of `side` pixels. */
  show(chosen, side) {
    for (const [name, { input, value, low, high, step, text, root }] of this.sliders) {
      input.step = step ?? 1 / side;
      // Under a hand it stays where the hand has it.
      if (input.valueAsNumber !== chosen[name]) input.value = chosen[name];
      input.style.setProperty("--at", (input.valueAsNumber - low) / (high - low));
      input.setAttribute("aria-valuetext", text(chosen[name], side));
      say(value, text(chosen[name], side));
      if (name === "row" || name === "column") show(root, chosen.cutout);
    }
    this.cutout.checked = chosen.cutout;
  }

  /** `effects`: part -> sentence, "" where it does nothing. */
  tell(effects) {
    for (const [name, node] of this.effects) {
      say(node, effects[name] || "off");
      mark(node, "on", Boolean(effects[name]));
    }
  }

  /** A fresh T: every number at random over all of its range, as the paper draws it. */
  atRandom(side) {
    const drawn = { cutout: true };
    for (const [name, { low, high, step }] of this.sliders) {
      const stride = step ?? 1 / side;
      const count = Math.round((high - low) / stride) + 1;
      drawn[name] = Number((low + stride * Math.floor(Math.random() * count)).toFixed(6));
    }
    return drawn;
  }
}
