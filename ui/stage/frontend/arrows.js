// The gradient arrows: a dozen, evenly over the generated points, from beside a triangle on.

import { ARROW_PX } from "../../shared/frontend/theme.js";

export const ARROWS_MOST = 12;
const APART = 30; // px between the points of two arrows
const ARROW_MOST = 0.25; // of the picture's side; a longer one ends there, in a double head
const BESIDE = 6; // px from a point to where its arrow begins
const LEAST = 3; // px; a shorter arrow is a speck
const FAR = 1e4; // px; beyond, nothing is drawn

/**
 * Which points have their arrow drawn: in their own order, so that one keeps its arrow from frame to frame, those that lie
 * `apart` from all that have one; of several generators each has its share. `places`: [x, y] of each point, null where
 * there is no arrow.
 */
export function chooseArrows(places, apart, owners = null, most = ARROWS_MOST) {
  const makers = new Set(owners?.filter((_, i) => places[i]) ?? [0]);
  const share = Math.ceil(most / Math.max(1, makers.size));
  const each = new Map();
  const chosen = [];
  for (let i = 0; i < places.length && chosen.length < most; i++) {
    const place = places[i];
    if (!place) continue;
    const maker = owners?.[i] ?? 0;
    if ((each.get(maker) ?? 0) >= share) continue;
    if (chosen.some((one) => Math.hypot(places[one][0] - place[0], places[one][1] - place[1]) < apart)) continue;
    each.set(maker, (each.get(maker) ?? 0) + 1);
    chosen.push(i);
  }
  return chosen;
}

export function drawArrows(context, map, arrays, scale, theme) {
  const { unit } = theme;
  const most = ARROW_MOST * Math.min(map.box[2], map.box[3]);
  const points = arrays.fake.values;
  const arrows = arrays.arrows.values;
  const moves = Array.from({ length: arrows.length / 2 }, (_, i) => [
    arrows[2 * i] * ARROW_PX * unit * scale,
    -arrows[2 * i + 1] * ARROW_PX * unit * scale,
  ]);
  const [left, top, across, down] = map.box;
  const places = moves.map(([dx, dy], i) => {
    const [x, y] = [map.x(points[2 * i]), map.y(points[2 * i + 1])];
    const inside = x >= left && x <= left + across && y >= top && y <= top + down;
    return inside && Math.hypot(dx, dy) > LEAST * unit && Math.abs(x) < FAR ? [x, y] : null;
  });
  const owners = arrays.owner && Array.from(arrays.owner.values.subarray(0, moves.length));
  context.lineCap = "round";
  context.beginPath();
  for (const i of chooseArrows(places, APART * unit, owners)) {
    const [dx, dy] = moves[i];
    const length = Math.hypot(dx, dy);
    const [ux, uy] = [dx / length, dy / length];
    const [x, y] = [places[i][0] + BESIDE * unit * ux, places[i][1] + BESIDE * unit * uy];
    const head = Math.min(6 * unit, 0.4 * length);
    const shaft = Math.min(length, most);
    context.moveTo(x, y);
    context.lineTo(x + shaft * ux, y + shaft * uy);
    for (const at of length > most ? [most, most - head] : [length]) {
      const [tipX, tipY] = [x + at * ux, y + at * uy];
      context.moveTo(tipX - head * (ux + 0.55 * uy), tipY - head * (uy - 0.55 * ux));
      context.lineTo(tipX, tipY);
      context.lineTo(tipX - head * (ux - 0.55 * uy), tipY - head * (uy + 0.55 * ux));
    }
  }
  context.strokeStyle = theme.paper; // an edge, which sets them off from field and data
  context.globalAlpha = 0.7;
  context.lineWidth = 4 * unit;
  context.stroke();
  context.strokeStyle = theme.ink;
  context.globalAlpha = 0.9;
  context.lineWidth = 1.8 * unit;
  context.stroke();
  context.globalAlpha = 1;
  context.lineCap = "butt";
}
