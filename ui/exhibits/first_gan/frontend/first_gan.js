// A first GAN, stepped by hand. Python trains it; here its moves are asked for, and what comes of them is drawn.

import { mountAnswered } from "../../../channel/frontend/answered.js";
import { sharpen } from "../../../shared/frontend/canvas.js";
import { decode } from "../../../shared/frontend/codec.js";
import { make, mark, show } from "../../../shared/frontend/elements.js";
import { markSample } from "../../../shared/frontend/generator_marks.js";
import { isTyping } from "../../../shared/frontend/keys.js";
import { attend } from "../../../shared/frontend/mount.js";
import { explain } from "../../../shared/frontend/term.js";
import { FAKE, readTheme, UNSTYLED } from "../../../shared/frontend/theme.js";
import { Answers } from "./answers.js";
import { Column } from "./column.js";
import { movesAfter, stepsIn, withMove } from "./moves.js";
import { drawScene, smooth } from "./scene.js";

const AGAIN = 3000; // ms after which a question without an answer is asked again: at first the compute worker has yet to start
const FLIGHT = 2200; // ms that the noise takes through G
const PAUSE = 2600; // ms between two flights, where nobody has pressed yet
const MOVE = 700; // ms that the triangles take to their new places after a press ...
const QUICK = 60; // ... and while both play
const ROUND = 60; // ms between two rounds ...
const SLOW = 20; // ... of which the first so many take twice as long
const MOST = 10; // rounds at a time, where answers take long

export default (component) => mountAnswered(component, Board, "first_gan");

class Board {
  constructor(parent, asking) {
    this.asking = asking;
    this.shown = null; // the last answer: {answer, arrays}
    this.tour = null; // its words
    this.place = null; // {step, done, seed, moves}
    this.left = 0; // rounds that are still to be played
    this.painted = 0;
    this.from = null; // where the triangles were before the last move
    this.before = null; // and where they were before the last press
    this.movedAt = -Infinity;
    this.flownAt = null; // when the noise set out
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.column = new Column({
      press: () => this.press(),
      back: () => this.go(this.place.step - 1, true),
      next: () => this.go(this.place.step + 1, false),
      again: () => this.go(1, false),
      by: (kind) => this.move(kind, 1),
      play: () => (this.left ? this.pause() : this.play(100)),
    });
    this.answers = new Answers();
    this.build();
    this.leave = attend(this, parent);
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.round);
    this.leave();
  }

  // ---- building

  build() {
    const caption = () => make("figcaption", {});
    this.captions = { z: caption(), x: caption() };
    this.noise = make("div", { class: "plot" });
    this.points = make("div", { class: "plot" });
    this.network = make("b", { class: "network" }, "G");
    this.canvas = make("canvas", { role: "img" });
    this.legend = make("p", { class: "legend" });
    this.picture = make(
      "div",
      { class: "picture" },
      make("figure", { class: "noise" }, this.captions.z, this.noise),
      make("div", { class: "through", "aria-hidden": "true" }, "\u2192", this.network, "\u2192"),
      make("figure", { class: "points" }, this.captions.x, this.points),
      make("div", { class: "through to-d", "aria-hidden": "true" }, "\u2192", make("b", { class: "network" }, "D")),
      this.canvas,
    );
    this.root = make(
      "div",
      { class: "board exhibit first-gan", style: UNSTYLED, "data-testid": "first_gan", "data-painted": "0" },
      make(
        "div",
        { class: "sides" },
        this.column.root,
        make("div", { class: "middle" }, this.picture, this.legend),
        this.answers.root,
      ),
    );
  }

  buildWords({ labels, terms }, even) {
    this.captions.z.replaceChildren(labels.noise);
    explain(this.captions.z, terms.z.says);
    this.captions.x.replaceChildren(labels.points);
    explain(this.captions.x, terms.x.says);
    this.answers.build(this.tour, even);
    const key = (sample, words) => make("span", { class: "key" }, sample, words);
    const triangle = make("span", { style: `--shade: ${FAKE}` }, markSample(0));
    this.grounds = [
      key(make("span", { class: "ground real" }), labels.says_real),
      key(make("span", { class: "ground fake" }), labels.says_fake),
    ];
    this.legend.replaceChildren(
      key(make("span", { class: "disc" }), labels.data),
      key(triangle, labels.generated),
      ...this.grounds,
    );
  }

  // ---- what comes in

  receive(data) {
    const { meta, arrays } = decode(data);
    if (meta.tour) {
      this.tour = meta.tour;
      this.buildWords(meta.tour, meta.even);
    }
    if (!this.tour) return;
    this.problem = meta.problem;
    this.most = meta.most_steps;
    const first = !this.place;
    if (first || this.asking.idle) this.place = meta.setting;
    if (meta.answer) this.take({ answer: meta.answer, arrays, moves: meta.setting.moves });
    clearTimeout(this.timer);
    if (meta.problem) this.timer = setTimeout(() => this.ask(true), AGAIN);
    else if (this.left) this.nextRound();
    if (first && this.place.step === 1 && !this.place.done && !this.still.matches) this.flownAt = performance.now();
    this.showWords();
    this.wake();
  }

  /** Another moment of the GAN: the triangles go from where they are just now. */
  take(shown) {
    const now = performance.now();
    if (this.shown && shown.moves !== this.shown.moves) {
      this.from = this.fakeAt(now);
      this.movedAt = now;
    }
    this.shown = shown;
  }

  get over() {
    return stepsIn(this.place.moves) + 2 > this.most;
  }

  showWords() {
    const { place, tour, shown } = this;
    this.column.tell(tour, place.step);
    const state = { seen: shown?.answer.seen ?? [], playing: this.left > 0, over: this.over, problem: this.problem };
    this.column.show(tour, place, { ...state, busy: !shown });
    for (const ground of this.grounds) show(ground, place.step > 1);
    mark(this.root, "step", place.step);
    mark(this.root, "done", place.done);
  }

  // ---- what is pressed

  ask(rests) {
    this.asking.ask({ setting: this.place, rests });
  }

  set(changes, rests = true) {
    this.place = { ...this.place, ...changes };
    this.ask(rests);
    this.showWords();
    this.wake();
  }

  press() {
    if (!this.shown || this.place.done) return;
    const { moves } = this.tour.steps[this.place.step - 1];
    if (this.place.step === 1) this.flownAt = performance.now();
    if (this.place.step === this.tour.steps.length) this.play(Number(moves.slice(1)));
    else if (moves) this.move(moves[0], Number(moves.slice(1)));
    else this.set({ done: true });
  }

  move(kind, count) {
    this.before = kind === "d" ? null : this.fakeAt(performance.now());
    this.set({ done: true, moves: withMove(this.place.moves, kind, count) });
  }

  /** To a step of the tour, and to the GAN as it is there. */
  go(step, done) {
    if (!this.tour.steps[step - 1]) return;
    this.pause();
    this.before = null;
    this.flownAt = step === 1 && !this.still.matches ? performance.now() : null;
    this.set({ step, done, moves: movesAfter(this.tour.steps, done ? step : step - 1) });
  }

  play(rounds) {
    this.before = null;
    this.left = Math.min(rounds, Math.floor((this.most - stepsIn(this.place.moves)) / 2));
    this.played = 0;
    this.nextRound();
    this.showWords();
  }

  pause() {
    if (!this.left) return;
    clearTimeout(this.round);
    this.left = 0;
    this.set({ done: true });
  }

  nextRound() {
    const slow = this.played < SLOW;
    clearTimeout(this.round);
    this.round = setTimeout(
      () => {
        if (!this.left) return;
        const count = Math.min(MOST, this.left, Math.max(slow ? 1 : 2, Math.round(this.asking.trip / ROUND)));
        this.left -= count;
        this.played += count;
        const moves = withMove(this.place.moves, "r", count);
        this.set(this.left ? { moves } : { moves, done: true }, !this.left);
      },
      slow ? 2 * ROUND : ROUND,
    );
  }

  pressKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat || event.key !== " ")
      return;
    const [target] = event.composedPath();
    if (!this.place || isTyping(target) || target.matches?.("button, a, input, summary, [role], [tabindex]")) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit has keys of its own, and the page would scroll
    if (this.left) this.pause();
    else if (!this.place.done) this.press();
    else if (this.place.step < this.tour.steps.length) this.go(this.place.step + 1, false);
    else if (!this.over) this.play(100);
  }

  // ---- painting

  wake() {
    if (!this.handle) this.handle = requestAnimationFrame(() => this.paint());
  }

  /** Where the triangles are: on their way from one moment to the next. */
  fakeAt(now) {
    const { values } = this.shown.arrays.fake;
    const share = this.still.matches ? 1 : (now - this.movedAt) / (this.left ? QUICK : MOVE);
    if (!this.from || share >= 1) return values;
    const t = smooth(Math.max(0, share));
    return values.map((to, i) => this.from[i] + t * (to - this.from[i]));
  }

  /** How far the noise is on its way through G, 0 to 1; null where it is not under way. */
  flightAt(now) {
    if (this.flownAt === null || this.place.step !== 1) return null;
    const share = (now - this.flownAt) / FLIGHT;
    if (share < 1) return Math.max(0, share);
    if (!this.place.done && now - this.flownAt > FLIGHT + PAUSE) this.flownAt = now;
    return null;
  }

  paint() {
    this.handle = 0;
    if (!this.shown || !this.root.isConnected) return;
    const sharp = sharpen(this.canvas);
    if (!sharp) return;
    const now = performance.now();
    const theme = readTheme(this.root);
    const { place, shown, tour } = this;
    const flight = this.flightAt(now);
    const boxes = { noise: this.boxOf(this.noise), network: this.boxOf(this.network), points: this.boxOf(this.points) };
    const arrows = place.step > 3 || (place.step === 3 && place.done);
    const how = { fake: this.fakeAt(now), before: this.before, field: place.step > 1, arrows, flight };
    drawScene(sharp.context, shown, boxes, how, theme);
    const { answer } = shown;
    this.answers.show(answer, tour);
    const said = tour.labels.picture.replace("{captured}", answer.captured).replace("{modes}", answer.modes);
    if (this.canvas.getAttribute("aria-label") !== said) this.canvas.setAttribute("aria-label", said);
    this.painted += 1;
    const told = {
      moves: shown.moves,
      captured: answer.captured,
      trip: Math.round(this.asking.trip),
      idle: this.asking.idle,
      painted: this.painted,
    };
    for (const [name, value] of Object.entries(told)) mark(this.root, name, value);
    const moving = now - this.movedAt < MOVE;
    if (moving || flight !== null || (this.flownAt !== null && place.step === 1 && !place.done)) this.wake();
  }

  /** An element's place on the canvas, which covers the picture. */
  boxOf(node) {
    const box = node.getBoundingClientRect();
    const origin = this.canvas.getBoundingClientRect();
    return { x: box.left - origin.left, y: box.top - origin.top, width: box.width, height: box.height };
  }
}
