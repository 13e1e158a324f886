// Small makers of DOM nodes. Text goes in as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** make("button", {class: "x", title: "y", onclick}, "text", child, ...) */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node[name] = value;
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Sets text, and only if it differs: unchanged nodes cost no layout. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets an attribute, and only if it differs. */
export function describe(node, name, text) {
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

export function mark(node, name, value) {
  const text = String(value);
  if (node.dataset[name] !== text) node.dataset[name] = text;
}

export function show(node, visible) {
  if (node.hidden === visible) node.hidden = !visible;
}

const PATHS = {
  start: ["M6 5h2.4v14H6z", "M19 5v14l-9.5-7z"],
  back: ["M17 5v14L7 12z"],
  play: ["M7 4.5v15l12.5-7.5z"],
  pause: ["M6.5 5h4v14h-4z", "M13.5 5h4v14h-4z"],
  forward: ["M6 5v14l9-7z", "M16 5h2.4v14H16z"],
  again: ["M12 5a7 7 0 1 1-6.6 4.7l2 .7A4.9 4.9 0 1 0 12 7.1v3.4L6.8 6.2 12 2z"],
  live: ["M13 2 5 13.5h5L9.5 22 19 9.5h-6z"],
  present: ["M3 4h18v2H3z", "M4 6h2v9h12V6h2v11h-7v1.6l3.4 2.4H13L12 20l-1 1H7.6L11 18.6V17H4z"],
  reset: ["M9.5 4 4 9.5 9.5 15v-4h4.5a3.5 3.5 0 0 1 0 7H8v2.5h6a6 6 0 0 0 0-12H9.5z"],
};

/** An icon, drawn in the colour of the text. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
