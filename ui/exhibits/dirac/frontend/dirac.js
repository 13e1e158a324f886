// The Dirac-GAN laboratory. Python computes; here it is drawn, played, and asked for when something is turned.

import { mountAnswered } from "../../../channel/frontend/answered.js";
import { sampleOf } from "../../../shared/frontend/canvas.js";
import { decode } from "../../../shared/frontend/codec.js";
import { icon, make, mark, say } from "../../../shared/frontend/elements.js";
import { isMoved, isTyping } from "../../../shared/frontend/keys.js";
import { attend } from "../../../shared/frontend/mount.js";
import { readTheme, UNSTYLED } from "../../../shared/frontend/theme.js";
import { Controls } from "./controls.js";
import { Plane } from "./plane.js";
import { Radius } from "./radius.js";
import { Spectrum } from "./spectrum.js";
import { colourOf, PANELS } from "./styles.js";
import { Table } from "./table.js";
import { VERDICTS } from "./words.js";

const REST = 400; // ms that nothing may be turned before the table and the page's address follow
const PACE = 40; // steps a second, at least
const LONGEST = 8; // seconds from the first step to the last

export default (component) => mountAnswered(component, Board, "dirac");

class Board {
  constructor(parent, asking) {
    this.asking = asking;
    this.shown = null; // the answer that is drawn: {meta, arrays}
    this.lab = null; // what the controls say
    this.painted = 0;
    this.at = null; // the step that has been walked to; null: all
    this.controls = new Controls((field, value) => this.turn({ [field]: value }));
    this.views = PANELS.map((_, panel) => this.view(panel));
    this.radius = new Radius((step) => this.walkTo(step));
    this.flow = new Spectrum(
      "axis",
      "\u03bb, continuous",
      "Eigenvalues of the continuous dynamics at the equilibrium: it settles where Re \u03bb < 0, left of the thick line. Line: as the method\u2019s knob is turned. Mescheder et al. 2018, section 2",
    );
    this.step = new Spectrum(
      "circle",
      "|\u03bb| a step",
      "Eigenvalues of one discrete step as it is really taken: it settles where |\u03bb| < 1, inside the unit circle. Mescheder et al. 2017",
    );
    this.table = new Table((method) => this.turn({ b: method }));
    this.build();
    for (const part of [...this.views.map(({ plane }) => plane), this.flow, this.step])
      part.changed = () => this.wake();
    this.leave = attend(this, parent);
  }

  close() {
    clearTimeout(this.timer);
    this.leave();
  }

  // ---- building

  view(panel) {
    const { name, dash, mark: shape } = PANELS[panel];
    const method = make("select", { class: "choice method", "aria-label": `Method of ${name}` });
    method.onchange = () => this.turn({ [name.toLowerCase()]: method.value });
    const sign = make("span", { class: "sign", "aria-hidden": "true" });
    const word = make("b", {});
    const verdict = make("p", { class: "verdict", role: "status", "aria-live": "polite" }, sign, word);
    const reason = make("p", { class: "reason", role: "status", "aria-live": "polite" });
    const plane = new Plane(panel, (start) =>
      this.turn({ starts: [...this.lab.starts, start].slice(-this.shown.meta.most) }),
    );
    const head = make(
      "div",
      { class: "head" },
      make("span", { class: "who" }, name, sampleOf({ dash, mark: shape })),
      method,
      verdict,
    );
    return {
      method,
      sign,
      word,
      reason,
      verdict,
      plane,
      root: make("section", { class: "panel", "aria-label": name }, head, reason, plane.root),
    };
  }

  build() {
    const button = (properties, ...children) =>
      make("button", { type: "button", class: "button", ...properties }, ...children);
    this.play = button({ class: "button play", onclick: () => this.togglePlay() });
    this.scrubber = make("input", {
      type: "range",
      class: "range scrubber",
      min: 0,
      max: 1,
      step: 1,
      value: 1,
      "aria-label": "Step",
      title: "How far along the trajectories (arrow keys; Shift: ten steps)",
    });
    this.scrubber.oninput = () => this.walkTo(Number(this.scrubber.value));
    this.count = make("span", { class: "count" });
    this.undo = button({ title: "Take the last start away (U)", onclick: () => this.takeBack() }, "undo");
    this.clear = button({ title: "Take all starts away (X)", onclick: () => this.takeAll() }, "clear");
    this.swap = button(
      {
        class: "button swap",
        title: "Which methods converge, at which rate (T)",
        "aria-pressed": "false",
        onclick: () => this.toggleTable(),
      },
      "table",
    );
    this.root = make(
      "div",
      {
        class: "board exhibit dirac",
        style: UNSTYLED,
        "data-testid": "dirac",
        "data-painted": "0",
        "data-view": "charts",
      },
      make(
        "div",
        { class: "bar" },
        this.play,
        this.scrubber,
        this.count,
        this.undo,
        this.clear,
        this.controls.game,
        this.controls.updates,
        this.swap,
      ),
      this.controls.knobs,
      make("div", { class: "panels" }, ...this.views.map(({ root }) => root)),
      make("div", { class: "charts" }, this.radius.root, this.flow.root, this.step.root),
      this.table.root,
    );
  }

  // ---- what comes in

  receive(data) {
    const { meta, arrays } = decode(data);
    const first = !this.shown;
    this.shown = { meta, arrays };
    if (first) this.controls.build(meta);
    // While a newer setting is under way the controls stay as the hand has them; the answer is drawn all the same.
    if (first || this.asking.idle) this.lab = meta.setting;
    this.table.receive(meta.table, [meta.setting.a, meta.setting.b]);
    this.showControls();
    this.wake();
  }

  get methods() {
    return this.shown.meta.methods[this.lab.game];
  }

  get steps() {
    return this.shown.arrays.path.shape[2] - 1;
  }

  showControls() {
    const { lab } = this;
    const played = [lab.a, lab.b].map((name) => this.methods.find((method) => method.name === name));
    this.controls.show(lab, new Set(["h", "k", ...played.map((method) => method?.knob).filter(Boolean)]));
    const names = this.methods.map(({ name }) => name).join();
    this.views.forEach(({ method }, panel) => {
      if (method.dataset.names !== names)
        method.replaceChildren(...this.methods.map(({ name, label }) => make("option", { value: name }, label)));
      mark(method, "names", names);
      if (method.value !== played[panel]?.name) method.value = played[panel]?.name;
      method.title = played[panel]?.help ?? "";
    });
    this.undo.disabled = !lab.starts.length && !this.cleared;
    this.clear.disabled = !lab.starts.length;
  }

  // ---- what is turned

  turn(changes) {
    if (!this.shown) return;
    const lab = { ...this.lab, ...changes };
    if (lab.game !== this.lab.game) [lab.a, lab.b] = this.shown.meta.first[lab.game];
    if (changes.starts) this.at = null;
    this.lab = lab;
    this.showControls();
    this.asking.ask({ setting: lab, rests: false, table: false });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.askAll(), REST);
  }

  /** The same setting once more, with what takes too long for a slider. */
  askAll() {
    this.asking.ask({ setting: this.lab, rests: true, table: this.root.dataset.view === "table" });
  }

  toggleTable() {
    const table = this.root.dataset.view !== "table";
    mark(this.root, "view", table ? "table" : "charts");
    this.swap.setAttribute("aria-pressed", table);
    say(this.swap, table ? "charts" : "table");
    if (table) this.askAll();
    this.wake();
  }

  togglePlay() {
    if (!this.shown || !this.lab.starts.length) return;
    this.playing = !this.playing;
    if (this.playing && (this.at === null || this.at >= this.steps)) this.at = 0;
    this.before = null;
    this.wake();
  }

  walkTo(step) {
    this.at = Math.min(this.steps, Math.max(0, step));
    this.playing = false;
    this.wake();
  }

  pressKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !this.shown) return;
    const act = this.actionOf(event);
    const target = event.composedPath()[0];
    if (!act || keepsKey(target, event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit has keys of its own
    if (!event.repeat || event.key.startsWith("Arrow")) act();
  }

  takeAll() {
    this.cleared = this.lab.starts;
    this.turn({ starts: [] });
  }

  /** The last start; where all have been taken away, that. */
  takeBack() {
    const { starts } = this.lab;
    this.turn({ starts: starts.length ? starts.slice(0, -1) : (this.cleared ?? []) });
    if (!starts.length) this.cleared = null;
  }

  actionOf(event) {
    const by = event.shiftKey ? 10 : 1;
    const now = this.at ?? this.steps;
    const acts = {
      " ": () => this.togglePlay(),
      ArrowLeft: () => this.walkTo(now - by),
      ArrowRight: () => this.walkTo(now + by),
      Home: () => this.walkTo(0),
      End: () => this.walkTo(this.steps),
      t: () => this.toggleTable(),
      u: () => this.undo.click(),
      x: () => this.clear.click(),
      z: () => this.step.toggle(),
    };
    return acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  }

  // ---- painting

  wake() {
    if (!this.handle) this.handle = requestAnimationFrame((now) => this.paint(now));
  }

  advance(now) {
    if (!this.playing) return;
    this.at += this.before ? ((now - this.before) / 1000) * Math.max(PACE, this.steps / LONGEST) : 0;
    this.before = now;
    if (this.at >= this.steps) {
      this.at = this.steps;
      this.playing = false;
    }
    this.wake();
  }

  paint(now) {
    this.handle = 0;
    if (!this.shown || !this.root.isConnected) return;
    const began = performance.now();
    this.advance(now);
    const { meta, arrays } = this.shown;
    const theme = readTheme(this.root);
    const at = Math.min(this.steps, Math.floor(this.at ?? this.steps));
    const panels = meta.panels.map((panel, i) => ({
      ...panel,
      field: part(arrays.field, i),
      paths: parts(arrays.path, i),
      flows: parts(arrays.flow, i),
      locus: arrays[i ? "locus_b" : "locus_a"].values,
      symbol: meta.knobs.find(({ name }) => name === panel.knob)?.symbol,
    }));
    panels.forEach((panel, i) => {
      const view = this.views[i];
      view.root.style.setProperty("--own", colourOf(i, theme));
      const verdict = VERDICTS[panel.verdict]; // none without a start
      say(view.sign, verdict?.sign ?? "");
      say(view.word, verdict?.word ?? "");
      say(view.reason, panel.reason);
      view.reason.title = panel.paths.length > 1 ? "Of the last start, in a second ring" : "";
      mark(view.verdict, "verdict", panel.verdict ?? "none");
      view.plane.paint({
        theme,
        half: meta.half,
        grid: arrays.grid.values,
        field: panel.field,
        paths: panel.paths,
        flows: panel.flows,
        at,
        bound: panel.knob === "clip" ? meta.setting.clip : null,
      });
    });
    if (this.root.dataset.view === "charts") {
      this.radius.paint({ theme, panels, steps: this.steps, at });
      this.flow.paint({ theme, panels: panels.map((panel) => ({ ...panel, values: panel.eigenvalues })) });
      this.step.paint({ theme, panels: panels.map((panel) => ({ ...panel, values: panel.step_eigenvalues })) });
    }
    this.paintBar(at);
    this.painted += 1;
    mark(this.root, "cost", (performance.now() - began).toFixed(1)); // ms that this picture took to paint
    this.tell(meta, at);
  }

  paintBar(at) {
    const name = this.playing ? "pause" : "play";
    if (this.play.dataset.icon !== name) {
      this.play.replaceChildren(icon(name));
      this.play.title = this.playing ? "Pause (space)" : "Play: walk along the trajectories (space)";
      this.play.setAttribute("aria-label", this.playing ? "Pause" : "Play");
      mark(this.play, "icon", name);
    }
    this.play.disabled = !this.lab.starts.length;
    this.scrubber.max = this.steps;
    if (Number(this.scrubber.value) !== at) this.scrubber.value = at;
    this.scrubber.style.setProperty("--at", at / this.steps);
    say(this.count, `step ${at}`);
  }

  /** What tests and the page's own styles read. */
  tell(meta, at) {
    const { setting: lab, panels } = meta;
    const said = {
      a: lab.a,
      b: lab.b,
      game: lab.game,
      updates: lab.updates,
      h: lab.h,
      k: lab.k,
      starts: lab.starts.length,
      at,
      playing: Boolean(this.playing),
      trip: Math.round(this.asking.trip),
      requests: this.asking.number,
      idle: this.asking.idle,
      painted: this.painted,
    };
    for (const [name, value] of Object.entries(said)) mark(this.root, name, value);
    mark(this.root, "verdictA", panels[0].verdict ?? "none");
    mark(this.root, "verdictB", panels[1].verdict ?? "none");
  }
}

/** One panel's values of an array whose first axis is the panels. */
function part({ shape, values }, panel) {
  const size = shape.slice(1).reduce((product, each) => product * each, 1);
  return values.subarray(panel * size, (panel + 1) * size);
}

/** One panel's trajectories, each \u03b8, \u03c8, \u03b8, \u03c8 \u2026 */
function parts(array, panel) {
  const own = part(array, panel);
  const [, starts, points] = array.shape;
  return Array.from({ length: starts }, (_, i) => own.subarray(i * points * 2, (i + 1) * points * 2));
}

/** True where a key belongs to what has the focus: the plane keeps the arrows that move its cursor. */
function keepsKey(node, key) {
  const plane = node instanceof Element && node.getAttribute("role") === "application";
  if (plane) return key.startsWith("Arrow") || key === "Enter";
  return isTyping(node) || isMoved(node, key);
}
