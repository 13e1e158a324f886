// Measuring a GAN: real images corrupted by hand. Python judges them; here they are shown, and asked for when turned.

import { mountAnswered } from "../../../channel/frontend/answered.js";
import { decode } from "../../../shared/frontend/codec.js";
import { make, mark, say, show } from "../../../shared/frontend/elements.js";
import { isTyping } from "../../../shared/frontend/keys.js";
import { attend } from "../../../shared/frontend/mount.js";
import { readTheme, UNSTYLED } from "../../../shared/frontend/theme.js";
import { Bias } from "./bias.js";
import { Classes } from "./classes.js";
import { Controls } from "./controls.js";
import { Formula } from "./formula.js";
import { Scores } from "./scores.js";
import { Strip } from "./strip.js";
import { Wall } from "./wall.js";

const REST = 400; // ms that nothing may be turned before the page's address follows
const AGAIN = 3000; // ms after which a question without an answer is asked again: at first the compute worker has yet to start

export default (component) => mountAnswered(component, Board, "corruption");

class Board {
  constructor(parent, asking) {
    this.asking = asking;
    this.meta = null; // of the last message
    this.shown = null; // the last answer: {answer, arrays}
    this.measure = null; // what the controls say
    this.painted = 0;
    this.controls = new Controls((changes) => this.turn(changes));
    this.strip = new Strip();
    this.views = {
      scores: new Scores(),
      formula: new Formula(),
      classes: new Classes(),
      bias: new Bias(),
      neighbours: new Wall(),
    };
    this.build();
    this.leave = attend(this, parent);
  }

  close() {
    clearTimeout(this.timer);
    this.leave();
  }

  // ---- building

  build() {
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": "What the measures say" });
    this.panel = make(
      "div",
      { class: "panel", role: "tabpanel" },
      ...Object.values(this.views).map(({ root }) => root),
    );
    this.foot = make("p", { class: "foot" });
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    this.root = make(
      "div",
      { class: "board exhibit corruption", style: UNSTYLED, "data-testid": "corruption", "data-painted": "0" },
      make("div", { class: "bar" }, this.controls.data, this.controls.presets),
      this.strip.root,
      this.controls.knobs,
      make("div", { class: "bar" }, this.tabs, this.problem),
      this.panel,
      this.foot,
    );
  }

  buildTabs(tabs) {
    this.buttons = tabs.map(({ name, label }, i) => {
      const button = make("button", { type: "button", role: "tab", "data-tab": name }, label);
      button.onclick = () => this.open(name);
      button.onkeydown = (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!by) return;
        event.preventDefault();
        event.stopPropagation();
        const next = (i + by + tabs.length) % tabs.length;
        this.open(tabs[next].name);
        this.buttons[next].focus();
      };
      return button;
    });
    this.tabs.replaceChildren(...this.buttons);
  }

  // ---- what comes in

  receive(data) {
    const { meta, arrays } = decode(data);
    const first = !this.meta;
    this.meta = meta;
    if (first) {
      this.controls.build(meta);
      this.views.scores.build(meta.measures);
      this.buildTabs(meta.tabs);
    }
    if (meta.answer) this.shown = { answer: meta.answer, arrays };
    // While a newer setting is under way the controls stay as the hand has them; the answer is drawn all the same.
    if (first || this.asking.idle) this.measure = meta.setting;
    say(this.problem, meta.problem ?? "");
    show(this.problem, Boolean(meta.problem));
    if (meta.problem) this.ask(AGAIN);
    this.showControls();
    this.wake();
  }

  showControls() {
    const { measure } = this;
    this.controls.show(measure, this.shown?.answer.classes.length ?? Infinity);
    for (const button of this.buttons ?? []) {
      const open = button.dataset.tab === measure.tab;
      button.setAttribute("aria-selected", open);
      button.tabIndex = open ? 0 : -1;
    }
    for (const [name, view] of Object.entries(this.views)) show(view.root, name === measure.tab);
  }

  // ---- what is turned

  turn(changes) {
    if (!this.meta) return;
    this.measure = { ...this.measure, ...changes };
    this.showControls();
    this.asking.ask({ setting: this.measure, rests: false });
    this.ask(REST);
  }

  /** Once more what the controls say, so many ms from now unless they are turned before. */
  ask(after) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.asking.ask({ setting: this.measure, rests: true }), after);
  }

  /** Another tab: drawn at once from what is here; Python hears of it for the page's address. */
  open(tab) {
    this.turn({ tab });
    this.wake();
  }

  pressKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat || !this.meta) return;
    const act = this.actionOf(event.key);
    if (!act || isTyping(event.composedPath()[0])) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit has keys of its own
    act();
  }

  actionOf(key) {
    return { r: () => this.turn(this.meta.presets[0].corrupts) }[key.toLowerCase()];
  }

  // ---- painting

  wake() {
    if (!this.handle) this.handle = requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.handle = 0;
    if (!this.shown || !this.root.isConnected) return;
    const began = performance.now();
    const { answer, arrays } = this.shown;
    const theme = readTheme(this.root);
    this.strip.paint({ arrays });
    this.views[this.measure.tab].paint({ answer, arrays, theme, real: this.isReal(answer.setting) });
    say(this.foot, this.provenance(answer));
    this.painted += 1;
    mark(this.root, "cost", (performance.now() - began).toFixed(1)); // ms that this picture took to paint
    this.tell(answer);
  }

  isReal(setting) {
    return Object.entries(this.meta.presets[0].corrupts).every(([name, value]) => setting[name] === value);
  }

  /** Without which no figure says anything. */
  provenance({ n, different, reference, training, features, dims }) {
    const repeated = different < 0.9 * n ? ` (${different} different)` : "";
    return `n = ${n}${repeated} against ${reference} real images \u00b7 features: ${features}, ${dims} numbers an image, not Inception \u00b7 training set: ${training} images`;
  }

  /** What tests and the page's own styles read. */
  tell(answer) {
    const { setting, scores, answers } = answer;
    const said = {
      ...setting,
      tab: this.measure.tab,
      fid: scores.corrupted.fid,
      score: scores.corrupted.score,
      memorised: scores.corrupted.memorised,
      trip: Math.round(this.asking.trip),
      requests: this.asking.number,
      idle: this.asking.idle,
      worse: Object.keys(answers)
        .filter((name) => answers[name] === "worse")
        .join(),
      painted: this.painted,
    };
    for (const [name, value] of Object.entries(said)) mark(this.root, name, value);
  }
}
