// One image under a T set by hand. Python computes; here it is drawn, and asked for when something is turned.

import { mountAnswered } from "../../../channel/frontend/answered.js";
import { sharpen } from "../../../shared/frontend/canvas.js";
import { decode } from "../../../shared/frontend/codec.js";
import { make, mark, say, show } from "../../../shared/frontend/elements.js";
import { isTyping } from "../../../shared/frontend/keys.js";
import { attend } from "../../../shared/frontend/mount.js";
import { drawImage } from "../../../shared/frontend/pixels.js";
import { readTheme, UNSTYLED } from "../../../shared/frontend/theme.js";
import { Controls } from "./controls.js";
import { drawSizes, hatch, rampOf } from "./sizes.js";

const REST = 400; // ms that nothing may be turned before the page's address follows
const AGAIN = 3000; // ms after which a question without an answer is asked again: at first the compute worker has yet to start
const MOST = 2; // of the gradient's scale: T can make it larger than without, seldom twice as large

export default (component) => mountAnswered(component, Board, "augmentation");

class Board {
  constructor(parent, asking) {
    this.asking = asking;
    this.shown = null; // the last answer: {meta, arrays}
    this.chosen = null; // what the controls say
    this.painted = 0;
    this.controls = new Controls((changes) => this.turn(changes));
    this.build();
    this.leave = attend(this, parent);
  }

  close() {
    clearTimeout(this.timer);
    this.leave();
  }

  // ---- building

  build() {
    this.choice = make("div", { class: "choice", role: "radiogroup", "aria-label": "Image" });
    const button = (properties, text) => make("button", { type: "button", class: "button", ...properties }, text);
    const fresh = button(
      {
        class: "button fresh",
        title: "A fresh T, as the paper draws it (T)",
        onclick: () => this.turn(this.controls.atRandom(this.side)),
      },
      "at random",
    );
    this.off = button(
      { title: "T does nothing (X)", onclick: () => this.turn({ ...this.usual, image: this.chosen.image }) },
      "off",
    );
    this.pictures = {
      x: picture("x", "the image"),
      seen: picture("T(x)", "what D sees"),
      gradient: picture("|\u2202s(T(x))/\u2202x|", "what comes back"),
    };
    this.pictures.seen.canvas.title = "Drag: put cutout there";
    this.pictures.seen.canvas.onpointerdown = (event) => this.dragHole(event);
    this.pictures.seen.canvas.onpointermove = (event) => this.dragHole(event);
    this.scale = make("canvas", { role: "img", "aria-label": "Scale of the gradient" });
    this.scaleBox = make("div", { class: "scale" }, this.scale);
    this.result = make("p", { class: "result", role: "status", "aria-live": "polite" });
    this.scalar = make("p", { class: "scalar" });
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    const { x, seen, gradient } = this.pictures;
    this.root = make(
      "div",
      { class: "board exhibit augmentation", style: UNSTYLED, "data-testid": "augmentation", "data-painted": "0" },
      make("div", { class: "bar" }, this.choice, fresh, this.off),
      make("div", { class: "pictures" }, x.root, seen.root, gradient.root, this.scaleBox),
      make("div", { class: "said" }, this.result, this.problem, this.scalar),
      this.controls.root,
    );
  }

  buildChoice({ images }, arrays) {
    this.options = images.map((name) => {
      const [set] = name.split("-");
      const image = { of: arrays[set], index: images.filter((each) => each.startsWith(`${set}-`)).indexOf(name) };
      const radio = make("input", { type: "radio", name: "image", value: name, "aria-label": name.replace("-", " ") });
      radio.onchange = () => this.turn({ image: name });
      const canvas = make("canvas", { width: 44, height: 44, "aria-hidden": "true" });
      drawImage(canvas.getContext("2d"), image.of, image.index, 0, 0, 44);
      return {
        name,
        image,
        radio,
        root: make("label", { class: "option", title: name.replace("-", " ") }, radio, canvas),
      };
    });
    this.choice.replaceChildren(...this.options.map(({ root }) => root));
  }

  // ---- what comes in

  receive(data) {
    const { meta, arrays } = decode(data);
    const first = !this.chosen;
    this.usual = meta.usual;
    if (first) this.controls.build(meta.ranges);
    if (meta.answer) {
      if (!this.options) this.buildChoice(meta, arrays);
      this.shown = { meta, arrays };
    }
    say(this.problem, meta.problem ?? "");
    show(this.problem, Boolean(meta.problem));
    show(this.result, !meta.problem);
    say(this.scalar, meta.scalar);
    // While a newer setting is under way the controls stay as the hand has them; the answer is drawn all the same.
    if (first || this.asking.idle) this.chosen = meta.setting;
    if (meta.problem) this.comeToRest(AGAIN);
    this.showControls();
    this.wake();
  }

  get option() {
    return this.options?.find(({ name }) => name === this.chosen.image);
  }

  get side() {
    return this.option?.image.of.shape[1] ?? 32;
  }

  showControls() {
    this.controls.show(this.chosen, this.side);
    if (this.option) this.option.radio.checked = true;
  }

  // ---- what is turned

  turn(changes) {
    if (!this.chosen) return;
    this.chosen = { ...this.chosen, ...changes };
    this.showControls();
    this.asking.ask({ setting: this.chosen, rests: false });
    this.comeToRest(REST);
  }

  /** Asks once more after so many milliseconds in which nobody has turned anything. */
  comeToRest(after) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.asking.ask({ setting: this.chosen, rests: true }), after);
  }

  dragHole(event) {
    if (!(event.buttons & 1)) return;
    const { canvas } = this.pictures.seen;
    if (event.type === "pointerdown") canvas.setPointerCapture(event.pointerId);
    const box = canvas.getBoundingClientRect();
    const share = (at, length) => Math.min(this.side, Math.max(0, Math.round((at / length) * this.side))) / this.side;
    const [row, column] = [share(event.clientY - box.top, box.height), share(event.clientX - box.left, box.width)];
    if (this.chosen.cutout && row === this.chosen.row && column === this.chosen.column) return;
    this.turn({ cutout: true, row, column });
  }

  pressKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat || !this.chosen)
      return;
    const act = { t: () => this.turn(this.controls.atRandom(this.side)), x: () => this.off.click() }[
      event.key.toLowerCase()
    ];
    if (!act || isTyping(event.composedPath()[0])) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit has keys of its own
    act();
  }

  // ---- painting

  wake() {
    if (!this.handle) this.handle = requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.handle = 0;
    if (!this.shown || !this.root.isConnected) return;
    const { meta, arrays } = this.shown;
    const { answer } = meta;
    const theme = readTheme(this.root);
    const { image } = this.options.find(({ name }) => name === answer.image);
    const [x, seen, gradient] = Object.values(this.pictures).map(({ canvas }) => sharpen(canvas, theme.unit));
    if (!x || !seen || !gradient) return;
    drawImage(x.context, image.of, image.index, 0, 0, x.width, x.height);
    drawImage(
      seen.context,
      { shape: [1, ...arrays.augmented.shape], values: arrays.augmented.values },
      0,
      0,
      0,
      seen.width,
      seen.height,
    );
    drawSizes(
      gradient.context,
      { sizes: arrays.gradient.values, seen: arrays.seen.values, side: answer.side, most: MOST, theme },
      gradient.width,
      gradient.height,
    );
    this.paintScale(theme);
    say(this.result, answer.result);
    this.controls.tell(answer.effects);
    this.painted += 1;
    const said = {
      image: answer.image,
      largest: answer.largest.toFixed(4),
      unseen: answer.unseen.toFixed(4),
      cutout: meta.setting.cutout,
      trip: Math.round(this.asking.trip),
      requests: this.asking.number,
      idle: this.asking.idle,
      painted: this.painted,
    };
    for (const [name, value] of Object.entries(said)) mark(this.root, name, value);
  }

  paintScale(theme) {
    const sharp = sharpen(this.scale, theme.unit);
    if (!sharp) return;
    const { context, height } = sharp;
    const [top, bottom, width] = [8, height - 44, 16];
    const ramp = rampOf(theme);
    for (let y = top; y < bottom; y += 1) {
      context.fillStyle = `rgb(${ramp((bottom - y) / (bottom - top)).join(" ")})`;
      context.fillRect(0, y, width, 1.5);
    }
    context.strokeStyle = theme.line;
    context.strokeRect(0.5, top + 0.5, width - 1, bottom - top - 1);
    context.font = `16px ${theme.font}`;
    context.textBaseline = "middle";
    context.fillStyle = theme.ink;
    for (const value of [0, 1, MOST])
      context.fillText(value === MOST ? `\u2265${value}` : value, width + 6, bottom - ((bottom - top) * value) / MOST);
    context.save();
    context.beginPath();
    context.rect(0, height - 26, width, 18);
    context.clip();
    context.translate(0, height - 26);
    hatch(context, width, 18, theme);
    context.restore();
    context.strokeRect(0.5, height - 25.5, width - 1, 17);
    context.fillText("unseen", width + 6, height - 16);
  }
}

function picture(formula, meaning) {
  const canvas = make("canvas", { role: "img", "aria-label": `${formula}: ${meaning}` });
  const root = make(
    "figure",
    { class: "picture" },
    make("figcaption", {}, make("b", {}, formula), make("span", {}, meaning)),
    make("div", { class: "plot" }, canvas),
  );
  return { canvas, root };
}
