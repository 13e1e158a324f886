// Two densities on a line at a distance that is dragged. All values come at once; here they are only looked up.

import { mountAnswered } from "../../../channel/frontend/answered.js";
import { plain } from "../../../shared/frontend/canvas.js";
import { decode } from "../../../shared/frontend/codec.js";
import { make, mark, say } from "../../../shared/frontend/elements.js";
import { attend } from "../../../shared/frontend/mount.js";
import { powerText } from "../../../shared/frontend/numbers.js";
import { ARROW_PX, readTheme, UNSTYLED } from "../../../shared/frontend/theme.js";
import { Chart } from "./chart.js";
import { LineView } from "./line_view.js";
import { distanceStyle, lossStyle, sample, tint } from "./marks.js";
import { share } from "./numbers.js";

const REST = 400; // ms that the sliders have to stand still before the page's address follows
const FLOOR = -8; // decades; smaller pushes lie on the bottom line
const CEILING = 3;
const FAR = 4; // top of the plot of distances

const DISTANCES = { js: "JS", kl: "KL", w: "W" };

export default (component) => mountAnswered(component, Board, "optimal_discriminator");

class Board {
  constructor(parent, asking) {
    this.asking = asking;
    this.values = null;
    this.given = ""; // the place that was answered last
    this.painted = 0;
    this.theta = this.slider("\u03b8", "distance between the two, in units of x", "theta");
    this.sigma = this.slider("\u03c3", "width of each, in units of x", "sigma");
    this.sentence = make("p", { class: "sentence", role: "status", "aria-live": "polite" });
    this.line = new LineView((index) => this.move(index, null));
    this.push = new Chart("push on the middle point", "log, per unit of x", (index) => this.move(index, null));
    this.push.root.title = "|\u2202L/\u2202x| at q\u2019s mean, with the best D of each game, against \u03b8";
    this.apart = new Chart("how far apart", "", (index) => this.move(index, null));
    this.figures = {};
    const scale = make(
      "div",
      { class: "scale" },
      bar(),
      make("span", {}, "= a push of 1 per unit of x"),
      make("i", { class: "dot" }),
      make("span", {}, "vanished: too short to draw"),
    );
    this.root = make(
      "div",
      {
        class: "board exhibit optimal-discriminator",
        style: UNSTYLED,
        "data-testid": "optimal_discriminator",
        "data-painted": "0",
      },
      make("div", { class: "controls" }, this.theta.root, this.sigma.root),
      this.sentence,
      make("div", { class: "left" }, this.line.root, scale),
      make("div", { class: "right" }, this.push.root, this.apart.root),
    );
    this.leave = attend(this, parent);
  }

  close() {
    clearTimeout(this.timer);
    this.leave();
  }

  slider(name, meaning, part) {
    const value = make("span", { class: "value" });
    const input = make("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 1,
      value: 0,
      class: "range",
      "aria-label": `${name}, ${meaning}`,
      "data-part": part,
    });
    const root = make(
      "label",
      { class: "control", title: `${name}: ${meaning}` },
      make("span", { class: "what" }, name),
      value,
      input,
    );
    input.oninput = () => this.move(this.theta.at, this.sigma.at);
    return {
      root,
      input,
      value,
      get at() {
        return Number(input.value);
      },
    };
  }

  // ---- what comes in

  receive(data) {
    const { meta, arrays } = decode(data);
    this.meta = meta;
    if (!this.values) {
      this.values = arrays;
      this.theta.input.max = meta.thetas.length - 1;
      this.sigma.input.max = meta.sigmas.length - 1;
      this.line.build(meta.losses);
      this.buildFigures(meta.divergences);
    }
    const { setting: place } = meta;
    const given = `${place.theta}|${place.sigma}`;
    if (given !== this.given && given !== this.told) {
      this.theta.input.value = this.meta.thetas.indexOf(place.theta);
      this.sigma.input.value = this.meta.sigmas.indexOf(place.sigma);
    }
    this.given = given;
    this.wake();
  }

  buildFigures(formulas) {
    const nodes = Object.entries(DISTANCES).map(([name, label]) => {
      const value = make("b", {});
      this.figures[name] = value;
      return make("span", { class: "figure", title: formulas[name] }, sample(name), label, value);
    });
    this.apart.title.replaceChildren(...nodes);
  }

  // ---- what is turned

  move(theta, sigma) {
    if (theta !== null) this.theta.input.value = theta;
    if (sigma !== null) this.sigma.input.value = sigma;
    this.wake();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const place = this.place;
      this.told = `${place.theta}|${place.sigma}`;
      if (this.told !== this.given) this.asking.ask({ setting: place });
    }, REST);
  }

  get place() {
    return { theta: this.meta.thetas[this.theta.at], sigma: this.meta.sigmas[this.sigma.at] };
  }

  /** The arrow keys move \u03b8 wherever they are free; so does the clicker of a lecturer. */
  pressKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const target = event.composedPath()[0];
    if (
      !by ||
      !this.values ||
      (target instanceof Element && target.closest("input, select, textarea, [role], [contenteditable]"))
    )
      return;
    event.preventDefault();
    this.move(this.theta.at + by * (event.shiftKey ? 10 : 1), null);
  }

  // ---- painting

  wake() {
    if (!this.handle) this.handle = requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.handle = 0;
    if (!this.values || !this.root.isConnected) return;
    const { meta, values } = this;
    const [s, t] = [this.sigma.at, this.theta.at];
    const { theta, sigma } = this.place;
    const theme = readTheme(this.root);
    if (this.tinted !== theme.key) tint(this.root, theme);
    this.tinted = theme.key;
    const count = meta.thetas.length;
    const points = meta.spread.length;
    const middle = points >> 1;
    const sizeOf = (loss, at, point = middle) =>
      values.sizes.values[((s * count + at) * meta.losses.length + loss) * points + point];
    const row = (name, at) => values[name].values[s * count + at];

    for (const [slider, value, digits] of [
      [this.theta, theta, 2],
      [this.sigma, sigma, 1],
    ]) {
      say(slider.value, `= ${plain(value, digits)}`);
      slider.input.setAttribute("aria-valuetext", plain(value, digits));
      slider.input.style.setProperty("--at", slider.at / Number(slider.input.max));
    }

    const across = meta.x[2];
    const slice = (name, from) => values[name].values.subarray(from, from + across);
    this.line.paint({
      theme,
      theta,
      x: meta.x,
      p: slice("p", s * across),
      q: slice("q", (s * count + t) * across),
      probability: slice("probability", (s * count + t) * across),
      points: meta.spread.map((z) => theta + z * sigma),
      sizes: meta.losses.map((_, loss) => meta.spread.map((_, point) => sizeOf(loss, t, point))),
      toward: -Math.sign(theta),
      thetas: meta.thetas,
    });

    this.push.paint({
      theme,
      thetas: meta.thetas,
      at: t,
      low: FLOOR,
      high: CEILING,
      ticks: [3, 0, -3, -6].map((value) => ({ value, text: powerText(value) })),
      floor: "0",
      series: meta.losses.map(({ name, label }, loss) => ({
        ...lossStyle(name, theme),
        label,
        values: meta.thetas.map((_, at) => sizeOf(loss, at)),
      })),
    });
    const line = (name) => meta.thetas.map((_, at) => (name === "w" ? values.w.values[at] : row(name, at)));
    this.apart.paint({
      theme,
      thetas: meta.thetas,
      at: t,
      low: 0,
      high: FAR,
      ticks: [0, 1, 2, 3, 4].map((value) => ({ value, text: String(value) })),
      reference: { value: Math.LN2, text: "log 2" },
      series: Object.entries(DISTANCES).map(([name, label]) => ({
        ...distanceStyle(name, theme),
        label,
        values: line(name),
      })),
    });
    say(this.figures.js, `${plain(row("js", t), 2)}`);
    say(this.figures.kl, plain(row("kl", t), row("kl", t) >= 100 ? 0 : 1));
    say(this.figures.w, plain(values.w.values[t], 2));

    const middles = Object.fromEntries(meta.losses.map(({ name }, loss) => [name, sizeOf(loss, t)]));
    say(this.sentence, theta === 0 ? SAME : this.words(middles, row("accuracy", t), row("js", t)));
    this.painted += 1;
    mark(this.root, "painted", this.painted);
    mark(this.root, "theta", theta);
    mark(this.root, "sigma", sigma);
  }

  words(size, accuracy, js) {
    const said = (name) => share(size[name]);
    return (
      `The best D is right ${percent(accuracy)} of the time. It pushes a generated point by ` +
      `${said("minimax")} (minimax), ${said("non_saturating")} (non-saturating), ${said("wasserstein")} (Wasserstein). ` +
      `JS has reached ${percent(js / Math.LN2)} of log\u00a02.`
    );
  }
}

const SAME = "The two are one: the best D can only guess, every distance is 0, and nothing is left to learn.";

function percent(value) {
  if (value >= 0.99995) return "100\u00a0%";
  return `${(100 * value).toFixed(value > 0.99 ? 2 : value > 0.9 ? 1 : 0)}\u00a0%`;
}

function bar() {
  const node = make("span", { class: "bar" });
  node.style.width = `${ARROW_PX / 16}rem`;
  return node;
}
