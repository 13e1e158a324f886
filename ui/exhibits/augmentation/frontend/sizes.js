// A map of sizes in one colour, pixel by pixel.

import { FAKE_RGB } from "../../../shared/frontend/theme.js";

const buffer = document.createElement("canvas");
const ramps = new Map(); // theme key -> stops

/** Sizes from 0 to `most` as a map from paper over orange to ink; pixels that D does not see are hatched. */
export function drawSizes(context, { sizes, seen, side, most, theme }, width, height) {
  const ramp = rampOf(theme);
  const shown = new ImageData(side, side);
  for (const [i, value] of sizes.entries()) {
    shown.data.set([...ramp(value / most), 255], 4 * i);
  }
  buffer.width = buffer.height = side;
  buffer.getContext("2d").putImageData(shown, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(buffer, 0, 0, width, height);
  context.save();
  context.beginPath();
  const [across, down] = [width / side, height / side];
  seen.forEach((yes, i) => {
    if (!yes) context.rect((i % side) * across, Math.floor(i / side) * down, across, down);
  });
  context.clip();
  hatch(context, width, height, theme);
  context.restore();
}

/** What is not seen. */
export function hatch(context, width, height, theme) {
  context.globalAlpha = 0.45;
  context.strokeStyle = theme.ink;
  context.lineWidth = 1.4;
  context.beginPath();
  for (let x = -height; x < width; x += 9) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** share (0 to 1) -> [red, green, blue]: paper at 0, orange in the middle, ink at 1 and beyond. */
export function rampOf(theme) {
  if (!ramps.has(theme.key)) ramps.set(theme.key, [rgbOf(theme.paper), FAKE_RGB, rgbOf(theme.ink)]);
  const stops = ramps.get(theme.key);
  return (share) => {
    const at = 2 * Math.min(1, Math.max(0, share));
    const from = at < 1 ? 0 : 1;
    return stops[from].map((value, c) => value + (at - from) * (stops[from + 1][c] - value));
  };
}

function rgbOf(colour) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}
