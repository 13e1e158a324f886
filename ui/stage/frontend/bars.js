// The plots that are bars: they show the frames on show, not the run's course. One group of bars for each layer or
// generator, and in it one bar a panel.

import { written } from "../../shared/frontend/canvas.js";
import { drawMark } from "../../shared/frontend/generator_marks.js";
import { percents, short } from "../../shared/frontend/numbers.js";
import { signOf } from "../../shared/frontend/theme.js";
import { decades, drawTicks, TICK_FONT } from "./axes.js";
import { generatorsOf } from "./ensemble.js";

const WIDEST = 26; // px
const LETTER = 14; // px; height of a panel's letter over its bar, with the gap
const MARK = 5; // px; radius of a generator's mark under its bar

const spans = new WeakMap(); // run -> the range that its layers' gradients have been seen in, powers of ten

/** The norm of the gradient in each layer of the generator, on a scale of powers of ten. */
export const LAYERS = {
  under: "layer",
  values: ({ run, frame }) => layersAt(run, frame),
  scale(lines, held) {
    const seen = lines.map(({ run }, i) => spanOf(run, held[i])).filter(Boolean);
    const range = decades(Math.min(...seen.map(({ low }) => low)), Math.max(...seen.map(({ high }) => high)));
    return { range, share: (value) => (Math.log10(value) - range.low) / (range.high - range.low) };
  },
  empty: (lines) =>
    lines.some(({ frame }) => frame?.replicas > 1) ? "drawn with one seed alone" : "drawn once a run goes on",
  name(context, layer, x, y, theme) {
    context.fillStyle = theme.ink;
    context.globalAlpha = 0.8;
    context.fillText(String(layer + 1), x, y);
    context.globalAlpha = 1;
  },
  title(layer, layers) {
    const where = layer === 0 ? ", next to the noise" : layer === layers - 1 ? ", next to the points" : "";
    return `weights of layer ${layer + 1}${where}`;
  },
  row: ({ run, frame }, layer) => `\u2225\u2202L/\u2202W\u2225 ${short(layersAt(run, frame)[layer])}`,
};

/** The weight of each generator in the mixture, from 0 to 1, the one that came first on the left. */
export const MIXTURE = {
  values: ({ frame }) => (frame?.table.mixture ? frame.arrays.mixture.values.map((share) => share || NaN) : null), // 0: not begun
  scale: () => ({
    range: { ticks: [0, 0.5, 1].map((value) => ({ value, text: `${100 * value}%` })) },
    share: (value) => value,
  }),
  name: (context, index, x, y, theme) => drawMark(context, index, x, y - MARK * theme.unit, MARK * theme.unit, theme),
  empty: () => "drawn once a run goes on",
  title: (index) => `generator ${index + 1}`,
  row({ panel, run, frame }, index) {
    const generators = generatorsOf(run, frame, panel.steps);
    const { state } = generators[index];
    return state === "pale"
      ? "not begun yet"
      : `${percents(generators.map(({ share }) => share))[index]}${state ? ", learning now" : ""}`;
  },
};

/** How many modes each generator holds: those in which some of its samples are of high quality. */
export const OWN = {
  ...MIXTURE,
  values({ run, frame, panel }) {
    const generators = generatorsOf(run, frame, panel.steps);
    return generators?.some(({ held }) => held !== null)
      ? generators.map(({ held, state }) => (state === "pale" ? NaN : held))
      : null;
  },
  scale(lines) {
    const most = Math.max(1, ...lines.map(({ panel }) => panel.modes || 0));
    const middle = most % 2 === 0 ? [most / 2] : [];
    return {
      range: { ticks: [0, ...middle, most].map((value) => ({ value, text: String(value) })) },
      share: (value) => value / most,
    };
  },
  row({ panel, run, frame }, index) {
    const { held, state } = generatorsOf(run, frame, panel.steps)[index];
    if (state === "pale") return "not begun yet";
    return `${held} ${held === 1 ? "mode" : "modes"}${state ? ", learning now" : ""}`;
  },
  empty: (lines) =>
    lines.some(({ frame }) => frame?.replicas > 1) ? "counted with one seed alone" : "counted once a run goes on",
};

/** The norms last measured at a frame, or null. */
function layersAt(run, frame) {
  return (frame && run?.atOrBefore("layers", frame)?.arrays.layers.values) ?? null;
}

/** Paints a plot whose `bars` is one of the above. */
export function paintBars(context, plot, lines, theme) {
  const { bars } = plot;
  const { unit } = theme;
  const held = lines.map((line) => bars.values(line));
  const groups = countOf(held);
  context.textBaseline = "alphabetic";
  context.font = `${TICK_FONT * unit}px ${theme.font}`;
  if (!groups) {
    context.fillStyle = theme.ink;
    context.globalAlpha = 0.85;
    context.textAlign = "center";
    context.fillText(bars.empty(lines), plot.x + plot.w / 2, plot.y + plot.h / 2, plot.w);
    context.globalAlpha = 1;
    return;
  }
  const { range, share } = bars.scale(lines, held);
  const above = lines.length > 1 ? LETTER * unit : 0; // for the letters over the bars
  const toY = (value) => plot.y + above + (plot.h - above) * (1 - Math.min(1, Math.max(0, share(value))));
  drawTicks(context, plot, range, toY, theme);
  if (bars.under) {
    context.fillStyle = theme.ink;
    context.textAlign = "right";
    context.fillText(bars.under, plot.x - 7 * unit, plot.y + plot.h + 15 * unit);
  }
  const group = plot.w / groups;
  const places = held.map((values, i) => (values ? i : null)).filter((i) => i !== null); // a panel without has no bar
  const wide = Math.min(WIDEST * unit, (group - 4 * unit) / places.length);
  for (let index = 0; index < groups; index++) {
    const middle = plot.x + group * (index + 0.5);
    context.textAlign = "center";
    bars.name(context, index, middle, plot.y + plot.h + 15 * unit, theme);
    places.forEach((i, place) => {
      const value = held[i][index];
      if (!(value >= 0)) return;
      const { label } = lines[i].panel;
      const { hue, dash } = signOf(theme, label);
      const x = middle + (place - places.length / 2) * wide;
      const y = toY(value);
      const tall = plot.y + plot.h - y;
      context.fillStyle = context.strokeStyle = hue;
      context.globalAlpha = 0.6;
      context.fillRect(x + 1, y, wide - 2, tall);
      context.globalAlpha = 1;
      context.lineWidth = 1.8 * unit;
      context.setLineDash(dash.map((length) => length * unit));
      context.strokeRect(x + 1.5, y, wide - 3, tall);
      context.setLineDash([]);
      if (lines.length > 1 && (wide >= 11 * unit || index === 0)) {
        context.font = `700 ${TICK_FONT * unit}px ${theme.font}`;
        const top = Math.max(y - 3 * unit, plot.y + 10 * unit);
        written(context, label, x + wide / 2 - 4 * unit, top, "left", hue, theme.paper);
        context.font = `${TICK_FONT * unit}px ${theme.font}`;
      }
    });
  }
}

/** What the bars at `across` of a chart's width, 0 to 1, stand for. */
export function sayBars({ bars }, across, lines) {
  const held = lines.map((line) => bars.values(line));
  const groups = countOf(held);
  if (!groups) return [];
  const index = Math.min(groups - 1, Math.max(0, Math.floor(across * groups)));
  const rows = [{ text: bars.title(index, groups), letter: null }];
  lines.forEach((line, i) => {
    const { label } = line.panel;
    if (held[i]?.[index] !== undefined) rows.push({ text: `${label}: ${bars.row(line, index)}`, letter: label });
  });
  return rows;
}

function countOf(held) {
  return Math.max(0, ...held.map((values) => values?.length ?? 0));
}

/** The range of powers of ten in which a run's layers have been seen so far: it grows, and so the bars do not jump. */
function spanOf(run, values) {
  if (!values) return null;
  const logs = [...values].filter((value) => value > 0).map(Math.log10);
  const before = spans.get(run) ?? { low: Infinity, high: -Infinity };
  const span = { low: Math.min(before.low, ...logs), high: Math.max(before.high, ...logs) };
  spans.set(run, span);
  return Number.isFinite(span.low) ? span : null;
}
