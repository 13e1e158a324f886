// One plot of the curves: its axes, the lines of all panels, what they are read against. A plot of several series is split
// into parts beside each other, one a series or one a panel, where it has the room.

import { drawMark, line, written } from "../../shared/frontend/canvas.js";
import { signOf } from "../../shared/frontend/theme.js";
import { drawSteps, drawTicks, rangeOf, TICK_FONT, tickCount, tickWidth, UNDER } from "./axes.js";
import { drawEndLabels, endsOf, labelRoom } from "./end_labels.js";
import { featuresOf } from "./judges.js";
import { namePlaces, referencesOf } from "./reference_lines.js";
import { columnsOf, steady } from "./series.js";
import { drawSign, drawSigns, fillBand, heightAt, path, shadeOf } from "./trace.js";

export const TITLE = { large: 30, small: 26 }; // px of the row with the title
const TITLE_FONT = { large: 16, small: 14 };
const KEY = 11; // px of a series' sample in the key beside the title: a mark, or a piece of its line
const KEY_GAP = 8; // px between two entries of the key
const STEADY = 6; // px of a plot's width over which a steady line is a mean
const STEADY_OF_MANY = 14; // the same where more than two panels draw their lines into one plot
const PART_LEAST = { series: 125, panels: 44 }; // px; the width of a part of a split plot
const PART_GAP = 10;
const BAR_LEFT = 44; // px beside bars, for the names of their ticks

/**
 * A plot in its box, measured and ready to be drawn: {chart, box, large, titles, parts}. `lines`: [{panel, run}] in panel
 * order; `end`: the step at the right edge; `many`: whether each seed has its line.
 */
export function planPlot(context, chart, box, large, { lines, end, theme, many }) {
  const { unit } = theme;
  const size = large ? "large" : "small";
  const top = box.y + TITLE[size] * unit;
  const high = Math.max(1, box.h - (TITLE[size] + UNDER) * unit);
  context.font = `${TICK_FONT * unit}px ${theme.font}`;
  const titles = titlesOf(chart, lines);
  if (chart.bars) {
    const left = BAR_LEFT * unit;
    const part = { ...chart, x: box.x + left, y: top, w: box.w - left - 4 * unit, h: high, left, end };
    return { chart, box, size, titles, key: null, parts: [part] };
  }
  const most = Math.max(1, ...lines.map(({ panel }) => panel.modes || 0));
  const pieces = split(chart, lines, box.w, unit);
  const wide = (box.w - PART_GAP * unit * (pieces.length - 1)) / pieces.length;
  const crowded = lines.length > 2; // a dozen lines: their bands would hide each other
  const shared = chart.facets === "panels"; // one scale, by which the panels are compared
  const counted = tickCount(high, unit);

  const parts = pieces.map((piece, i) => {
    const x = box.x + i * (wide + PART_GAP * unit);
    const toX = (step) => x + (wide * step) / end; // as wide as a mean is measured by
    const drawn = piece.lines.flatMap(({ panel, run }) =>
      piece.series.map((series) => {
        const alone = piece.sign || (shared && lines.length === 1);
        const { hue, dash } = signOf(theme, panel.label);
        const one = { series, panel, hue: alone ? shadeOf(series) : hue, dash: alone ? [] : dash, run };
        const named = !piece.sign && lines.length > 1 && !series.thin ? panel.label : "";
        Object.assign(one, { named: series === piece.named ? named : "" }, columnsOf(run, series, most, many, chart));
        const width = (crowded ? STEADY_OF_MANY : STEADY) * unit;
        return series.steady ? { ...one, ...steady(one.points, toX, width) } : one;
      }),
    );
    const references = referencesOf({ ...chart, series: piece.series }, piece.lines);
    return { ...chart, ...piece, drawn, references, large, outer: x, y: top, h: high, end };
  });
  const all = parts.flatMap(({ drawn }) => drawn);
  const references = parts.flatMap((part) => part.references);
  parts.forEach((part, i) => {
    part.range = shared
      ? rangeOf(chart, all, references, most, counted)
      : rangeOf(chart, part.drawn, part.references, most, counted);
    part.numbered = !shared || i === 0;
    const step = i ? 0 : context.measureText("step").width + 8 * unit;
    part.left = part.numbered ? Math.max(step, tickWidth(context, part.range, unit)) : 6 * unit;
    const names = part.drawn.filter(({ named }) => named).map(({ named }) => named);
    part.x = part.outer + part.left;
    part.w = Math.max(1, wide - part.left - labelRoom(context, large ? names : names.slice(0, 1), theme));
    part.right = part.outer + wide;
    context.font = `${TICK_FONT * unit}px ${theme.font}`;
    part.toX = (value) => part.x + (part.w * value) / end;
    part.toY = heightOf(part);
  });
  const keyed = pieces.length === 1 || shared ? keyedSeries(chart) : [];
  const heads = pieces.length > 1 && !shared ? pieces.map(({ series }) => series[0].title) : [];
  return { chart, box, size, titles: heads.length ? [heads[0]] : titles, heads, keyed, parts };
}

/** What stands in each part of a plot: {series, lines, sign, named}, where `named` has the panels' letters at its ends. */
export function split(chart, lines, width, unit) {
  const seen = chart.series.filter((series) => series.seen !== false);
  const roomy = (count) => width / count >= PART_LEAST[chart.facets] * unit;
  if (chart.facets === "panels" && lines.length > 1 && roomy(lines.length)) {
    return lines.map((one) => ({ series: seen, lines: [one], sign: one.panel.label, named: null }));
  }
  if (chart.facets === "series" && roomy(seen.length)) {
    return seen.map((series) => ({ series: [{ ...series, thin: false }], lines, sign: null })).map(naming);
  }
  return [naming({ series: seen, lines, sign: null })];
}

function naming(piece) {
  return { ...piece, named: piece.series.find((series) => !series.thin) ?? piece.series[0] };
}

function keyedSeries(chart) {
  const seen = chart.series.filter((series) => series.seen !== false);
  return seen.length > 1 ? seen : [];
}

/** The titles of a plot, the longest first. */
function titlesOf(chart, lines) {
  const titles = [chart.title, chart.short].filter(Boolean);
  const judged = chart.judged ? featuresOf(lines).short.flatMap((said) => titles.map((one) => `${one}, ${said}`)) : [];
  return [...judged, ...titles];
}

/** The height of a value in a plot; on a log plot 0 lies on the bottom. */
function heightOf({ y, h, log, range: { low, high } }) {
  return (value) => {
    const shown = log ? Math.log10(Math.max(value, 10 ** low)) : value;
    return y + h * (1 - (shown - low) / (high - low));
  };
}

/**
 * The title of a plot that fits, with its box {text, x, y, w, h}: the longest for which the whole key has room, else the
 * longest that fits without it.
 */
export function fitTitle(context, plot, theme) {
  const { box, size, titles, parts } = plot;
  const [first] = parts;
  const room = plot.heads?.length ? first.right - box.x : box.w;
  const key = plot.keyed?.length ? keyWidth(context, plot, theme) : 0;
  context.font = `600 ${TITLE_FONT[size] * theme.unit}px ${theme.font}`;
  const fits = (width) => titles.find((said) => context.measureText(said).width + 4 * theme.unit <= width);
  const beside = key ? fits(room - key) : undefined;
  const text = beside ?? fits(room) ?? titles.at(-1);
  const w = beside ? room - key : room;
  return { text, keyed: Boolean(beside), x: box.x, y: box.y, w, h: (TITLE[size] - 5) * theme.unit };
}

/** Draws the title of a plot that no button says. */
export function drawTitle(context, { size }, { text, x, y }, theme) {
  context.font = `600 ${TITLE_FONT[size] * theme.unit}px ${theme.font}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillStyle = theme.ink;
  context.fillText(text, x, y + (TITLE[size] - 13) * theme.unit);
}

/** Draws what does not change between two frames. */
export function drawPlot(context, plot, title, theme) {
  const { chart, box, size, heads, parts } = plot;
  const { unit } = theme;
  const baseline = box.y + (TITLE[size] - 13) * unit;
  context.textBaseline = "alphabetic";
  heads?.slice(1).forEach((said, i) => {
    context.font = `600 ${TITLE_FONT[size] * unit}px ${theme.font}`;
    context.textAlign = "left";
    context.fillStyle = theme.ink;
    context.fillText(said, parts[i + 1].outer, baseline);
  });
  context.font = `${TICK_FONT * unit}px ${theme.font}`;
  if (title.keyed) drawKey(context, plot, box.x + box.w, baseline, theme);
  if (chart.bars) return; // its bars are those of the frame on show
  parts.forEach((part, i) => {
    drawPart(context, part, theme, i === 0);
  });
}

function drawPart(context, part, theme, first) {
  const { toX, toY } = part;
  drawTicks(context, part, part.range, toY, theme, part.numbered);
  drawSteps(context, part, part.end, part.right, theme, first ? "step" : "");
  if (part.sign) drawBadge(context, part, theme);
  context.save();
  context.beginPath();
  context.rect(part.x - 1, part.y - 3, part.w + 2, part.h + 5);
  context.clip();
  context.lineJoin = "round";
  if (part.drawn.length) drawChanges(context, part, theme);
  for (const one of part.drawn) drawTrace(context, one, part.lines.length > 2, toX, toY, theme);
  context.restore();
  drawReferences(context, part, theme);
  part.ends = endsOf(part.drawn, part, toX, toY);
}

/** The panels' letters at the ends of their lines. They are drawn over what fades the future, and stay readable. */
export function drawLetters(context, part, theme) {
  drawEndLabels(context, part.ends, part, part.right, theme);
}

/** The letter of the panel whose part of a plot this is, between its steps. */
function drawBadge(context, part, theme) {
  const { unit } = theme;
  const { hue } = signOf(theme, part.sign);
  const [side, middle] = [16 * unit, part.x + part.w / 2];
  const top = part.y + part.h + 2 * unit;
  context.fillStyle = theme.paper;
  context.fillRect(middle - side, top, 2 * side, side);
  context.fillStyle = hue;
  context.beginPath();
  context.roundRect(middle - side / 2 - 2 * unit, top, side + 4 * unit, side, 4 * unit);
  context.fill();
  context.font = `700 ${TICK_FONT * unit}px ${theme.font}`;
  context.textAlign = "center";
  context.fillStyle = theme.paper;
  context.fillText(part.sign, middle, top + 12.5 * unit);
}

/** The key to several series, from the right edge to the left; on the plot's own colours where it has them. */
function drawKey(context, { keyed, parts }, right, baseline, theme) {
  const { unit } = theme;
  const middle = baseline - 4.5 * unit;
  const [{ drawn }] = parts;
  const plain = drawn.every(({ hue }, i) => hue === shadeOf(drawn[i].series));
  context.font = `${TICK_FONT * unit}px ${theme.font}`;
  context.textAlign = "right";
  for (const series of [...keyed].reverse()) {
    const said = series.key || series.label;
    context.fillStyle = theme.ink;
    context.fillText(said, right, baseline);
    right -= context.measureText(said).width + 4 * unit;
    context.strokeStyle = plain ? shadeOf(series) : theme.ink;
    context.lineWidth = (series.thin ? 1.2 : 3) * unit;
    if (series.mark) drawSign(context, series.mark, right - (KEY / 2) * unit, middle, context.strokeStyle, theme);
    else line(context, right - KEY * unit, middle, right, middle);
    right -= (KEY + KEY_GAP) * unit;
  }
}

function keyWidth(context, { keyed }, theme) {
  context.font = `${TICK_FONT * theme.unit}px ${theme.font}`;
  const entry = (series) => context.measureText(series.key || series.label).width + (4 + KEY + KEY_GAP) * theme.unit;
  return keyed.reduce((sum, series) => sum + entry(series), 0) + 6 * theme.unit;
}

/** A short upright line where something was changed by hand, in the hue and the dash of its panel. */
function drawChanges(context, part, theme) {
  const { unit } = theme;
  context.lineWidth = 2 * unit;
  for (const { panel } of part.lines) {
    const { hue, dash } = signOf(theme, panel.label);
    context.strokeStyle = hue;
    context.setLineDash(dash.map((length) => length * unit));
    for (const [step] of panel.changes ?? []) {
      const x = part.toX(step);
      line(context, x, part.y + part.h - 12 * unit, x, part.y + part.h);
    }
  }
  context.setLineDash([]);
}

function drawTrace(context, one, crowded, toX, toY, theme) {
  const { series, points, thin, band, hue, dash } = one;
  const { unit } = theme;
  context.strokeStyle = context.fillStyle = hue;
  if (band && !crowded) fillBand(context, band, toX, toY);
  context.lineWidth = 0.8 * unit;
  context.globalAlpha = 0.28;
  for (const each of thin) path(context, each, toX, toY);
  context.globalAlpha = series.thin ? 0.8 : 1;
  context.lineWidth = (series.thin ? 1.2 : 2.4) * unit;
  context.setLineDash(dash.map((length) => length * unit));
  path(context, points, toX, toY);
  context.setLineDash([]);
  context.globalAlpha = 1;
  if (series.mark || series.sparse) drawSigns(context, one, toX, toY, theme);
}

function drawReferences(context, part, theme) {
  const { unit } = theme;
  const { toX, toY } = part;
  const marked = part.references
    .filter(({ value }) => !part.log || value > 0)
    .map((one) => ({ ...one, y: toY(one.value) }));
  context.strokeStyle = theme.ink;
  context.lineWidth = unit;
  context.globalAlpha = 0.55;
  context.setLineDash([unit, 3 * unit]);
  for (const { y } of marked) line(context, part.x, y, part.x + part.w, y);
  context.setLineDash([]);
  context.globalAlpha = 1;
  if (!part.large) return; // small, the names would hide the lines
  context.font = `${TICK_FONT * unit}px ${theme.font}`;
  for (const { label, x, baseline } of namePlaces(context, marked, part, part.drawn, toX, toY, unit)) {
    written(context, label, x, baseline, "left", theme.ink, theme.paper);
  }
}

/** Each panel's mark on its lines at a step: where they stand now, or under the pointer. */
export function drawMarksAt(context, part, step, theme) {
  for (const { named, panel, points, hue } of part.drawn) {
    if (!named) continue;
    const at = heightAt(points, step);
    if (!at) continue;
    const y = Math.min(part.y + part.h, Math.max(part.y, part.toY(at.value)));
    drawMark(context, signOf(theme, panel.label).mark, part.toX(at.step), y, hue, theme.paper, 0.8 * theme.unit);
  }
}
