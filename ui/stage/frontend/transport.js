// Under the panels: the scrubber and the row of buttons. It says what was pressed; the stage decides what that means.

import { explain } from "../../shared/frontend/about.js";
import { describe, icon, make, mark, say, show } from "../../shared/frontend/elements.js";
import { whole } from "../../shared/frontend/numbers.js";
import { propertyOf, SIGNS } from "../../shared/frontend/theme.js";
import { placed, STEP, STEP_OF } from "./words.js";

/** Steps a second that can be chosen, as the server is told them, and what is written for each. */
export const SPEEDS = [
  ["eased", "slow, then faster"],
  [null, "full speed"],
  [100, "100 steps/s"],
  [25, "25 steps/s"],
  [5, "5 steps/s"],
  [1, "1 step/s"],
];

export class Transport {
  /** `press(name, value)` for each control. */
  constructor(press) {
    const button = (name, title, ...content) => {
      const node = make("button", { type: "button", class: `do ${name}`, "data-do": name }, ...content);
      node.onclick = () => press(name);
      node.setAttribute("aria-label", title);
      explain(node, title);
      return node;
    };
    this.reach = [];
    this.reaches = make("div", { class: "reaches" });
    this.thumb = make("div", { class: "thumb" });
    this.scrubber = make(
      "div",
      { class: "scrubber", role: "slider", tabindex: "0", "aria-label": "Step", "aria-valuemin": "0" },
      this.reaches,
      this.thumb,
    );
    this.end = 100;
    this.wireScrubber(press);

    this.playIcon = icon("play");
    this.pauseIcon = icon("pause");
    this.play = button("play", "Play (space)", this.playIcon, this.pauseIcon);
    this.back = button("back", "One frame back (\u2190, Shift: ten)", icon("back"));
    this.stepD = button("step_d", "One discriminator step only, at the newest step (D)", "D");
    this.stepG = button("step_g", "One generator step only, at the newest step (G)", "G");
    this.live = button("live", "Go to the live edge (End)", make("span", { class: "dot" }), "live");
    this.clock = make("span", { class: "clock", "aria-hidden": "true" });
    this.speed = make(
      "select",
      { class: "speed", "aria-label": "Speed in steps a second" },
      ...SPEEDS.map(([speed, words]) => make("option", { value: String(speed) }, words)),
    );
    explain(this.speed, "Speed in steps a second. At full speed (S) no run is over before four seconds have passed");
    this.speed.onchange = () => {
      const chosen = SPEEDS.find(([speed]) => String(speed) === this.speed.value);
      if (chosen) press("speed", chosen[0]);
    };
    this.seed = make("span", { class: "seed" });
    this.newSeed = button("new_seed", "New seed (N)", icon("again"));
    this.seeds = button("seeds", "");
    this.see = button("see", "What the pictures show", "Show");
    this.presents = button("present", "Present: picture, verdict, clock, one curve and card (P)", icon("present"));
    this.help = button("help", "Keys", "?");
    this.see.setAttribute("aria-expanded", "false");
    this.help.setAttribute("aria-expanded", "false");
    this.root = make(
      "div",
      { class: "transport", role: "group", "aria-label": "Clock" },
      this.scrubber,
      make(
        "div",
        { class: "row" },
        make(
          "div",
          { class: "cluster" },
          button("start", "Back to the start (Home)", icon("start")),
          this.back,
          this.play,
          button("forward", "One step on (\u2192, Shift: ten frames)", icon("forward")),
          this.stepD,
          this.stepG,
          this.live,
        ),
        this.clock,
        make(
          "div",
          { class: "cluster right" },
          this.speed,
          make("span", { class: "seeding" }, this.seed, this.newSeed),
          this.seeds,
          this.see,
          this.presents,
          this.help,
        ),
      ),
    );
    // A click must not take the focus: the space bar would press that button again instead of Play.
    this.root.onpointerdown = (event) => {
      if (event.target.closest("button")) event.preventDefault();
    };
    this.root.onmousedown = (event) => {
      if (event.target.closest("button")) event.preventDefault();
    };
  }

  wireScrubber(press) {
    const at = (event) => {
      const box = this.scrubber.getBoundingClientRect();
      return Math.round(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * this.end);
    };
    this.scrubber.onpointerdown = (event) => {
      if (event.button) return;
      this.scrubber.setPointerCapture(event.pointerId);
      this.dragging = true;
      press("scrub", at(event));
    };
    this.scrubber.onpointermove = (event) => this.dragging && press("scrub", at(event));
    this.scrubber.onpointerup = () => {
      this.dragging = false;
    };
    this.scrubber.onpointercancel = this.scrubber.onpointerup;
  }

  /** What a button does now. */
  name(button, title) {
    describe(button, "aria-label", title);
    explain(button, title);
  }

  update(now) {
    const { playing, playhead, live, flowing, end, steps, reaches, seed, many, seedsButton, speed, replaying } = now;
    this.end = end;
    mark(this.root, "playing", playing);
    show(this.playIcon, !playing);
    this.playIcon.style.display = playing ? "none" : "";
    this.pauseIcon.style.display = playing ? "" : "none";
    this.name(this.play, playing ? "Pause (space)" : "Play (space)");
    mark(this.live, "on", live && flowing);
    mark(this.live, "edge", live);
    for (const button of [this.stepD, this.stepG]) button.disabled = !now.edge;
    const places = { step: whole(playhead), steps: whole(steps) };
    say(this.clock, now.empty ? "" : placed(steps ? STEP_OF : STEP, places));
    mark(this.clock, "replaying", replaying);
    say(this.seed, many ? "many seeds" : seed === null ? "" : `seed ${seed}`);
    const text = many ? "one seed" : (seedsButton?.label ?? "");
    say(this.seeds, text);
    show(this.seeds, Boolean(text));
    this.seeds.disabled = !many && seedsButton?.enabled === false;
    this.name(this.seeds, many ? "Back to one seed" : (seedsButton?.title ?? ""));
    if (!now.showsStored) this.seeds.removeAttribute("aria-expanded");
    else if (!this.seeds.hasAttribute("aria-expanded")) this.seeds.setAttribute("aria-expanded", "false");
    const value = String(speed);
    if (this.speed.value !== value && !this.speed.matches(":focus")) this.speed.value = value;

    while (this.reach.length < reaches.length) {
      const { letter } = SIGNS[this.reach.length];
      this.reach.push(make("div", { class: "reach", style: `--hue: var(${propertyOf(letter)})` }));
      this.reaches.append(this.reach.at(-1));
    }
    while (this.reach.length > reaches.length) this.reach.pop().remove();
    reaches.forEach((step, i) => {
      const width = `${((100 * Math.min(step, end)) / end).toFixed(2)}%`;
      if (this.reach[i].style.width !== width) this.reach[i].style.width = width;
    });
    const left = `${((100 * Math.min(playhead, end)) / end).toFixed(2)}%`;
    if (this.thumb.style.left !== left) this.thumb.style.left = left;
    const step = String(Math.round(playhead));
    if (this.scrubber.getAttribute("aria-valuenow") !== step) {
      this.scrubber.setAttribute("aria-valuenow", step);
      this.scrubber.setAttribute("aria-valuetext", placed(STEP, places));
    }
    if (this.scrubber.getAttribute("aria-valuemax") !== String(end)) this.scrubber.setAttribute("aria-valuemax", end);
  }
}
