// The popover over "16 seeds": what seeds came to that were trained beforehand, and the button that trains others now.

import { sampleOf } from "../../shared/frontend/canvas.js";
import { make, say } from "../../shared/frontend/elements.js";
import { propertyOf, SIGNS } from "../../shared/frontend/theme.js";

const SENTENCES = "stored-seeds";

export class StoredMenu {
  /** `run()` trains the seeds now. */
  constructor(run) {
    this.sentences = [];
    this.list = make("div", { class: "results", id: SENTENCES });
    this.live = make("button", {
      type: "button",
      class: "do run-live",
      "data-do": "run_live",
      "aria-describedby": SENTENCES,
      onclick: run,
    });
    this.root = make("div", { class: "menu stored", role: "group", popover: "manual" }, this.list, this.live);
    this.root.onmousedown = (event) => event.preventDefault();
  }

  /** Whether there is anything to show. */
  get empty() {
    return this.sentences.length === 0;
  }

  /** What the state says of the button; null where there is none. */
  update(button) {
    const sentences = button?.stored ?? [];
    if (sentences.join("\n") !== this.sentences.join("\n")) this.list.replaceChildren(...sentences.map(resultOf));
    this.sentences = sentences;
    this.root.setAttribute("aria-label", button?.title ?? "");
    say(this.live, button?.live ?? "");
  }
}

/** The sentence of a panel, in its hue. */
function resultOf(sentence, i) {
  const words = make("p", {}, sentence.replaceAll(" %", "\u202f%")); // a per cent sign goes to no line of its own
  return make(
    "div",
    { class: "result", style: `--hue: var(${propertyOf(SIGNS[i].letter)})` },
    sampleOf(SIGNS[i], "dash"),
    words,
  );
}
