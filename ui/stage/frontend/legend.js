// The key to a panel's picture: marks, generators, the discriminator's field, contours, the length of an arrow.

import { explain } from "../../shared/frontend/about.js";
import { make, mark, say, show } from "../../shared/frontend/elements.js";
import { markSample, shadeOf } from "../../shared/frontend/generator_marks.js";
import { distanceWords, short } from "../../shared/frontend/numbers.js";
import { ARROW_PX } from "../../shared/frontend/theme.js";
import { ABOUT, showsField, sigmaOf } from "./densities.js";
import { GeneratorsKey } from "./ensemble.js";

const BAR_PX = 20; // length of the legend's bar
const ARROWS = "Length of a gradient arrow, the same in all panels; a double head: longer than could be drawn";
const WEIGHED =
  "The larger a real point, the more often the generator in training is shown it; of weight 0 a tiny ring is left";

export class Legend {
  constructor() {
    this.real = make("span", { class: "key real" }, "real", make("span", { class: "heading" }, "modes"));
    this.makers = make("span", { class: "makers" }); // the marks of all but the first
    this.fake = make("span", { class: "key fake" }, this.makers, "generated");
    this.generators = new GeneratorsKey();
    this.low = make("span");
    this.name = make("span", { class: "name" });
    this.high = make("span");
    this.field = make(
      "div",
      { class: "field", hidden: true },
      make("div", { class: "ramp" }),
      make("div", { class: "ends" }, this.low, this.name, this.high),
    );
    this.sigma = make("span");
    this.contours = make(
      "div",
      { class: "contours", hidden: true },
      make("span", { class: "contour real" }),
      make("span", { class: "contour fake" }),
      this.sigma,
    );
    this.bar = make("span", { class: "bar" });
    this.bar.style.width = `${BAR_PX / 16}rem`;
    this.length = make("span");
    this.arrow = make("div", { class: "arrow", hidden: true }, this.bar, this.length);
    explain(this.contours, ABOUT);
    explain(this.arrow, ARROWS);
    this.root = make(
      "div",
      { class: "legend" },
      make("div", { class: "keys" }, this.real, this.fake, this.generators.root),
      this.field,
      this.contours,
      this.arrow,
    );
  }

  /** The marks beside the word, where many small pictures hold the points of `count` generators. */
  mark(count, theme) {
    const said = `${count}|${theme.dark}`;
    if (this.marked === said) return;
    this.marked = said;
    const samples = Array.from({ length: count - 1 }, (_, i) => markSample(i + 1));
    for (const [i, sample] of samples.entries()) {
      sample.style.setProperty("--shade", shadeOf(i + 1, theme));
    }
    this.makers.replaceChildren(...samples);
    show(this.makers, count > 1);
  }

  update(frame, see, many, generators, theme) {
    show(this.fake, !generators);
    this.mark(many && frame.table.owner ? frame.table.mixture[1][0] : 1, theme);
    explain(this.real, frame?.table.data_weights ? WEIGHED : "");
    this.generators.update(generators, theme);
    const scale = !many && showsField(see, frame) && frame?.table.field ? frame.fieldScale : null;
    show(this.field, Boolean(scale));
    if (scale) {
      const probability = scale.kind === "probability";
      say(this.name, probability ? "D(x)" : "critic");
      say(this.low, probability ? "0 fake" : short(scale.lo));
      say(this.high, probability ? "real 1" : short(scale.hi));
    }
    const sigma = !many && see.densities ? sigmaOf(frame) : null;
    show(this.contours, sigma > 0);
    if (sigma > 0) say(this.sigma, `+ \u03c3 ${distanceWords(sigma)}`);
    mark(this.root, "sigma", sigma ?? "");
    show(this.arrow, Boolean(!many && see.arrows && frame?.table.arrows));
    say(this.length, `\u2225\u2207\u2225 = ${Number((BAR_PX / ARROW_PX / see.scale).toPrecision(2))}`);
  }
}
