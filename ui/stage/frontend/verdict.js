// The verdict under a picture: a sentence that says what came, and after it the figures that belong to it.

import { explain } from "../../shared/frontend/about.js";
import { make, mark, say } from "../../shared/frontend/elements.js";
import { whole } from "../../shared/frontend/numbers.js";
import { written } from "./forms.js";
import { verdictAt } from "./seeds.js";
import { MEASURED, NOT_MEASURED, OF_SEEDS, placed, WELL } from "./words.js";

export class VerdictLine {
  constructor() {
    this.sentence = make("p", { class: "sentence" });
    this.lines = [0, 1, 2].map(() => make("span", { class: "figure" }));
    this.root = make("div", { class: "verdict" }, this.sentence, make("p", { class: "figures" }, ...this.lines));
  }

  /** What a frame of a run shows; of no frame there is nothing to say. */
  tell(panel, run, frame) {
    const { sentence, about, lines } = frame ? said(panel, run, frame) : { sentence: "", about: "", lines: [] };
    say(this.sentence, sentence);
    explain(this.sentence, about);
    this.lines.forEach((node, i) => {
      say(node, lines[i]?.words ?? "");
      explain(node, lines[i]?.about ?? "");
    });
    mark(this.root, "many", (frame?.replicas ?? 1) > 1);
  }

  /** All of it, for a screen reader. */
  get words() {
    const lines = this.lines.map((node) => node.textContent).filter(Boolean);
    return [this.sentence.textContent, lines.join("; ")].filter(Boolean).join(" ");
  }
}

/** {sentence, about, lines: [{words, about}]} of a frame. */
function said(panel, run, frame) {
  const { said: headline, label } = panel;
  const [first, ...others] = headline.figures;
  const newest = newestAt(run, frame);
  const many = frame.replicas > 1;
  const judged = many ? panel.message : "";
  const verdict = many ? verdictAt(panel, frame) : null;
  const value = newest.value(first.scalar);
  const places = { label, value: numberOf(first, value), of: panel.modes, seeds: frame.replicas };
  const headed =
    value === null ? placed(NOT_MEASURED, places) : placed(many ? headline.median : headline.sentence, places);
  const lines = others.map((figure) => ({ words: lineOf(figure, run, frame, newest), about: figure.title }));
  const at = first.sparse && value !== null ? newest.step(first.scalar) : frame.step;
  if (at !== frame.step) lines.push({ words: placed(MEASURED, { step: whole(at) }), about: "" });
  if (!judged) return { sentence: headed, about: first.title, lines };
  // Of many seeds the verdict is the sentence, once it can be given; what they show meanwhile stands below.
  const figures = [{ words: headed, about: first.title }, ...lines.slice(0, 1)];
  if (verdict) {
    // The count that reads the right way round; after it the claim's own.
    const { good, well, words } = verdict;
    const sentence = placed(WELL, { label, good, of: well.length, words });
    return { sentence, about: panel.message, lines: [{ words: judged, about: "" }, ...figures.slice(0, 1)] };
  }
  const sentence = panel.verdict ? panel.verdict.earlier : placed(OF_SEEDS, { label, said: judged });
  return { sentence, about: panel.pending, lines: figures };
}

function lineOf(figure, run, frame, newest) {
  const found = figure.best ? least(run, frame, figure.scalar) : { value: newest.value(figure.scalar), frame };
  if (!found || found.value === null) return "";
  return placed(figure.line, { value: numberOf(figure, found.value), step: whole(found.frame?.step ?? 0) });
}

/** The number of a figure. A per cent sign goes to no line of its own. */
function numberOf({ form, complement }, value) {
  if (value === null) return "";
  const number = written(form, complement ? 1 - value : value);
  return form === "share" ? number.replace(" ", "\u202f") : number;
}

/** A scalar's newest value at a frame, or null, of many seeds the median; its `step` is when that was measured. */
export function newestAt(run, frame) {
  const many = (frame?.replicas ?? 1) > 1;
  const latest = (name) =>
    frame ? run.latest(name, frame, many ? (one) => one.median(name) : (one) => one.scalar(name)) : null;
  return { value: (name) => latest(name)?.value ?? null, step: (name) => latest(name)?.frame.step ?? null };
}

/** The least value of a scalar up to a frame, {value, frame}; of many seeds the least median. */
function least(run, frame, name) {
  return run.least(name, frame, (one) => one.median(name));
}
