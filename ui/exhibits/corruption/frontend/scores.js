// The measures, each figure large, with what it was before the images were corrupted.

import { make, mark, say } from "../../../shared/frontend/elements.js";
import { ANSWERS, figure, list } from "./words.js";

export class Scores {
  constructor() {
    this.root = make("div", { class: "scores" });
  }

  build(measures) {
    this.measures = measures;
    this.cells = measures.map(({ name, label, help }) => {
      const value = make("span", { class: "figure" });
      const sign = make("span", { class: "sign", "aria-hidden": "true" });
      const word = make("span", {});
      const before = make("span", { class: "before" });
      const root = make(
        "div",
        { class: "measure", title: help, "data-measure": name },
        make("span", { class: "name" }, label),
        value,
        make("span", { class: "answer" }, sign, word),
        before,
      );
      return { root, value, sign, word, before };
    });
    this.who = make("p", { class: "who", role: "status", "aria-live": "polite" });
    this.root.replaceChildren(this.who, make("div", { class: "measures" }, ...this.cells.map(({ root }) => root)));
  }

  /** `real`: nothing is corrupted. */
  paint({ answer, real }) {
    const { corrupted, clean } = answer.scores;
    this.measures.forEach(({ name }, i) => {
      const { root, value, sign, word, before } = this.cells[i];
      const said = ANSWERS[answer.answers[name]];
      say(value, figure(name, corrupted[name]));
      say(sign, said.sign);
      say(word, said.word);
      say(before, `clean ${figure(name, clean[name])}`);
      mark(root, "answer", answer.answers[name]);
    });
    say(this.who, real ? "Real images: nothing to notice." : this.sentence(answer));
  }

  sentence({ answers }) {
    const named = (wanted) => this.measures.filter(({ name }) => wanted(answers[name])).map(({ label }) => label);
    const notice = named((said) => said === "worse");
    const fooled = named((said) => said !== "worse");
    if (!notice.length) return "No measure notices.";
    if (!fooled.length) return "Every measure notices.";
    const said = list(notice);
    return `${said[0].toUpperCase()}${said.slice(1)} notice${notice.length > 1 ? "" : "s"}; ${list(fooled)} do${fooled.length > 1 ? "" : "es"} not.`;
  }
}
