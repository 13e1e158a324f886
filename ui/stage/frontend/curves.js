// The curves under the panels: all panels in the same plot, told apart by dash and label; the playhead; hover reads.

import { line, sharpen, written } from "../../shared/frontend/canvas.js";
import { make, mark, say, show } from "../../shared/frontend/elements.js";
import { drawMark } from "../../shared/frontend/generator_marks.js";
import { short, tick, whole } from "../../shared/frontend/numbers.js";
import { DASHES, FAKE, REAL } from "../../shared/frontend/theme.js";
import { decades, drawTicks, TICK_FONT } from "./axes.js";
import { LAYERS, MIXTURE, OWN, paintBars, sayBars } from "./bars.js";

const BARS = { layers: LAYERS, mixture: MIXTURE, own: OWN };
const MARGIN = { top: 25, right: 16, bottom: 18, left: 34 };
const GAP = 10;
const MARKS_APART = 46; // px between two marks on a line that is measured in every frame
const KEY = 9; // pixels of a series' sample in the key beside the title: a mark, or a piece of its line
const MOST_LINES_POINTS = 160; // of each thin line when many seeds are drawn
const STEADY = 6; // px of a plot's width over which a steady line is a mean
const STEADY_OF_MANY = 14; // the same where more than two panels draw their lines into one plot
const NAME_PLACES = [0, 0.2, 0.4, 0.6, 0.8, 1]; // of a reference line's name, as shares of the width that it has
const OVER_A_NAME = 1e6; // what a name costs there, counted in points of curves that it covers
const OVER_A_LETTER = 50;
const OVER_A_LINE = 1e4; // what it costs nearer to another reference line than to its own
const MOST_LOOKED_AT = 600; // points of a line, for its range and for where words would cover it

export class Curves {
  /** `scrub(step)` is called while a curve is dragged; `stir()` when there is another thing under the pointer to paint. */
  constructor(scrub, stir) {
    this.canvas = make("canvas", { role: "img" });
    this.tip = make("div", { class: "tip", hidden: true });
    this.root = make("div", { class: "curves" }, this.canvas, this.tip);
    this.layer = document.createElement("canvas"); // everything but playhead and hover
    this.layerKey = "";
    this.charts = [];
    this.shown = [];
    this.hover = null;
    this.width = this.height = 0; // when the layer was drawn
    this.end = 100;
    this.dirty = true;
    const at = (event) => this.locate(event);
    this.canvas.onpointermove = (event) => {
      this.hover = at(event);
      this.dirty = true;
      stir();
      if (event.buttons & 1 && this.dragging) scrub(this.hover?.step ?? 0);
    };
    this.canvas.onpointerleave = () => {
      this.hover = null;
      this.dirty = true;
      stir();
    };
    this.canvas.onpointerdown = (event) => {
      const place = at(event);
      if (!place || place.chart.bars || event.button) return;
      this.dragging = true;
      this.canvas.setPointerCapture(event.pointerId);
      scrub(place.step);
    };
    this.canvas.onpointerup = () => {
      this.dragging = false;
    };
    this.canvas.onpointercancel = this.canvas.onpointerup;
  }

  /** Which plots to show: one to four, as `ui/stage/charts.py` describes them. */
  choose(charts) {
    const chosen = charts.map(({ key }) => key).join();
    if (chosen === this.chosen) return;
    this.chosen = chosen;
    this.shown = charts.map((chart) => ({ ...chart, bars: BARS[chart.bars] ?? null }));
    this.layerKey = "";
    this.dirty = true;
    this.canvas.setAttribute("aria-label", `Curves: ${this.shown.map((chart) => chart.title).join(", ")}`);
    mark(this.root, "curves", chosen);
  }

  /** The chart and the step under the pointer. */
  locate(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const [kept] = this.dragging && this.hover ? [this.hover.chart] : [];
    const chart =
      kept ??
      this.charts.find(
        (one) =>
          x >= one.x - 6 && x <= one.x + one.w + 10 && y >= one.y - MARGIN.top && y <= one.y + one.h + MARGIN.bottom,
      );
    if (!chart) return null;
    const step = Math.round(Math.min(1, Math.max(0, (x - chart.x) / chart.w)) * this.end);
    return { chart, step, x, y };
  }

  /** Paints if something changed. `lines`: [{panel, run, frame}] in panel order; `frame` is the one on show. */
  paint({ lines, end, playhead, live, theme, many }) {
    const versions = lines.map(({ panel, run }) => `${run?.id}.${run?.version}.${panel.changes?.length}`);
    const key = [window.devicePixelRatio, end, theme.key, many, ...versions].join("|");
    const bars = this.shown.some((chart) => chart.bars) ? lines.map(({ frame }) => frame?.seq).join() : "";
    const head = `${Math.round(playhead)}|${live}|${bars}`;
    if (key === this.layerKey && head === this.head && !this.dirty) return;
    const sharp = sharpen(this.canvas);
    if (!sharp) return;
    const { context, width, height } = sharp;
    if (key !== this.layerKey || width !== this.width || height !== this.height) {
      [this.width, this.height] = [width, height];
      this.end = end;
      this.drawLayer(lines, width, height, theme, many);
      this.layerKey = key;
    }
    this.head = head;
    this.dirty = false;
    context.drawImage(this.layer, 0, 0, width, height);
    for (const chart of this.charts) {
      if (chart.bars) {
        paintBars(context, chart, lines, theme);
        continue;
      }
      const x = chart.x + (chart.w * Math.min(playhead, end)) / end;
      if (!live) {
        context.globalAlpha = 0.6; // what comes after the playhead
        context.fillStyle = theme.paper;
        context.fillRect(x, chart.y, chart.x + chart.w - x, chart.h);
        context.globalAlpha = 1;
      }
      context.strokeStyle = theme.ink;
      context.lineWidth = 1.5;
      line(context, x, chart.y, x, chart.y + chart.h);
    }
    this.paintHover(context, lines, theme);
  }

  paintHover(context, lines, theme) {
    const place = this.hover;
    show(this.tip, Boolean(place));
    if (!place) return;
    const { chart, step } = place;
    if (chart.bars) return this.sayRows(sayBars(chart, (place.x - chart.x) / chart.w, lines), place.x, chart);
    const x = chart.x + (chart.w * step) / this.end;
    context.strokeStyle = theme.ink;
    context.globalAlpha = 0.5;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    line(context, x, chart.y, x, chart.y + chart.h);
    context.setLineDash([]);
    context.globalAlpha = 1;
    const rows = [`step ${whole(step)}`];
    for (const { panel, run } of lines) {
      const frame = run?.newest && run.atStep(step);
      if (!frame) continue;
      const read = (name) => (frame.replicas > 1 ? (one) => one.median(name) : (one) => one.scalar(name));
      const values = chart.series.map(({ name, label, share, complement }) => {
        const measured = run.latest(name, frame, read(name))?.value ?? null;
        const value = measured !== null && complement ? 1 - measured : measured;
        return `${label} ${share && value !== null ? `${Math.round(100 * value)} %` : short(value)}`;
      });
      rows.push(`${panel.label}${frame.replicas > 1 ? " median" : ""}: ${values.join("  ")}`);
      for (const [at, text] of panel.changes ?? []) {
        if (Math.abs(at - step) * (chart.w / this.end) < 6) rows.push(`${panel.label}, step ${whole(at)}: ${text}`);
      }
    }
    if (chart.about) rows.push(chart.about);
    if (chart.judged) rows.push(...featuresOf(lines).long);
    this.sayRows(rows, x, chart);
    mark(this.tip, "step", step);
  }

  sayRows(rows, x, chart) {
    while (this.tip.children.length > rows.length) this.tip.lastChild.remove();
    rows.forEach((row, i) => {
      if (!this.tip.children[i]) this.tip.append(make("div"));
      say(this.tip.children[i], row);
    });
    const left = Math.min(x + 10, this.width - this.tip.offsetWidth - 4);
    this.tip.style.left = `${Math.max(0, left)}px`;
    const top = Math.min(chart.y + 2, this.height - this.tip.offsetHeight - 2);
    this.tip.style.top = `${Math.max(0, top)}px`;
  }

  drawLayer(lines, width, height, theme, many) {
    const ratio = window.devicePixelRatio || 1;
    this.layer.width = Math.round(width * ratio);
    this.layer.height = Math.round(height * ratio);
    const context = this.layer.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = `${TICK_FONT}px ${theme.font}`;
    const columns = Math.min(this.shown.length, width > 640 ? 4 : height > 420 ? 1 : 2);
    const rows = Math.ceil(this.shown.length / columns);
    const [w, h] = [(width - GAP * (columns - 1)) / columns, (height - GAP * (rows - 1)) / rows];
    this.charts = this.shown.map((chart, i) => ({
      ...chart,
      x: (i % columns) * (w + GAP) + MARGIN.left,
      y: Math.floor(i / columns) * (h + GAP) + MARGIN.top,
      w: w - MARGIN.left - MARGIN.right,
      h: h - MARGIN.top - MARGIN.bottom,
    }));
    for (const chart of this.charts) this.drawChart(context, chart, lines, theme, many);
  }

  drawChart(context, chart, lines, theme, many) {
    const most = Math.max(1, ...lines.map(({ panel }) => panel.modes || 0));
    const toX = (step) => chart.x + (chart.w * step) / this.end;
    const crowded = lines.length > 2; // a dozen lines: their bands would hide each other
    const drawn = lines.flatMap(({ panel, run }, index) =>
      chart.series.map((series) => {
        const one = { series, panel, index, ...columnsOf(run, series, most, many, chart) };
        return series.steady ? { ...one, ...steady(one.points, toX, crowded ? STEADY_OF_MANY : STEADY) } : one;
      }),
    );
    const references = referencesOf(chart, lines);
    const range = rangeOf(chart, drawn, references, most);
    const toY = (value) => {
      const share = chart.log
        ? (Math.log10(Math.max(value, 10 ** range.low)) - range.low) / (range.high - range.low) // 0 lies on the bottom
        : (value - range.low) / (range.high - range.low);
      return chart.y + chart.h * (1 - share);
    };

    // Title with the colours' key, ticks and their lines
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
    context.fillStyle = theme.ink;
    context.font = `600 14px ${theme.font}`;
    const titles = [chart.title, chart.short].filter(Boolean);
    const measured = chart.judged
      ? featuresOf(lines).short.flatMap((said) => titles.map((title) => `${title}, ${said}`))
      : [];
    let right = chart.x + chart.w + MARGIN.right - 2;
    const left = chart.x - MARGIN.left + 2;
    const room = right - left - (chart.series.length > 1 ? keyWidth(context, chart, theme) : 0);
    context.font = `600 14px ${theme.font}`;
    const fits = (said) => context.measureText(said).width <= room;
    context.fillText([...measured, ...titles].find(fits) ?? titles.at(-1), left, chart.y - 10);
    context.font = `${TICK_FONT}px ${theme.font}`;
    context.textAlign = "right";
    if (chart.series.length > 1) {
      for (const series of [...chart.series].reverse()) {
        context.fillStyle = theme.ink;
        const said = series.key || series.label;
        context.fillText(said, right, chart.y - 10);
        right -= context.measureText(said).width + 3;
        context.strokeStyle = shadeOf(series, theme);
        context.lineWidth = series.thin ? 1.2 : 2.5;
        if (series.mark) drawSign(context, series, right - KEY / 2, chart.y - 14.5, theme);
        else line(context, right - KEY, chart.y - 14.5, right, chart.y - 14.5);
        right -= KEY + 6;
      }
    } else if (chart.note) {
      context.globalAlpha = 0.7;
      context.fillText(chart.note, right, chart.y - 10);
      context.globalAlpha = 1;
    }
    if (chart.bars) return; // its bars are those of the frame on show
    drawTicks(context, chart, range, toY, theme);
    context.globalAlpha = 0.8;
    context.textAlign = "left";
    context.fillText("0", chart.x, chart.y + chart.h + 14);
    context.textAlign = "right";
    context.fillText(tick(this.end), chart.x + chart.w, chart.y + chart.h + 14);
    context.globalAlpha = 1;

    context.save();
    context.beginPath();
    context.rect(chart.x - 1, chart.y - 3, chart.w + 2, chart.h + 5);
    context.clip();
    context.lineJoin = "round";
    for (const { panel, index } of chart.series.length ? lines.map(({ panel }, i) => ({ panel, index: i })) : []) {
      context.strokeStyle = theme.ink;
      context.lineWidth = 2;
      for (const [step] of panel.changes ?? []) {
        context.setLineDash(DASHES[index]);
        line(context, toX(step), chart.y + chart.h - 12, toX(step), chart.y + chart.h);
        context.setLineDash([]);
      }
    }
    for (const { series, index, points, thin, band } of drawn) {
      context.strokeStyle = context.fillStyle = shadeOf(series, theme);
      if (band && !crowded) fillBand(context, band, toX, toY);
      if (thin.length) {
        context.lineWidth = 0.8;
        context.globalAlpha = 0.28;
        for (const one of thin) path(context, one, toX, toY);
      }
      context.globalAlpha = series.thin ? 0.75 : 1;
      context.lineWidth = series.thin ? 1.1 : 2;
      context.setLineDash(DASHES[index]);
      path(context, points, toX, toY);
      context.setLineDash([]);
      if (series.mark || series.sparse) drawSigns(context, series, points, toX, toY, theme);
    }
    context.globalAlpha = 1;
    context.restore();
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

    if (lines.length > 1) labelEnds(context, drawn, toX, toY, chart, theme);
  }
}

/** Pixels that the key to several series takes. */
function keyWidth(context, chart, theme) {
  context.font = `${TICK_FONT}px ${theme.font}`;
  return chart.series.reduce((sum, series) => sum + context.measureText(series.key || series.label).width + KEY + 9, 0);
}

function shadeOf(series, theme) {
  if (series.ink) return theme.ink;
  return series.real ? REAL : FAKE;
}

/** The mark of a series at a place on its line: as in the pictures, a disc for real and a triangle for generated. */
function drawSign(context, { mark: sign, ...series }, x, y, theme) {
  if (sign === "triangle") return drawMark(context, 0, x, y, 4.6, theme, 1.5);
  context.beginPath();
  context.arc(x, y, sign === "ring" ? 3.4 : 3, 0, 2 * Math.PI);
  context.fillStyle = sign === "ring" ? theme.paper : shadeOf(series, theme);
  context.fill();
  if (sign !== "ring") return;
  context.lineWidth = 1.8;
  context.strokeStyle = shadeOf(series, theme);
  context.stroke();
}

/** Marks along a line: at each measurement of a sparse series, else here and there. */
function drawSigns(context, series, points, toX, toY, theme) {
  const apart = series.sparse ? 7 : MARKS_APART;
  let last = -Infinity;
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [toX(points[i]), toY(points[i + 1])];
    if (Number.isNaN(y) || x - last < apart) continue;
    drawSign(context, series, x, y, theme);
    last = x;
  }
}

/** The reference lines of a plot, [{value, label}], each once: it names those panels that have it, unless all do. */
function referencesOf(chart, lines) {
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

/**
 * A place for the name of each reference line, {label, x, baseline}: right above or below its line, where it covers
 * least of the curves; never over another name, and, where there is any such place, with no other line between.
 */
function namePlaces(context, marked, chart, drawn, toX, toY) {
  const places = [];
  for (const { label, y } of [...marked].sort((a, b) => a.y - b.y)) {
    const width = context.measureText(label).width;
    const lefts = NAME_PLACES.map((share) => chart.x + 4 + share * Math.max(0, chart.w - width - 24));
    const baselines = [y - 4, y + TICK_FONT].filter((at) => at - 11 >= chart.y - 3 && at <= chart.y + chart.h + 1);
    const free = lefts.flatMap((x) =>
      (baselines.length ? baselines : [y - 4]).map((baseline) => ({ label, x, baseline, width, cost: 0 })),
    );
    for (const place of free) {
      for (const other of places) {
        const apart =
          place.x > other.x + other.width + 6 ||
          place.x + width + 6 < other.x ||
          Math.abs(place.baseline - other.baseline) >= TICK_FONT;
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

/** Where the Fréchet distance of other real images stands: no generator comes much below it. */
function floorOf(run) {
  const value = run?.scene?.floor ?? null;
  return value === null ? [] : [{ curve: "fid", value, label: "real images" }];
}

/** What judges the images of a run: {short, long}, ways to say it in a title and under the pointer. */
function featuresOf(lines) {
  const scenes = lines.map(({ run }) => run?.scene).filter((one) => one?.features);
  const [scene] = scenes;
  if (!scene) return { short: [], long: [] };
  if (scenes.some(({ features }) => features !== scene.features)) {
    const each = lines
      .filter(({ run }) => run?.scene?.features)
      .map(({ panel, run }) => `${panel.label} by ${run.scene.features}`);
    return { short: ["features differ"], long: [`not to be compared: ${each.join(", ")}`] };
  }
  const { features, judged, reference } = scene;
  return {
    short: [`${features}, n ${whole(judged)}`, features, `n ${whole(judged)}`],
    long: [`features: ${features}; ${whole(judged)} generated against ${whole(reference)} real`],
  };
}

/**
 * Points [step, value, step, value, ...]; NaN breaks the line. Of those that fall on one column of pixels the first, the
 * last, the highest and the lowest are drawn: a long history costs no more than a short one, and looks the same.
 */
function path(context, points, toX, toY) {
  const columns = window.devicePixelRatio || 1; // to a unit
  context.beginPath();
  let pen = false;
  /** @type {any} */
  let column = null; // what has been gathered of the column of pixels under the pen
  const leave = () => {
    if (!column) return;
    const { x, first, low, high, last, lastX } = column; // the pen stands at the first
    if (low < Math.min(first, last)) context.lineTo(x, low);
    if (high > Math.max(first, last)) context.lineTo(x, high);
    if (lastX !== x || last !== first) context.lineTo(lastX, last);
    column = null;
  };
  for (let i = 0; i < points.length; i += 2) {
    if (Number.isNaN(points[i + 1])) {
      leave();
      pen = false;
      continue;
    }
    const [x, y] = [toX(points[i]), toY(points[i + 1])];
    const at = Math.floor(x * columns);
    if (column?.at === at) {
      column.low = Math.min(column.low, y);
      column.high = Math.max(column.high, y);
      column.last = y;
      column.lastX = x;
      continue;
    }
    leave();
    if (pen) context.lineTo(x, y);
    else context.moveTo(x, y);
    pen = true;
    column = { at, x, first: y, low: y, high: y, last: y, lastX: x };
  }
  leave();
  context.stroke();
}

/**
 * The mean of all that lies within `width` pixels, {points, band}; `band` holds [step, lowest, highest, ...] of
 * the same places, or null where the frames lie further apart than that.
 */
function steady(points, toX, width) {
  const [means, band] = [[], []];
  /** @type {any} */
  let crowd = null;
  const leave = () => {
    if (!crowd) return;
    means.push(crowd.steps / crowd.count, crowd.values / crowd.count);
    band.push(crowd.steps / crowd.count, crowd.low, crowd.high);
    crowd = null;
  };
  for (let i = 0; i < points.length; i += 2) {
    const [step, value] = [points[i], points[i + 1]];
    if (Number.isNaN(value)) continue;
    const at = Math.floor(toX(step) / width);
    if (crowd?.at !== at) {
      leave();
      crowd = { at, count: 0, steps: 0, values: 0, low: Infinity, high: -Infinity };
    }
    crowd.count += 1;
    crowd.steps += step;
    crowd.values += value;
    crowd.low = Math.min(crowd.low, value);
    crowd.high = Math.max(crowd.high, value);
  }
  leave();
  return means.length < points.length / 2 ? { points: means, band } : { points, band: null };
}

/** The band in which a steady line's values lie. */
function fillBand(context, band, toX, toY) {
  context.beginPath();
  for (let i = 0; i < band.length; i += 3) context.lineTo(toX(band[i]), toY(band[i + 2]));
  for (let i = band.length - 3; i >= 0; i -= 3) context.lineTo(toX(band[i]), toY(band[i + 1]));
  context.closePath();
  context.globalAlpha = 0.14;
  context.fill();
  context.globalAlpha = 1;
}

const cache = new WeakMap(); // run -> {version, name -> columns}

/** A run's series as points, and with many seeds the thin line of each. A share is drawn on the scale of the modes. */
function columnsOf(run, series, most, many, chart) {
  if (!run?.newest) return { points: [], thin: [] };
  let kept = cache.get(run);
  if (kept?.version !== run.version) {
    kept = { version: run.version };
    cache.set(run, kept);
  }
  const key = `${series.name}.${many}`;
  if (!kept[key]) {
    const factor = series.share && chart.modes ? most : 1;
    const replicas = run.newest.replicas;
    const read = replicas > 1 ? (frame) => frame.median(series.name) : (frame) => frame.scalar(series.name);
    const scaled = (value) => (series.complement ? 1 - value : value) * factor;
    kept[key] = { points: gather(run.having(series.name), read, scaled, 1), thin: [] };
    if (replicas > 1 && many && !series.thin) {
      const frames = run.having(series.name);
      const stride = Math.max(1, Math.ceil(frames.length / MOST_LINES_POINTS));
      for (let replica = 0; replica < replicas; replica++) {
        kept[key].thin.push(gather(frames, (frame) => frame.scalar(series.name, replica), scaled, stride));
      }
    }
  }
  return kept[key];
}

function gather(frames, read, scaled, stride) {
  const points = [];
  for (let i = 0; i < frames.length; i += i + stride < frames.length ? stride : Math.max(1, frames.length - 1 - i)) {
    const frame = frames[i];
    const value = read(frame);
    points.push(frame.step, value === null ? NaN : scaled(value));
  }
  return points;
}

function rangeOf(chart, drawn, references, most) {
  if (chart.part) {
    return { low: -0.03, high: 1.03, ticks: [0, 0.5, 1].map((value) => ({ value, text: `${100 * value}%` })) };
  }
  if (chart.modes) {
    const middle = most % 2 === 0 ? [most / 2] : [];
    return {
      low: -0.03 * most,
      high: most * 1.03,
      ticks: [0, ...middle, most].map((value) => ({ value, text: String(value) })),
    };
  }
  const values = [];
  for (const { points } of drawn) {
    const stride = 2 * Math.max(1, Math.floor(points.length / 2 / MOST_LOOKED_AT));
    for (let i = 1; i < points.length; i += stride) {
      if (Number.isFinite(points[i]) && (!chart.log || points[i] > 0)) values.push(points[i]);
    }
  }
  values.sort((a, b) => a - b);
  // A few wild values must not flatten the rest; they run out of the picture.
  const pick = (share) => values[Math.round(share * (values.length - 1))];
  const marks = references.map(({ value }) => value);
  if (chart.log) {
    const power = (share, usual) => Math.log10(values.length ? Math.max(pick(share), 1e-12) : usual);
    return decades(power(0.005, 0.01), power(0.995, 1));
  }
  const reach = values.length ? (chart.reach ?? 4) * (pick(0.75) - pick(0.25)) || Infinity : 0;
  let low = Math.min(...marks, values.length ? Math.max(pick(0.01), pick(0.25) - reach) : 0);
  let high = Math.max(...marks, values.length ? Math.min(pick(0.99), pick(0.75) + reach) : 1);
  if (chart.zero) low = 0;
  if (!(high > low)) high = low + Math.max(1e-3, Math.abs(low));
  const pad = 0.08 * (high - low);
  high += pad;
  if (!chart.zero) low -= pad;
  return { low, high, ticks: niceTicks(low, high, 3).map((value) => ({ value, text: tick(value) })) };
}

/** About `count` round numbers within [low, high]. */
export function niceTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? 10 * power;
  const ticks = [];
  for (let i = Math.ceil(low / step); i * step <= high + 1e-9 * step; i++) ticks.push(i * step);
  return ticks;
}

/** The panel's letter at the end of its lines, moved apart where they would overlap. */
function labelEnds(context, drawn, toX, toY, chart, theme) {
  const ends = [];
  for (const { series, panel, points } of drawn) {
    if (series.thin) continue;
    for (let i = points.length - 2; i >= 0; i -= 2) {
      if (Number.isNaN(points[i + 1])) continue;
      const y = Math.min(chart.y + chart.h - 4, Math.max(chart.y + 5, toY(points[i + 1])));
      ends.push({ x: toX(points[i]), y, letter: panel.label, colour: shadeOf(series, theme) });
      break;
    }
  }
  ends.sort((a, b) => a.y - b.y);
  const apart = Math.min(12, chart.h / ends.length);
  for (let i = 1; i < ends.length; i++) {
    if (Math.abs(ends[i].x - ends[i - 1].x) < 14) ends[i].y = Math.max(ends[i].y, ends[i - 1].y + apart);
  }
  ends.reverse().forEach((end, i) => {
    end.y = Math.min(end.y, chart.y + chart.h - 2 - i * apart); // back up from the bottom, only those that crowd there
  });
  context.font = `700 ${Math.min(TICK_FONT, apart + 3)}px ${theme.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const { x, y, letter, colour } of ends) {
    written(context, letter, x + 3, y, "left", colour, theme.paper);
  }
}
