// Whose a key is: of the page, or of what has the focus.

const NO_TEXT = ["button", "checkbox", "radio", "range", "submit", "reset", "color"]; // inputs in which nothing is typed

/** True where letters and digits are text. */
export function isTyping(node) {
  if (!(node instanceof HTMLElement)) return false;
  if (node instanceof HTMLInputElement) return !NO_TEXT.includes(node.type);
  return node.isContentEditable || node.matches("textarea, select, [role=combobox], [role=listbox]");
}

/** True where a key moves what has the focus: a slider, a radio button, a tab. */
export function isMoved(node, key) {
  if (!(node instanceof HTMLElement) || node.classList.contains("scrubber")) return false;
  if (!key.startsWith("Arrow") && key !== "Home" && key !== "End") return false;
  return node.matches(
    "[type=range], [type=radio], [role=slider], [role=radio], [role=tab], [role=option], [role=menuitem]",
  );
}
