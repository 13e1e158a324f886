// What the runs of the panels whose knobs are turned do at this moment, in a word.

/** From what matters most to who turns a live knob to what matters least; each with its word. */
export const ACTIVITIES = {
  running: "running",
  waiting: "about to run",
  paused: "paused",
  nothing: "nothing runs",
};

/**
 * What is said of several runs at once: that which the busiest of them does.
 *
 * @param {string[]} each one a panel, as `ui/knobs/activity.py` names them
 */
export function activityOf(each) {
  return Object.keys(ACTIVITIES).find((activity) => each.includes(activity)) ?? "nothing";
}
