// The lines that a plot is read against, and places for their names.

import { TICK_FONT } from "./axes.js";

const PLACES = [0, 0.2, 0.4, 0.6, 0.8, 1]; // of a name, as shares of the width that it has
const OVER_A_NAME = 1e6; // what a name costs there, counted in points of curves that it covers
const OVER_A_LETTER = 50;
const OVER_A_LINE = 1e4; // what it costs nearer to another reference line than to its own
const MOST_LOOKED_AT = 600; // points of a line that a name may cover

/** The reference lines of a plot, [{value, label}], each once: it names those panels that have it, unless all do. */
export function referencesOf(chart, lines) {
  const found = new Map();
  for (const { panel, run } of lines) {
    for (const { curve, value, label } of [...(panel.reference ?? []), ...floorOf(run)]) {
      if (!chart.series.some((series) => series.name === curve)) continue;
      const key = `${label} ${value}`;
      if (!found.has(key)) found.set(key, { value, label, panels: new Set() });
      found.get(key).panels.add(panel.label);
    }
  }
  return [...found.values()].map(({ value, label, panels }) => ({
    value,
    label: panels.size === lines.length ? label : `${[...panels].join(", ")}: ${label}`,
  }));
}

/** Where the Fréchet distance of other real images stands: no generator comes much below it. */
function floorOf(run) {
  const value = run?.scene?.floor ?? null;
  return value === null ? [] : [{ curve: "fid", value, label: "real images" }];
}

/**
 * A place for the name of each reference line, {label, x, baseline}: right above or below its line, where it covers
 * least of the curves; never over another name, and, where there is any such place, with no other line between.
 */
export function namePlaces(context, marked, chart, drawn, toX, toY, unit) {
  const font = TICK_FONT * unit;
  const places = [];
  for (const { label, y } of [...marked].sort((a, b) => a.y - b.y)) {
    const width = context.measureText(label).width;
    const lefts = PLACES.map((share) => chart.x + 4 + share * Math.max(0, chart.w - width - 24));
    const baselines = [y - 4 * unit, y + font].filter(
      (at) => at - 11 * unit >= chart.y - 3 && at <= chart.y + chart.h + 1,
    );
    const free = lefts.flatMap((x) =>
      (baselines.length ? baselines : [y - 4 * unit]).map((baseline) => ({ label, x, baseline, width, cost: 0 })),
    );
    for (const place of free) {
      for (const other of places) {
        const apart =
          place.x > other.x + other.width + 6 ||
          place.x + width + 6 < other.x ||
          Math.abs(place.baseline - other.baseline) >= font;
        if (!apart) place.cost += OVER_A_NAME;
      }
      for (const other of marked) {
        const middle = place.baseline - 4;
        if (other.y !== y && Math.abs(other.y - middle) < Math.abs(y - middle)) place.cost += OVER_A_LINE;
      }
    }
    for (const { points } of drawn) {
      const stride = 2 * Math.max(1, Math.floor(points.length / 2 / MOST_LOOKED_AT));
      for (let i = 0; i < points.length; i += stride) {
        const [px, py] = [toX(points[i]), toY(points[i + 1])];
        for (const place of free) {
          const across = px > place.x - 4 && px < place.x + width + 4;
          if (across && py > place.baseline - 13 && py < place.baseline + 4) place.cost += 1;
        }
      }
      // The panel's letter behind the line's end
      const [endX, endY] = [toX(points.at(-2) ?? NaN) + 8, toY(points.at(-1) ?? NaN)];
      for (const place of free) {
        const across = endX > place.x - 8 && endX < place.x + width + 8;
        if (across && endY > place.baseline - 18 && endY < place.baseline + 8) place.cost += OVER_A_LETTER;
      }
    }
    places.push(free.reduce((least, place) => (place.cost < least.cost ? place : least)));
  }
  return places;
}
