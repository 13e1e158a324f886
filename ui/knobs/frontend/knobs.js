// The knobs: hears a source, keeps the page's nodes, says what was turned.

import { sourceOf } from "../../channel/frontend/live_source.js";
import { describe, icon, make, mark, say, show } from "../../shared/frontend/elements.js";
import { mount } from "../../shared/frontend/mount.js";
import { UNSTYLED } from "../../shared/frontend/theme.js";
import { ACTIVITIES, activityOf } from "./activity.js";
import { elsewhereLines } from "./elsewhere.js";
import { findKnobs, OF_HELP } from "./knob_search.js";
import { Row } from "./row.js";
import { Turns } from "./turns.js";

const STORED = "gancore.knobs.open";
const ALL = "all";
const ROOMY = 400; // pixels of the pane in sight from which on there is room to say what a knob does
const SECTIONS = [
  { name: "live", live: true, title: "Acts now", line: "while it runs" },
  { name: "restart", live: false, title: "Restarts", line: "from the same seed" },
];

// The button that opens the drawing of data is found as a knob is.
const DRAWING = { name: "", label: "Draw your own data", help: "", words: ["points", "mouse"] };

const chosen = new Map(); // key -> which panel the knobs belong to: an index, or "all"

export default (component) => mount(component, (parent, data) => new Board(parent, data.key));

class Board {
  constructor(parent, key) {
    this.key = key; // as Python names the element; the component's own key is another one at each mount
    this.source = null;
    this.panels = [];
    this.rows = new Map(); // field -> Row
    this.groups = [];
    this.names = "";
    this.open = loadOpen();
    this.turns = new Turns((turn) => this.source?.send({ kind: "turn", ...turn }) ?? false);

    this.choice = make("div", { class: "panels", role: "radiogroup", "aria-label": "Whose knobs", hidden: true });
    this.search = make("input", {
      type: "search",
      class: "search",
      placeholder: "find a knob",
      "aria-label": "Find a knob",
      autocomplete: "off",
      spellcheck: "false",
    });
    this.search.oninput = () => {
      this.arrange();
      this.reveal();
    };
    // Beside a long card the knobs lie below the fold: whoever looks for one wants to see what is found.
    this.search.onfocus = () => this.root.scrollIntoView({ block: "start", behavior: "smooth" });
    this.search.onkeydown = (event) => {
      if (event.key !== "Escape" || !this.search.value) return;
      this.search.value = "";
      this.arrange();
    };
    this.elsewhere = make("div", { class: "elsewhere", role: "status", hidden: true });
    this.nothing = make("p", { class: "nothing", role: "status", hidden: true });
    this.list = make("div", { class: "list" });
    this.explained = make("p", { class: "explained", "aria-hidden": "true" });
    this.root = make(
      "div",
      { class: "board knobs", style: UNSTYLED, "data-testid": "knobs" },
      make("div", { class: "top" }, this.choice, this.search),
      this.list,
      this.explained,
    );
    // Streamlit has keys of its own (r, c) and cannot see through the shadow root that somebody is typing.
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Tab") event.stopPropagation();
    });
    this.explain(null);
    parent.append(this.root);
    // Beside a long card little of the pane is in sight: that little belongs to the knobs.
    const seen = ([entry]) => this.root.classList.toggle("low", entry.intersectionRect.height < ROOMY);
    this.sight = new IntersectionObserver(seen, { threshold: Array.from({ length: 41 }, (_, index) => index / 40) });
    this.sight.observe(this.root);
  }

  close() {
    this.sight.disconnect();
    clearTimeout(this.timer);
    this.turns.close();
    this.deaf?.();
    this.root.remove();
  }

  // ---- what comes in

  receive({ height }, component) {
    const source = sourceOf(component);
    this.root.style.height = height ? `${height}px` : "";
    this.root.classList.toggle("scrolls", Boolean(height));
    if (source === this.source) return;
    this.deaf?.();
    this.source = source;
    this.deaf = source.listen({
      knobs: (knobs) => this.takeKnobs(knobs),
      status: (status) => status === "open" && this.turns.resume(),
    });
  }

  takeKnobs({ panels, fields, heard, refused }) {
    this.panels = panels;
    this.labels = panels.map((panel) => panel.label);
    this.turns.heard(heard);
    this.turns.drop((turn) => (turn.panel ?? 0) >= panels.length);
    this.choosePanel();
    const names = fields.map((field) => field.name).join();
    if (names !== this.names) {
      this.names = names;
      this.build(fields);
    }
    for (const field of fields) this.rows.get(field.name).receive(field, refused[field.name] ?? null);
    this.settleLater();
    this.arrange();
  }

  /** Values that had to wait for a hand are taken when it has gone. */
  settleLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const waits = [...this.rows.values()].filter((row) => !row.settle()).length;
      this.arrange();
      if (waits) this.settleLater();
    }, 150);
  }

  // ---- what rows ask

  addressed(field) {
    const selected = chosen.get(this.key) ?? 0;
    if (field.shared || selected === ALL) return this.panels.map((_, index) => index);
    return [selected];
  }

  waitsFor(name) {
    return this.turns.waitsFor(name);
  }

  send(field, value) {
    const addressed = this.addressed(field);
    return this.turns.put({
      panel: addressed.length === this.panels.length ? null : addressed[0],
      field: field.name,
      value,
    });
  }

  explain(row) {
    const active = this.root.getRootNode().activeElement;
    const shown = row ?? [...this.rows.values()].find((each) => active && each.root.contains(active));
    this.shown = shown;
    const name = make("strong", {}, shown?.field.label ?? "");
    this.explained.classList.toggle("idle", !shown);
    this.explained.replaceChildren(
      ...(shown ? [name, ` ${shown.field.help}`] : ["Point at a knob to read what it does."]),
    );
  }

  // ---- building

  choosePanel() {
    const count = this.panels.length;
    const selected = chosen.get(this.key) ?? 0;
    if (selected !== ALL && selected >= count) chosen.set(this.key, 0);
    show(this.choice, count > 1);
    const key = this.labels.join("\n");
    if (this.offered !== key) {
      this.offered = key;
      const segments = [
        ...this.labels.map((label, index) => [index, label, `Knobs of ${label}`]),
        [ALL, "all", "Knobs of all at once"],
      ];
      this.choice.replaceChildren(
        ...segments.map(([value, text, title]) => {
          const radio = make("input", {
            type: "radio",
            name: `panel-${this.key}`,
            value,
            "aria-label": title,
          });
          radio.onchange = () => {
            chosen.set(this.key, value);
            for (const row of this.rows.values()) row.paint();
            this.arrange();
          };
          return make("label", { class: "segment", title }, radio, make("span", {}, text));
        }),
      );
    }
    const now = String(chosen.get(this.key) ?? 0);
    for (const radio of this.choice.querySelectorAll("input")) {
      if (radio.checked !== (radio.value === now)) radio.checked = radio.value === now;
    }
  }

  build(fields) {
    this.rows = new Map(fields.map((field, index) => [field.name, new Row(field, this, `knob-${this.key}-${index}`)]));
    this.groups = [];
    this.sections = SECTIONS.map((section) => {
      const own = fields.filter((field) => field.live === section.live);
      const names = [...new Set(own.map((field) => field.group))];
      const groups = names.map((name, index) =>
        this.buildGroup(
          section,
          name,
          index === 0,
          own.filter((field) => field.group === name),
        ),
      );
      this.groups.push(...groups);
      const activity = make("span", { class: "activity" });
      const root = make(
        "section",
        { class: `section ${section.name}`, "aria-label": `${section.title}: ${section.line}` },
        make(
          "h3",
          {},
          icon(section.live ? "live" : "again"),
          section.title,
          make("span", { class: "meaning" }, section.line),
          section.live ? activity : null,
        ),
        ...groups.map((group) => group.root),
      );
      return { root, groups, activity };
    });
    this.list.replaceChildren(...this.sections.map((section) => section.root), this.nothing, this.elsewhere);
  }

  buildGroup(section, name, first, fields) {
    const id = `${section.name}:${name}`;
    const rows = fields.map((field) => this.rows.get(field.name));
    const differ = make("span", { class: "count", hidden: true });
    const caution = make("span", { class: "count caution-inside", hidden: true }, "caution");
    const summary = make("summary", {}, make("span", { class: "group-name" }, name), caution, differ);
    const extra = [];
    let draw = null;
    if (fields.some((field) => field.name === "data")) {
      draw = make(
        "button",
        {
          type: "button",
          class: "draw",
          onclick: () => this.source?.draw(),
        },
        "Draw your own data",
      );
      extra.push(draw);
    }
    const root = make(
      "details",
      { class: "group", "data-group": id },
      summary,
      ...rows.map((row) => row.root),
      ...extra,
    );
    root.open = this.open[id] ?? first;
    // The toggle event comes later, and also when a search opens a group; only a click says what is wanted.
    summary.onclick = (event) => {
      if (this.search.value.trim()) event.preventDefault();
      else {
        this.open[id] = !root.open;
        saveOpen(this.open);
      }
    };
    return { root, rows, id, first, caution, differ, draw };
  }

  /** Scrolls the first knob that was found into sight, with what follows it. */
  reveal() {
    if (!this.search.value.trim()) return;
    const found = [...this.list.querySelectorAll(".row")].find((row) => row.checkVisibility());
    found?.scrollIntoView({ block: "start", behavior: "instant" });
  }

  /** Where those knobs have an effect that are found and have none here; unless only their explanation has the word. */
  sayElsewhere(query, found) {
    const away = [...this.rows.values()].filter(({ field, matters }) => {
      return query && !matters && found.has(field.name) && found.get(field.name) !== OF_HELP;
    });
    const fields = away.map((row) => row.field);
    const key = JSON.stringify(fields.map((field) => field.elsewhere));
    show(this.elsewhere, fields.length > 0);
    if (this.away === key) return;
    this.away = key;
    this.elsewhere.replaceChildren(...elsewhereLines(fields, document.baseURI));
  }

  // ---- showing what fits: the panel that is chosen, the fields that matter, the search

  arrange() {
    const query = this.search.value.trim();
    const found = findKnobs([...[...this.rows.values()].map((row) => row.field), DRAWING], query);
    let any = false;
    for (const group of this.groups) {
      let seen = 0;
      const differing = [];
      for (const row of group.rows) {
        const visible = row.matters && found.has(row.field.name);
        show(row.root, visible);
        row.sayFound(query ? found.get(row.field.name) : "");
        if (visible) seen += 1;
        if (visible && row.differing.length) differing.push(row.field.label);
      }
      if (group.draw) {
        const visible = found.has(DRAWING.name);
        show(group.draw, visible);
        if (visible) seen += 1;
      }
      show(group.root, seen > 0);
      any ||= seen > 0;
      const open = query ? true : (this.open[group.id] ?? group.first);
      if (group.root.open !== open) group.root.open = open;
      show(
        group.caution,
        group.rows.some((row) => !row.root.hidden && row.cautions.length),
      );
      show(group.differ, differing.length > 0);
      say(group.differ, differing.length === 1 ? differing[0] : `${differing.length} differ`);
      describe(group.differ, "title", `The panels differ in: ${differing.join(", ")}`);
    }
    for (const { root, groups, activity } of this.sections ?? []) {
      show(
        root,
        groups.some((group) => !group.root.hidden),
      );
      const now = activityOf(this.addressed({}).map((index) => this.panels[index].activity));
      mark(activity, "activity", now);
      say(activity, ACTIVITIES[now]);
    }
    if (this.shown?.root.hidden) this.explain(null); // hidden under the pointer, it never said that this had left
    show(this.nothing, !any);
    this.sayElsewhere(query, found);
    say(this.nothing, any ? "" : this.elsewhere.hidden ? "No knob is called that." : "It has no effect in this GAN.");
  }
}

function loadOpen() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED) ?? "{}");
    return Object.fromEntries(Object.entries(stored).filter(([, open]) => typeof open === "boolean"));
  } catch {
    return {}; // no storage, or nothing readable in it
  }
}

function saveOpen(open) {
  try {
    localStorage.setItem(STORED, JSON.stringify(open));
  } catch {
    // private windows may refuse; the choice then lasts as long as the page
  }
}
