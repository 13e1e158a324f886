// One method's plane: \u03b8 across, \u03c8 upwards; arrows of the continuous velocity, and a trajectory from every start.

import { drawMark, line, placeOn, plain, sharpen, written } from "../../../shared/frontend/canvas.js";
import { make } from "../../../shared/frontend/elements.js";
import { REAL } from "../../../shared/frontend/theme.js";
import { colourOf, PANELS } from "./styles.js";

const FONT = 16;
const ARROW = 0.4; // world units: the longest arrow
const FASTEST = 1.5; // the speed from which on arrows grow no longer
const STRIDE = { coarse: 0.25, fine: 0.05 }; // of the cursor: a press, a press with Shift

export class Plane {
  /** `start([theta, psi])` when a start is chosen here. */
  constructor(panel, start) {
    this.panel = panel;
    this.cursor = [1, 1];
    this.changed = null; // called when it has to be painted anew
    this.canvas = make("canvas", {
      tabindex: "0",
      role: "application",
      "aria-label": `Plane of ${PANELS[panel].name}: click, or move with the arrow keys and press Enter, to start there`,
      title: "Click: start here, in both planes. With the keyboard: arrow keys (Shift: small steps), then Enter",
    });
    this.root = make("div", { class: "plane" }, this.canvas);
    this.canvas.onpointerdown = (event) => {
      if (event.button || !this.map) return;
      const { x, y } = placeOn(this.canvas, event);
      this.cursor = [this.map.worldX(x), this.map.worldY(y)].map(tidy);
      start(this.cursor);
    };
    this.canvas.onkeydown = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!by && event.key !== "Enter") return;
      event.preventDefault();
      event.stopPropagation();
      if (!by) return start(this.cursor);
      const stride = event.shiftKey ? STRIDE.fine : STRIDE.coarse;
      this.cursor = this.cursor.map((value, i) => this.within(tidy(value + by[i] * stride), i));
      this.changed?.();
    };
    this.canvas.onfocus = this.canvas.onblur = () => this.changed?.();
  }

  within(value, axis) {
    const most = axis ? this.map.half : this.map.wide;
    return Math.min(most, Math.max(-most, value));
  }

  get focused() {
    return this.canvas.matches(":focus-visible");
  }

  paint({ theme, half, grid, field, paths, flows, at, bound }) {
    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const scale = height / (2 * half);
    const map = {
      half,
      wide: width / 2 / scale,
      x: (theta) => width / 2 + theta * scale,
      y: (psi) => height / 2 - psi * scale,
      worldX: (px) => (px - width / 2) / scale,
      worldY: (py) => (height / 2 - py) / scale,
    };
    this.map = map;
    const colour = colourOf(this.panel, theme);

    context.font = `${FONT}px ${theme.font}`;
    context.lineWidth = 1;
    context.strokeStyle = theme.line;
    line(context, 0, map.y(0), width, map.y(0));
    line(context, map.x(0), 0, map.x(0), height);
    if (bound) {
      // The clipped critic cannot leave this band
      context.strokeStyle = theme.ink;
      context.setLineDash([2, 4]);
      for (const edge of [-bound, bound]) line(context, 0, map.y(edge), width, map.y(edge));
      context.setLineDash([]);
    }
    this.drawField(context, map, theme, grid, field);

    for (const flow of flows) {
      context.strokeStyle = theme.ink;
      context.globalAlpha = 0.4;
      context.lineWidth = 1.2;
      context.setLineDash([1, 4]);
      trace(context, map, flow, flow.length / 2);
      context.setLineDash([]);
      context.globalAlpha = 1;
    }
    drawMark(context, "circle", map.x(0), map.y(0), REAL, theme.paper, 1.5);
    for (const path of paths) this.drawPath(context, map, theme, path, at, colour);
    if (paths.length > 1) ring(context, map, paths.at(-1), colour);
    this.drawWords(context, map, theme, width);
    if (this.focused) drawCursor(context, map, this.cursor, theme);
  }

  drawField(context, map, theme, grid, field) {
    context.strokeStyle = theme.ink;
    context.fillStyle = theme.ink;
    context.globalAlpha = 0.42;
    context.lineWidth = 1.3;
    const perUnit = map.x(1) - map.x(0);
    for (let i = 0; i < grid.length; i += 2) {
      const [x, y] = [map.x(grid[i]), map.y(grid[i + 1])];
      const [dx, dy] = [field[i], -field[i + 1]];
      const speed = Math.hypot(dx, dy);
      if (!(speed > 1e-9)) continue;
      const length = ARROW * perUnit * Math.sqrt(Math.min(1, speed / FASTEST));
      const [ux, uy] = [dx / speed, dy / speed];
      const [tipX, tipY] = [x + (ux * length) / 2, y + (uy * length) / 2];
      line(context, x - (ux * length) / 2, y - (uy * length) / 2, tipX, tipY);
      const head = Math.min(5.5, 0.5 * length);
      context.beginPath();
      context.moveTo(tipX + ux * 2, tipY + uy * 2);
      context.lineTo(tipX - ux * head - uy * head * 0.55, tipY - uy * head + ux * head * 0.55);
      context.lineTo(tipX - ux * head + uy * head * 0.55, tipY - uy * head - ux * head * 0.55);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /** All of it faintly, what has been walked so far strongly, and where it is now. */
  drawPath(context, map, theme, path, at, colour) {
    const there = reached(path, at);
    context.strokeStyle = context.fillStyle = colour;
    context.lineJoin = "round";
    context.lineWidth = 1.2;
    context.globalAlpha = 0.3;
    trace(context, map, path, path.length / 2);
    context.globalAlpha = 1;
    context.lineWidth = 1.8;
    trace(context, map, path, there + 1);
    context.beginPath();
    for (let n = 0; n <= there; n++) {
      const [x, y] = [map.x(path[2 * n]), map.y(path[2 * n + 1])];
      context.moveTo(x + 2.1, y);
      context.arc(x, y, 2.1, 0, 2 * Math.PI);
    }
    context.fill();
    // The start: a ring
    context.lineWidth = 2.4;
    context.fillStyle = theme.paper;
    context.beginPath();
    context.arc(map.x(path[0]), map.y(path[1]), 5.5, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    drawMark(
      context,
      PANELS[this.panel].mark,
      map.x(path[2 * there]),
      map.y(path[2 * there + 1]),
      colour,
      theme.paper,
      1.5,
    );
  }

  drawWords(context, map, theme, width) {
    context.font = `${FONT}px ${theme.font}`;
    context.textBaseline = "alphabetic";
    const [across, upwards] =
      width < 320 ? ["\u03b8 \u2192", "\u2191 \u03c8"] : ["\u03b8 generator \u2192", "\u2191 \u03c8 discriminator"];
    written(context, across, width - 4, map.y(0) - 7, "right", theme.ink, theme.paper);
    written(context, upwards, map.x(0) + 6, 15, "left", theme.ink, theme.paper);
    for (const value of [-1, 1]) {
      written(context, plain(value, 0), map.x(value), map.y(0) + 18, "center", theme.ink, theme.paper);
      written(context, plain(value, 0), map.x(0) - 6, map.y(value) + 5, "right", theme.ink, theme.paper);
    }
  }
}

/** The last step up to `at` at which there still is a point. */
function reached(path, at) {
  let n = Math.min(at, path.length / 2 - 1);
  while (n > 0 && Number.isNaN(path[2 * n])) n -= 1;
  return n;
}

function trace(context, map, path, count) {
  context.beginPath();
  for (let n = 0; n < count && !Number.isNaN(path[2 * n]); n++)
    context.lineTo(map.x(path[2 * n]), map.y(path[2 * n + 1]));
  context.stroke();
}

/** Around the start whose run is judged, where there are several. */
function ring(context, map, path, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(map.x(path[0]), map.y(path[1]), 10, 0, 2 * Math.PI);
  context.stroke();
}

function drawCursor(context, map, cursor, theme) {
  const [theta, psi] = cursor;
  const [x, y] = [map.x(theta), map.y(psi)];
  for (const [colour, width] of [
    [theme.paper, 5],
    [theme.ink, 2],
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    line(context, x - 12, y, x + 12, y);
    line(context, x, y - 12, x, y + 12);
  }
  context.textBaseline = "alphabetic";
  written(context, `${plain(theta, 2)}, ${plain(psi, 2)}`, x + 10, y - 8, "left", theme.ink, theme.paper);
}

const tidy = (value) => Math.round(value * 100) / 100 || 0;
