// The picture: noise on the left, points on the right, D's answers as the ground below them.

import { drawMark } from "../../../shared/frontend/generator_marks.js";
import { FAKE_RGB, REAL, REAL_RGB } from "../../../shared/frontend/theme.js";

const REACH = 3.5; // of a latent vector that is drawn
const STRONGEST = 0.62; // how opaque the ground is where D is sure
const LENGTH = 0.26; // of the picture's side, that an arrow of push 1 is long ...
const LONGEST = 0.2; // ... and at most
const LEAST = 0.012; // of a shorter one nothing would be seen

/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/**
 * World to pixels: the whole view inside a box, the same scale on both axes, y upwards.
 *
 * @param {number[]} view
 * @param {Box} box
 */
export function fitted([xmin, xmax, ymin, ymax], box) {
  const scale = Math.min(box.width / (xmax - xmin), box.height / (ymax - ymin));
  const left = box.x + (box.width - scale * (xmax - xmin)) / 2;
  const top = box.y + (box.height - scale * (ymax - ymin)) / 2;
  return {
    scale,
    left,
    top,
    width: scale * (xmax - xmin),
    height: scale * (ymax - ymin),
    x: (x) => left + (x - xmin) * scale,
    y: (y) => top + (ymax - y) * scale,
  };
}

const ground = document.createElement("canvas");

/** D's probability of every place: blue where it says real, orange where it says generated, nothing at ½. */
function drawField(context, map, { shape, values }) {
  const [rows, columns] = shape;
  ground.width = columns;
  ground.height = rows;
  const small = ground.getContext("2d");
  const pixels = small.createImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const says = values[row * columns + column];
      const [red, green, blue] = says > 0.5 ? REAL_RGB : FAKE_RGB;
      const at = 4 * ((rows - 1 - row) * columns + column);
      pixels.data.set([red, green, blue, 255 * STRONGEST * Math.min(1, Math.abs(2 * says - 1) * 1.3)], at);
    }
  }
  small.putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(ground, map.left, map.top, map.width, map.height);
}

function drawDiscs(context, map, { values }, radius, theme) {
  context.fillStyle = REAL;
  context.strokeStyle = theme.paper;
  context.lineWidth = 1.5;
  for (let i = 0; i < values.length; i += 2) {
    context.beginPath();
    context.arc(map.x(values[i]), map.y(values[i + 1]), radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

function drawOutlines(context, map, values, radius, theme) {
  context.strokeStyle = theme.ink;
  context.globalAlpha = 0.45;
  context.lineWidth = 1.2;
  for (let i = 0; i < values.length; i += 2) {
    const [x, y] = [map.x(values[i]), map.y(values[i + 1])];
    context.beginPath();
    context.moveTo(x, y - radius);
    context.lineTo(x + radius, y + 0.7 * radius);
    context.lineTo(x - radius, y + 0.7 * radius);
    context.closePath();
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** An arrow is as long as its push is strong. */
function drawArrows(context, map, fake, { values }, theme, size) {
  const pushes = Array.from({ length: values.length / 2 }, (_, i) => Math.hypot(values[2 * i], values[2 * i + 1]));
  for (const [colour, width] of [
    [theme.paper, size + 3],
    [theme.ink, size],
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineCap = "round";
    context.lineJoin = "round";
    for (let i = 0; i < pushes.length; i++) {
      const share = Math.min(LONGEST, LENGTH * pushes[i]);
      if (share < LEAST) continue;
      const length = map.height * share;
      const [dx, dy] = [values[2 * i] / pushes[i], -values[2 * i + 1] / pushes[i]];
      const [x, y] = [map.x(fake[2 * i]), map.y(fake[2 * i + 1])];
      const [tipX, tipY] = [x + length * dx, y + length * dy];
      const head = Math.min(3.2 * size, 0.5 * length);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(tipX, tipY);
      context.moveTo(tipX - head * (dx + 0.6 * dy), tipY - head * (dy - 0.6 * dx));
      context.lineTo(tipX, tipY);
      context.lineTo(tipX - head * (dx - 0.6 * dy), tipY - head * (dy + 0.6 * dx));
      context.stroke();
    }
  }
}

/**
 * Draws all of it.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {object} shown the answer: meta and arrays
 * @param {{noise: Box, network: Box, points: Box}} boxes
 * @param {object} how fake: where the triangles are just now; before: their places before a step, or null; field and
 *   arrows: whether these are drawn; flight: 0 to 1, how far the noise is on its way through G, null where all is there
 * @param {object} theme
 */
export function drawScene(context, { answer, arrays }, boxes, { fake, before, field, arrows, flight }, theme) {
  const noise = fitted([-REACH, REACH, -REACH, REACH], boxes.noise);
  const points = fitted(answer.view, boxes.points);
  const size = Math.max(1, points.height / 420);
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  for (const { left, top, width, height } of [noise, points]) context.strokeRect(left, top, width, height);
  context.save();
  context.beginPath();
  context.rect(points.left, points.top, points.width, points.height);
  context.clip();
  if (field) drawField(context, points, arrays.field);
  drawDiscs(context, points, arrays.real, 4.2 * size, theme);
  if (before) drawOutlines(context, points, before, 5.5 * size, theme);
  if (flight === null) {
    for (let i = 0; i < fake.length; i += 2) {
      drawMark(context, 0, points.x(fake[i]), points.y(fake[i + 1]), 6.5 * size, theme, 2);
    }
    if (arrows) drawArrows(context, points, fake, arrays.arrows, theme, 2.4 * size);
  }
  context.restore();
  const z = arrays.z.values;
  context.fillStyle = theme.ink;
  context.globalAlpha = 0.6;
  const radius = Math.min(3.4 * size, noise.height / 40);
  for (let i = 0; i < z.length; i += 2) dot(context, noise.x(z[i]), noise.y(z[i + 1]), radius);
  context.globalAlpha = 1;
  if (flight !== null) drawFlight(context, { z, fake, noise, points, network: boxes.network, flight, size, theme });
}

function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** Every z on its way: a dot as far as G, a triangle from there to its place; one after the other. */
function drawFlight(context, { z, fake, noise, points, network, flight, size, theme }) {
  const [middleX, middleY] = [network.x + network.width / 2, network.y + network.height / 2];
  const count = z.length / 2;
  for (let i = 0; i < count; i++) {
    const own = Math.min(1, Math.max(0, 1.8 * flight - (0.8 * i) / count));
    const [fromX, fromY] = [noise.x(z[2 * i]), noise.y(z[2 * i + 1])];
    const [toX, toY] = [points.x(fake[2 * i]), points.y(fake[2 * i + 1])];
    if (own < 0.5) {
      const t = smooth(2 * own);
      context.fillStyle = theme.ink;
      dot(context, fromX + t * (middleX - fromX), fromY + t * (middleY - fromY), 3.4 * size);
    } else {
      const t = smooth(2 * own - 1);
      drawMark(context, 0, middleX + t * (toX - middleX), middleY + t * (toY - middleY), 6.5 * size, theme, 2);
    }
  }
}

export const smooth = (t) => t * t * (3 - 2 * t);
