// Explanations that pointer, keyboard and finger all get at: words about a node, in a bubble beside it.

import { describe, make, mark, say } from "./elements.js";

const REST = 250; // ms that a pointer rests on a node before it is explained
const APART = 6; // px between a node and its bubble
const FOCUSABLE = "button, a, input, select, textarea, summary, [tabindex]";

/** Says what is said of a node when it is pointed at, tapped or reached with the keyboard; nothing for no words. */
export function explain(node, words) {
  if ((node.dataset.about ?? "") === words) return;
  if (!words) {
    delete node.dataset.about;
    node.removeAttribute("aria-description");
    return;
  }
  mark(node, "about", words);
  describe(node, "aria-description", words);
  if (!node.matches(FOCUSABLE)) node.tabIndex = 0;
}

/** The one bubble of a board, for all nodes in it that `explain` was called with. */
export class Explanations {
  constructor(root) {
    this.bubble = make("div", { class: "bubble", popover: "manual", "aria-hidden": "true" });
    this.node = null;
    root.append(this.bubble);
    root.addEventListener("pointerover", (event) => event.pointerType !== "touch" && this.rest(explained(event)));
    root.addEventListener("pointerleave", () => this.rest(null));
    root.addEventListener("pointerdown", (event) => {
      const node = event.pointerType === "touch" ? explained(event) : null;
      this.show(node === this.node ? null : node);
    });
    root.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && this.show(explained(event)));
    root.addEventListener("focusout", () => this.show(null));
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.show(null));
  }

  /** A pointer rests on `node`, or on nothing. */
  rest(node) {
    clearTimeout(this.timer);
    if (node !== this.node) this.timer = setTimeout(() => this.show(node), node ? REST : 0);
  }

  show(node) {
    clearTimeout(this.timer);
    this.node = node;
    if (!node?.isConnected) {
      if (this.bubble.matches(":popover-open")) this.bubble.hidePopover();
      return;
    }
    say(this.bubble, node.dataset.about);
    if (!this.bubble.matches(":popover-open")) this.bubble.showPopover();
    const at = node.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: high } = this.bubble;
    const below = at.bottom + APART + high <= window.innerHeight;
    this.bubble.style.top = `${Math.max(0, below ? at.bottom + APART : at.top - APART - high)}px`;
    this.bubble.style.left = `${Math.max(0, Math.min(at.left, window.innerWidth - wide - APART))}px`;
  }
}

function explained(event) {
  return event.target instanceof Element ? event.target.closest("[data-about]") : null;
}
