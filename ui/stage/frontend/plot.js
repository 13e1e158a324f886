// One plot of the curves: its title and key, its axes, the lines of all panels, what they are read against.

import { line, written } from "../../shared/frontend/canvas.js";
import { tick } from "../../shared/frontend/numbers.js";
import { DASHES } from "../../shared/frontend/theme.js";
import { drawTicks, rangeOf, TICK_FONT } from "./axes.js";
import { featuresOf } from "./judges.js";
import { namePlaces, referencesOf } from "./reference_lines.js";
import { columnsOf, steady } from "./series.js";
import { drawSign, drawSigns, fillBand, labelEnds, path, shadeOf } from "./trace.js";

export const MARGIN = { top: 25, right: 16, bottom: 18, left: 34 };
const KEY = 9; // px of a series' sample in the key beside the title: a mark, or a piece of its line
const KEY_GAP = 6; // px between two entries of the key
const STEADY = 6; // px of a plot's width over which a steady line is a mean
const STEADY_OF_MANY = 14; // the same where more than two panels draw their lines into one plot

/**
 * Draws what does not change between two frames. `chart` is one of `ui/stage/charts.py` with its box {x, y, w, h};
 * `lines`: [{panel, run}] in panel order; `end`: the step at the right edge; `many`: whether each seed has its line.
 */
export function drawPlot(context, chart, { lines, end, theme, many }) {
  drawTitle(context, chart, lines, theme);
  if (chart.bars) return; // its bars are those of the frame on show
  const most = Math.max(1, ...lines.map(({ panel }) => panel.modes || 0));
  const crowded = lines.length > 2; // a dozen lines: their bands would hide each other
  const toX = (step) => chart.x + (chart.w * step) / end;
  const drawn = lines.flatMap(({ panel, run }, index) =>
    chart.series.map((series) => {
      const one = { series, panel, index, ...columnsOf(run, series, most, many, chart) };
      return series.steady ? { ...one, ...steady(one.points, toX, crowded ? STEADY_OF_MANY : STEADY) } : one;
    }),
  );
  const references = referencesOf(chart, lines);
  const range = rangeOf(chart, drawn, references, most);
  const toY = heightOf(chart, range);

  drawTicks(context, chart, range, toY, theme);
  drawSteps(context, chart, end);
  context.save();
  context.beginPath();
  context.rect(chart.x - 1, chart.y - 3, chart.w + 2, chart.h + 5);
  context.clip();
  context.lineJoin = "round";
  if (chart.series.length) drawChanges(context, chart, lines, toX, theme);
  for (const one of drawn) drawTrace(context, one, crowded, toX, toY, theme);
  context.restore();
  drawReferences(context, chart, references, drawn, toX, toY, theme);
  if (lines.length > 1) labelEnds(context, drawn, toX, toY, chart, theme);
}

/** The height of a value in the plot; on a log plot 0 lies on the bottom. */
function heightOf(chart, { low, high }) {
  return (value) => {
    const shown = chart.log ? Math.log10(Math.max(value, 10 ** low)) : value;
    return chart.y + chart.h * (1 - (shown - low) / (high - low));
  };
}

/** The longest title that fits beside the key to its series, or beside the note in the key's place. */
function drawTitle(context, chart, lines, theme) {
  const keyed = chart.series.length > 1;
  const titles = [chart.title, chart.short].filter(Boolean);
  const judged = chart.judged ? featuresOf(lines).short.flatMap((said) => titles.map((one) => `${one}, ${said}`)) : [];
  const left = chart.x - MARGIN.left + 2;
  const right = chart.x + chart.w + MARGIN.right - 2;
  const room = right - left - (keyed ? keyWidth(context, chart, theme) : 0);
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillStyle = theme.ink;
  context.font = `600 14px ${theme.font}`;
  const fits = (said) => context.measureText(said).width <= room;
  context.fillText([...judged, ...titles].find(fits) ?? titles.at(-1), left, chart.y - 10);
  context.font = `${TICK_FONT}px ${theme.font}`;
  context.textAlign = "right";
  if (keyed) drawKey(context, chart, right, theme);
  else if (chart.note) {
    context.globalAlpha = 0.7;
    context.fillText(chart.note, right, chart.y - 10);
    context.globalAlpha = 1;
  }
}

/** The key to several series, from the right edge to the left. */
function drawKey(context, chart, right, theme) {
  const middle = chart.y - 14.5;
  for (const series of [...chart.series].reverse()) {
    const said = series.key || series.label;
    context.fillStyle = theme.ink;
    context.fillText(said, right, chart.y - 10);
    right -= context.measureText(said).width + 3;
    context.strokeStyle = shadeOf(series, theme);
    context.lineWidth = series.thin ? 1.2 : 2.5;
    if (series.mark) drawSign(context, series, right - KEY / 2, middle, theme);
    else line(context, right - KEY, middle, right, middle);
    right -= KEY + KEY_GAP;
  }
}

function keyWidth(context, chart, theme) {
  context.font = `${TICK_FONT}px ${theme.font}`;
  const entry = (series) => context.measureText(series.key || series.label).width + 3 + KEY + KEY_GAP;
  return chart.series.reduce((sum, series) => sum + entry(series), 0);
}

/** The first and the last step, under the plot. */
function drawSteps(context, chart, end) {
  context.globalAlpha = 0.8;
  context.textAlign = "left";
  context.fillText("0", chart.x, chart.y + chart.h + 14);
  context.textAlign = "right";
  context.fillText(tick(end), chart.x + chart.w, chart.y + chart.h + 14);
  context.globalAlpha = 1;
}

/** A short upright line where something was changed by hand, dashed as its panel is. */
function drawChanges(context, chart, lines, toX, theme) {
  context.strokeStyle = theme.ink;
  context.lineWidth = 2;
  lines.forEach(({ panel }, index) => {
    context.setLineDash(DASHES[index]);
    for (const [step] of panel.changes ?? []) {
      line(context, toX(step), chart.y + chart.h - 12, toX(step), chart.y + chart.h);
    }
  });
  context.setLineDash([]);
}

function drawTrace(context, { series, index, points, thin, band }, crowded, toX, toY, theme) {
  context.strokeStyle = context.fillStyle = shadeOf(series, theme);
  if (band && !crowded) fillBand(context, band, toX, toY);
  context.lineWidth = 0.8;
  context.globalAlpha = 0.28;
  for (const one of thin) path(context, one, toX, toY);
  context.globalAlpha = series.thin ? 0.75 : 1;
  context.lineWidth = series.thin ? 1.1 : 2;
  context.setLineDash(DASHES[index]);
  path(context, points, toX, toY);
  context.setLineDash([]);
  if (series.mark || series.sparse) drawSigns(context, series, points, toX, toY, theme);
  context.globalAlpha = 1;
}

function drawReferences(context, chart, references, drawn, toX, toY, theme) {
  const marked = references
    .filter(({ value }) => !chart.log || value > 0)
    .map((one) => ({ ...one, y: toY(one.value) }));
  context.strokeStyle = theme.ink;
  context.globalAlpha = 0.55;
  context.setLineDash([1, 3]);
  for (const { y } of marked) line(context, chart.x, y, chart.x + chart.w, y);
  context.setLineDash([]);
  context.globalAlpha = 1;
  for (const { label, x, baseline } of namePlaces(context, marked, chart, drawn, toX, toY)) {
    written(context, label, x, baseline, "left", theme.ink, theme.paper);
  }
}
