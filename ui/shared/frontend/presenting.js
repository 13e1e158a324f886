// The presentation: a page without all that is not picture, verdict, clock, one curve and card. An attribute of the
// document says so, and the page's style (`ui/app/frame.py`) and the components follow it.

import { make } from "./elements.js";

const LEAVE = "Leave the presentation (p or Esc)";
const CHANGED = "presenting";
const BUTTON = "leave-presenting";

export function isPresenting() {
  return document.documentElement.hasAttribute("data-present");
}

/** Begins or ends the presentation, and says so in the address. */
export function present(on) {
  if (on === isPresenting()) return;
  document.documentElement.toggleAttribute("data-present", on);
  document.querySelector(`.${BUTTON}`)?.remove();
  // For those without keys. Every component has a copy of this module, and there is one page.
  const leave = () => present(false);
  if (on) document.body.append(make("button", { type: "button", class: BUTTON, onclick: leave }, LEAVE));
  writeAddress();
  document.dispatchEvent(new Event(CHANGED));
}

/**
 * Presents where the address that the page was opened with asks for it. From then on it is the address that follows: the
 * server, which writes it at every turn of a card, does not hear of the key.
 */
export function followAddress() {
  const { dataset } = document.documentElement;
  if (dataset.followed) return writeAddress();
  dataset.followed = "true";
  /** @type {any} */ (window).navigation?.addEventListener("currententrychange", writeAddress);
  if (asked(new URL(window.location.href))) present(true);
}

function asked(address) {
  return address.searchParams.get("present") === "1";
}

function writeAddress() {
  const address = new URL(window.location.href);
  if (asked(address) === isPresenting()) return;
  if (isPresenting()) address.searchParams.set("present", "1");
  else address.searchParams.delete("present");
  window.history.replaceState(window.history.state, "", address);
}

/** What a key does to the presentation, a function; null if it does nothing. */
export function presentingKey(key) {
  if (key.toLowerCase() === "p") return () => present(!isPresenting());
  return key === "Escape" && isPresenting() ? () => present(false) : null;
}

/** Calls `changed()` when the presentation begins or ends; returns what ends that. */
export function heedPresenting(changed) {
  document.addEventListener(CHANGED, changed);
  return () => document.removeEventListener(CHANGED, changed);
}
