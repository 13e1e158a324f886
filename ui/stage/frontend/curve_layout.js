// Where the plots stand: one large, the others small beside it or below; on a phone the large one alone.

const GAP = 14; // px between two plots, at the usual size of letters
const LARGE = 1.9; // how many times as wide as a small plot the large one is
const SMALL_LEAST = 112; // px; narrower plots say nothing
const TALL = 1.5; // below that many times as wide as high, the small ones stand under the large one
const LARGE_HIGH = [0.56, 0.42, 0.34]; // of the height that the large one has then, over one, two, three rows
const SMALL_HIGH = 84; // px; lower plots say nothing
const HIGH_LEAST = 230; // px of height below which nothing stands under another
const TABS = 30; // px of the row of names where the large plot is alone

/**
 * The boxes {x, y, w, h} of `count` plots, null for those that there is no room for, and whether the large one is alone.
 * `large`: which one that is; `unit`: px that a length of 1 px has at this size of letters.
 */
export function layOut(count, large, width, height, unit) {
  const gap = GAP * unit;
  const small = count - 1;
  const others = Array.from({ length: count }, (_, i) => i).filter((i) => i !== large);
  const boxes = Array.from({ length: count }, () => null);
  if (count < 2) return { boxes: boxes.map(() => ({ x: 0, y: 0, w: width, h: height })), alone: false };
  if (width >= TALL * height) {
    const each = (width - gap * small) / (LARGE + small);
    if (each >= SMALL_LEAST * unit) {
      boxes[large] = { x: 0, y: 0, w: LARGE * each, h: height };
      others.forEach((one, i) => {
        boxes[one] = { x: LARGE * each + gap + i * (each + gap), y: 0, w: each, h: height };
      });
      return { boxes, alone: false };
    }
  } else if (height >= HIGH_LEAST * unit) {
    const columns = Math.max(1, Math.min(small, Math.floor((width + gap) / (SMALL_LEAST * unit + gap))));
    const rows = Math.ceil(small / columns);
    const across = (width + gap) / columns - gap;
    const high = LARGE_HIGH[rows - 1] * height;
    const down = (height - high) / rows - gap;
    if (down >= SMALL_HIGH * unit) {
      boxes[large] = { x: 0, y: 0, w: width, h: high };
      others.forEach((one, i) => {
        const row = Math.floor(i / columns);
        boxes[one] = { x: (i % columns) * (across + gap), y: high + gap + row * (down + gap), w: across, h: down };
      });
      return { boxes, alone: false };
    }
  }
  const tabs = TABS * unit;
  boxes[large] = { x: 0, y: tabs, w: width, h: Math.max(0, height - tabs) };
  return { boxes, alone: true };
}
