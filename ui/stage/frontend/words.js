// What a run's state, and how it takes its steps, are called.

import { whole } from "../../shared/frontend/numbers.js";

/** The state of a panel in a few words. */
export function stateWords(panel) {
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

export const FLOWING = new Set(["queued", "starting", "running"]);
export const BROKEN = new Set(["diverged", "failed"]);

/** What is said of a connection that is away, by the status of its source; a sentence each. */
export const CONNECTION = {
  lost: "The server does not answer. The pictures stay; it is tried again.",
  offline: "This device is offline. The pictures stay; it is tried again.",
  restarted: "The server was started anew, and its runs are gone. Press Play to train them again.",
  ended: "This page is older than the server. Load it again.",
};
