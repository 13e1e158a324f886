// The table of remedies: built once from what Python sends, sorted by any column, its words said where all can read them.

import { make, mark, say } from "../../../shared/frontend/elements.js";
import { mount } from "../../../shared/frontend/mount.js";
import { UNSTYLED } from "../../../shared/frontend/theme.js";
import { compare, figures, most, reports } from "./cells.js";

export default (component) => mount(component, (parent) => new Board(parent));

class Board {
  constructor(parent) {
    this.by = null; // the column that the rows are sorted by; null: as Python sends them
    this.turned = false;
    this.painted = 0;
    this.root = make("div", {
      class: "board exhibit remedies",
      style: UNSTYLED,
      "data-testid": "remedies",
      "data-painted": "0",
    });
    for (const event of ["pointerover", "focusin"])
      this.root.addEventListener(event, ({ target }) => this.tell(target));
    this.root.addEventListener("pointerleave", () => this.tell(null));
    parent.append(this.root);
  }

  close() {
    cancelAnimationFrame(this.handle);
    this.root.remove();
  }

  receive(data) {
    const text = JSON.stringify(data);
    if (text === this.text) return; // nothing new: what is focused stays focused
    this.text = text;
    this.data = data;
    this.root.replaceChildren(
      ...(data.sentence ? [make("p", { class: "sentence", role: "status" }, data.sentence)] : this.build()),
    );
    if (!data.sentence) this.fill();
    this.handle = requestAnimationFrame(() => mark(this.root, "painted", ++this.painted));
  }

  build() {
    const { heads, words } = this.data;
    this.columns = [
      { key: "remedy", title: "remedy", help: words.help.remedy },
      ...heads.flatMap(({ data }) => [
        {
          key: `${data}-captured`,
          data,
          title: "captured",
          help: words.help.captured,
          first: true,
          best: -1,
          of: ({ cells }) => cells[data]?.captured.value,
        },
        {
          key: `${data}-high_quality`,
          data,
          title: "high quality",
          help: words.help.high_quality,
          best: -1,
          of: ({ cells }) => cells[data]?.high_quality.value,
        },
        {
          key: `${data}-seconds`,
          data,
          title: "seconds",
          help: words.help.seconds,
          best: 1,
          of: ({ cells }) => cells[data]?.seconds.value,
        },
        {
          key: `${data}-published`,
          data,
          title: "published",
          help: words.help.published,
          best: -1,
          of: (row) => most(row.published[data]),
        },
        {
          key: `${data}-redone`,
          data,
          title: "redone",
          help: words.help.redone,
          best: -1,
          of: (row) => most(row.redone[data]),
        },
      ]),
    ];
    this.heads = this.columns.map((column) => this.head(column));
    this.body = make("tbody", {});
    this.said = make("p", { class: "said" });
    this.tell(null);
    const widths = ["10.4%", ...heads.flatMap(() => ["12%", "9.8%", "7%", "8%", "8%"])];
    const mixtures = heads.map(({ title }) =>
      make("th", { class: "mixture first", scope: "colgroup", colspan: 5 }, title),
    );
    const table = make(
      "table",
      { "aria-label": "Remedies against mode collapse, measured and published" },
      make("colgroup", {}, ...widths.map((width) => make("col", { style: `width:${width}` }))),
      make("thead", {}, make("tr", {}, make("td", { class: "mixture" }), ...mixtures), make("tr", {}, ...this.heads)),
      this.body,
    );
    const made = make(
      "p",
      { class: "made" },
      words.stale ? make("b", {}, `${words.stale} `) : null,
      words.made,
      make("span", { class: "command" }, words.command),
    );
    return [table, make("div", { class: "foot" }, this.said, make("p", {}, words.apart), made)];
  }

  head(column) {
    const arrow = make("span", { class: "arrow", "aria-hidden": "true" });
    const button = make("button", { type: "button", onclick: () => this.sort(column) }, column.title, arrow);
    return make(
      "th",
      {
        scope: "col",
        class: column.first ? "first" : "",
        "aria-sort": "none",
        "data-column": column.key,
        "data-say": column.help,
      },
      button,
    );
  }

  /** The best first, at a second click the worst; the remedies' own order by their head. */
  sort(column) {
    this.turned = this.by === column && !this.turned;
    this.by = column.of ? column : null;
    this.fill();
  }

  fill() {
    const rows = [...this.data.rows];
    const { by, turned } = this;
    if (by) rows.sort((one, two) => compare(by.of(one), by.of(two), turned ? -by.best : by.best));
    this.columns.forEach((column, i) => {
      const up = turned ? -column.best : column.best;
      const order = column === by ? (up > 0 ? "ascending" : "descending") : "none";
      this.heads[i].setAttribute("aria-sort", order);
      say(this.heads[i].querySelector(".arrow"), { none: "", ascending: "\u25b2", descending: "\u25bc" }[order]);
    });
    this.body.replaceChildren(...rows.map((row) => this.row(row)));
  }

  row(row) {
    const cells = this.data.heads.flatMap(({ data, modes }) => [
      ...figures(row.cells[data], modes),
      reports(row.published[data]),
      reports(row.redone[data]),
    ]);
    const name = make("th", { scope: "row", class: "sayer", tabindex: 0 }, row.title);
    return make("tr", { "data-remedy": row.name, "data-say": row.about }, name, ...cells);
  }

  /** Says what is known of the thing that is pointed at; how the comparison was made fair, where that is nothing. */
  tell(target) {
    if (!this.said) return;
    const about = target?.closest?.("[data-say]")?.dataset.say;
    say(this.said, about ?? this.data.words.fair);
    this.said.classList.toggle("of-row", Boolean(about));
  }
}
