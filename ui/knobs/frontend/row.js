// One field: its label, its value as a number to edit and a slider, or as a choice; and how the panels differ in it.

import { describe, icon, make, say, show } from "../../shared/frontend/elements.js";
import { format, parse } from "../../shared/frontend/numbers.js";
import { Range } from "../../shared/frontend/range.js";
import { Scale } from "../../shared/frontend/scale.js";
import { placed } from "../../stage/frontend/words.js";
import { cautionLines } from "./cautions.js";

const SETTLE = 400; // ms after the last local change during which incoming values are not shown
const CALM = 400; // ms without a key until a field that restarts is sent
const FOUND_BY = "found by: {by}";
const MIXED = "\u2260"; // the option of a choice in which the panels differ

export class Row {
  /** `board`: {addressed(field) -> panel indices, labels, waitsFor(name), send(field, value) -> number, explain(row|null)} */
  constructor(field, board, id) {
    this.field = field;
    this.board = board;
    this.values = field.values;
    this.incoming = null;
    this.changed = -Infinity; // when it was last changed here
    this.sent = 0; // number of its last change
    this.unsent = false; // a restart that waits for the release
    this.typing = false;

    this.name = make("label", { class: "name", for: id, title: field.help });
    this.dot = make("span", { class: "dot", "aria-hidden": "true", hidden: true });
    this.name.append(this.dot, field.label);
    this.reset = make(
      "button",
      { type: "button", class: "reset", hidden: true, onclick: () => this.goBack() },
      icon("reset"),
    );
    this.help = make("span", { class: "unseen", id: `${id}-help` }, field.help);
    this.found = make("div", { class: "found", hidden: true });
    this.differ = make("div", { class: "differ", hidden: true });
    this.caution = make("div", { class: "caution", role: "status", hidden: true });
    this.refusal = make("div", { class: "refusal", role: "alert", hidden: true });
    const line = make("div", { class: "line" }, this.name, this.reset);
    this.root = make("div", { class: "row", "data-field": field.name }, line);
    const common = { id, "aria-describedby": `${id}-help` };
    if (field.kind === "choice") this.makeChoice(line, common);
    else this.makeNumber(line, common);
    this.root.append(this.found, this.differ, this.caution, this.refusal, this.help);

    this.root.onpointerenter = () => board.explain(this);
    this.root.onpointerleave = () => board.explain(null);
    this.root.onfocusin = () => board.explain(this);
    this.root.onfocusout = () => board.explain(null);
  }

  makeChoice(line, common) {
    this.select = make("select", { ...common, class: "choice" });
    this.select.onchange = () => {
      if (this.select.value !== MIXED) this.change(this.select.value, true);
    };
    line.append(this.select);
  }

  makeNumber(line, common) {
    const { field } = this;
    this.scale = new Scale(field);
    this.input = make("input", {
      ...common,
      type: "text",
      inputmode: field.kind === "int" ? "numeric" : "decimal",
      autocomplete: "off",
      spellcheck: "false",
      class: "value",
      title: `${format(field.low)} to ${format(field.high)}`,
    });
    this.range = new Range(
      this.scale,
      { "aria-label": field.label, "aria-describedby": `${common.id}-help` },
      {
        move: (value) => this.change(value, field.live),
        release: () => this.release(),
        step: (direction, far) => this.step(direction, far, true),
        multiple: () => this.multiple,
      },
    );
    line.append(
      make("span", { class: "measure" }, this.input, field.unit ? make("span", { class: "unit" }, field.unit) : null),
    );
    this.root.append(this.range.input);

    this.input.onfocus = () => this.input.select();
    this.input.onclick = () => this.typing || this.input.select();
    this.input.oninput = () => {
      this.typing = true;
      show(this.refusal, false);
    };
    this.input.onblur = () => this.commit();
    this.input.onkeydown = (event) => this.inputKey(event);
  }

  // ---- what happens here

  /** The panels whose value is shown and set: indices. */
  get addressed() {
    return this.board.addressed(this.field);
  }

  get value() {
    return this.values[this.addressed[0]];
  }

  /** Whether the panels that are set have different values. */
  get mixed() {
    return this.addressed.some((index) => this.values[index] !== this.value);
  }

  get multiple() {
    const { multiple } = this.field;
    return multiple ? this.addressed.map((index) => multiple[index]).reduce(leastCommon, 1) : 1;
  }

  /** A new value from a hand; `now` sends it, otherwise it waits for the release. */
  change(value, now) {
    const same = !this.mixed && value === this.value;
    this.changed = performance.now();
    if (!same) {
      this.values = this.values.map((old, index) => (this.addressed.includes(index) ? value : old));
      this.unsent = true;
    }
    if (now) this.send();
    this.paint();
  }

  send() {
    clearTimeout(this.calm);
    if (!this.unsent) return;
    this.unsent = false;
    this.sent = this.board.send(this.field, this.value);
    show(this.refusal, false);
  }

  release() {
    this.send();
    this.paint();
  }

  /** Typed text becomes a value. What is no number goes to Python as it is: there the sentence is made. */
  commit() {
    if (!this.typing) return;
    this.typing = false;
    const text = this.input.value.trim();
    const value = parse(text);
    if (value !== null) this.change(value, true);
    else if (text) {
      this.changed = performance.now();
      this.sent = this.board.send(this.field, text);
    }
    this.paint();
  }

  step(direction, far, bounded) {
    const next = this.scale.next(this.value, direction, far, this.multiple);
    const value = bounded ? Math.min(this.scale.to, Math.max(this.scale.from, next)) : next;
    this.change(value, this.field.live);
    if (this.unsent) {
      clearTimeout(this.calm);
      this.calm = setTimeout(() => this.send(), CALM);
    }
  }

  inputKey(event) {
    if (event.key === "Enter") {
      this.commit();
      this.send();
      this.input.select();
    } else if (event.key === "Escape") {
      this.typing = false;
      this.paint();
      this.input.select();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      this.commit();
      this.step(event.key === "ArrowUp" ? 1 : -1, event.shiftKey, false);
    }
  }

  // ---- what comes in

  /** The field as Python describes it now. Values wait while a hand is on them: see `settle`. */
  receive(field, refusal) {
    this.field = field;
    this.incoming = field.values;
    if (refusal && refusal.number >= this.sent && this.sent > 0 && !this.typing) {
      say(this.refusal, refusal.sentence);
      show(this.refusal, true);
    } else if (!refusal) {
      show(this.refusal, false);
    }
    this.settle();
  }

  /** Takes the values that came in, unless a hand is on this field or the server has not heard of it yet; true when done. */
  settle() {
    if (!this.incoming) return true;
    const held = this.range?.dragging || this.typing || this.unsent || performance.now() - this.changed < SETTLE;
    if ((held || this.board.waitsFor(this.field.name)) && this.incoming.length === this.values.length) {
      this.paint();
      return false;
    }
    this.values = this.incoming;
    this.incoming = null;
    this.paint();
    return true;
  }

  // ---- what is seen

  /** Says by which word the search has found it, where it is not its label's. */
  sayFound(by) {
    show(this.found, Boolean(by));
    say(this.found, by ? placed(FOUND_BY, { by }) : "");
  }

  get matters() {
    return this.addressed.some((index) => this.field.matters[index]);
  }

  /** The panels in which the field has an effect, if their values differ; else none. */
  get differing() {
    const acting = this.values.map((_, index) => index).filter((index) => this.field.matters[index]);
    return acting.some((index) => this.values[index] !== this.values[acting[0]]) ? acting : [];
  }

  /** What there is to be cautious about, a line each; it names its panels. */
  get cautions() {
    return cautionLines(this.field.cautions, this.board.labels);
  }

  words(value) {
    return this.field.choices?.find(([choice]) => choice === value)?.[1] ?? format(value);
  }

  /** Where the arrow leads: {value, title}, or null. */
  get back() {
    const { field, values, addressed, differing } = this;
    const { labels } = this.board;
    if (differing.length && addressed.length > 1) {
      const [first] = differing;
      return { value: values[first], title: `Set all to ${labels[first]}\u2019s ${this.words(values[first])}` };
    }
    const other = differing.find((index) => values[index] !== this.value);
    if (other !== undefined) {
      return { value: values[other], title: `Back to ${labels[other]}\u2019s ${this.words(values[other])}` };
    }
    if (this.value === field.default) return null;
    return { value: field.default, title: `Back to the default ${this.words(field.default)}` };
  }

  goBack() {
    const { back } = this;
    if (back) this.change(back.value, true);
  }

  paint() {
    const { field, mixed, differing, back } = this;
    if (this.select) this.paintChoice();
    else this.paintNumber();
    this.root.classList.toggle("mixed", mixed);
    show(this.dot, differing.length > 0);
    show(this.differ, differing.length > 0);
    if (differing.length) {
      say(
        this.differ,
        differing.map((index) => `${this.board.labels[index]} ${this.words(this.values[index])}`).join(" \u00b7 "),
      );
    }
    const { cautions } = this;
    show(this.caution, cautions.length > 0);
    say(this.caution, cautions.join("\n"));
    show(this.reset, back !== null);
    if (back) {
      describe(this.reset, "title", back.title);
      describe(this.reset, "aria-label", `${field.label}: ${back.title}`);
    }
  }

  paintChoice() {
    const wanted = [...(this.mixed ? [[MIXED, "differs"]] : []), ...this.field.choices];
    const key = JSON.stringify(wanted);
    if (this.offered !== key) {
      this.offered = key;
      this.select.replaceChildren(...wanted.map(([value, words]) => make("option", { value }, words)));
    }
    const value = this.mixed ? MIXED : this.value;
    if (this.select.value !== value) this.select.value = value;
  }

  paintNumber() {
    const text = this.mixed ? "" : format(this.value);
    if (!this.typing && this.input.value !== text) this.input.value = text;
    describe(this.input, "placeholder", this.mixed ? "differs" : "");
    this.range.show(this.value, this.mixed ? "differs" : `${text} ${this.field.unit}`.trim());
  }
}

function leastCommon(a, b) {
  const divisor = (x, y) => (y ? divisor(y, x % y) : x);
  return (a * b) / divisor(a, b);
}
