// The stage: hears a source, keeps the page's nodes, runs the clock, says what was pressed.

import { sourceOf } from "../../channel/frontend/live_source.js";
import { Explanations } from "../../shared/frontend/about.js";
import { make, mark, say } from "../../shared/frontend/elements.js";
import { followAddress, heedPresenting, isPresenting, present } from "../../shared/frontend/presenting.js";
import { followCard } from "../../shared/frontend/reading.js";
import { readTheme, UNSTYLED } from "../../shared/frontend/theme.js";
import { present as withFrames } from "./clock.js";
import { Connection } from "./connection.js";
import { Curves } from "./curves.js";
import { DrawPoints } from "./draw_points.js";
import { HelpMenu, isOpen, loadSee, openMenu, SeeMenu } from "./menus.js";
import { Notice } from "./notice.js";
import { kindOf, PanelView } from "./panel.js";
import { Player } from "./player.js";
import { StageKeys } from "./stage_keys.js";
import { StoredMenu } from "./stored_menu.js";
import { Transport } from "./transport.js";

const BESIDE = 1.2; // so many times as wide as it is high a stage has room beside its pictures
const REST = 30_000; // ms that an unmounted stage is kept: Streamlit may mount it anew at once

const stages = new WeakMap(); // parentElement -> Stage
const resting = new Map(); // element key -> Stage that is not mounted now

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  let stage = stages.get(parentElement);
  if (!stage) {
    stage = resting.get(data.key) ?? new Stage(data.key);
    resting.delete(data.key);
    stage.mount(parentElement);
    stages.set(parentElement, stage);
  }
  followAddress();
  followCard(data.card);
  stage.hearFrom(sourceOf(component));
  // Streamlit calls this not only when it unmounts: also, mounted all the while, for data that others overtook.
  return () => {
    setTimeout(() => {
      if (parentElement.isConnected || stages.get(parentElement) !== stage) return;
      stages.delete(parentElement);
      stage.unmount();
    }, 0);
  };
}

class Stage {
  constructor(key) {
    this.key = key;
    this.mounts = 0;
    this.player = new Player((kind, values) => this.send(kind, values));
    this.views = [];
    this.source = null;
    this.state = {}; // as the source says it
    this.painted = 0;
    this.see = loadSee();
    this.densitiesAsked = false; // by the last state; in between the keys decide
    this.reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
    const send = (kind, values) => this.send(kind, values);

    this.narrow = window.matchMedia("(width < 900px)");
    this.notice = new Notice();
    this.connection = new Connection();
    this.deck = make("div", { class: "deck" });
    this.transport = new Transport((name, value) => this.press(name, value));
    this.curves = new Curves(
      (step) => this.press("scrub", step),
      () => this.wake(),
    );
    this.menu = new SeeMenu(
      this.see,
      (name) => this.seeChanged(name),
      () => this.startDrawing(),
    );
    this.help = new HelpMenu();
    this.stored = new StoredMenu(() => this.runSeeds());
    this.menus = [
      { name: "see", menu: this.menu, button: this.transport.see },
      { name: "help", menu: this.help, button: this.transport.help },
      { name: "seeds", menu: this.stored, button: this.transport.seeds },
    ];
    this.drawing = new DrawPoints((points) => this.send("points", { points }));
    this.spoken = make("div", { class: "spoken", "aria-live": "polite", role: "status" });
    this.root = make(
      "div",
      { class: "board stage", style: UNSTYLED, "data-testid": "stage", "data-painted": "0", "data-playing": "false" },
      make(
        "div",
        { class: "hall" },
        make("div", { class: "top" }, this.connection.root, this.notice.root, this.deck),
        this.transport.root,
        this.curves.root,
      ),
      this.menu.root,
      this.help.root,
      this.stored.root,
      this.spoken,
    );
    this.sendCommand = send;
    this.keys = new StageKeys(this);
    this.onPointer = (event) => this.closeMenus(event);
    this.explanations = new Explanations(this.root);
    this.root.addEventListener("resized", () => this.refresh());
    this.observer = new ResizeObserver(() => this.refresh());
    this.narrow.addEventListener("change", () => this.showCurves());
    this.last = performance.now();
    this.draw = (now) => this.tick(now);
    this.handle = 0;
  }

  mount(parent) {
    clearTimeout(this.rest);
    this.mounted = true;
    this.mounts += 1;
    parent.append(this.root);
    mark(this.root, "mounts", this.mounts);
    this.readTheme();
    this.keys.listen();
    window.addEventListener("pointerdown", this.onPointer, true);
    this.observer.observe(this.root);
    this.ignore = heedPresenting(() => this.showCurves());
    this.wake();
  }

  unmount() {
    this.mounted = false;
    cancelAnimationFrame(this.handle);
    this.handle = 0;
    this.observer.disconnect();
    this.ignore();
    this.keys.rest();
    window.removeEventListener("pointerdown", this.onPointer, true);
    this.deaf?.();
    this.deaf = this.source = null;
    this.root.remove();
    resting.set(this.key, this);
    this.rest = setTimeout(() => resting.get(this.key) === this && resting.delete(this.key), REST);
  }

  // ---- what comes in

  hearFrom(source) {
    if (source === this.source) return;
    this.deaf?.();
    this.source = source;
    this.deaf = source.listen({
      state: (state) => this.takeState(state),
      frames: () => this.wake(),
      status: (status) => this.takeStatus(status),
      draw: () => this.openDrawing(),
    });
  }

  takeStatus(status) {
    this.connection.tell(status);
    mark(this.root, "connection", status);
    // What was chosen to be seen is the viewer's own, and a run that begins anew does not know of it.
    if (status === "open") this.manifoldSent = false;
  }

  takeState(state) {
    const anew = state.compare !== this.state.compare;
    const first = this.state.compare === undefined;
    this.state = state;
    this.player.panels = state.panels;
    this.player.runs = state.panels.map((panel) => (panel.run ? this.source.runs.get(panel.run) : null));
    if (this.player.runs.some(Boolean) && this.source.status === "open") this.connection.begun();
    if (anew) {
      this.player.clock.rewind();
      this.manifoldSent = false;
    }
    // Whoever asks for less motion presses Play himself.
    if (first && this.reduced.matches && this.player.flowing) this.player.pause();
    this.showCurves();
    if (state.densities !== this.densitiesAsked) this.menu.set("densities", state.densities);
    this.densitiesAsked = state.densities;
    if (!this.player.hoped) this.player.speed = state.pace;

    this.stored.update(state.seeds_button);
    if (isOpen(this.stored) && (anew || this.stored.empty)) this.toggleMenu(null);
    this.arrangePanels();
    for (const [i, panel] of state.panels.entries()) {
      if (anew) this.views[i].forget();
      this.views[i].update(panel);
    }
    // How the images were read: once, where several panels have the same ones.
    this.notice.tell([...new Set(this.scenes.map((scene) => scene?.notice).filter(Boolean))].join(" "));
    const kinds = this.scenes.map((scene, i) => kindOf(this.player.panels[i], scene));
    const kind = kinds.includes("images") ? "images" : "plane";
    if (kind !== this.menu.kind) this.menu.setKind(kind);
    this.help.update(kind);
    this.readTheme();
    if (this.see.manifold && kind === "plane" && !this.manifoldSent && this.player.runs.some(Boolean)) {
      this.manifoldSent = this.send("manifold", { on: true });
    }
    mark(this.root, "compare", state.compare);
    mark(this.root, "card", state.card ?? "");
    this.speak();
    this.wake();
  }

  arrangePanels() {
    if (this.views.length === this.player.panels.length) return;
    this.drawing.root.remove();
    this.views = this.player.panels.map((_, i) => new PanelView(i, this.sendCommand));
    this.deck.replaceChildren(...this.views.map((view) => view.root));
    mark(this.root, "count", this.player.panels.length);
    this.placeSides();
  }

  // ---- what goes out

  /** Returns whether it went out: not while the connection is away, and not from one who only watches. */
  send(kind, values = {}) {
    return this.source?.send({ kind, ...values }) ?? false;
  }

  // ---- what is pressed

  press(name, value) {
    const { player } = this;
    switch (name) {
      case "play":
        if (player.playing) player.pause();
        else player.play();
        break;
      case "start":
        player.stopFlow();
        player.clock.seek(0);
        break;
      case "back":
        player.stepFrames(-1);
        break;
      case "forward":
        player.stepFrames(1);
        break;
      case "step_d":
      case "step_g":
        if (!player.clock.atEdge(player.runs)) break; // they act at the newest step, which is not on show
        player.stopFlow();
        player.clock.toEdge();
        this.send(name);
        break;
      case "live":
        player.clock.toEdge();
        break;
      case "scrub":
        player.scrub(value);
        break;
      case "speed":
        player.setSpeed(value);
        break;
      case "full_speed":
        player.setSpeed(player.speed === null ? "eased" : null);
        break;
      case "keep":
        this.send("keep", { panel: 0 });
        break;
      case "undo":
        this.send("undo");
        break;
      case "new_seed":
      case "rewind":
        player.clock.toEdge();
        this.send(name);
        break;
      case "seeds":
        if (this.showsStored) this.toggleMenu(name);
        else this.runSeeds();
        break;
      case "present":
        present(!isPresenting());
        break;
      case "see":
      case "help":
        this.toggleMenu(name);
        break;
    }
    this.wake();
  }

  /** On or back by so many frames. */
  stepFrames(count) {
    this.player.stepFrames(count);
    this.wake();
  }

  /** The data of each panel, as far as they are known. */
  get scenes() {
    return this.views.map((view) => view.scene);
  }

  // ---- menus and drawing

  toggleMenu(name) {
    for (const { name: each, menu, button } of this.menus) {
      const open = each === name && !isOpen(menu);
      const focused = menu.root.contains(focusOf(menu.root));
      openMenu(menu, open, this.root, this.curves.root);
      if (button.hasAttribute("aria-expanded")) button.setAttribute("aria-expanded", String(open));
      if (focused && !open) button.focus();
    }
    // The keyboard gets there at once; a click leaves the focus, and the space bar, where they are.
    if (isOpen(this.stored) && this.keys.tabbed) this.stored.live.focus();
  }

  /** What closes the open menu; null if none is open. */
  get closeMenu() {
    return this.menus.some(({ menu }) => isOpen(menu)) ? () => this.toggleMenu(null) : null;
  }

  closeMenus(event) {
    if (!this.closeMenu) return;
    const path = event.composedPath();
    const inside = this.menus.flatMap(({ menu, button }) => [menu.root, button]);
    if (!inside.some((node) => path.includes(node))) this.toggleMenu(null);
  }

  /** Whether "16 seeds" shows what is stored of them, and runs none: not where many seeds are on the stage already. */
  get showsStored() {
    const many = this.player.many || this.player.panels.some((panel) => panel.seeds.length > 1);
    return !many && !this.stored.empty;
  }

  /** Many seeds now, or back to the one. */
  runSeeds() {
    this.toggleMenu(null);
    this.player.clock.toEdge();
    this.send(this.player.many ? "single" : "seeds");
    this.wake();
  }

  seeChanged(name) {
    if (name === "manifold") {
      this.manifoldSent = this.send("manifold", { on: this.see.manifold });
    }
    this.refresh();
  }

  startDrawing() {
    this.toggleMenu(null);
    this.openDrawing();
  }

  openDrawing() {
    const view = this.views[0];
    if (!view) return;
    this.drawing.begin(view.plot, this.scenes[0]?.view ?? [-2, 2, -2, 2], this.theme);
  }

  // ---- painting

  /** Everything is painted anew: the size or what is to be seen has changed. */
  refresh() {
    this.placeSides();
    for (const view of this.views) view.painted = null;
    this.curves.dirty = true;
    this.readTheme();
    if (this.drawing.open) this.drawing.paint();
    this.wake();
  }

  readTheme() {
    this.theme = readTheme(this.root);
  }

  /** What belongs to a picture stands beside it, where two panels or one leave room for that, else under it. */
  placeSides() {
    const { clientWidth: wide, clientHeight: high } = this.root;
    const beside = this.views.length < 3 && wide > BESIDE * high && !(isPresenting() && this.views.length > 1);
    mark(this.root, "side", beside && !this.narrow.matches ? "beside" : "under");
  }

  /** The plots that there is room for: a presentation and a phone have one. */
  showCurves() {
    const { charts = [] } = this.state;
    this.placeSides();
    this.curves.choose(isPresenting() || this.narrow.matches ? charts.slice(0, 1) : charts);
    this.wake();
  }

  wake() {
    if (!this.handle && this.mounted) this.handle = requestAnimationFrame(this.draw);
  }

  tick(now) {
    this.handle = 0;
    const { player } = this;
    player.tick(Math.min(0.25, Math.max(0, (now - this.last) / 1000)));
    this.last = now;
    this.paint();
    if (player.clock.moving(player.runs) || player.playing || this.curves.dirty) this.wake();
  }

  paint() {
    const { player } = this;
    const { clock, end, panels, runs } = player;
    const playhead = clock.playhead(runs);
    const see = { ...this.see, ...(this.reduced.matches && { trail: false }) };
    const key = `${this.theme.key}|${JSON.stringify(see)}`;
    const shown = runs.map((run) => clock.shown(run));
    let changed = false;
    this.views.forEach((view, i) => {
      const run = runs[i];
      const frame = shown[i];
      const behind = Boolean(!clock.live && frame && frame === run.newest && Math.round(playhead) > frame.step);
      changed =
        view.paint({
          run,
          frame,
          behind,
          clock: playhead,
          playing: player.playing || clock.live,
          see,
          theme: this.theme,
          key,
        }) || changed;
    });
    const many = shown.some((frame) => (frame?.replicas ?? 1) > 1);
    const lines = panels.map((panel, i) => ({ panel, run: runs[i], frame: shown[i] }));
    this.curves.paint({ lines, end, playhead, live: clock.live, theme: this.theme, many });
    this.transport.update({
      playing: player.playing,
      playhead,
      live: clock.live,
      flowing: player.flowing,
      end,
      steps: Math.max(0, ...panels.map((panel) => panel.steps ?? 0)),
      reaches: runs.map((run) => run?.newest?.step ?? 0),
      seed: panels[0]?.seed ?? null,
      many,
      seedsButton: this.state.seeds_button,
      showsStored: this.showsStored,
      speed: player.speed,
      replaying: clock.replaying,
      empty: !withFrames(runs).length,
      edge: clock.atEdge(runs),
    });
    if (changed) this.painted += 1;
    const first = runs[0];
    mark(this.root, "painted", this.painted);
    mark(this.root, "step", shown[0]?.step ?? "");
    mark(this.root, "liveStep", first?.newest?.step ?? "");
    mark(this.root, "frames", first?.frames.length ?? 0);
    mark(this.root, "state", panels[0]?.state ?? "");
    mark(this.root, "playing", player.playing);
    mark(this.root, "live", clock.live);
    mark(this.root, "densities", see.densities);
    mark(this.root, "playhead", Math.round(playhead));
    mark(this.root, "speed", player.speed ?? "full");
  }

  /** Tells a screen reader the verdicts, when a state changes and not with each frame. */
  speak() {
    const states = this.player.panels.map((panel) => `${panel.run}${panel.state}`).join();
    if (states === this.spokenStates) return;
    this.spokenStates = states;
    setTimeout(() => {
      if (this.mounted) say(this.spoken, this.views.map((view) => view.summary).join(". "));
    }, 600);
  }
}

/** What has the focus in the tree that a node is in. */
function focusOf(node) {
  return node.getRootNode().activeElement;
}
