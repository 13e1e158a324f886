// What becomes of a trajectory: a word, and a sign that needs no colour.

export const VERDICTS = {
  converges: { word: "converges", sign: "\u2299" },
  circles: { word: "circles", sign: "\u21bb" },
  diverges: { word: "diverges", sign: "\u2197" },
};
