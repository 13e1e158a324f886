// A sentence above the panels that can be closed: how the images of a folder were read.

import { make, say, show } from "../../shared/frontend/elements.js";

export class Notice {
  constructor() {
    this.closed = ""; // the words that somebody has closed
    this.words = make("span");
    const close = make("button", { type: "button", "aria-label": "Close", onclick: () => this.close() }, "\u00d7");
    this.root = make("p", { class: "notice", hidden: true }, this.words, close);
  }

  tell(words) {
    const shown = Boolean(words) && words !== this.closed;
    if (shown === !this.root.hidden && words === this.words.textContent) return;
    say(this.words, words);
    show(this.root, shown);
  }

  close() {
    this.closed = this.words.textContent;
    this.tell(this.closed);
  }
}
