// Eigenvalues in the complex plane: of the continuous dynamics, or of one step as it is really taken.

import { drawMark, line, placeOn, plain, sharpen, written } from "../../../shared/frontend/canvas.js";
import { make, mark, say, show } from "../../../shared/frontend/elements.js";
import { ALARM } from "../../../shared/frontend/theme.js";
import { colourOf, PANELS } from "./styles.js";

const FONT = 16;
const REACHES = [1.2, 1.6, 2.2, 3, 4.5, 7, 12, 25, 50, 110]; // half the width of what is shown
const CLOSER = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2];
const NEAR = 16; // px from the pointer to an eigenvalue that is told

export class Spectrum {
  /** `border` is "axis" (Re \u03bb = 0) or "circle" (|\u03bb| = 1): what stable eigenvalues lie within. */
  constructor(border, title, help) {
    this.changed = null; // called when it has to be painted anew
    this.border = border;
    this.title = title;
    this.closer = false;
    this.canvas = make("canvas", { role: "img", "aria-label": title });
    this.tip = make("div", { class: "tip", hidden: true });
    this.note = make("span", {});
    this.zoom = make(
      "button",
      {
        type: "button",
        class: "zoom",
        "aria-pressed": "false",
        title: "Look closer at \u03bb = 1 (Z)",
        "aria-label": "Look closer at 1",
        onclick: () => this.toggle(),
      },
      "+",
    );
    this.root = make(
      "div",
      { class: `chart spectrum ${border}`, title: help },
      make("div", { class: "head" }, make("b", {}, title), this.note, border === "circle" ? this.zoom : null),
      make("div", { class: "plot" }, this.canvas, this.tip),
    );
    this.canvas.onpointermove = (event) => this.point(event);
    this.canvas.onpointerleave = () => show(this.tip, false);
  }

  toggle() {
    this.closer = !this.closer;
    this.zoom.setAttribute("aria-pressed", this.closer);
    this.changed?.();
  }

  /** `panels`: [{label, values: [[re, im]] or null, stepwise, locus: Float32Array, symbol, critical: {value, at} or null}] */
  paint({ theme, panels }) {
    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp) return;
    const { context, width, height } = sharp;
    const values = panels.flatMap((panel) => panel.values ?? []);
    const { centre, reach } = this.window(values);
    const scale = Math.min(width, height) / (2 * reach);
    const toX = (re) => width / 2 + (re - centre) * scale;
    const toY = (im) => height / 2 - im * scale;
    this.drawGround(context, theme, width, height, toX, toY, scale, reach);

    this.places = [];
    panels.forEach((panel, index) => {
      const colour = colourOf(index, theme);
      if (this.border === "axis" && panel.locus.length) drawLocus(context, panel, toX, toY, colour, theme, index);
      // B a little smaller, over A: where they coincide both are seen
      for (const [re, im] of panel.values ?? []) {
        const [x, y] = [clamp(toX(re), 8, width - 8), clamp(toY(im), 8, height - 8)];
        context.globalAlpha = this.borrows(panel) ? 0.4 : 1;
        drawMark(context, PANELS[index].mark, x, y, colour, theme.paper, index ? 1.1 : 1.6);
        context.globalAlpha = 1;
        this.places.push({
          x,
          y,
          index,
          text: `${PANELS[index].name}: ${this.words(re, im)}${this.borrows(panel) ? " (plain game\u2019s)" : ""}`,
        });
      }
    });
    const said = panels.map(
      (panel, i) => `${PANELS[i].name} ${panel.values ? this.words(...panel.values[0]) : "no derivative at 0"}`,
    );
    this.canvas.setAttribute("aria-label", `${this.title}: ${said.join("; ")}`);
    mark(this.root, "values", said.join("; "));
    if (this.border === "axis") {
      const borrowing = PANELS.filter((_, i) => this.borrows(panels[i])).map(({ name }) => name);
      say(this.note, borrowing.length ? `${borrowing.join(", ")}: plain game\u2019s` : "");
    } else {
      say(
        this.note,
        panels
          .map(({ values }, i) => `${PANELS[i].name} ${values ? size(values[0]).toFixed(4) : "\u2013"}`)
          .join("\u2002"),
      );
    }
  }

  /** A method that exists only in steps has no continuous dynamics: the plain game's stand in, faintly. */
  borrows(panel) {
    return this.border === "axis" && panel.stepwise;
  }

  /** What is shown: around -reach/3 for the continuous ones, around 0 for the steps, or, closer, around 1. */
  window(values) {
    if (this.border === "circle" && this.closer) {
      const most = Math.max(0, ...values.map(([re, im]) => Math.hypot(re - 1, im)));
      return {
        centre: 1,
        reach: CLOSER.find((each) => each > 1.25 * most) ?? REACHES.find((each) => each > 1.1 * most) ?? 110,
      };
    }
    const most = Math.max(
      0,
      ...values.map(([re, im]) => Math.max(this.border === "axis" ? Math.abs(re) * 0.8 : Math.abs(re), Math.abs(im))),
    );
    const reach = REACHES.find((each) => each > 1.08 * most) ?? REACHES.at(-1);
    return { centre: this.border === "axis" ? -reach / 3 : 0, reach };
  }

  drawGround(context, theme, width, height, toX, toY, scale, reach) {
    // Where radii grow
    context.fillStyle = ALARM;
    context.globalAlpha = theme.dark ? 0.2 : 0.11;
    context.beginPath();
    if (this.border === "axis") context.rect(Math.max(0, toX(0)), 0, width, height);
    else {
      context.rect(0, 0, width, height);
      context.arc(toX(0), toY(0), scale, 0, 2 * Math.PI, true);
    }
    context.fill("evenodd");
    context.globalAlpha = 1;
    context.lineWidth = 1;
    context.strokeStyle = theme.line;
    line(context, 0, toY(0), width, toY(0));
    line(context, toX(0), 0, toX(0), height);
    context.strokeStyle = theme.ink;
    context.lineWidth = 2;
    if (this.border === "axis") line(context, toX(0), 0, toX(0), height);
    else {
      context.beginPath();
      context.arc(toX(0), toY(0), scale, 0, 2 * Math.PI);
      context.stroke();
    }
    context.font = `${FONT}px ${theme.font}`;
    context.textBaseline = "alphabetic";
    const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 25, 50].find((each) => each * 2.2 > reach * 0.9) ?? 50;
    const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
    for (const im of [-step, step])
      written(context, `${plain(im, digits)}i`, width - 5, toY(im) + 5, "right", theme.ink, theme.paper);
    const re = this.border === "axis" ? -step : 1;
    written(
      context,
      plain(re, this.border === "axis" ? digits : 0),
      toX(re),
      toY(0) + 18,
      this.border === "axis" ? "center" : "left",
      theme.ink,
      theme.paper,
    );
  }

  words(re, im) {
    const turn = Math.abs(im) < 1e-9 ? "" : ` ${im < 0 ? "\u2212" : "+"} ${Math.abs(im).toFixed(3)}i`;
    const length = this.border === "circle" ? `, |\u03bb| ${size([re, im]).toFixed(4)}` : "";
    return `${plain(re, 3)}${turn}${length}`;
  }

  point(event) {
    const { x, y, height } = placeOn(this.canvas, event);
    const away = (place) => Math.hypot(place.x - x, place.y - y);
    const nearest = PANELS.map(
      (_, index) =>
        (this.places ?? [])
          .filter((place) => place.index === index && away(place) < NEAR)
          .sort((one, two) => away(one) - away(two))[0],
    );
    const near = nearest.filter(Boolean);
    show(this.tip, near.length > 0);
    if (!near.length) return;
    this.tip.replaceChildren(...near.map((place) => make("div", {}, place.text)));
    this.tip.classList.toggle("above", y > height / 2);
  }
}

/** Where the eigenvalues go while the knob is turned from end to end, and where they meet on the real axis. */
function drawLocus(context, { locus, critical, symbol }, toX, toY, colour, theme, index) {
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.globalAlpha = 0.65;
  for (const branch of [0, 1]) {
    context.beginPath();
    for (let i = branch * 2; i < locus.length; i += 4) context.lineTo(toX(locus[i]), toY(locus[i + 1]));
    context.stroke();
  }
  context.globalAlpha = 1;
  if (critical === null) return;
  const [x, y] = [toX(critical.at), toY(0)];
  context.lineWidth = 1.6;
  context.strokeStyle = theme.ink;
  line(context, x, y - 6, x, y + 6);
  context.font = `${FONT}px ${theme.font}`;
  written(
    context,
    `${symbol} = ${Number(critical.value.toFixed(2))}`,
    Math.max(44, x - 12),
    y - 9 - index * (FONT + 2),
    "right",
    theme.ink,
    theme.paper,
  );
}

const size = ([re, im]) => Math.hypot(re, im);
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
