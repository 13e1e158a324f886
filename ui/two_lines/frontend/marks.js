// Each loss and each distance has a dash, a mark and a name; its colour only helps.

const SVG = "http://www.w3.org/2000/svg";

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

const SHAPES = {
  diamond: "M0-6 6 0 0 6-6 0Z",
  square: "M-4.6-4.6h9.2v9.2h-9.2Z",
  plus: "M-1.6-6h3.2v4.4h4.4v3.2h-4.4v4.4h-3.2v-4.4h-4.4v-3.2h4.4Z",
  cross: "M-5.4-3.2-3.2-5.4 0-2.2 3.2-5.4 5.4-3.2 2.2 0 5.4 3.2 3.2 5.4 0 2.2-3.2 5.4-5.4 3.2-2.2 0Z",
  circle: "M5.2 0A5.2 5.2 0 1 1-5.2 0 5.2 5.2 0 1 1 5.2 0Z",
};

/** A mark on a canvas, with an edge in the colour of the paper. */
export function drawMark(context, name, x, y, colour, paper) {
  context.save();
  context.translate(x, y);
  const path = new Path2D(SHAPES[name]);
  context.setLineDash([]);
  context.strokeStyle = paper;
  context.lineWidth = 3;
  context.stroke(path);
  context.fillStyle = colour;
  context.fill(path);
  context.restore();
}

/** A short line in the dash with the mark on it: the key. Its colour is the text's; `tint` sets it. */
export function sample(name) {
  const { dash, mark } = LOSSES[name] ?? DISTANCES[name];
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-20 -8 40 16");
  svg.setAttribute("class", "sample");
  svg.setAttribute("aria-hidden", "true");
  svg.dataset.of = DISTANCES[name]?.like ?? name;
  const line = document.createElementNS(SVG, "line");
  const shape = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({ x1: -20, y1: 0, x2: 20, y2: 0, stroke: "currentColor", "stroke-width": 2.4, "stroke-dasharray": dash.join(" ") })) {
    line.setAttribute(name, value);
  }
  shape.setAttribute("d", SHAPES[mark]);
  shape.setAttribute("fill", "currentColor");
  svg.append(line, shape);
  return svg;
}

/** Gives all keys within a node the colours of the theme. */
export function tint(root, theme) {
  for (const svg of root.querySelectorAll(".sample")) svg.style.color = colourOf(svg.dataset.of, theme);
}
