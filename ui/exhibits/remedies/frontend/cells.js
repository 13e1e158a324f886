// The cells of a row, and how two of a column compare.

import { make } from "../../../shared/frontend/elements.js";

const MISSING = "\u2013";

/** Modes, high quality and seconds of one remedy on one data; dashes where it was not measured. */
export function figures(cell, modes) {
  if (!cell) return ["first", "", ""].map((place) => make("td", { class: place }, MISSING));
  const lost = cell.diverged ? under(`${cell.diverged} diverged`) : null;
  const { captured, high_quality: share, seconds } = cell;
  return [
    figure(
      "first",
      cell.best.includes("captured"),
      cell.touched,
      captured.text ? `${captured.text}${plusMinus(captured.spread)}` : MISSING,
      marks(captured.value ?? 0, modes),
      lost,
    ),
    figure(
      "",
      cell.best.includes("high_quality"),
      null,
      share.text ? `${share.text} %` : MISSING,
      under(plusMinus(share.spread)),
    ),
    figure("", cell.best.includes("seconds"), null, seconds.text),
  ];
}

function figure(place, best, about, text, ...below) {
  const star = best ? make("span", { class: "star", role: "img", "aria-label": "best" }, "\u2605") : null;
  const said = about ? { "data-say": about } : {};
  return make(
    "td",
    { class: best ? `${place} best` : place, ...said },
    make("span", { class: "value" }, text, star),
    ...below,
  );
}

const plusMinus = (spread) => (spread === null ? "" : ` \u00b1 ${spread}`);
const under = (text) => make("span", { class: "under" }, text);

/** One mark a mode, as many of them full as were captured on average. */
function marks(mean, modes) {
  const each = Array.from({ length: modes }, (_, i) =>
    make("i", { style: `--full:${Math.min(1, Math.max(0, mean - i)).toFixed(2)}` }),
  );
  return make("span", { class: "marks", "aria-hidden": "true" }, ...each);
}

/** What papers report, or what came in their settings, a line each: modes, high quality. */
export function reports(each) {
  const lines = each.map(({ modes, high_quality, about }) =>
    make(
      "span",
      { class: "sayer", tabindex: 0, "data-say": about },
      `${modes} \u00b7 ${high_quality.toFixed(high_quality < 1 ? 1 : 0)}%`,
    ),
  );
  return make("td", { class: "reports" }, ...(lines.length ? lines : [MISSING]));
}

/** What is missing comes last, whichever way. */
export function compare(one, two, way) {
  const [left, right] = [one ?? null, two ?? null];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return way * (left - right);
}

/** The most modes that any of them reports, or null where there is none. */
export function most(each) {
  return each.length ? Math.max(...each.map(({ modes }) => modes)) : null;
}
