// What is said under the pointer: the numbers of every panel at that step, and what was changed there.

import { percent, short, whole } from "../../shared/frontend/numbers.js";
import { featuresOf } from "./judges.js";

/** How a value of a series is written. */
export function valueWords({ share }, value, counted) {
  if (value === null) return "\u2013";
  if (share) return percent(value);
  return counted ? `${Number.isInteger(value) ? whole(value) : short(value)} of ${whole(counted)}` : short(value);
}

/**
 * The rows [{text, letter}] about a step; `letter` is the panel's, or null. `near(step)`: whether that lies within what the
 * pointer covers.
 */
export function tipRows(chart, step, lines, near) {
  const rows = [{ text: `step ${whole(step)}`, letter: null }];
  for (const { panel, run } of lines) {
    const frame = run?.newest && run.atStep(step);
    if (!frame) continue;
    const letter = panel.label;
    const read = (name) => (frame.replicas > 1 ? (one) => one.median(name) : (one) => one.scalar(name));
    const values = chart.series.map((series) => {
      const { name, label, complement } = series;
      const measured = run.latest(name, frame, read(name))?.value ?? null;
      const value = measured !== null && complement ? 1 - measured : measured;
      return `${label} ${valueWords(series, value, chart.modes && panel.modes)}`;
    });
    const whose = frame.replicas > 1 ? `${letter}, median` : letter;
    const last = run.newest.step < step ? `, at its last step ${whole(run.newest.step)}` : "";
    rows.push({ text: `${whose}: ${values.join(", ")}${last}`, letter });
    for (const [at, text] of panel.changes ?? []) {
      if (near(at)) rows.push({ text: `${letter}, step ${whole(at)}: ${text}`, letter });
    }
  }
  return rows;
}

/** The curves in words, for a screen reader: which there are, and what the large one says at a step. */
export function curvesWords(charts, large, step, lines) {
  const titles = charts.map(({ title }) => title).join(", ");
  if (large.bars || !lines.some(({ run }) => run?.newest)) return `Curves: ${titles}`;
  const rows = tipRows(large, step, lines, () => false).map(({ text }) => text);
  return `Curves: ${titles}. ${large.title}, ${rows.join("; ")}`;
}

/** What a plot shows, in rows that stand under its numbers. */
export function aboutRows(chart, lines) {
  const told = [chart.about, ...(chart.judged ? featuresOf(lines).long : [])].filter(Boolean);
  return told.map((text) => ({ text: text.replaceAll("\n", " "), letter: null, aside: true }));
}
