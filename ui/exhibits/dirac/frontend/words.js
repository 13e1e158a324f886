// What becomes of a trajectory: a word, and a sign that needs no colour.

export const VERDICTS = {
  converges: { word: "converges", sign: "\u2299" },
  creeps: { word: "creeps", sign: "\u2198" },
  circles: { word: "circles", sign: "\u21bb" },
  stalls: { word: "stalls", sign: "\u25a0" },
  diverges: { word: "diverges", sign: "\u2197" },
  undecided: { word: "undecided", sign: "\u2026" },
};
