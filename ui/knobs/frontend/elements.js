// The stage's makers of DOM nodes, and the icons of the knobs.

export { make, say, show } from "../gancore.stage/elements.js";

const SVG = "http://www.w3.org/2000/svg";

export function describe(node, name, text) {
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

const PATHS = {
  live: "M13 2 5 13.5h5L9.5 22 19 9.5h-6z",
  restart: "M12 5a7 7 0 1 1-6.6 4.7l2 .7A4.9 4.9 0 1 0 12 7.1v3.4L6.8 6.2 12 2z",
  reset: "M9.5 4 4 9.5 9.5 15v-4h4.5a3.5 3.5 0 0 1 0 7H8v2.5h6a6 6 0 0 0 0-12H9.5z",
};

/** An icon, drawn in the colour of the text. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
