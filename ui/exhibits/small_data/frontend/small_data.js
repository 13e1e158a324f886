// Two tables of fewer and fewer images, side by side: drawn as Python sends them; a bar as long as the distance is large.

import { make, mark } from "../../../shared/frontend/elements.js";
import { mount } from "../../../shared/frontend/mount.js";
import { UNSTYLED } from "../../../shared/frontend/theme.js";

export default (component) => mount(component, (parent) => new Tables(parent));

class Tables {
  constructor(parent) {
    this.painted = 0;
    this.root = make("div", {
      class: "board exhibit small-data",
      style: UNSTYLED,
      "data-testid": "small_data",
      "data-painted": "0",
    });
    parent.append(this.root);
  }

  close() {
    cancelAnimationFrame(this.handle);
    this.root.remove();
  }

  receive({ sides }) {
    this.root.replaceChildren(...sides.map(sideOf));
    this.handle = requestAnimationFrame(() => mark(this.root, "painted", ++this.painted));
  }
}

function sideOf({ title, tables, notes }) {
  return make("section", {}, make("h4", {}, title), ...tables.map(tableOf), ...notes.map(noteOf));
}

function tableOf({ head: [first, ...figures], rows }) {
  const heads = [make("th", { colspan: 2, scope: "col" }, first)];
  for (const figure of figures) heads.push(make("th", { scope: "col" }, figure));
  return make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows.map(rowOf)));
}

function rowOf({ first, mode, label, score, share, fid, quiet }) {
  const bar = make("span", { class: `fid ${mode}`, style: `width: ${(4.5 * share).toFixed(2)}rem` });
  const said = quiet ? make("span", { class: "quiet" }, ` ${quiet}`) : null;
  return make(
    "tr",
    {},
    make("td", {}, first),
    make("td", {}, label),
    make("td", {}, score),
    make("td", { class: "bar" }, bar, fid, said),
  );
}

function noteOf({ words, quiet, code }) {
  return make("p", quiet ? { class: "quiet" } : {}, words, code ? make("code", {}, code) : null);
}
