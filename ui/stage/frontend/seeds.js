// Small multiples: one mini picture for each seed of a run that trains many at once.

import { make, mark, say } from "./elements.js";
import { drawRings, drawTriangles, fit, sharpen } from "./picture.js";
import { REAL } from "./theme.js";

const STRIP = 14; // px under each mini picture, for its count

export class Seeds {
  /** `open(seed)` is called when a mini is clicked. */
  constructor(open) {
    this.open = open;
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.grid = make("div", { class: "minis" });
    this.root = make("div", { class: "multiples", hidden: true }, this.canvas, this.grid);
    this.minis = [];
  }

  draw(panel, scene, frame, theme) {
    const count = frame.replicas;
    const columns = Math.ceil(Math.sqrt(count));
    const rows = Math.ceil(count / columns);
    this.fill(count, columns, rows);
    const limit = collapseLimit(panel);
    this.minis.forEach((mini, i) => {
      const modes = frame.scalar("modes", i);
      const seed = panel.seeds?.[i];
      const collapsed = modes !== null && modes <= limit;
      const lost = frame.scalars.modes && modes === null;
      mark(mini.button, "collapsed", collapsed || lost);
      if (seed !== undefined) mark(mini.button, "seed", seed);
      say(mini.count, lost ? "diverged" : modes === null ? "" : `${Math.round(modes)}/${panel.modes}`);
      say(mini.cross, collapsed || lost ? "\u2715" : "");
      const words = `seed ${seed ?? i}: ${lost ? "diverged" : `${modes === null ? "?" : Math.round(modes)} of ${panel.modes} modes`}`;
      const label = `${words}${collapsed ? ", collapsed" : ""}. Open this seed`;
      if (mini.button.title !== label) {
        mini.button.title = label;
        mini.button.setAttribute("aria-label", label);
      }
      mini.button.onclick = () => seed !== undefined && this.open(seed);
    });

    const sharp = sharpen(this.canvas);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const gap = 6;
    const cell = [(width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows];
    const { values, shape } = frame.arrays.fake;
    for (let i = 0; i < count; i++) {
      context.save();
      context.translate((i % columns) * (cell[0] + gap), Math.floor(i / columns) * (cell[1] + gap));
      context.beginPath();
      context.rect(0, 0, ...cell);
      context.clip();
      const map = fit(scene?.view ?? [-2, 2, -2, 2], cell[0], cell[1] - STRIP);
      if (scene) {
        drawCentres(context, map, scene);
        drawRings(context, map, scene, theme, 4);
      }
      drawTriangles(context, map, values, shape[1], i * shape[1], 3, null);
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

/** That many captured modes or fewer are a collapse. */
export function collapseLimit(panel) {
  return panel.limit?.modes ?? Math.floor(panel.modes / 2);
}

/** {collapsed, of}: how many replicas of a frame have collapsed (those that diverged count too). */
export function countCollapsed(panel, frame) {
  const limit = collapseLimit(panel);
  const modes = frame.scalars.modes ?? [];
  return { collapsed: modes.filter((value) => value === null || value <= limit).length, of: frame.replicas };
}

function drawCentres(context, map, scene) {
  if (scene.centres.length > 80) return;
  context.fillStyle = REAL;
  context.beginPath();
  for (let i = 0; i < scene.centres.length; i += 2) {
    const [x, y] = [map.x(scene.centres[i]), map.y(scene.centres[i + 1])];
    context.moveTo(x + 1.8, y);
    context.arc(x, y, 1.8, 0, 2 * Math.PI);
  }
  context.fill();
}
