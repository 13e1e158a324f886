// The moves so far as the server reads them: ten steps of D, then 40 rounds of both, are "d10,r40".

const STEPS = { d: [1, 0], g: [0, 1], r: [1, 1] }; // of D and of G in one move of each kind

/**
 * The moves with so many more of one kind; neighbours of one kind are one.
 *
 * @param {string} moves
 * @param {string} kind
 * @param {number} count
 */
export function withMove(moves, kind, count) {
  const parts = moves ? moves.split(",") : [];
  const last = parts.at(-1);
  if (last?.[0] === kind) parts[parts.length - 1] = `${kind}${Number(last.slice(1)) + count}`;
  else parts.push(`${kind}${count}`);
  return parts.join(",");
}

/**
 * Steps of both players together.
 *
 * @param {string} moves
 */
export function stepsIn(moves) {
  const counted = moves ? moves.split(",").map((part) => Number(part.slice(1)) * sum(STEPS[part[0]])) : [];
  return sum(counted);
}

/**
 * The moves that the tour has made after one of its steps, counted from 1.
 *
 * @param {{moves: string}[]} steps
 * @param {number} step
 */
export function movesAfter(steps, step) {
  return steps
    .slice(0, step)
    .filter(({ moves }) => moves)
    .reduce((all, { moves }) => withMove(all, moves[0], Number(moves.slice(1))), "");
}

const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);
