// The names at the ends of the lines: never over each other, each joined to its line where it had to move.

import { line } from "../../shared/frontend/canvas.js";

const FONT = 14;
const APART = 15; // px between two names, one above the other
const ALIKE = 2.5; // px between two ends that are as good as one: their names share a place
const BESIDE = 20; // px between two ends that lie beside each other, so that their names could touch
const AFTER = 9; // px from an end to its name: the mark has its place there
const LEAD = 7; // px of a line that leads from an end to a name that has moved
const MOVED = 4; // px

/**
 * Places for names, [{y, at, members}]: those that end at the same height are one; the others keep `apart` from each other
 * and stay between `top` and `bottom`, together as near to their ends as can be. Where there are too many, the nearest are
 * put together.
 */
export function spreadLabels(ends, { top, bottom, apart, alike }) {
  const groups = [...ends].sort((a, b) => a.y - b.y).map((end) => ({ y: end.y, members: [end] }));
  const join = (i) => {
    const members = [...groups[i].members, ...groups[i + 1].members];
    groups.splice(i, 2, { y: members.reduce((sum, { y }) => sum + y, 0) / members.length, members });
  };
  for (let i = 0; i + 1 < groups.length; ) {
    if (groups[i + 1].y - groups[i].y <= alike) join(i);
    else i += 1;
  }
  while (groups.length > 1 && (groups.length - 1) * apart > bottom - top) {
    const gaps = groups.slice(1).map(({ y }, i) => y - groups[i].y);
    join(gaps.indexOf(Math.min(...gaps)));
  }
  // Names that touch move as one block, whose middle is where its ends are.
  const blocks = [];
  const settle = (block) => {
    const tall = (block.groups.length - 1) * apart;
    const wanted = block.groups.reduce((sum, { y }, i) => sum + y - i * apart, 0) / block.groups.length;
    block.from = Math.min(Math.max(wanted, top), bottom - tall);
    block.to = block.from + tall;
  };
  for (const group of groups) {
    let block = { groups: [group], from: 0, to: 0 };
    settle(block);
    while (blocks.length && blocks.at(-1).to + apart > block.from) {
      block = { groups: [...blocks.pop().groups, ...block.groups], from: 0, to: 0 };
      settle(block);
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ groups: inside, from }) =>
    inside.map(({ y, members }, i) => ({ y, at: from + i * apart, members })),
  );
}

/** Ends that lie beside each other share a column of names. */
export function columnsOfEnds(ends, beside) {
  const columns = [];
  for (const end of [...ends].sort((a, b) => a.x - b.x)) {
    const last = columns.at(-1);
    if (last && end.x - last.at(-1).x <= beside) last.push(end);
    else columns.push([end]);
  }
  return columns;
}

/** Where the lines end, [{x, y, text, hue}], of those that are named; within the plot. */
export function endsOf(drawn, plot, toX, toY) {
  const ends = [];
  for (const { named, hue, points } of drawn) {
    if (!named) continue;
    for (let i = points.length - 2; i >= 0; i -= 2) {
      if (Number.isNaN(points[i + 1])) continue;
      const y = Math.min(plot.y + plot.h, Math.max(plot.y, toY(points[i + 1])));
      ends.push({ x: toX(points[i]), y, text: named, hue });
      break;
    }
  }
  return ends;
}

/** The width to keep free beside a plot for the names of so many lines. */
export function labelRoom(context, names, theme) {
  context.font = fontOf(theme);
  const two = [...names].slice(0, 2).join(", ");
  return names.length ? context.measureText(two).width + (AFTER + 3) * theme.unit : 4 * theme.unit;
}

export function drawEndLabels(context, ends, plot, right, theme) {
  const { unit } = theme;
  const limits = { top: plot.y, bottom: plot.y + plot.h, apart: APART * unit, alike: ALIKE * unit };
  context.font = fontOf(theme);
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const column of columnsOfEnds(ends, BESIDE * unit)) {
    const far = Math.max(...column.map(({ x }) => x));
    for (const { at, members } of spreadLabels(column, limits)) {
      const parts = partsOf(members, theme);
      const wide = parts.reduce((sum, { text }) => sum + context.measureText(text).width, 0);
      const apart = members.filter(({ x, y }) => Math.abs(y - at) > MOVED * unit || far - x > LEAD * unit);
      const moved = apart.some(({ y }) => Math.abs(y - at) > MOVED * unit);
      let x = Math.min(far + (AFTER + (moved ? LEAD - 4 : 0)) * unit, right - wide);
      context.lineWidth = unit;
      context.globalAlpha = 0.7;
      for (const end of apart) {
        context.strokeStyle = end.hue;
        line(context, end.x + 3 * unit, end.y, x - 1.5 * unit, at);
      }
      context.globalAlpha = 1;
      context.lineJoin = "round";
      context.lineWidth = 4 * unit;
      context.strokeStyle = theme.paper;
      for (const { text, hue } of parts) {
        context.strokeText(text, x, at);
        context.fillStyle = hue;
        context.fillText(text, x, at);
        x += context.measureText(text).width;
      }
    }
  }
  context.textBaseline = "alphabetic";
}

/** The names of one place, "A, B", each in its own hue. */
function partsOf(members, theme) {
  const named = [...members].sort((a, b) => a.text.localeCompare(b.text));
  return named.flatMap(({ text, hue }, i) => [...(i ? [{ text: ", ", hue: theme.ink }] : []), { text, hue }]);
}

function fontOf(theme) {
  return `700 ${FONT * theme.unit}px ${theme.font}`;
}
