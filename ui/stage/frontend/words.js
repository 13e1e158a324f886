// What a run's state, and how it takes its steps, are called; sentences with places to fill.

import { whole } from "../../shared/frontend/numbers.js";

const FLOWING = new Set(["queued", "starting", "running"]);
export const BROKEN = new Set(["diverged", "failed"]);

export const TITLE = "{title}: {differs}";
export const STEP = "step {step}";
export const STEP_OF = "step {step} of {steps}";
export const PLANNED = "It is to take {steps} steps.";
export const BEHIND = "newest step; not yet at {step}";
export const PRESS_PLAY = "Press Play (space)";
export const NOT_MEASURED = "{label} is not measured yet.";
export const MEASURED = "measured at step {step}";
export const AHEAD = "paused; alone took D {d} steps, G {g}";
export const ENLARGE = "Make this curve the large one: {title}";
export const OF_SEEDS = "{label}: {said}";
export const SEED = {
  diverged: "Seed {seed} diverged. Open this seed.",
  unmeasured: "Seed {seed} is not measured yet. Open this seed.",
  measured: "Seed {seed}: {value}. Open this seed.",
  well: "Seed {seed}: {value}. It is among the seeds that {words}. Open this seed.",
  badly: "Seed {seed}: {value}. It is not among the seeds that {words}. Open this seed.",
};
export const WELL = "{label}: {good} of {of} seeds {words}";

/** Whether a panel's run trains, or is about to without being told again. */
export const flows = (panel) => FLOWING.has(panel?.state) && !panel.held;

/** A template with its places filled: placed("step {step}", {step: 3}). */
export function placed(template, places) {
  return template.replace(/\{(\w+)\}/g, (place, name) => String(places[name] ?? place));
}

/**
 * What the small picture of one of many seeds is called.
 * @param {{seed: number, value: string, words: string}} places `value` is empty before it is measured; `words` say what
 *   the seeds have done that have come out well
 * @param {{diverged: boolean, well?: boolean | null}} outcome `well` is whether this one has, where that can be said
 */
export function seedWords(places, { diverged, well = null }) {
  if (diverged) return placed(SEED.diverged, places);
  if (!places.value) return placed(SEED.unmeasured, places);
  return placed(well === null ? SEED.measured : well ? SEED.well : SEED.badly, places);
}

/**
 * The state of a panel in a few words. They are about what is on the screen: where the clock stands still nothing runs,
 * and where it shows an earlier step than the run has reached (not `atEnd`) nothing is finished yet.
 */
export function stateWords(panel, { atEnd = true, playing = true } = {}) {
  const [d, g] = panel.ahead ?? [0, 0];
  if (panel.state === "paused" && atEnd && (d || g)) return placed(AHEAD, { d, g });
  if (!playing && (panel.state === "running" || !atEnd)) return "paused";
  if (!atEnd) return panel.state === "running" ? "running" : "playing";
  switch (panel.state) {
    case "idle":
      return "ready";
    case "queued":
      return panel.place ? `waiting, place ${panel.place} in the queue` : "waiting in the queue";
    case "starting":
      return "starting\u2026";
    case "diverged":
      return "diverged";
    case "failed":
      return "failed";
    default:
      return panel.recorded ? "recorded" : panel.state;
  }
}

/** How a run takes its steps, in a word and in a sentence; nothing while that is not settled. */
export function speedWords(panel) {
  if (panel.compiled_at !== null && panel.compiled_at !== undefined) {
    const since = `Since step ${whole(panel.compiled_at)} the steps of this run are compiled`;
    return [
      "compiled",
      `${since}: the same numbers but for rounding, several times as fast. A game that is chaotic takes another course from there than plain steps would.`,
    ];
  }
  return panel.why_plain ? ["not compiled", `The steps of this run are not compiled. ${panel.why_plain}`] : ["", ""];
}

/** What is said of a connection that is away, by the status of its source; a sentence each. */
export const CONNECTION = {
  lost: "The server does not answer. The pictures stay; it is tried again.",
  offline: "This device is offline. The pictures stay; it is tried again.",
  restarted: "The server was started anew, and its runs are gone. Press Play to train them again.",
  ended: "This page is older than the server. Load it again.",
};
