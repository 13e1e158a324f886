// What every picture draws with: a sharp canvas, marks that can be told apart without colour, text with an edge, lines.

const SHAPES = {
  diamond: "M0-6 6 0 0 6-6 0Z",
  square: "M-4.6-4.6h9.2v9.2h-9.2Z",
  plus: "M-1.6-6h3.2v4.4h4.4v3.2h-4.4v4.4h-3.2v-4.4h-4.4v-3.2h4.4Z",
  cross: "M-5.4-3.2-3.2-5.4 0-2.2 3.2-5.4 5.4-3.2 2.2 0 5.4 3.2 3.2 5.4 0 2.2-3.2 5.4-5.4 3.2-2.2 0Z",
  circle: "M5.2 0A5.2 5.2 0 1 1-5.2 0 5.2 5.2 0 1 1 5.2 0Z",
};
const SVG = "http://www.w3.org/2000/svg";

/** A mark on a canvas, with an edge in the colour of the paper. */
export function drawMark(context, name, x, y, colour, paper, size = 1) {
  context.save();
  context.translate(x, y);
  context.scale(size, size);
  const path = new Path2D(SHAPES[name]);
  context.setLineDash([]);
  context.strokeStyle = paper;
  context.lineWidth = 3;
  context.stroke(path);
  context.fillStyle = colour;
  context.fill(path);
  context.restore();
}

/** A short line in the dash with the mark on it: the key. Its colour is the text's. */
export function sampleOf({ dash, mark }, name = "sample") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-20 -8 40 16");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "line");
  const shape = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({
    x1: -20,
    y1: 0,
    x2: 20,
    y2: 0,
    stroke: "currentColor",
    "stroke-width": 2.4,
    "stroke-dasharray": dash.join(" "),
  })) {
    line.setAttribute(name, value);
  }
  shape.setAttribute("d", SHAPES[mark]);
  shape.setAttribute("fill", "currentColor");
  svg.append(line, shape);
  return svg;
}

/** Text that can be read over anything that is drawn already. */
export function written(context, text, x, y, align, colour, paper) {
  context.textAlign = align;
  context.strokeStyle = paper;
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

export function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** A number with a true minus sign. */
export function plain(value, digits) {
  return value.toFixed(digits).replace("-", "\u2212");
}

const sizes = new WeakMap(); // canvas -> {width, height} in CSS pixels
const units = new WeakMap(); // canvas -> CSS pixels to a unit, as it was drawn last
/** @type {ResizeObserver | null} */
let watcher = null;

/** Keeps the sizes of all canvases: a style sheet that comes late, a window, a card may change them. Whoever paints one
 * hears "resized". */
function watch(canvas) {
  watcher ??= new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const { width, height } = contentRect;
      const before = sizes.get(target);
      sizes.set(target, { width, height });
      if (before?.width === width && before?.height === height) continue;
      target.dispatchEvent(new Event("resized", { bubbles: true }));
    }
  });
  watcher.observe(canvas);
}

/** The size of a canvas in CSS pixels. Asked of the page once: that makes the browser lay it out, within a frame. */
function sizeOf(canvas) {
  const kept = sizes.get(canvas);
  if (kept?.width && kept.height) return kept;
  const { width, height } = canvas.getBoundingClientRect();
  if (!kept) watch(canvas);
  sizes.set(canvas, { width, height });
  return { width, height };
}

/**
 * A canvas as sharp as the screen. Returns its context and its size, in units of `unit` CSS pixels each (a theme's, and
 * what is drawn grows with the page's type), or null while it has no size.
 */
export function sharpen(canvas, unit = 1) {
  const { width, height } = sizeOf(canvas);
  if (!width || !height) return null;
  units.set(canvas, unit);
  const ratio = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio * unit, 0, 0, ratio * unit, 0, 0);
  context.clearRect(0, 0, width / unit, height / unit);
  return { context, width: width / unit, height: height / unit };
}

/** Where a pointer is on a canvas, {x, y}, and the canvas's {width, height}: all in the units that it was drawn in. */
export function placeOn(canvas, event) {
  const box = canvas.getBoundingClientRect();
  const unit = units.get(canvas) ?? 1;
  return {
    x: (event.clientX - box.left) / unit,
    y: (event.clientY - box.top) / unit,
    width: box.width / unit,
    height: box.height / unit,
  };
}
