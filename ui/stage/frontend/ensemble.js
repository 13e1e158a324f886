// Several generators in one picture: what each holds, which mode is whose, and their key in the legend.

import { explain } from "../../shared/frontend/about.js";
import { make, mark, say, show } from "../../shared/frontend/elements.js";
import { drawMark, markSample, shadeOf } from "../../shared/frontend/generator_marks.js";
import { percents } from "../../shared/frontend/numbers.js";

/**
 * The generators in a frame, [{share, held, state}], or null where there is but one. `share` is the weight in the
 * mixture; `held` how many modes a generator had high-quality samples in when that was last counted, null where it never
 * was; `state` "learning" for the one that a growing mixture trains, "pale" for those that it has not begun.
 */
export function generatorsOf(run, frame, steps) {
  if (!frame?.table.mixture) return null;
  const { mixture } = frame.arrays;
  const holds = holdingsAt(run, frame);
  const part = frame.scalar("part");
  const modes = holds?.shape[1] ?? 0;
  return [...mixture.values].map((share, i) => ({
    share,
    held: holds ? holds.values.subarray(i * modes, (i + 1) * modes).filter(Boolean).length : null,
    state: part === null || i + 1 < part ? "" : i + 1 > part ? "pale" : frame.step < steps ? "learning" : "",
  }));
}

/** What was last counted at a frame of each generator's samples in each mode, {shape, values}, or null. */
export function holdingsAt(run, frame) {
  return run?.atOrBefore("holds", frame)?.arrays.holds ?? null;
}

/** For each mode the generator that made most of its high-quality samples, or -1 where nobody has made one. */
export function takers({ shape: [count, modes], values }) {
  return Array.from({ length: modes }, (_, mode) => {
    let taker = -1;
    for (let i = 0; i < count; i++) {
      if (values[i * modes + mode] > (taker < 0 ? 0 : values[taker * modes + mode])) taker = i;
    }
    return taker;
  });
}

/** The ring of each mode that is taken, in the shade of the generator that took it, with its mark on the upper right. */
export function drawTaken(context, map, centres, radius, holds, theme) {
  context.lineWidth = 2.4 * theme.unit;
  takers(holds).forEach((taker, mode) => {
    if (taker < 0) return;
    const [x, y] = [map.x(centres[2 * mode]), map.y(centres[2 * mode + 1])];
    context.strokeStyle = shadeOf(taker, theme);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
    const out = Math.SQRT1_2 * (radius + 8 * theme.unit);
    drawMark(context, taker, x + out, y - out, 7 * theme.unit, theme, 5 * theme.unit);
  });
}

/** One row a generator: its mark, its share of the mixture (a bar below), and how many modes it holds, without a word. */
export class GeneratorsKey {
  constructor() {
    this.rows = [];
    this.root = make("div", { class: "generators", hidden: true });
  }

  /** `generators` as above; with null there is nothing to show. */
  update(generators, theme) {
    show(this.root, Boolean(generators));
    if (!generators) return;
    if (this.rows.length !== generators.length) this.fill(generators.length);
    const said = percents(generators.map(({ share }) => share));
    generators.forEach(({ share, held, state }, i) => {
      const row = this.rows[i];
      say(row.share, state === "pale" ? "\u2013" : said[i]);
      say(row.held, state === "pale" || held === null ? "" : String(held));
      show(row.learning, state === "learning");
      mark(row.root, "state", state);
      row.root.style.setProperty("--shade", shadeOf(i, theme));
      const bar = `${(100 * share).toFixed(1)}%`;
      if (row.bar !== bar) row.root.style.setProperty("--share", bar);
      row.bar = bar;
      const words = [`Generator ${i + 1}`, ...saying(said[i], held, state)].join(", ");
      explain(row.root, words);
    });
  }

  fill(count) {
    this.rows = Array.from({ length: count }, (_, i) => {
      const [share, held] = ["share", "held"].map((name) => make("span", { class: name }));
      const learning = make("span", { class: "learning", hidden: true }, "now");
      const root = make("div", { class: "generator" }, markSample(i), share, learning, held);
      return { root, share, held, learning };
    });
    this.root.replaceChildren(...this.rows.map(({ root }) => root));
  }
}

function saying(share, held, state) {
  if (state === "pale") return ["not begun yet"];
  const said = [`${share} of the mixture`];
  if (held !== null) said.push(`high-quality samples in ${held} ${held === 1 ? "mode" : "modes"}`);
  if (state) said.push("learning now");
  return said;
}
