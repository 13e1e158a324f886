// Small multiples: one mini picture for each seed of a run that trains many at once.

import { explain } from "../../shared/frontend/about.js";
import { sharpen } from "../../shared/frontend/canvas.js";
import { describe, make, mark, say } from "../../shared/frontend/elements.js";
import { REAL, signOf } from "../../shared/frontend/theme.js";
import { written } from "./forms.js";
import { drawReplica, drawRings, fit } from "./picture.js";
import { seedWords } from "./words.js";

const STRIP = 14; // px under each mini picture, for its count
const COUNT = 24; // px under each mini curve, for its newest value

export class Seeds {
  /** `open(seed)` is called when a mini is clicked. */
  constructor(open) {
    this.open = open;
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.grid = make("div", { class: "minis" });
    this.root = make("div", { class: "multiples", hidden: true }, this.canvas, this.grid);
    this.minis = [];
  }

  draw(run, panel, scene, frame, theme) {
    const count = frame.replicas;
    const columns = Math.ceil(Math.sqrt(count));
    const rows = Math.ceil(count / columns);
    this.fill(count, columns, rows);
    const { metric, short, long } = figureOf(panel);
    const values = frame.scalars[metric] ?? run?.latest(metric, frame, (one) => one.scalars[metric])?.value ?? null;
    const verdict = verdictAt(panel, frame);
    const ofImages = Boolean(frame.table.images);
    mark(this.root, "kind", ofImages ? "images" : "plane");
    this.minis.forEach((mini, i) => {
      const value = values?.[i] ?? null;
      const seed = panel.seeds?.[i];
      const lost = values && value === null;
      const crossed = lost || Boolean(verdict?.failed[i]);
      mark(mini.button, "failed", crossed);
      if (seed !== undefined) mark(mini.button, "seed", seed);
      say(mini.count, lost ? "diverged" : value === null ? "" : short(value));
      say(mini.cross, crossed ? "\u2715" : "");
      const label = seedWords(
        { seed: seed ?? i, value: value === null ? "" : long(value), words: verdict?.words ?? "" },
        { diverged: Boolean(lost), well: verdict?.well[i] },
      );
      describe(mini.button, "aria-label", label);
      explain(mini.button, label);
      mini.button.onclick = () => seed !== undefined && this.open(seed);
    });

    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const gap = 6;
    const cell = [(width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows];
    const courses = ofImages ? coursesOf(run, frame, metric) : null;
    for (let i = 0; i < count; i++) {
      context.save();
      context.translate((i % columns) * (cell[0] + gap), Math.floor(i / columns) * (cell[1] + gap));
      context.beginPath();
      context.rect(0, 0, ...cell);
      context.clip();
      if (ofImages) drawCourse(context, courses, i, signOf(theme, panel.label).hue, cell[0], cell[1] - COUNT);
      else drawPoints(context, frame.arrays, i, scene, cell[0], cell[1] - STRIP, theme);
      context.restore();
    }
  }

  fill(count, columns, rows) {
    if (this.minis.length === count) return;
    this.grid.style.gridTemplate = `repeat(${rows}, minmax(0, 1fr)) / repeat(${columns}, minmax(0, 1fr))`;
    this.minis = Array.from({ length: count }, () => {
      const number = make("span", { class: "count" });
      const cross = make("span", { class: "cross", "aria-hidden": "true" });
      return { button: make("button", { class: "mini", type: "button" }, number, cross), count: number, cross };
    });
    this.grid.replaceChildren(...this.minis.map((mini) => mini.button));
  }
}

/** A replica of many, as points. */
function drawPoints(context, arrays, i, scene, width, height, theme) {
  const map = fit(scene?.view ?? [-2, 2, -2, 2], width, height);
  if (scene) {
    drawCentres(context, map, scene);
    drawRings(context, map, scene, theme, 4);
  }
  drawReplica(context, map, arrays, i, theme);
}

/** What was measured of each replica up to a frame: {metric, frames, least, most}, the same range for all. */
function coursesOf(run, frame, metric) {
  const frames = run.having(metric).filter((one) => one.seq <= frame.seq);
  const values = frames.flatMap((one) => one.scalars[metric]).filter((value) => value !== null);
  values.sort((a, b) => a - b);
  // The first values may be many times the last: they run out of the picture.
  const quarter = (share) => values[Math.round(share * (values.length - 1))];
  const most = Math.min(values.at(-1), quarter(0.75) + 4 * (quarter(0.75) - quarter(0.25)));
  return { metric, frames, least: Math.min(0, values[0]), most, end: Math.max(1, frame.step) };
}

/** A replica of many, as the course of what it is judged by. */
function drawCourse(context, { metric, frames, least, most, end }, i, hue, width, height) {
  context.strokeStyle = hue;
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.beginPath();
  for (const frame of frames) {
    const value = frame.scalar(metric, i);
    if (value === null) continue;
    const share = (value - least) / (most - least || 1);
    context.lineTo(4 + ((width - 8) * frame.step) / end, 4 + (height - 8) * (1 - share));
  }
  context.stroke();
}

/** What the seeds of a panel have come to, where this frame shows it; null at earlier frames, and before there is a verdict. */
export function verdictAt(panel, frame) {
  return panel.verdict && frame.step >= panel.verdict.step ? panel.verdict : null;
}

/** What is written under each seed: {metric, short(value), long(value)}. */
function figureOf({ metric: { name, symbol, form }, modes }) {
  if (form === "count") {
    return {
      metric: name,
      short: (value) => written(form, value, modes),
      long: (value) => `${Math.round(value)} of ${modes} modes`,
    };
  }
  const said = (value) => `${symbol} ${written(form, value)}`;
  return { metric: name, short: said, long: said };
}

function drawCentres(context, map, scene) {
  context.fillStyle = REAL;
  context.beginPath();
  for (let i = 0; i < scene.centres.length; i += 2) {
    const [x, y] = [map.x(scene.centres[i]), map.y(scene.centres[i + 1])];
    context.moveTo(x + 1.8, y);
    context.arc(x, y, 1.8, 0, 2 * Math.PI);
  }
  context.fill();
}
