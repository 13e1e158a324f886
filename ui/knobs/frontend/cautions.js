// What is said under a knob whose setting is allowed and senseless, and of which panels.

import { placed } from "../../stage/frontend/words.js";

const CAUTION = "Caution: {sentence}";
const CAUTION_OF = "Caution, {labels}: {sentence}";

/**
 * One line a sentence; panels of which the same is true share it.
 *
 * @param {string[] | undefined} cautions a sentence for each panel, empty where there is none
 * @param {string[]} labels the panels' letters
 */
export function cautionLines(cautions, labels) {
  return [...new Set(cautions ?? [])].filter(Boolean).map((sentence) => {
    const concerned = labels.filter((_, index) => cautions[index] === sentence);
    return placed(labels.length > 1 ? CAUTION_OF : CAUTION, { labels: concerned.join(", "), sentence });
  });
}
