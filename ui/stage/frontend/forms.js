// How the value of a measure is written, by its form (`gancore/metrics/measures.py`).

import { distanceWords, fallWords, gradientWords, percent, short, timesWords } from "../../shared/frontend/numbers.js";

const FORMS = {
  count: (value, most) => `${Math.round(value)}/${most}`,
  many: (value) => String(Math.round(value)), // a count in a sentence that says of how many
  share: percent,
  distance: distanceWords,
  gradient: gradientWords,
  powers: timesWords,
  fall: fallWords, // powers of ten, with the way they went
  number: short,
};

/** A value as text; `most` is what a count is a count of. */
export function written(form, value, most) {
  return FORMS[form](value, most);
}
