// The curves under the panels: all panels in the same plot, told apart by dash and label; the playhead; hover reads.

import { line, sharpen } from "../../shared/frontend/canvas.js";
import { make, mark, say, show } from "../../shared/frontend/elements.js";
import { short, whole } from "../../shared/frontend/numbers.js";
import { TICK_FONT } from "./axes.js";
import { LAYERS, MIXTURE, OWN, paintBars, sayBars } from "./bars.js";
import { featuresOf } from "./judges.js";
import { drawPlot, MARGIN } from "./plot.js";

const BARS = { layers: LAYERS, mixture: MIXTURE, own: OWN };
const GAP = 10;

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
    for (const chart of this.charts) drawPlot(context, chart, { lines, end: this.end, theme, many });
  }
}
