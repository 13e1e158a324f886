// Which knobs somebody looks for, by whatever word a student or a paper has for them; and by which word each was found.

/**
 * @typedef {object} Searched
 * @property {string} name
 * @property {string} label
 * @property {string} help
 * @property {string[]} words by which students and papers call it
 * @property {string[][]} [choices] each with its label
 */
/** @typedef {{said: string, words: string[], squashed: string, loose: boolean}} Phrase */

const PREFIX = 2; // letters from which on the beginning of a word is enough
const INSIDE = 4; // letters from which on a part of a word is enough
const TYPO = 5; // letters of a word from which on one of them may be wrong
const GREEK = { α: "alpha", β: "beta", γ: "gamma", ε: "epsilon", σ: "sigma", λ: "lambda", η: "eta" };
export const OF_HELP = "its explanation";

/** Words in lower case, without hyphens, underscores and signs; Greek letters by their names. */
export function wordsOf(text) {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[αβγεσλη]/g, (letter) => GREEK[letter]);
  return plain.match(/[\p{Letter}\p{Number}]+/gu) ?? [];
}

/**
 * The knobs that a query finds, each with the word that it was found by; "" where its own label says it. Where nothing
 * is found as it is written, one letter of a long word may be wrong.
 *
 * @param {Searched[]} fields
 * @param {string} query
 * @returns {Map<string, string>}
 */
export function findKnobs(fields, query) {
  const wanted = wordsOf(query);
  const exact = found(fields, wanted, begins);
  return exact.size || !wanted.some((word) => word.length >= TYPO) ? exact : found(fields, wanted, nearly);
}

function found(fields, wanted, fits) {
  const all = new Map();
  for (const field of fields) {
    const by = foundBy(phrasesOf(field), wanted, fits);
    if (by !== null) all.set(field.name, by);
  }
  return all;
}

/** The first phrase that has all words; else the first that has what the label lacks, where all phrases together do. */
function foundBy(phrases, wanted, fits) {
  const [label, ...others] = phrases;
  const whole = phrases.find((phrase) => holds(phrase, wanted, fits));
  if (whole) return whole.said;
  let by = "";
  for (const word of wanted) {
    if (holds(label, [word], fits)) continue;
    const other = others.find((phrase) => holds(phrase, [word], fits));
    if (!other) return null;
    by ||= other.said;
  }
  return by;
}

function holds(phrase, wanted, fits) {
  if (wanted.every((want) => phrase.words.some((word) => fits(word, want, phrase)))) return true;
  const run = wanted.join(""); // "wgangp" is "WGAN-GP"
  return !phrase.loose && run.length >= INSIDE && phrase.squashed.includes(run);
}

/** One letter alone is a word of its own: "k" is not every word that begins so. */
function begins(word, want, { loose }) {
  if (want.length < PREFIX) return !loose && word === want;
  return word.startsWith(want) || (!loose && want.length >= INSIDE && word.includes(want));
}

/** Explanations are ordinary prose, in which too many words are near to too many others. */
function nearly(word, want, phrase) {
  if (begins(word, want, phrase)) return true;
  return !phrase.loose && want.length >= TYPO && word.length >= TYPO && isNear(word, want);
}

/** Whether two words differ by one letter that is wrong, too many or missing, or by two that are swapped. */
export function isNear(one, other) {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let i = 0;
  while (i < short.length && short[i] === long[i]) i += 1;
  if (long.length > short.length) return short.slice(i) === long.slice(i + 1);
  if (short.slice(i + 1) === long.slice(i + 1)) return true;
  return short[i] === long[i + 1] && short[i + 1] === long[i] && short.slice(i + 2) === long.slice(i + 2);
}

/** @type {WeakMap<Searched, Phrase[]>} */
const known = new WeakMap();

/** All that a field may be found by, what says most first. */
function phrasesOf(field) {
  const phrases = known.get(field) ?? [
    phrase(field.label, ""),
    ...field.words.map((word) => phrase(word, word)),
    ...(field.choices ?? []).flatMap(([choice, label]) => [phrase(label, label), phrase(choice, label)]),
    phrase(field.name, field.name),
    phrase(field.help, OF_HELP, true),
  ];
  known.set(field, phrases);
  return phrases;
}

/** @returns {Phrase} */
function phrase(text, said, loose = false) {
  const words = wordsOf(text);
  return { said, words, squashed: words.join(""), loose };
}
