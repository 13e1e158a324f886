// Each loss and each distance has a dash, a mark and a name; its colour only helps.

import { sampleOf } from "../../../shared/frontend/canvas.js";

const LOSSES = {
  minimax: { dash: [8, 4], mark: "diamond" },
  non_saturating: { dash: [12, 4, 2, 4], mark: "square" },
  least_squares: { dash: [2, 3.5], mark: "plus" },
  hinge: { dash: [3, 8], mark: "cross" },
  wasserstein: { dash: [], mark: "circle" },
};
const DISTANCES = {
  js: { dash: [8, 4], mark: "diamond", like: "minimax" }, // what minimax minimises
  kl: { dash: [2, 3.5], mark: "plus", like: "least_squares" },
  w: { dash: [], mark: "circle", like: "wasserstein" },
};

// On light paper and on dark; what is not here has the colour of the ink.
const COLOURS = {
  minimax: ["#d81b60", "#f2669a"],
  non_saturating: ["#8047c8", "#b794f6"],
  least_squares: ["#00796b", "#4fc3b1"],
  hinge: ["#857400", "#cdbb3f"],
};

const colourOf = (name, theme) => COLOURS[name]?.[theme.dark ? 1 : 0] ?? theme.ink;

export function lossStyle(name, theme) {
  return { ...(LOSSES[name] ?? LOSSES.wasserstein), colour: colourOf(name, theme) };
}

export function distanceStyle(name, theme) {
  return { ...DISTANCES[name], colour: colourOf(DISTANCES[name].like, theme) };
}

/** The key of a loss or a distance; `tint` gives it its colour. */
export function sample(name) {
  const svg = sampleOf(LOSSES[name] ?? DISTANCES[name]);
  svg.dataset.of = DISTANCES[name]?.like ?? name;
  return svg;
}

/** Gives all keys within a node the colours of the theme. */
export function tint(root, theme) {
  for (const svg of root.querySelectorAll(".sample")) svg.style.color = colourOf(svg.dataset.of, theme);
}
