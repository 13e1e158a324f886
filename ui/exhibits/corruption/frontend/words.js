// How the measures' figures and answers are said.

import { plain } from "../../../shared/frontend/canvas.js";
import { percent, short } from "../../../shared/frontend/numbers.js";

const WAYS = { score: (value) => plain(value, 2), precision: percent, recall: percent, memorised: percent };

/** 9.76, 12.4, 92 % */
export function figure(name, value) {
  return (WAYS[name] ?? distance)(value);
}

/** Distances: no more digits than are worth reading. */
export function distance(value) {
  const size = Math.abs(value);
  if (size < 0.005) return "0";
  return size >= 100 ? short(value) : plain(value, size >= 10 ? 1 : 2);
}

// An arrow that needs no colour, and the word beside it.
export const ANSWERS = {
  worse: { sign: "\u25bc", word: "worse" },
  better: { sign: "\u25b2", word: "better" },
  same: { sign: "\u2248", word: "as before" },
};

/** a, b and c */
export function list(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
