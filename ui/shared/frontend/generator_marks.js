// What stands for each of up to eight generators: a mark of its own, and a shade of the generated points' colour.

import { FAKE } from "./theme.js";

// From orange to magenta to brown, and none near the data's blue. They lie on the discriminator's field, which is dark
// brown and dark blue where the paper is black: there all but the first are lighter.
const SHADES = {
  light: [FAKE, "#BF1E72", "#8A5A2E", "#DE6E98", "#D81B3C", "#A88D6C", "#8C5F86", "#B8481F"],
  dark: [FAKE, "#F0559F", "#D2A679", "#F9B4CE", "#FF6B75", "#E8DCC8", "#C79AC2", "#F2936B"],
};

export function shadeOf(index, theme) {
  return SHADES[theme.dark ? "dark" : "light"][index];
}

// About equally large, within the unit circle or nearly so; y downwards.
const SHAPES = [
  "M0-1L.95 .7L-.95 .7Z", // a triangle
  "M-.7-.7H.7V.7H-.7Z", // a square
  "M0-1.05L.85 0L0 1.05L-.85 0Z", // a diamond
  "M0 1L.95-.7L-.95-.7Z", // a triangle on its tip
  "M0-1L.95-.31L.59 .81L-.59 .81L-.95-.31Z", // a pentagon
  "M-.3-1H.3V-.3H1V.3H.3V1H-.3V.3H-1V-.3H-.3Z", // a plus
  "M-.5-.92L0-.42L.5-.92L.92-.5L.42 0L.92 .5L.5 .92L0 .42L-.5 .92L-.92 .5L-.42 0L-.92-.5Z", // a cross
  "M0-1.15L.29-.4L1.09-.36L.47 .15L.68 .93L0 .49L-.68 .93L-.47 .15L-1.09-.36L-.29-.4Z", // a star
];
const SVG = "http://www.w3.org/2000/svg";

/** One generator's mark; an edge in the colour of the paper, of `width` px, sets it off from what lies below. */
export function drawMark(context, index, x, y, radius, theme, width = 0) {
  const path = new Path2D(SHAPES[index]);
  context.save();
  context.translate(x, y);
  context.scale(radius, radius);
  if (width) {
    context.strokeStyle = theme.paper;
    context.lineWidth = width / radius;
    context.lineJoin = "round";
    context.stroke(path);
  }
  context.globalAlpha = 1;
  context.fillStyle = shadeOf(index, theme);
  context.fill(path);
  context.restore();
}

/** A mark for the legend, 13 px wide, in the shade that the style calls so. */
export function markSample(index) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-1.2 -1.2 2.4 2.4");
  svg.setAttribute("class", "sample");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[index]);
  path.setAttribute("fill", "var(--shade)");
  svg.append(path);
  return svg;
}

const stamps = new Map();

/** A mark drawn once, {stamp, size}: stamping it takes half as long as 512 outlines, where no graphics card helps. */
export function stampOf(index, radius, theme, edged, ratio) {
  const key = `${index}|${radius}|${theme.paper}|${theme.dark}|${edged}|${ratio}`;
  if (!stamps.has(key)) {
    const size = 2 * Math.ceil(radius + 2);
    const stamp = document.createElement("canvas");
    stamp.width = stamp.height = Math.ceil(size * ratio);
    const context = stamp.getContext("2d");
    context.scale(ratio, ratio);
    context.globalAlpha = 0.7; // of the edge
    drawMark(context, index, size / 2, size / 2, radius, theme, edged ? 1.5 : 0);
    stamps.set(key, { stamp, size: stamp.width / ratio });
  }
  return stamps.get(key);
}

/** A mark at the `i`-th of the points, on whole pixels of the screen. */
export function stampAt(context, map, points, i, { stamp, size }, ratio) {
  const [x, y] = [map.x(points[2 * i]), map.y(points[2 * i + 1])];
  if (!(Math.abs(x) < 1e4 && Math.abs(y) < 1e4)) return;
  const left = Math.round((x - size / 2) * ratio) / ratio;
  const top = Math.round((y - size / 2) * ratio) / ratio;
  context.drawImage(stamp, left, top, size, size);
}

/** `count` points from the `from`-th on, as orange triangles, each with a thin edge in the colour of the paper. */
export function drawTriangles(context, map, points, count, from, radius, theme) {
  const ratio = window.devicePixelRatio || 1;
  const triangle = stampOf(0, radius * theme.unit, theme, true, ratio);
  for (let i = from; i < from + count; i++) stampAt(context, map, points, i, triangle, ratio);
}
