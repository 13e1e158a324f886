// The two small popovers: what the pictures show (remembered in this browser) and which keys there are.

import { explain } from "../../shared/frontend/about.js";
import { make, mark, say, show } from "../../shared/frontend/elements.js";
import { ABOUT } from "./densities.js";

const STORED = "gancore.stage.see";
// [name, label, key, title] of what a picture of each kind may show
const LAYERS = {
  plane: [
    ["field", "Discriminator's field", "F", "What the discriminator answers in each place"],
    ["densities", "Noised densities", "B", `${ABOUT}. They take the place of the field`],
    ["arrows", "Gradient arrows", "A", "Where each generated point would go to lower its own loss"],
    ["trail", "Trail", "T", "Where generated points were in the last frames"],
    ["manifold", "Generator's manifold", "M", "Where a grid of latent vectors is sent"],
  ],
  images: [
    ["training", "Training images", "T", "Some of the images that the networks are trained on"],
    [
      "nearest",
      "Nearest training images",
      "M",
      "What may be memorised: the training image nearest to each of the first generated, by pixels",
    ],
    [
      "answers",
      "D's answers",
      "A",
      "The share that the discriminator calls real, of training, held-out and generated images",
    ],
  ],
};
const STORED_LAYERS = ["field", "arrows", "trail", "manifold", "training", "nearest", "answers"]; // densities belong to what is on the stage
const EDGE = 6; // px around an open menu
const NARROWEST = 240; // px; in a narrower column no menu can be read
const SCALES = [0.1, 1, 10, 100];

/** What the pictures are to show: {field, densities, arrows, trail, manifold, scale, training, nearest, answers}. */
export function loadSee() {
  const plane = { field: true, densities: false, arrows: true, trail: true, manifold: false, scale: 1 };
  const see = { ...plane, training: true, nearest: true, answers: true };
  try {
    const stored = JSON.parse(localStorage.getItem(STORED) ?? "{}");
    for (const name of STORED_LAYERS) if (typeof stored[name] === "boolean") see[name] = stored[name];
    if (SCALES.includes(stored.scale)) see.scale = stored.scale;
  } catch {
    // no storage, or nothing readable in it: the defaults do
  }
  return see;
}

/** What they do show where there is noise: one background at a time. */
function shownLayers(see) {
  return { ...see, field: see.field && !see.densities };
}

function saveSee({ densities, ...see }) {
  try {
    localStorage.setItem(STORED, JSON.stringify(see));
  } catch {
    // private windows may refuse; the choice then lasts as long as the page
  }
}

/** Whether a menu is open. */
export function isOpen(menu) {
  return menu.root.matches(":popover-open");
}

/**
 * Opens or closes a menu. It stands over the column of words, left of `stage`; where that is too narrow, over the
 * curves: no picture is hidden.
 */
export function openMenu(menu, open, stage, curves) {
  if (open === isOpen(menu)) return;
  menu.root.togglePopover(open);
  if (!open) return;
  const { left, top } = stage.getBoundingClientRect();
  const beside = left >= NARROWEST;
  menu.root.style.maxWidth = `${(beside ? left : window.innerWidth) - 2 * EDGE}px`;
  const { offsetWidth: wide, offsetHeight: high } = menu.root;
  const lowest = window.innerHeight - high - EDGE;
  const from = beside ? top : curves.getBoundingClientRect().top;
  menu.root.style.left = `${beside ? left - wide - EDGE : Math.max(EDGE, left)}px`;
  menu.root.style.top = `${Math.max(EDGE, Math.min(from, lowest))}px`;
}

export class SeeMenu {
  /** `changed(name)` after a choice; `draw()` to draw own data. */
  constructor(see, changed, draw) {
    this.see = see;
    this.changed = changed;
    this.switches = Object.entries(LAYERS).flatMap(([kind, layers]) =>
      layers.map(([name, label, key, title]) => {
        const button = make("button", { type: "button", role: "switch", class: "switch", "data-see": name });
        explain(button, title);
        button.append(make("span", { class: "box" }), make("span", { class: "what" }, label), make("kbd", {}, key));
        button.onclick = () => this.toggle(name);
        return { name, kind, button };
      }),
    );
    this.scales = SCALES.map((scale) => {
      const button = make(
        "button",
        { type: "button", class: "scale", "data-scale": scale, "aria-label": `Arrows times ${scale}` },
        `\u00d7${scale}`,
      );
      button.onclick = () => this.setScale(scale);
      return button;
    });
    this.lengths = make(
      "div",
      { class: "scales" },
      make("span", { class: "what" }, "Arrow length"),
      ...this.scales,
      make("kbd", {}, "X"),
    );
    this.drawButton = make(
      "button",
      { type: "button", class: "switch own", onclick: draw },
      "Draw your own data\u2026",
    );
    this.root = make(
      "div",
      { class: "menu", role: "group", "aria-label": "What the pictures show", popover: "manual" },
      ...this.switches.map(({ button }) => button),
      this.lengths,
      this.drawButton,
    );
    this.root.onmousedown = (event) => event.preventDefault();
    this.setKind("plane");
    this.refresh();
  }

  /** Offers what pictures of this kind can show. */
  setKind(kind) {
    this.kind = kind;
    for (const each of this.switches) show(each.button, each.kind === kind);
    for (const node of [this.lengths, this.drawButton]) show(node, kind === "plane");
  }

  /** What that key, in upper case, turns on and off in such pictures; undefined where it is no such key. */
  layerOf(key) {
    return LAYERS[this.kind].find((layer) => layer[2] === key)?.[0];
  }

  toggle(name) {
    this.set(name, !shownLayers(this.see)[name]);
  }

  set(name, on) {
    this.see[name] = on;
    if (name === "field" && on) this.see.densities = false;
    this.refresh();
    this.changed(name);
  }

  setScale(scale = SCALES[(SCALES.indexOf(this.see.scale) + 1) % SCALES.length]) {
    this.see.scale = scale;
    this.refresh();
    this.changed("scale");
  }

  refresh() {
    saveSee(this.see);
    const see = shownLayers(this.see);
    for (const { name, button } of this.switches) button.setAttribute("aria-checked", String(see[name]));
    for (const button of this.scales)
      button.setAttribute("aria-pressed", String(Number(button.dataset.scale) === this.see.scale));
  }
}

const KEYS = [
  ["space", "play, pause"],
  ["\u2190 \u2192", "one frame (Shift: ten)"],
  ["Home End", "start, live edge"],
  ["D G", "one step of one player"],
  ["P", "present (Esc leaves)"],
  ["R", "rewind, same seed"],
  ["N", "new seed"],
  ["S", "full speed, or slowly at first"],
  ["C", "keep what A shows, as one more panel"],
  ["U", "take back the last change"],
  ["PageUp PageDown", "the card before, the next card"],
  ["1 2 3", "choose an answer"],
  ["K", "all knobs in the card's place, and back"],
];
const KEYS_OF = {
  plane: [
    ["F B", "field, or noised (blurred) densities"],
    ["A T M X", "arrows, trail, manifold, arrow length"],
  ],
  images: [["T M A", "training images, nearest ones, D's answers"]],
};

export class HelpMenu {
  constructor() {
    this.root = make("div", { class: "menu help-menu", role: "note", "aria-label": "Keys", popover: "manual" });
    this.kind = "";
  }

  update(kind) {
    if (this.kind === kind) return;
    this.kind = kind;
    const rows = [...KEYS, ...KEYS_OF[kind]];
    this.root.replaceChildren(
      ...rows.map(([keys, words]) => {
        const row = make(
          "div",
          { class: "keyrow" },
          make("span", { class: "kbds" }, ...keys.split(" ").map((one) => make("kbd", {}, one))),
          make("span"),
        );
        say(row.lastChild, words);
        mark(row, "key", keys);
        return row;
      }),
    );
  }
}
