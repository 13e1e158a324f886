// What the discriminator answers: the share it calls real of the training images, of real ones that it has never seen,
// and of generated ones; as they are, and as T changes them. It is right about the first two when it says real, about
// the last when it does not.

import { explain } from "../../shared/frontend/about.js";
import { make, mark, say, show } from "../../shared/frontend/elements.js";
import { percent } from "../../shared/frontend/numbers.js";

const GROUPS = [
  { name: "train", words: "train", about: "images that the discriminator is trained on", real: true },
  { name: "held_out", words: "held-out", about: "real images that neither player has ever seen", real: true },
  { name: "fake", words: "fake", about: "images that the generator makes", real: false },
];
const COLUMNS = [
  { name: "accuracy", words: "x", about: "as they are" },
  { name: "seen", words: "T(x)", about: "as T changes them" },
];

/** The share of a group that D calls real, of the share that it is right about. */
export function calledReal(right, real) {
  return right === null || real ? right : 1 - right;
}

function explained(node, words) {
  explain(node, words);
  return node;
}

export class Answers {
  constructor() {
    const heads = COLUMNS.map(({ words, about }) =>
      explained(make("span", { class: "way" }, words), `Images ${about}`),
    );
    this.ways = heads;
    this.cells = [];
    const rows = GROUPS.flatMap(({ name, words, about, real }) => {
      const key = explained(make("span", { class: `group ${name}` }, words), about);
      const cells = COLUMNS.map((column) => {
        const number = make("span");
        const cell = make("span", { class: real ? "part real" : "part fake" }, number);
        this.cells.push({ cell, number, column, about, real, scalar: `${column.name}_${name}` });
        return cell;
      });
      return [key, ...cells];
    });
    this.root = make(
      "div",
      { class: "answers", hidden: true, role: "group", "aria-label": "What the discriminator calls real" },
      explained(make("span", { class: "says" }, "D says real, %"), "Share that the discriminator calls real"),
      make("span", { class: "corner" }),
      ...heads,
      ...rows,
    );
  }

  /** `find(scalar)`: its newest value at the frame on show, or null. */
  update(find, visible) {
    const known = (name) => GROUPS.some((group) => find(`${name}_${group.name}`) !== null);
    show(this.root, visible && COLUMNS.some(({ name }) => known(name)));
    const shown = COLUMNS.map(({ name }) => known(name));
    mark(this.root, "ways", shown.filter(Boolean).length);
    for (const [i, head] of this.ways.entries()) {
      show(head, shown[i]);
    }
    const said = [];
    for (const { cell, number, column, about, real, scalar } of this.cells) {
      show(cell, shown[COLUMNS.indexOf(column)]);
      const share = calledReal(find(scalar), real);
      say(number, percent(share).replace(" %", ""));
      cell.style.setProperty("--share", `${100 * (share ?? 0)}%`);
      explain(cell, `D calls ${percent(share)} of ${about} real, ${column.about}`);
      if (column === COLUMNS[0]) said.push(share === null ? "" : Math.round(100 * share));
    }
    mark(this.root, "real", said.join());
  }

  /** For a screen reader: "of train 100 %, ..." */
  get words() {
    const said = this.cells.filter(({ column }) => column === COLUMNS[0]);
    return `D says real: ${said.map(({ number }, i) => `${GROUPS[i].words} ${number.textContent} %`).join(", ")}`;
  }
}
