// The keys of the stage, wherever on the page the focus is.

import { isMoved, isTyping } from "../../shared/frontend/keys.js";
import { presentingKey } from "../../shared/frontend/presenting.js";

const PRESSED = { " ": "play", Home: "start", End: "live", "?": "help" };
const LETTERS = { r: "rewind", n: "new_seed", d: "step_d", g: "step_g", c: "keep", s: "full_speed", u: "undo" };

export class StageKeys {
  /** `stage`: {press(name, value), stepFrames(count), closeMenu: function or null, menu} */
  constructor(stage) {
    this.stage = stage;
    this.tabbed = false; // the focus was last moved with the keyboard
    this.onKey = (event) => this.press(event);
    this.onPointer = () => {
      this.tabbed = false;
    };
  }

  listen() {
    window.addEventListener("keydown", this.onKey, true);
    window.addEventListener("pointerdown", this.onPointer, true);
  }

  rest() {
    window.removeEventListener("keydown", this.onKey, true);
    window.removeEventListener("pointerdown", this.onPointer, true);
  }

  press(event) {
    if (event.key === "Tab") this.tabbed = true;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.composedPath()[0];
    if (isTyping(target)) return;
    const act = this.actionOf(event);
    if (!act || isOwnKey(target, event.key, this.tabbed)) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit has keys of its own: r, c
    if (!event.repeat || event.key.startsWith("Arrow")) act();
  }

  /** What a key does, a function; null if it is none of the stage's. */
  actionOf({ key, shiftKey }) {
    const { stage } = this;
    const press = (name) => () => stage.press(name);
    const step = (direction) => () => stage.stepFrames(direction * (shiftKey ? 10 : 1));
    if (key === "ArrowLeft") return step(-1);
    if (key === "ArrowRight") return step(1);
    if (key === "Escape") return stage.closeMenu ?? presentingKey(key);
    if (PRESSED[key]) return press(PRESSED[key]);
    if (key.length !== 1) return null;
    const letter = key.toLowerCase();
    if (LETTERS[letter]) return press(LETTERS[letter]);
    if (letter === "x") return stage.menu.kind === "plane" ? () => stage.menu.setScale() : null;
    if (letter === "p") return presentingKey(key);
    const layer = stage.menu.layerOf(key.toUpperCase());
    return layer ? () => stage.menu.toggle(layer) : null;
  }
}

/** True where the key belongs to the control that has the focus. `tabbed`: that control was reached with the keyboard. */
function isOwnKey(node, key, tabbed) {
  if (!(node instanceof Element)) return false;
  if (isMoved(node, key)) return true;
  // Reached with the keyboard, a control keeps its space bar; merely clicked, it does not.
  return (
    key === " " && tabbed && node.matches("button, a, summary, input, [role]") && !node.classList.contains("scrubber")
  );
}
