// A term that is explained when it is pointed at, focused or tapped. Its style is term.css.

import { make } from "./elements.js";

/**
 * @typedef {string | {text: string, says: string}} Stretch text, or a term in it, as `ui/shared/glossary.py` sends it
 */

/**
 * A word or a symbol with its explanation. Escape puts the explanation away until the term is left.
 *
 * @param {string} text
 * @param {string} says
 */
export function termOf(text, says) {
  const term = make(
    "span",
    { class: "term", tabindex: 0 },
    text,
    make("span", { class: "explained", role: "tooltip" }, says),
  );
  term.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    term.classList.add("put-away");
  });
  for (const leaving of ["blur", "pointerleave"]) {
    term.addEventListener(leaving, () => term.classList.remove("put-away"));
  }
  return term;
}

/**
 * Makes an element an explained one; what it holds stays.
 *
 * @param {HTMLElement} node
 * @param {string} says
 */
export function explain(node, says) {
  const term = termOf("", says);
  term.prepend(...node.childNodes);
  node.append(term);
  return node;
}

/**
 * The nodes of a text in stretches.
 *
 * @param {Stretch[]} stretches
 * @returns {(string | HTMLElement)[]}
 */
export const nodesOf = (stretches) =>
  stretches.map((each) => (typeof each === "string" ? each : termOf(each.text, each.says)));
