// One panel's picture: the discriminator's field or the noised densities, real and generated points, gradients, trail,
// the generator's manifold.

import { sharpen, written } from "../../shared/frontend/canvas.js";
import { drawTriangles, stampAt, stampOf } from "../../shared/frontend/generator_marks.js";
import { FAKE_RGB, REAL, REAL_RGB } from "../../shared/frontend/theme.js";
import { drawArrows } from "./arrows.js";
import { Densities, drawAbsence, showsField, sigmaOf } from "./densities.js";
import { drawTaken, holdingsAt } from "./ensemble.js";
import { FieldTip } from "./field_tip.js";
import { drawTrail } from "./trail.js";

const RINGS_MOST = 40; // more centres than this are a curve, not modes
const POINT = 4.4; // px; radius of a generated point at the usual size of letters, as all lengths here
const DISC = 3; // px; radius of a real point
const WEIGHED_DISC = 3.6; // px; of one that weighs as much as the average, where points are weighed
const DISC_MOST = 11;
const WEIGHT_FONT = 16;
const CLOUDS_APART = 48; // px between neighbouring modes, below which there is no room for their weights

/** World to pixels: the whole view, the same scale on both axes, y upwards. */
export function fit(view, width, height) {
  const [xmin, xmax, ymin, ymax] = view;
  const scale = Math.min(width / (xmax - xmin || 1), height / (ymax - ymin || 1));
  const left = (width - scale * (xmax - xmin)) / 2;
  const top = (height - scale * (ymax - ymin)) / 2;
  return {
    scale,
    box: [left, top, scale * (xmax - xmin), scale * (ymax - ymin)],
    x: (x) => left + (x - xmin) * scale,
    y: (y) => top + (ymax - y) * scale,
    worldX: (px) => xmin + (px - left) / scale,
    worldY: (py) => ymax - (py - top) / scale,
  };
}

export class Picture {
  constructor(canvas) {
    this.canvas = canvas;
    this.ground = document.createElement("canvas"); // rings and real points: they never move, but their weights may
    this.groundKey = "";
    this.fieldCanvas = document.createElement("canvas");
    this.fieldOf = null;
    this.densities = new Densities();
    this.shown = null; // {map, view, frame} as painted
    this.tip = new FieldTip(canvas, (px, py) => this.readAt(px, py));
  }

  /** The place of the plane at a pixel, and the field that is drawn there: {x, y, view, field, scale}, or null. */
  readAt(px, py) {
    if (!this.shown) return null;
    const { map, view, frame, field } = this.shown;
    const [left, top, across, down] = map.box;
    if (px < left || px > left + across || py < top || py > top + down) return null;
    return { x: map.worldX(px), y: map.worldY(py), view, field, scale: frame?.fieldScale ?? null };
  }

  /** Draws a frame (or, with null, the scene alone). `see`: {field, densities, arrows, trail, manifold, scale}. */
  draw(run, scene, frame, see, theme) {
    const sharp = sharpen(this.canvas);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const view = scene?.view ?? [-2, 2, -2, 2];
    const map = fit(view, width, height);
    const arrays = frame?.arrays ?? {};
    const field = (showsField(see, frame) && arrays.field) || null;
    if (field) this.drawField(context, map, frame, field);
    if (see.densities && scene && arrays.fake) this.densities.draw(context, map, scene, frame, theme.unit);
    const weights = arrays.data_weights?.values;
    const learning = frame?.scalar("part") ?? null;
    // What is weighed is what the next generator learns: it lies over the points of those that have finished.
    if (learning !== null && arrays.owner) drawMarks(context, map, arrays, (owner) => owner + 1 < learning, theme);
    if (scene) this.drawGround(context, map, scene, weights, width, height, theme);
    if (see.manifold && arrays.manifold) drawManifold(context, map, arrays.manifold, theme);
    if (arrays.fake) {
      if (see.trail) drawTrail(context, map, run, frame, theme);
      if (see.arrows && arrays.arrows) drawArrows(context, map, arrays, see.scale, theme);
      if (arrays.owner) drawMarks(context, map, arrays, (owner) => learning === null || owner + 1 >= learning, theme);
      else drawTriangles(context, map, arrays.fake.values, arrays.fake.shape[1], 0, POINT, theme);
      const holds = scene && hasRings(scene) ? holdingsAt(run, frame) : null;
      if (holds) drawTaken(context, map, scene.centres, ringRadius(map, scene), holds, theme);
      if (weights && scene && hasRings(scene)) drawWeights(context, map, scene, weights, theme);
    }
    if (see.densities && sigmaOf(frame) === 0) drawAbsence(context, map, see, theme);
    this.shown = { map, view, frame, field };
    this.tip.tell();
  }

  drawField(context, map, frame, field) {
    const [rows, columns] = field.shape;
    if (this.fieldOf !== frame) {
      this.fieldCanvas.width = columns;
      this.fieldCanvas.height = rows;
      const small = this.fieldCanvas.getContext("2d");
      const image = small.createImageData(columns, rows);
      const colours = fieldColours();
      const pixels = new Uint32Array(image.data.buffer);
      for (let row = 0; row < rows; row++) {
        const to = (rows - 1 - row) * columns; // row 0 is ymin, the bottom
        for (let column = 0; column < columns; column++) {
          pixels[to + column] = colours[field.values[row * columns + column]];
        }
      }
      small.putImageData(image, 0, 0);
      this.fieldOf = frame;
    }
    // The grid has points on the view's edges, so each sample is the middle of a cell that reaches half beyond.
    const [left, top, across, down] = map.box;
    const cellX = across / Math.max(1, columns - 1);
    const cellY = down / Math.max(1, rows - 1);
    context.save();
    context.beginPath();
    context.rect(left, top, across, down);
    context.clip();
    context.imageSmoothingEnabled = true;
    context.drawImage(this.fieldCanvas, left - cellX / 2, top - cellY / 2, across + cellX, down + cellY);
    context.restore();
  }

  drawGround(context, map, scene, weights, width, height, theme) {
    const ratio = window.devicePixelRatio || 1;
    const key = [width, height, ratio, theme.key, scene.view, scene.real.length].join();
    if (this.groundKey !== key || this.groundOf !== scene || !same(this.groundWeights, weights)) {
      this.ground.width = Math.round(width * ratio);
      this.ground.height = Math.round(height * ratio);
      const below = this.ground.getContext("2d");
      below.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawDiscs(below, map, scene.real, weights, theme);
      drawRings(below, map, scene, theme);
      this.groundKey = key;
      this.groundOf = scene;
      this.groundWeights = weights;
    }
    context.drawImage(this.ground, 0, 0, width, height);
  }
}

let colourTable = null;

/** Colour of each of the 256 values of the field: orange for fake, nothing at the middle, blue for real. */
function fieldColours() {
  if (!colourTable) {
    colourTable = new Uint32Array(256);
    const bytes = new Uint8Array(colourTable.buffer);
    for (let value = 0; value < 256; value++) {
      const lean = value / 127.5 - 1;
      const [red, green, blue] = lean > 0 ? REAL_RGB : FAKE_RGB;
      bytes.set([red, green, blue, Math.round(255 * 0.42 * Math.abs(lean) ** 0.85)], 4 * value);
    }
  }
  return colourTable;
}

/** Real points as discs, their radii by the points' weights (1 is the average), where they have any; of weight 0 a tiny
 * ring is left. */
function drawDiscs(context, map, points, weights, { dark, unit }) {
  const place = (i) => [map.x(points[2 * i]), map.y(points[2 * i + 1])];
  const weightless = [];
  context.globalAlpha = dark ? 0.6 : 0.5;
  context.fillStyle = REAL;
  context.beginPath();
  for (let i = 0; 2 * i + 1 < points.length; i++) {
    const weight = weights?.[i] ?? 1;
    if (!weight) {
      weightless.push(i);
      continue;
    }
    const [x, y] = place(i);
    const radius = unit * (weights ? Math.min(DISC_MOST, WEIGHED_DISC * weight) : DISC);
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fill();
  context.strokeStyle = REAL;
  context.lineWidth = 0.8 * unit;
  context.beginPath();
  for (const i of weightless) {
    const [x, y] = place(i);
    context.moveTo(x + 1.5 * unit, y);
    context.arc(x, y, 1.5 * unit, 0, 2 * Math.PI);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** Whether two lists of weights, either of which may be missing, say the same. */
function same(before, after) {
  return (
    before === after || Boolean(before?.length === after?.length && before?.every((weight, i) => weight === after[i]))
  );
}

function hasRings(scene) {
  return scene.centres.length / 2 <= RINGS_MOST;
}

/** Three sigma, within which a mode counts as hit, or what can be seen. */
function ringRadius(map, scene, least = 7) {
  return Math.max(least, 3 * scene.sigma * map.scale);
}

/** A thin ring around each mode. */
export function drawRings(context, map, scene, theme, least) {
  if (!hasRings(scene)) return;
  const { centres } = scene;
  const radius = ringRadius(map, scene, least);
  context.strokeStyle = theme.ink;
  context.globalAlpha = 0.5;
  context.lineWidth = 1.2 * theme.unit;
  context.beginPath();
  for (let i = 0; i < centres.length; i += 2) {
    const [x, y] = [map.x(centres[i]), map.y(centres[i + 1])];
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.stroke();
  context.globalAlpha = 1;
}

const clouds = new WeakMap(); // scene -> for each of its real points the mode that lies nearest

function cloudsOf(scene) {
  if (!clouds.has(scene)) {
    const { real, centres } = scene;
    const far = (point, mode) =>
      Math.hypot(real[2 * point] - centres[2 * mode], real[2 * point + 1] - centres[2 * mode + 1]);
    const modes = Array.from({ length: centres.length / 2 }, (_, mode) => mode);
    const nearest = (point) => modes.reduce((best, mode) => (far(point, mode) < far(point, best) ? mode : best), 0);
    clouds.set(
      scene,
      Array.from({ length: real.length / 2 }, (_, point) => nearest(point)),
    );
  }
  return clouds.get(scene);
}

/** The mean weight of each cloud's points below it, once they differ: which of two discs is larger is hard to see. */
function drawWeights(context, map, scene, weights, theme) {
  if (Math.max(...weights) - Math.min(...weights) < 0.1) return;
  const places = Array.from({ length: scene.centres.length / 2 }, (_, i) => [
    map.x(scene.centres[2 * i]),
    map.y(scene.centres[2 * i + 1]),
  ]);
  const apart = places.flatMap(([x, y], i) =>
    places.slice(0, i).map(([otherX, otherY]) => Math.hypot(x - otherX, y - otherY)),
  );
  const font = WEIGHT_FONT * theme.unit;
  if (Math.min(...apart) < CLOUDS_APART * theme.unit) return;
  const sums = places.map(() => [0, 0]);
  const cloud = cloudsOf(scene);
  weights.forEach((weight, i) => {
    sums[cloud[i]][0] += weight;
    sums[cloud[i]][1] += 1;
  });
  context.font = `700 ${font}px ${theme.font}`;
  context.textBaseline = "alphabetic";
  const under = ringRadius(map, scene) + font;
  const [left, top, across, down] = map.box;
  places.forEach(([x, y], i) => {
    if (!sums[i][1]) return;
    const said = `\u00d7${(sums[i][0] / sums[i][1]).toFixed(1)}`;
    const wide = context.measureText(said).width;
    const from = Math.min(left + across - wide - 3, Math.max(left + 3, x - wide / 2));
    const baseline = y + under + 4 < top + down ? y + under : y - under + font - 5;
    written(context, said, from, baseline, "left", theme.ink, theme.paper);
  });
}

/** The points of those generators that `shown(owner)` lets through, each with its generator's mark and shade. */
function drawMarks(context, map, { fake, owner }, shown, theme) {
  const ratio = window.devicePixelRatio || 1;
  const stamps = [];
  owner.values.forEach((maker, i) => {
    if (!shown(maker)) return;
    stamps[maker] ??= stampOf(maker, 5 * theme.unit, theme, true, ratio);
    stampAt(context, map, fake.values, i, stamps[maker], ratio);
  });
}

/** The points of one replica of many, each with the mark of the generator that made it, small and without an edge. */
export function drawReplica(context, map, { fake, owner }, replica, theme) {
  const ratio = window.devicePixelRatio || 1;
  const [, count] = fake.shape;
  const stamps = [];
  for (let i = replica * count; i < (replica + 1) * count; i++) {
    const maker = owner?.values[i] ?? 0;
    stamps[maker] ??= stampOf(maker, 3 * theme.unit, theme, false, ratio);
    stampAt(context, map, fake.values, i, stamps[maker], ratio);
  }
}

function drawManifold(context, map, manifold, theme) {
  const [rows, columns] = manifold.shape;
  const at = (row, column) => {
    const i = 2 * (row * columns + column);
    return [map.x(manifold.values[i]), map.y(manifold.values[i + 1])];
  };
  context.strokeStyle = theme.ink;
  context.globalAlpha = 0.5;
  context.lineWidth = theme.unit;
  context.beginPath();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (column) context.lineTo(...at(row, column));
      else context.moveTo(...at(row, column));
    }
  }
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      if (row) context.lineTo(...at(row, column));
      else context.moveTo(...at(row, column));
    }
  }
  context.stroke();
  context.globalAlpha = 1;
}
