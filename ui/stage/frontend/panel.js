// One panel: heading, picture, and beside it the verdict, the step, the state and the legend.

import { sampleOf } from "../../shared/frontend/canvas.js";
import { make, mark, say, show } from "../../shared/frontend/elements.js";
import { markSample, shadeOf } from "../../shared/frontend/generator_marks.js";
import { distanceWords, short, whole } from "../../shared/frontend/numbers.js";
import { ARROW_PX, propertyOf, SIGNS } from "../../shared/frontend/theme.js";
import { Answers } from "./answers.js";
import { ABOUT, showsField, sigmaOf } from "./densities.js";
import { GeneratorsKey, generatorsOf } from "./ensemble.js";
import { written } from "./forms.js";
import { ImagesPicture } from "./images.js";
import { Picture } from "./picture.js";
import { countOf, Seeds, verdictAt } from "./seeds.js";
import { BROKEN, speedWords, stateWords } from "./words.js";

const BAR_PX = 20; // length of the legend's bar
const ARROWS = "Length of a gradient arrow, the same in all panels; a double head: longer than could be drawn";
const WEIGHED =
  "The larger a real point, the more often the generator in training is shown it; of weight 0 a tiny ring is left";

export class PanelView {
  constructor(index, send) {
    this.index = index;
    this.panel = null;
    this.scene = null;
    this.painted = null; // what the picture shows, to paint only what changed
    this.badge = make("span", { class: "badge" });
    this.title = make("h3", { class: "title" });
    this.sentence = make("p", { class: "sentence", hidden: true });
    this.canvas = make("canvas", { role: "img" });
    this.seeds = new Seeds((seed) => send("open_seed", { seed }));
    this.words = make("p");
    this.fix = make("button", { class: "fix", type: "button", hidden: true });
    this.fix.onclick = () => send("fix", { panel: this.index });
    this.over = make("div", { class: "over", hidden: true }, this.words, this.fix);
    this.plot = make("div", { class: "plot" }, this.canvas, this.seeds.root, this.over);

    this.number = make("span", { class: "number" });
    this.unit = make("span", { class: "unit" });
    this.good = make("span", { class: "good" });
    this.distance = make("span", { class: "distance" });
    this.big = make("div", { class: "big" }, this.number, this.unit);
    this.verdict = make("div", { class: "verdict" }, this.big, this.good, this.distance);
    this.step = make("span", { class: "step" });
    this.of = make("span", { class: "of" });
    this.speed = make("span", { class: "compiled" });
    this.doing = make("span");
    this.state = make("span", { class: "state" }, this.doing, this.speed);
    this.progress = make(
      "div",
      { class: "progress" },
      make("span", { class: "steps" }, this.step, this.of),
      this.state,
    );
    this.legend = new Legend();
    this.answers = new Answers();
    this.side = make("div", { class: "side" }, this.verdict, this.progress, this.legend.root, this.answers.root);
    this.plane = new Picture(this.canvas);
    this.images = new ImagesPicture(this.canvas);
    this.root = make(
      "section",
      {
        class: "panel",
        "data-generators": "one",
        "data-kind": "plane",
        style: `--hue: var(${propertyOf(SIGNS[index].letter)})`,
      },
      make("header", { class: "head" }, this.badge, sampleOf(SIGNS[index], "dash"), this.title),
      this.sentence,
      make("div", { class: "body" }, this.plot, this.side),
    );
  }

  /** Another comparison: what is known of the data may not hold. */
  forget() {
    this.painted = null;
  }

  /** What the state says of this panel. */
  update(panel) {
    this.panel = panel;
    this.scene = panel.scene; // the real data
    say(this.badge, panel.label);
    say(this.title, panel.title);
    this.title.title = panel.title;
    mark(this.root, "run", panel.run ?? "");
    mark(this.root, "state", panel.state);
    mark(this.root, "message", panel.message ?? "");
  }

  /** Paints `frame` of `run` if it is not what is painted. Returns true if the picture changed. */
  paint({ run, frame, behind, clock, see, theme, key }) {
    const panel = this.panel;
    const atEnd = !frame || frame === run?.newest;
    const { scene } = this;
    const kind = kindOf(panel, scene);
    const ofImages = kind === "images";
    mark(this.root, "kind", kind);
    mark(this.root, "imagesStep", frame?.table.images ? frame.step : "");
    this.say(run, frame, behind, clock, atEnd);
    this.describe(scene, frame);
    const now = `${panel.run}|${frame?.seq}|${kind}|${panel.modes}|${panel.metric.name}|${panel.verdict?.step}|${panel.verdict?.counted}|${key}`;
    if (this.painted === now && this.paintedScene === scene) return false;
    this.painted = now;
    this.paintedScene = scene;
    const many = (frame?.replicas ?? 1) > 1;
    show(this.seeds.root, many);
    show(this.canvas, !many);
    const generators = many ? null : generatorsOf(run, frame, panel.steps);
    mark(this.root, "generators", !generators ? "one" : generators.length > 4 ? "many" : "several");
    show(this.legend.root, !ofImages);
    this.legend.update(frame, see, many, generators, theme);
    this.answers.update(newestAt(run, frame).value, ofImages && see.answers);
    if (many) this.seeds.draw(run, panel, scene, frame, theme);
    else if (ofImages) mark(this.root, "imageSize", this.images.draw(run, scene, frame, see, theme) ?? "");
    else this.plane.draw(run, scene, frame, see, theme);
    return true;
  }

  say(run, frame, behind, clock, atEnd) {
    const panel = this.panel;
    const many = (frame?.replicas ?? 1) > 1;
    mark(this.root, "step", frame ? frame.step : "");
    mark(this.root, "many", many);
    this.sayVerdict(run, frame, many);

    say(this.step, frame ? whole(frame.step) : panel.run ? "0" : "");
    say(this.of, panel.steps && panel.run ? `of ${whole(panel.steps)}` : "");
    const broken = BROKEN.has(panel.state);
    const words = behind ? `newest step; not yet at ${whole(clock)}` : stateWords(panel);
    const [speed, why] = behind ? ["", ""] : speedWords(panel);
    say(this.doing, words);
    say(this.speed, speed && `, ${speed}`);
    const hint = ((panel.recorded || panel.state === "stopped") && panel.message) || why || words;
    if (this.state.title !== hint) this.state.title = hint;
    mark(this.root, "compiled", panel.compiled_at ?? "");
    mark(this.state, "behind", behind);

    const early = many && panel.verdict && !verdictAt(panel, frame);
    const sentence = early ? panel.verdict.earlier : many ? panel.message : "";
    say(this.sentence, sentence);
    const told = [sentence, panel.pending].filter(Boolean).join(". ");
    if (this.sentence.title !== told) this.sentence.title = told;
    show(this.sentence, Boolean(sentence));

    // Failure is content: its sentence stands over the last frame, earlier frames stay clear.
    let over = "";
    if (panel.silent) over = panel.message;
    else if (broken && atEnd) over = panel.message || stateWords(panel);
    else if (!frame && panel.state === "idle") over = panel.message || "Press Play (space)";
    else if (!frame && panel.state !== "running") over = panel.message || capital(stateWords(panel));
    else if (panel.state === "queued") over = panel.message || capital(stateWords(panel));
    say(this.words, over);
    say(this.fix, panel.fix?.label ?? "");
    show(this.fix, Boolean((panel.silent || (broken && atEnd)) && panel.fix));
    show(this.over, Boolean(over));
    mark(this.plot, "dim", Boolean(broken && atEnd));
  }

  /** What the picture shows, for a screen reader. */
  describe(scene, frame) {
    let shown = "generated points over real ones";
    if (kindOf(this.panel, scene) === "images") {
      const training = `${scene?.real.shape[0] ?? 0} training images`;
      shown = frame?.table.images ? `${frame.table.images[1][0]} generated images beside training images` : training;
    }
    const label = `${this.panel.label}, ${this.panel.title}: ${shown}${frame ? `, step ${frame.step}` : ""}`;
    if (this.canvas.getAttribute("aria-label") !== label) this.canvas.setAttribute("aria-label", label);
  }

  sayVerdict(run, frame, many) {
    const panel = this.panel;
    if (!frame) {
      for (const node of [this.number, this.unit, this.good, this.distance]) say(node, "");
      return;
    }
    const newest = newestAt(run, frame);
    let ago = false; // the figure was measured at an earlier step, as the slow ones are
    const [first, ...others] = panel.figures;
    let lines = others;
    const verdict = many ? verdictAt(panel, frame) : null;
    if (verdict) {
      const { count, of, word } = countOf(verdict);
      say(this.number, `${count}/${of}`);
      say(this.unit, word);
      if (first.scalar !== "captured") lines = [first, others[0]];
    } else {
      const one = newest.value(first.scalar);
      say(this.number, one === null ? "\u2013" : numberOf(first, one, panel));
      const at = first.sparse && one !== null ? newest.step(first.scalar) : frame.step;
      ago = at !== frame.step;
      say(this.unit, `${first.unit}${many ? ", median" : ""}${ago ? ` at ${whole(at)}` : ""}`);
    }
    this.big.title = verdict ? panel.message : first.title;
    mark(this.number, "long", this.number.textContent.length > 4);
    mark(this.number, "ago", ago);
    for (const [i, node] of [this.good, this.distance].entries()) {
      const { scalar, best, line } = lines[i];
      const found = best ? least(run, frame, scalar) : { value: newest.value(scalar), frame };
      const one = found?.value ?? null;
      const said = one === null ? "" : line.replace("{value}", numberOf(lines[i], one, panel));
      say(node, said.replace("{step}", whole(found?.frame?.step ?? 0)));
      mark(node, "long", node.textContent.length > 10);
      node.title = lines[i].title;
    }
  }

  /** One line for a screen reader. */
  get summary() {
    const parts = [`${this.panel.label}: ${this.number.textContent} ${this.unit.textContent}`, this.good.textContent];
    if (!this.answers.root.hidden) parts.push(this.answers.words);
    return [...parts, this.distance.textContent, this.state.textContent].filter(Boolean).join(", ");
  }
}

/** The number of a figure beside the picture. A per cent sign goes to no line of its own. */
function numberOf({ form, complement }, value, panel) {
  const said = written(form, complement ? 1 - value : value, panel.modes);
  return form === "share" ? said.replace(" ", "\u202f") : said;
}

/** What a panel shows, "plane" or "images": as its scene says, and until there is one, as the state does. */
export function kindOf(panel, scene) {
  return scene?.kind ?? panel.kind ?? "plane";
}

/** A scalar's newest value at a frame, or null, of many seeds the median; its `step` is when that was measured. */
function newestAt(run, frame) {
  const many = (frame?.replicas ?? 1) > 1;
  const latest = (name) =>
    frame ? run.latest(name, frame, many ? (one) => one.median(name) : (one) => one.scalar(name)) : null;
  return { value: (name) => latest(name)?.value ?? null, step: (name) => latest(name)?.frame.step ?? null };
}

/** The least value of a scalar up to a frame, {value, frame}; of many seeds the least median. */
function least(run, frame, name) {
  return run.least(name, frame, (one) => one.median(name));
}

class Legend {
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
      { class: "contours", hidden: true, title: ABOUT },
      make("span", { class: "contour real" }),
      make("span", { class: "contour fake" }),
      this.sigma,
    );
    this.bar = make("span", { class: "bar" });
    this.bar.style.width = `${BAR_PX / 16}rem`; // as long as an arrow on the canvas is, at any size of letters
    this.length = make("span");
    this.arrow = make("div", { class: "arrow", hidden: true, title: ARROWS }, this.bar, this.length);
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
    this.real.title = frame?.table.data_weights ? WEIGHED : "";
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

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
