// Sentences about knobs that are looked for and have no effect in this GAN: where they have one.

import { make } from "../../shared/frontend/elements.js";

const MOST = 3; // sentences at once

/**
 * @param {{elsewhere?: {sentence: string, path: string, title: string}}[]} fields
 * @param {string} base the address below which the pages lie
 */
export function elsewhereLines(fields, base) {
  const hints = fields.flatMap((field) => field.elsewhere ?? []).slice(0, MOST);
  return hints.map(({ sentence, path, title }) => {
    const [before, after] = sentence.split("{page}");
    if (after === undefined) return make("p", {}, sentence);
    return make("p", {}, before, make("a", { href: new URL(path, base).href, target: "_self" }, title), after);
  });
}
