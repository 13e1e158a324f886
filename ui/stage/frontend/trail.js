// The trail: where some points have been just now. It looks like motion at any speed, and never like a web.

import { shadeOf } from "../../shared/frontend/generator_marks.js";

const FRAMES = 12;
export const POINTS = 16;
export const LEAP = 0.05; // of the view's side; what moved further between two frames was elsewhere, not on its way
export const LONGEST = 0.14; // of the view's side; a trail is no longer

/**
 * The way of a point back from its newest place, [[x, y], ...] newest first: it ends at a leap, at a place that is not
 * known (null), and where it has become as long as it may. `places`: oldest first, in units of the view's side.
 */
export function trailOf(places, leap = LEAP, longest = LONGEST) {
  const trail = [];
  let length = 0;
  for (const place of [...places].reverse()) {
    if (!place) break;
    const before = trail.at(-1);
    if (before) {
      const moved = Math.hypot(place[0] - before[0], place[1] - before[1]);
      length += moved;
      if (!(moved <= leap) || length > longest) break;
    }
    trail.push(place);
  }
  return trail;
}

/** Draws the trails of the first points. One that went over to another generator has not been where that one's point was. */
export function drawTrail(context, map, run, frame, theme) {
  const at = run.position(frame.seq);
  const arrays = run.frames.slice(Math.max(0, at - FRAMES), at + 1).map((one) => one.arrays);
  const count = Math.min(POINTS, frame.arrays.fake.shape[1]);
  const side = Math.max(map.box[2], map.box[3]);
  const ownerOf = (one, i) => one.owner?.values[i] ?? 0;
  context.lineCap = "round";
  for (let i = 0; i < count; i++) {
    const maker = ownerOf(frame.arrays, i);
    const places = arrays.map((one) => {
      if (!one.fake || ownerOf(one, i) !== maker) return null;
      return [map.x(one.fake.values[2 * i]) / side, map.y(one.fake.values[2 * i + 1]) / side];
    });
    const trail = trailOf(places);
    context.strokeStyle = shadeOf(maker, theme);
    for (let age = 1; age < trail.length; age++) {
      const share = 1 - age / FRAMES;
      context.globalAlpha = 0.65 * share ** 1.5;
      context.lineWidth = (0.6 + 2.2 * share) * theme.unit;
      context.beginPath();
      context.moveTo(side * trail[age - 1][0], side * trail[age - 1][1]);
      context.lineTo(side * trail[age][0], side * trail[age][1]);
      context.stroke();
    }
  }
  context.globalAlpha = 1;
  context.lineCap = "butt";
}
