// The curves under the panels: one large and the others small, all panels in the same plot; the playhead; hover reads.

import { explain } from "../../shared/frontend/about.js";
import { line, sharpen } from "../../shared/frontend/canvas.js";
import { describe, make, mark, say, show } from "../../shared/frontend/elements.js";
import { propertyOf } from "../../shared/frontend/theme.js";
import { LAYERS, MIXTURE, OWN, paintBars, sayBars } from "./bars.js";
import { layOut } from "./curve_layout.js";
import { aboutRows, curvesWords, tipRows } from "./curve_tip.js";
import { LargeCurve } from "./large_curve.js";
import { drawLetters, drawMarksAt, drawPlot, drawTitle, fitTitle, planPlot } from "./plot.js";
import { ENLARGE, placed } from "./words.js";

const BARS = { layers: LAYERS, mixture: MIXTURE, own: OWN };
const AT_REST = 600; // ms without another picture, after which it is put in words
const AROUND = 8; // px around a plot that belong to it
const NEAR = 6; // px between the pointer and a change that it tells

export class Curves {
  /** `scrub(step)` is called while a curve is dragged; `stir()` when there is another thing under the pointer to paint. */
  constructor(scrub, stir) {
    this.canvas = make("canvas", { role: "img" });
    this.tip = make("div", { class: "tip", hidden: true });
    this.titles = [];
    this.root = make("div", { class: "curves" }, this.canvas, this.tip);
    this.layer = document.createElement("canvas"); // everything but playhead and hover
    this.layerKey = "";
    this.plots = [];
    this.shown = [];
    this.large = new LargeCurve();
    this.hover = null;
    /** @type {any} */
    this.telling = 0;
    this.width = this.height = 0; // when the layer was drawn
    this.end = 100;
    this.dirty = true;
    this.stir = () => {
      this.dirty = true;
      stir();
    };
    const at = (event) => this.locate(event);
    this.canvas.onpointermove = (event) => {
      this.hover = at(event);
      this.stir();
      if (event.buttons & 1 && this.dragging) scrub(this.hover?.step ?? 0);
    };
    this.canvas.onpointerleave = () => {
      this.hover = null;
      this.stir();
    };
    this.canvas.onpointerdown = (event) => {
      const place = at(event);
      if (!place || event.button) return;
      if (place.plot.size === "small") return this.enlarge(place.plot.chart.key);
      if (place.plot.chart.bars) return;
      this.dragging = true;
      this.canvas.setPointerCapture(event.pointerId);
      scrub(place.step);
    };
    this.canvas.onpointerup = () => {
      this.dragging = false;
    };
    this.canvas.onpointercancel = this.canvas.onpointerup;
  }

  /** Which plots to show: one to four, as `ui/stage/charts.py` describes them; the first is large until another is. */
  choose(charts) {
    const chosen = charts.map(({ key }) => key).join();
    if (chosen === this.chosen) return;
    this.chosen = chosen;
    this.shown = charts.map((chart) => ({ ...chart, bars: BARS[chart.bars] ?? null }));
    this.large.choose(charts.map(({ key }) => key));
    this.hover = null;
    this.layerKey = "";
    this.dirty = true;
    describe(this.canvas, "aria-label", `Curves: ${this.shown.map((chart) => chart.title).join(", ")}`);
    mark(this.root, "curves", chosen);
    for (const title of this.titles) title.remove();
    this.titles = this.shown.map(({ key }) => {
      const title = make("button", { type: "button", class: "enlarge", "data-curve": key });
      title.onclick = () => this.enlarge(key);
      title.onfocus = () => title.matches(":focus-visible") && this.enlarge(key);
      return title;
    });
    this.canvas.after(...this.titles);
  }

  /** Makes a curve the large one. */
  enlarge(key) {
    if (!this.large.set(key)) return;
    this.hover = null;
    this.layerKey = "";
    this.stir();
  }

  /** The plot, its part and the step under the pointer. */
  locate(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const inside = ({ box: { x: left, y: top, w, h } }) =>
      x >= left - AROUND && x <= left + w + AROUND && y >= top && y <= top + h;
    const held = this.dragging && this.hover;
    const plot = held ? this.hover.plot : this.plots.find(inside);
    if (!plot) return null;
    const part = held ? this.hover.part : plot.parts.findLast((one, i) => !i || x >= (one.outer ?? one.x));
    const step = Math.round(Math.min(1, Math.max(0, (x - part.x) / part.w)) * this.end);
    return { plot, part, step, x };
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
      this.drawLayer(width, height, { lines, end, theme, many });
      this.layerKey = key;
    }
    this.head = head;
    this.dirty = false;
    context.drawImage(this.layer, 0, 0, width, height);
    for (const part of this.plots.flatMap(({ parts }) => parts)) {
      if (part.bars) paintBars(context, part, lines, theme);
      else this.paintHead(context, part, Math.min(playhead, end), live, theme);
    }
    this.paintHover(context, lines, theme);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(Math.round(playhead), lines), AT_REST);
  }

  /** Says what the curves show, once they are at rest: not with each frame. */
  tell(step, lines) {
    const large = this.shown[this.large.index];
    if (large) describe(this.canvas, "aria-label", curvesWords(this.shown, large, step, lines));
  }

  paintHead(context, part, step, live, theme) {
    const x = part.toX(step);
    if (!live) {
      context.globalAlpha = 0.6; // what comes after the playhead
      context.fillStyle = theme.paper;
      context.fillRect(x, part.y, part.right - x, part.h);
      context.globalAlpha = 1;
    }
    context.strokeStyle = theme.ink;
    context.lineWidth = 1.2 * theme.unit;
    line(context, x, part.y, x, part.y + part.h);
    drawMarksAt(context, part, step, theme);
    drawLetters(context, part, theme);
  }

  paintHover(context, lines, theme) {
    const place = this.hover;
    show(this.tip, Boolean(place));
    if (!place) return;
    // Since the pointer came the plots may have been measured anew.
    const plot = this.plots.find(({ chart }) => chart.key === place.plot.chart.key) ?? place.plot;
    const part = plot.parts[place.plot.parts.indexOf(place.part)] ?? plot.parts[0];
    Object.assign(place, { plot, part });
    const { chart } = plot;
    const about = plot.size === "large" ? aboutRows(chart, lines) : []; // over a small one it would hide the others
    if (chart.bars) {
      this.sayRows([...sayBars(part, (place.x - part.x) / part.w, lines), ...about], place.x, plot);
      return;
    }
    for (const one of plot.parts) {
      const x = one.toX(place.step);
      context.strokeStyle = theme.ink;
      context.globalAlpha = 0.5;
      context.lineWidth = theme.unit;
      context.setLineDash([3 * theme.unit, 3 * theme.unit]);
      line(context, x, one.y, x, one.y + one.h);
      context.setLineDash([]);
      context.globalAlpha = 1;
      drawMarksAt(context, one, place.step, theme);
    }
    const near = (at) => Math.abs(at - place.step) * (part.w / this.end) < NEAR * theme.unit;
    this.sayRows([...tipRows(chart, place.step, lines, near), ...about], part.toX(place.step), plot);
    mark(this.tip, "step", place.step);
  }

  sayRows(rows, x, { box }) {
    while (this.tip.children.length > rows.length) this.tip.lastChild.remove();
    rows.forEach(({ text, letter, aside }, i) => {
      if (!this.tip.children[i]) this.tip.append(make("div"));
      const row = this.tip.children[i];
      say(row, text);
      row.className = letter ? "told" : aside ? "aside" : "";
      if (letter) row.style.setProperty("--hue", `var(${propertyOf(letter)})`);
    });
    const { offsetWidth: wide, offsetHeight: high } = this.tip;
    // Beside the pointer, on the side that has room; and where it is higher than the curves, over what is above them.
    const left = x + 14 + wide <= this.width ? x + 14 : x - 14 - wide;
    this.tip.style.left = `${Math.max(0, Math.min(left, this.width - wide))}px`;
    this.tip.style.top = `${Math.min(box.y, this.height - high - 2)}px`;
  }

  drawLayer(width, height, scene) {
    const { theme } = scene;
    const ratio = window.devicePixelRatio || 1;
    this.layer.width = Math.round(width * ratio);
    this.layer.height = Math.round(height * ratio);
    const context = this.layer.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const large = this.large.index;
    const { boxes, alone } = layOut(this.shown.length, large, width, height, theme.unit);
    mark(this.root, "alone", alone);
    this.plots = [];
    const tabs = alone ? tabsOf(context, this.shown, width, theme) : [];
    boxes.forEach((box, i) => {
      const chart = this.shown[i];
      const plot = box && planPlot(context, chart, box, i === large, scene);
      const title = plot && fitTitle(context, plot, theme);
      if (alone) this.placeTitle(i, tabs[i].text, tabs[i]);
      else this.placeTitle(i, title.text, title);
      if (!plot) return;
      drawPlot(context, plot, title, theme);
      if (alone) drawTitle(context, plot, title, theme);
      this.plots.push(plot);
    });
  }

  /** Puts a title, which makes its curve the large one, where that curve is. */
  placeTitle(i, text, { x, y, w, h }) {
    const node = this.titles[i];
    const large = i === this.large.index;
    say(node, text);
    describe(node, "aria-pressed", String(large));
    describe(node, "aria-label", this.shown[i].title);
    Object.assign(node.style, { left: `${x}px`, top: `${y}px`, maxWidth: `${w}px`, height: `${h}px` });
    node.style.width = this.root.dataset.alone === "true" ? `${w}px` : "";
    explain(node, large ? "" : placed(ENLARGE, { title: this.shown[i].title }));
  }
}

const TAB = { font: 14, high: 26, gap: 4 }; // px

/** The names of the plots in a row, [{text, x, y, w, h}]: each as wide as its text, and an equal share of what is left. */
function tabsOf(context, charts, width, { font, unit }) {
  context.font = `${TAB.font * unit}px ${font}`;
  const texts = charts.map((chart) => chart.tab || chart.short || chart.title);
  const wide = texts.map((text) => context.measureText(text).width);
  const gap = TAB.gap * unit;
  const spare = (width - wide.reduce((sum, one) => sum + one, 0) - gap * (texts.length - 1)) / texts.length;
  let x = 0;
  return texts.map((text, i) => {
    const tab = { text, x, y: 0, w: wide[i] + spare, h: TAB.high * unit };
    x += tab.w + gap;
    return tab;
  });
}
