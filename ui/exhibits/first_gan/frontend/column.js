// The words beside the picture: a step of the tour, its button, and what was seen.

import { icon, make, mark, say, show } from "../../../shared/frontend/elements.js";
import { nodesOf } from "../../../shared/frontend/term.js";

export class Column {
  /** `act` holds what the buttons do: press, back, next, again, by(kind), play. */
  constructor(act) {
    const button = (name, press) => make("button", { type: "button", class: `button ${name}`, onclick: press });
    this.count = make("p", { class: "count" });
    this.title = make("h3", { class: "title" });
    this.text = make("p", {});
    this.formula = make("p", { class: "formula" });
    this.meaning = make("p", { class: "meaning" });
    this.look = make("p", { class: "look" });
    this.press = button("press", act.press);
    this.seen = make("p", { class: "seen", role: "status", "aria-live": "polite" });
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    this.back = button("back", act.back);
    this.next = button("next", act.next);
    this.again = button("again", act.again);
    this.d = button("d", () => act.by("d"));
    this.g = button("g", () => act.by("g"));
    this.play = button("play", act.play);
    this.byHand = make("span", {});
    this.hand = make("div", { class: "hand" }, this.byHand, this.d, this.g, this.play);
    this.root = make(
      "div",
      { class: "column" },
      this.count,
      this.title,
      this.text,
      make("div", { class: "said" }, this.formula, this.meaning),
      this.look,
      this.press,
      this.seen,
      this.problem,
      this.hand,
      make("div", { class: "turn" }, this.back, this.again, this.next),
    );
    this.drawn = 0;
  }

  /** The words that stay the same while a step is open. */
  tell({ steps, labels }, step) {
    if (this.drawn === step) return;
    this.drawn = step;
    const words = steps[step - 1];
    say(this.count, labels.heading.replace("{step}", step).replace("{steps}", steps.length));
    say(this.title, words.title);
    this.text.replaceChildren(...nodesOf(words.text));
    this.formula.replaceChildren(...subscripted(words.formula));
    say(this.meaning, words.meaning);
    say(this.look, words.look);
    this.back.replaceChildren(icon("back"), labels.back);
    this.next.replaceChildren(labels.next, icon("play"));
    this.again.replaceChildren(icon("again"), labels.again);
    say(this.d, labels.d_step);
    say(this.g, labels.g_step);
    say(this.byHand, labels.by_hand);
  }

  /** Kept as it is while it says the same: somebody may be pointing at a term in it. */
  tellSeen(stretches) {
    const said = JSON.stringify(stretches);
    if (this.seen.dataset.said === said) return;
    this.seen.dataset.said = said;
    this.seen.replaceChildren(...nodesOf(stretches));
  }

  /** What changes: `seen`, what was seen; `over`: no further step is allowed. */
  show({ steps, labels }, { step, done }, { seen, playing, over, problem, busy }) {
    const last = step === steps.length;
    say(this.press, steps[step - 1].button);
    const focused = /** @type {ShadowRoot | Document} */ (this.root.getRootNode()).activeElement;
    this.tellSeen(done ? (over ? [labels.end] : seen) : []);
    say(this.problem, problem ?? (busy ? labels.waiting : ""));
    show(this.problem, Boolean(problem) || busy);
    show(this.press, !done && !playing);
    show(this.look, !done);
    show(this.hand, last && (done || playing));
    this.play.replaceChildren(icon(playing ? "pause" : "play"), playing ? labels.pause : labels.play);
    for (const each of [this.d, this.g, this.play]) each.disabled = over && !playing;
    this.press.disabled = busy;
    this.back.disabled = step === 1;
    show(this.next, !last);
    this.next.disabled = busy;
    mark(this.next, "ready", done);
    // Whoever presses by keyboard goes on from where the last press has led to.
    if (focused === this.press && this.press.hidden) (last ? this.play : this.next).focus();
    else if (focused === this.next && !done) this.press.focus();
  }
}

/** A formula's nodes: L_D has a small D. */
function subscripted(formula) {
  return formula.split(/(?<=[A-Za-z])_([A-Za-z])/).map((part, i) => (i % 2 ? make("sub", {}, part) : part));
}
