// One panel: heading, picture, beside it the step, the state and the legend, below it the verdict.

import { explain } from "../../shared/frontend/about.js";
import { sampleOf } from "../../shared/frontend/canvas.js";
import { make, mark, say, show } from "../../shared/frontend/elements.js";
import { whole } from "../../shared/frontend/numbers.js";
import { propertyOf, SIGNS } from "../../shared/frontend/theme.js";
import { Answers } from "./answers.js";
import { generatorsOf } from "./ensemble.js";
import { ImagesPicture } from "./images.js";
import { Legend } from "./legend.js";
import { Picture } from "./picture.js";
import { Seeds } from "./seeds.js";
import { newestAt, VerdictLine } from "./verdict.js";
import { BEHIND, BROKEN, PLANNED, PRESS_PLAY, placed, STEP, speedWords, stateWords } from "./words.js";

export class PanelView {
  constructor(index, send) {
    this.index = index;
    this.panel = null;
    this.scene = null;
    this.painted = null; // what the picture shows, to paint only what changed
    this.badge = make("span", { class: "badge" });
    this.title = make("h3", { class: "title" });
    this.canvas = make("canvas", { role: "img" });
    this.seeds = new Seeds((seed) => send("open_seed", { seed }));
    this.words = make("p");
    this.fix = make("button", { class: "fix", type: "button", hidden: true });
    this.fix.onclick = () => send("fix", { panel: this.index });
    this.over = make("div", { class: "over", hidden: true }, this.words, this.fix);
    this.plot = make("div", { class: "plot" }, this.canvas, this.seeds.root, this.over);

    this.verdict = new VerdictLine();
    this.step = make("span", { class: "step" });
    this.speed = make("span", { class: "compiled" });
    this.doing = make("span");
    this.state = make("span", { class: "state" }, this.doing, this.speed);
    this.progress = make("div", { class: "progress" }, this.step, this.state);
    this.legend = new Legend();
    this.answers = new Answers();
    this.side = make("div", { class: "side" }, this.progress, this.legend.root, this.answers.root);
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
      make("div", { class: "body" }, this.plot, this.side),
      this.verdict.root,
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
    explain(this.title, panel.title);
    mark(this.root, "run", panel.run ?? "");
    mark(this.root, "state", panel.state);
    mark(this.root, "message", panel.message ?? "");
  }

  /** Paints `frame` of `run` if it is not what is painted. Returns true if the picture changed. */
  paint({ run, frame, behind, clock, playing, see, theme, key }) {
    const panel = this.panel;
    const atEnd = !frame || frame === run?.newest;
    const { scene } = this;
    const kind = kindOf(panel, scene);
    const ofImages = kind === "images";
    mark(this.root, "kind", kind);
    mark(this.root, "imagesStep", frame?.table.images ? frame.step : "");
    this.say(run, frame, { behind, clock, playing, atEnd });
    this.describe(scene, frame);
    const now = `${panel.run}|${frame?.seq}|${kind}|${panel.modes}|${panel.metric.name}|${panel.verdict?.step}|${panel.verdict?.well}|${key}`;
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

  say(run, frame, { behind, clock, playing, atEnd }) {
    const panel = this.panel;
    mark(this.root, "step", frame ? frame.step : "");
    mark(this.root, "many", (frame?.replicas ?? 1) > 1);
    this.verdict.tell(panel, run, frame);

    say(this.step, frame ? placed(STEP, { step: whole(frame.step) }) : panel.run ? placed(STEP, { step: "0" }) : "");
    const broken = BROKEN.has(panel.state);
    const words = behind ? placed(BEHIND, { step: whole(clock) }) : stateWords(panel, { atEnd, playing });
    const [speed, why] = behind ? ["", ""] : speedWords(panel);
    say(this.doing, words);
    say(this.speed, speed && `, ${speed}`);
    const planned = panel.steps && panel.run ? placed(PLANNED, { steps: whole(panel.steps) }) : "";
    const told = (panel.recorded || panel.state === "stopped") && panel.message;
    explain(this.progress, [told, why, planned].filter(Boolean).join(" "));
    mark(this.root, "compiled", panel.compiled_at ?? "");
    mark(this.state, "behind", behind);

    // Failure is content: its sentence stands over the last frame, earlier frames stay clear.
    let over = "";
    if (panel.silent) over = panel.message;
    else if (broken && atEnd) over = panel.message || stateWords(panel);
    else if (!frame && panel.state === "idle") over = panel.message || PRESS_PLAY;
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
    const found = this.verdict.words || this.words.textContent;
    if (kindOf(this.panel, scene) === "images") {
      const training = `${scene?.real.shape[0] ?? 0} training images`;
      shown = frame?.table.images ? `${frame.table.images[1][0]} generated images beside training images` : training;
    }
    const at = frame ? placed(STEP, { step: whole(frame.step) }) : "";
    const label = [`${this.panel.label}, ${this.panel.title}`, found, at, shown].filter(Boolean).join(": ");
    if (this.canvas.getAttribute("aria-label") !== label) this.canvas.setAttribute("aria-label", label);
  }

  /** One line for a screen reader. */
  get summary() {
    const answers = this.answers.root.hidden ? "" : this.answers.words;
    return [this.verdict.words, answers, this.state.textContent].filter(Boolean).join(" ");
  }
}

/** What a panel shows, "plane" or "images": as its scene says, and until there is one, as the state does. */
export function kindOf(panel, scene) {
  return scene?.kind ?? panel.kind ?? "plane";
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
