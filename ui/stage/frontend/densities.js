// The densities that the discriminator is shown: real and generated points, each blurred by the instance noise.
//
// Instance noise adds N(0, σ²) to both kinds of points, which convolves both distributions with that Gaussian. Here the
// distributions are the frame's own points: (p * N(0, σ²))(x) = 1/N Σ_i N(x; x_i, σ²), on a grid over the view.

import { FAKE, FAKE_RGB, REAL, REAL_RGB } from "../../shared/frontend/theme.js";

const SIDE = 48; // grid points along each side of the view; the first and the last lie on its edges
const SHARES = [0.9, 0.5]; // of what is in view, that the contours enclose
const BAND = 0.17; // opacity that each contour adds to what it encloses
const DASH = [6, 4];
const ROW = SIDE + 2; // with a rim of zeros, so that every contour closes
const RINGS_MOST = 60; // more are the spots of single points, which inner contours would only hide
const BISECTIONS = 12; // to a 4,096th of the largest density
const DEPOSIT = 1 / 6; // variance that sharing a point out among four grid points adds, in cells²

export const ABOUT =
  "Real and generated points, blurred by the instance noise \u03c3 as the discriminator sees them. " +
  "The contours (real solid, generated dashed) enclose 50 and 90\u202f% of each";

/** Contours of one panel, kept until its frame, its data or σ change. */
export class Densities {
  constructor() {
    this.real = {};
    this.fake = {};
  }

  /** Bands and lines of both densities. */
  draw(context, map, scene, frame, unit) {
    const sigma = sigmaOf(frame);
    if (!sigma) return;
    const real = contours(this.real, scene, scene.real, sigma, scene.view);
    const fake = contours(this.fake, frame, frame.arrays.fake.values, sigma, scene.view);
    context.save();
    context.beginPath();
    context.rect(...map.box);
    context.clip();
    context.lineWidth = 1.8 * unit;
    context.lineJoin = "round";
    for (const [lines, colour, [red, green, blue], dash] of [
      [real, REAL, REAL_RGB, []],
      [fake, FAKE, FAKE_RGB, DASH],
    ]) {
      context.strokeStyle = colour;
      context.fillStyle = `rgba(${red}, ${green}, ${blue}, ${BAND})`;
      context.setLineDash(dash.map((length) => length * unit));
      for (const rings of lines) {
        trace(context, rings, map, scene.view);
        context.fill();
        context.stroke();
      }
    }
    context.restore();
  }
}

/** Whether the discriminator's field is the background: also where densities are asked for and without noise there is none. */
export function showsField(see, frame) {
  return see.field && !(see.densities && sigmaOf(frame) !== 0);
}

/** The instance noise of a frame, or null where it has none to speak of. */
export function sigmaOf(frame) {
  return frame?.table.fake ? frame.scalar("noise") : null;
}

/** What stands in the corner of a picture without noise: points on a manifold have no density. */
export function drawAbsence(context, map, see, theme) {
  const [left, top] = map.box;
  const words = `\u03c3 = 0: no density${see.field ? "; D\u2019s field" : " to draw"}`;
  context.font = `600 ${15 * theme.unit}px ${theme.font}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.strokeStyle = theme.paper;
  context.lineJoin = "round";
  context.lineWidth = 4 * theme.unit;
  context.strokeText(words, left + 5 * theme.unit, top + 17 * theme.unit);
  context.fillStyle = theme.ink;
  context.fillText(words, left + 5 * theme.unit, top + 17 * theme.unit);
}

/** For each of SHARES the rings that enclose it. */
function contours(kept, of, points, sigma, view) {
  if (kept.of !== of || kept.sigma !== sigma) {
    const density = blurred(points, sigma, view);
    const lines = [];
    for (const level of levels(density)) {
      lines.push(contour(density, level));
      if (lines[0].length > RINGS_MOST) break;
    }
    Object.assign(kept, { of, sigma, lines });
  }
  return kept.lines;
}

/**
 * The density of points x, y, x, y, ... convolved with N(0, σ²), but for a constant factor: (ROW, ROW), row 0 below
 * ymin.
 *
 * The Gaussian is a product of one in x and one in y, so with the points counted on the grid as H the density is
 * K_y H K_xᵀ, two matrix products. The grid of H goes on beyond the view: points out there are blurred into it.
 */
export function blurred(points, sigma, [xmin, xmax, ymin, ymax]) {
  const [perX, perY] = [(SIDE - 1) / (xmax - xmin), (SIDE - 1) / (ymax - ymin)]; // cells per unit of the plane
  const margin = (cells) => Math.min(SIDE, Math.ceil(3 * cells));
  const [marginX, marginY] = [margin(sigma * perX), margin(sigma * perY)];
  const [kernelX, kernelY] = [kernel(sigma * perX, marginX), kernel(sigma * perY, marginY)];
  const [wide, tall] = [SIDE + 2 * marginX, SIDE + 2 * marginY];
  const counts = new Float32Array(wide * tall); // H
  for (let i = 0; i + 1 < points.length; i += 2) {
    const x = (points[i] - xmin) * perX + marginX;
    const y = (points[i + 1] - ymin) * perY + marginY;
    if (!(x >= 0 && y >= 0 && x < wide - 1 && y < tall - 1)) continue;
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [right, up] = [x - column, y - row];
    const at = row * wide + column;
    counts[at] += (1 - right) * (1 - up);
    counts[at + 1] += right * (1 - up);
    counts[at + wide] += (1 - right) * up;
    counts[at + wide + 1] += right * up;
  }
  // (K_y H)ᵀ, (wide, SIDE): most of H is empty
  const half = new Float32Array(wide * SIDE);
  for (let from = 0; from < tall; from++) {
    for (let column = 0; column < wide; column++) {
      const count = counts[from * wide + column];
      if (count) spread(half, column * SIDE, kernelY, from - marginY, count);
    }
  }
  const density = new Float32Array(ROW * ROW);
  for (let from = 0; from < wide; from++) {
    for (let row = 0; row < SIDE; row++) {
      const count = half[from * SIDE + row];
      if (count) spread(density, (row + 1) * ROW + 1, kernelX, from - marginX, count);
    }
  }
  return density;
}

/** Adds a count at grid point `from`, which may lie outside, to SIDE sums that begin at `start`. */
function spread(sums, start, kernel, from, count) {
  const middle = (kernel.length - 1) / 2;
  for (let to = 0; to < SIDE; to++) sums[start + to] += count * kernel[middle + to - from];
}

/** exp(-d² / 2σ²) for d from -(SIDE + margin) to SIDE + margin, σ in cells; points in the margin count too. */
function kernel(sigma, margin) {
  const variance = sigma * sigma - DEPOSIT; // a σ below the grid's own blur is left at that
  return Float32Array.from({ length: 2 * (SIDE + margin) + 1 }, (_, i) => {
    const d = i - SIDE - margin;
    return variance > 0 ? Math.exp((-d * d) / (2 * variance)) : Number(d === 0);
  });
}

/** The densities above which lie SHARES of the whole, by bisection. */
function levels(density) {
  const above = (level) => {
    let sum = 0;
    for (let i = 0; i < density.length; i++) if (density[i] >= level) sum += density[i];
    return sum;
  };
  const whole = above(0);
  if (!whole) return [];
  const top = Math.max(...density);
  return SHARES.map((share) => {
    let [low, high] = [0, top];
    for (let i = 0; i < BISECTIONS; i++) {
      const middle = (low + high) / 2;
      if (above(middle) >= share * whole) low = middle;
      else high = middle;
    }
    return high;
  });
}

// Marching squares. Of a cell's corners, in turn, those above the level count 8, 4, 2, 1; its edge i lies between the
// corners i and i + 1. Each pair is a piece of the contour, from edge to edge; what lies above is always on the same side.
const PIECES = [
  ...[[], [2, 3], [1, 2], [1, 3], [0, 1], [0, 1, 2, 3], [0, 2], [0, 3]],
  ...[[3, 0], [2, 0], [3, 0, 1, 2], [1, 0], [3, 1], [2, 1], [3, 2], []],
];

/** The rings around what lies above a level, each as x, y, x, y, ... with (0, 0) at the first grid point. */
function contour(density, level) {
  // The edge from grid point k to the next one in its row is 2k, that to the next one in its column 2k + 1.
  const next = new Int32Array(2 * ROW * ROW).fill(-1); // where the piece that begins on an edge ends
  for (let row = 0; row < ROW - 1; row++) {
    for (let column = 0; column < ROW - 1; column++) {
      const k = row * ROW + column;
      const near = (density[k] >= level ? 8 : 0) + (density[k + 1] >= level ? 4 : 0);
      const above = near + (density[k + ROW + 1] >= level ? 2 : 0) + (density[k + ROW] >= level ? 1 : 0);
      if (above === 0 || above === 15) continue;
      const edges = [2 * k, 2 * k + 3, 2 * (k + ROW), 2 * k + 1];
      const piece = PIECES[above];
      for (let i = 0; i < piece.length; i += 2) next[edges[piece[i]]] = edges[piece[i + 1]];
    }
  }
  const found = [];
  for (let start = 0; start < next.length; start++) {
    const ring = [];
    for (let edge = start; next[edge] >= 0; ) {
      const k = edge >> 1;
      const upright = edge & 1;
      const share = (level - density[k]) / (density[k + (upright ? ROW : 1)] - density[k]);
      ring.push((k % ROW) - 1 + (upright ? 0 : share), Math.floor(k / ROW) - 1 + (upright ? share : 0));
      const after = next[edge];
      next[edge] = -1;
      edge = after;
    }
    if (ring.length) found.push(ring);
  }
  return found;
}

function trace(context, rings, map, [xmin, xmax, ymin, ymax]) {
  const [cellX, cellY] = [(xmax - xmin) / (SIDE - 1), (ymax - ymin) / (SIDE - 1)];
  context.beginPath();
  for (const ring of rings) {
    context.moveTo(map.x(xmin + ring[0] * cellX), map.y(ymin + ring[1] * cellY));
    for (let i = 2; i < ring.length; i += 2)
      context.lineTo(map.x(xmin + ring[i] * cellX), map.y(ymin + ring[i + 1] * cellY));
    context.closePath();
  }
}
