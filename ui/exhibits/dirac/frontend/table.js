// Which methods converge, and at which rate: sorted by any column, by click or by keyboard.

import { plain } from "../../../shared/frontend/canvas.js";
import { make } from "../../../shared/frontend/elements.js";
import { VERDICTS } from "./words.js";

const ORDER = { converges: 0, creeps: 1, circles: 2, stalls: 3, undecided: 4, diverges: 5 };
const MISSING = "\u2013";

const COLUMNS = [
  { key: "label", title: "method", help: "Click a row: the method goes to B", sort: (row) => row.label },
  {
    key: "eigenvalues",
    title: "\u03bb",
    help: "Eigenvalues of the continuous dynamics at the equilibrium; sorted by the real part",
    figures: true,
    sort: (row) => row.eigenvalues && Math.max(...row.eigenvalues.map(([re]) => re)),
  },
  {
    key: "size",
    title: "|\u03bb| a step",
    help: "The largest eigenvalue of one discrete step: below 1 the radius shrinks",
    figures: true,
    sort: (row) => row.size,
  },
  {
    key: "simulated",
    title: "simulated",
    help: "Growth of the radius a step, measured from a start very near the equilibrium",
    figures: true,
    sort: (row) => row.simulated,
  },
  {
    key: "halving",
    title: "halves in",
    help: "Steps in which the radius halves",
    figures: true,
    sort: (row) => row.halving,
  },
  {
    key: "verdict",
    title: "verdict",
    help: "What becomes of a run from (1, 1), simulated",
    sort: (row) => ORDER[row.verdict],
  },
];

export class Table {
  /** `choose(method)` when a row is chosen. */
  constructor(choose) {
    this.choose = choose;
    this.by = null;
    this.down = false;
    this.heads = COLUMNS.map((column) => {
      const arrow = make("span", { class: "arrow", "aria-hidden": "true" });
      const button = make(
        "button",
        { type: "button", title: `${column.help}. Click: sort`, onclick: () => this.sort(column) },
        column.title,
        arrow,
      );
      return make(
        "th",
        { scope: "col", class: column.figures ? "figures" : "", "aria-sort": "none", "data-column": column.key },
        button,
      );
    });
    this.body = make("tbody", {});
    this.root = make(
      "div",
      { class: "table" },
      make(
        "table",
        {},
        make("caption", {}, "Which methods converge, and at which rate"),
        make("thead", {}, make("tr", {}, ...this.heads)),
        this.body,
      ),
    );
  }

  sort(column) {
    this.down = this.by === column ? !this.down : false;
    this.by = column;
    this.build();
  }

  /** `rows` as Python sends them; null while they are being worked out: the old ones stay, faint. */
  receive(rows, playing) {
    this.root.classList.toggle("stale", !rows);
    this.playing = playing;
    if (rows) this.rows = rows;
    this.build();
  }

  build() {
    if (!this.rows) return;
    const rows = [...this.rows];
    if (this.by) rows.sort((one, two) => compare(this.by.sort(one), this.by.sort(two), this.down));
    COLUMNS.forEach((column, i) => {
      const sorted = column === this.by ? (this.down ? "descending" : "ascending") : "none";
      this.heads[i].setAttribute("aria-sort", sorted);
      this.heads[i].querySelector(".arrow").textContent = { none: "", ascending: "\u25b2", descending: "\u25bc" }[
        sorted
      ];
    });
    const focused = this.root.getRootNode().activeElement?.closest?.("[data-method]")?.dataset.method;
    this.body.replaceChildren(...rows.map((row) => this.row(row)));
    if (focused) this.body.querySelector(`[data-method="${focused}"] button`)?.focus();
  }

  row(row) {
    const places = ["A", "B"].filter((_, i) => this.playing[i] === row.method);
    const name = make(
      "button",
      { type: "button", title: "Put it in B" },
      row.label,
      places.length ? make("span", { class: "places" }, places.join(" ")) : null,
    );
    const verdict = VERDICTS[row.verdict];
    const cells = [
      make("th", { scope: "row" }, name),
      row.stepwise ? plainGame(eigenText(row.eigenvalues)) : figure(eigenText(row.eigenvalues)),
      figure(row.size === null ? MISSING : row.size.toFixed(4)),
      figure(row.simulated === null ? MISSING : row.simulated.toFixed(4)),
      figure(
        row.halving === null
          ? MISSING
          : row.halving < 10
            ? row.halving.toFixed(1)
            : Math.round(row.halving).toLocaleString("en"),
      ),
      make(
        "td",
        { title: row.reason },
        make("span", { class: "sign", "aria-hidden": "true" }, verdict.sign),
        verdict.word,
      ),
    ];
    return make(
      "tr",
      {
        "data-method": row.method,
        "data-verdict": row.verdict,
        class: places.length ? "playing" : "",
        onclick: () => this.choose(row.method),
      },
      ...cells,
    );
  }
}

const figure = (text) => make("td", { class: "figures" }, text);
const plainGame = (text) =>
  make(
    "td",
    { class: "figures borrowed", title: "This method exists only in steps: the plain game\u2019s" },
    `plain: ${text}`,
  );

function eigenText(values) {
  if (!values) return MISSING;
  const [[re, im], [other]] = values;
  const real = plain(re, 3);
  if (Math.abs(im) > 1e-9) return `${Math.abs(re) < 5e-4 ? "" : `${real} `}\u00b1 ${Math.abs(im).toFixed(3)}i`;
  return Math.abs(re - other) < 5e-4 ? real : `${real}, ${plain(other, 3)}`;
}

/** What is missing comes last, whichever way. */
function compare(one, two, down) {
  if (one === null || two === null) return Number(one === null) - Number(two === null);
  const order = typeof one === "string" ? one.localeCompare(two) : one - two;
  return down ? -order : order;
}
