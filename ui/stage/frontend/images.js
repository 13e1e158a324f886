// One panel's picture of a run on images: what is generated, what it is learnt from, and which training image lies
// nearest to each of the first that are generated.

import { sharpen } from "../../shared/frontend/canvas.js";
import { drawMark } from "../../shared/frontend/generator_marks.js";
import { distanceWords, whole } from "../../shared/frontend/numbers.js";
import { fillSheet } from "../../shared/frontend/pixels.js";
import { FAKE, REAL } from "../../shared/frontend/theme.js";

const HEAD = 21; // px; a heading's line
const FOOT = 16; // px; the distances' line
const GAP = 8;
const PAD = 6; // px around all of it
const EDGE = 2; // px; the coloured frame of a grid
const LEAST = 40; // px; no image is drawn smaller than this where there is room for one, rather fewer of them
const APART = 1; // px; between the images of a grid
const STRIP_MOST = 72; // px; an image of the strip
const STRIP_SHARE = 0.42; // of the height: the strip takes no more, but for images that would be too small

export class ImagesPicture {
  constructor(canvas) {
    this.canvas = canvas;
    this.sheets = new Map(); // name -> {of, sheet}: the pixels as last drawn
  }

  /**
   * Draws a frame's images; with null the training images alone. `see`: {training, nearest}. Returns the side of the
   * smallest image drawn, in CSS pixels; null where there is none.
   */
  draw(run, scene, frame, see, theme) {
    this.smallest = null;
    this.drawAll(run, scene, frame, see, theme);
    return this.smallest === null ? null : this.smallest * theme.unit;
  }

  drawAll(run, scene, frame, see, theme) {
    const sharp = sharpen(this.canvas, theme.unit);
    if (!sharp || !scene) return; // cleared, until the images are there
    const { context, width, height } = sharp;
    this.dots = dotsOf(context);
    const box = { x: PAD, y: PAD, w: width - 2 * PAD, h: height - 2 * PAD };
    const fake = frame?.arrays.images;
    const training = { name: "training", images: scene.real, colour: REAL, words: trainingWords(scene), theme };
    if (!fake) return this.drawGrid(context, box, { ...training, alone: true });
    // The strip keeps its place as soon as the run has one, so that nothing jumps while one scrubs.
    const strip = see.nearest && run.having("nearest").length ? stripOf(box) : null;
    const above = { ...box, h: box.h - (strip ? strip.h + GAP : 0) };
    const [large, small] = see.training ? split(above, fake.shape[0]) : [above, null];
    this.drawGrid(context, large, {
      name: "generated",
      images: fake,
      colour: FAKE,
      words: ["generated", "fake"],
      theme,
    });
    if (small) this.drawGrid(context, small, training);
    if (strip) this.drawStrip(context, strip, run.atOrBefore("nearest", frame), frame, theme);
  }

  /** A heading with its mark, and below it as many images as can be read, as large as they fit. */
  drawGrid(context, box, { name, images, colour, words, theme, alone = false }) {
    let room = { x: box.x + EDGE, y: box.y + HEAD + EDGE, w: box.w - 2 * EDGE, h: box.h - HEAD - 2 * EDGE };
    if (room.w < 8 || room.h < 8) return;
    // Not known before the run has read them.
    if (!images.shape[0]) return heading(context, box, words, colour, theme);
    const { columns, rows, cell } = gridOf(images.shape[0], room.w, room.h);
    const tile = this.tileOf(cell, images.shape[2]);
    if (alone) room = { ...room, x: snap(context, room.x + (room.w - columns * tile.pitch + tile.gap) / 2) };
    heading(context, { ...box, x: room.x - EDGE }, words, colour, theme);
    const sheet = this.sheet(name, images);
    for (let i = 0; i < columns * rows; i++) {
      const [x, y] = [room.x + (i % columns) * tile.pitch, room.y + Math.floor(i / columns) * tile.pitch];
      stamp(context, sheet, images.shape, i, x, y, tile.size);
    }
    outline(context, room.x, room.y, columns * tile.pitch - tile.gap, rows * tile.pitch - tile.gap, colour);
  }

  /** The first images generated when that was last measured; below each its nearest training image, and how far it is. */
  drawStrip(context, strip, measured, frame, theme) {
    if (!measured) return heading(context, strip, ["nearest training images: not yet measured"], REAL, theme);
    const when = measured === frame ? "" : `, step ${whole(measured.step)}`;
    const words = ["nearest training image, RMS distance", "nearest training image", "nearest training", "nearest"];
    heading(context, strip, words.flatMap((each) => (when ? [each + when] : [each])).concat(words.at(-1)), REAL, theme);
    const { images, nearest, nearest_distance: distances } = measured.arrays;
    const tile = this.tileOf(strip.cell, nearest.shape[2]);
    const [fakes, reals] = [this.sheet("first", images), this.sheet("nearest", nearest)];
    const pitch = (strip.w - 2 * EDGE + tile.gap) / strip.count;
    const count = Math.min(strip.count, nearest.shape[0]);
    const top = strip.y + HEAD + EDGE;
    const under = top + tile.size + EDGE + 2;
    context.font = `600 14px ${theme.font}`;
    for (let i = 0; i < count; i++) {
      const x = snap(context, strip.x + EDGE + i * pitch);
      stamp(context, fakes, images.shape, i, x, top, tile.size);
      stamp(context, reals, nearest.shape, i, x, under, tile.size);
      outline(context, x, top, tile.size, tile.size, FAKE);
      outline(context, x, under, tile.size, tile.size, REAL);
      const said = distanceWords(distances.values[i]).slice(0, 4);
      const short = context.measureText(said).width > pitch - 3 ? said.replace(/^0/, "") : said;
      context.fillStyle = theme.ink;
      context.textAlign = "center";
      context.textBaseline = "alphabetic";
      context.fillText(short, x + tile.size / 2, under + tile.size + EDGE + 13);
    }
    context.textAlign = "left";
  }

  /** `tileOf`, of which the smallest is kept. */
  tileOf(cell, side) {
    const tile = tileOf(cell, side, this.dots);
    this.smallest = Math.min(this.smallest ?? Infinity, tile.size);
    return tile;
  }

  /** The images below each other on a canvas of their own, made once for each array. */
  sheet(name, images) {
    const kept = this.sheets.get(name);
    if (kept?.of === images) return kept.sheet;
    const sheet = fillSheet(kept?.sheet ?? document.createElement("canvas"), images);
    this.sheets.set(name, { of: images, sheet });
    return sheet;
  }
}

function trainingWords({ used }) {
  const count = used ? [`n ${whole(used)}`] : [];
  return [["training images", ...count].join(", "), ["training", ...count].join(", "), ...count, "training", "real"];
}

/** The strip's place at the foot of a box: {x, y, w, h, cell, count}; fewer than eight where eight would be too small. */
function stripOf(box) {
  const [w, least, between] = [box.w - 2 * EDGE, LEAST + APART, 4];
  const count = Math.max(1, Math.min(8, Math.floor(w / (least + between))));
  const high = Math.max(least, (STRIP_SHARE * box.h - HEAD - FOOT) / 2);
  const cell = Math.max(8, Math.min(w / count - between, STRIP_MOST, high));
  const h = HEAD + 2 * cell + 3 * EDGE + FOOT;
  return { x: box.x, y: box.y + box.h - h, w: box.w, h, cell, count };
}

/** Where the generated images go, and the training images: beside or below, whichever leaves the first more room. */
function split(box, count) {
  const others = LEAST + APART + 2 * EDGE; // a column of training images, or a row of them
  const beside = Math.max(box.w - Math.max(others, 0.22 * box.w) - GAP, 0.5 * box.w);
  const below = box.h - HEAD - Math.max(others, 0.2 * box.h) - GAP;
  const inside = (w, h) => gridOf(count, w - 2 * EDGE, h - HEAD - 2 * EDGE);
  const [across, down] = [inside(beside, box.h), inside(box.w, below)];
  const areaOf = ({ columns, rows, cell }) => columns * rows * cell ** 2;
  const chosen = areaOf(across) >= areaOf(down) ? across : down;
  // As large as the images really become; the rest is for the others.
  const h = chosen.rows * chosen.cell + HEAD + 2 * EDGE;
  const w = chosen.columns * chosen.cell + 2 * EDGE;
  if (chosen === across)
    return [
      { ...box, w, h },
      { ...box, x: box.x + w + GAP, w: box.w - w - GAP, h },
    ];
  return [
    { ...box, h },
    { ...box, y: box.y + h + GAP, h: box.h - h - GAP },
  ];
}

/** The number of columns that makes a full grid as square as it can be, rather too wide than too high. */
function squarest(count) {
  let columns = Math.ceil(Math.sqrt(count));
  while (count % columns) columns++;
  return columns;
}

/** {columns, rows, cell}: all of `count` images as large as they fit, or as many of them as can be read. */
function gridOf(count, w, h) {
  const [least, all] = [LEAST + APART, squarest(count)];
  const cellOf = (columns, rows) => Math.max(1, Math.min(w / columns, h / rows));
  if (cellOf(all, count / all) >= least) return { columns: all, rows: count / all, cell: cellOf(all, count / all) };
  const columns = Math.max(1, Math.min(count, Math.floor(w / least)));
  const rows = Math.max(1, Math.min(Math.floor(count / columns), Math.floor(h / least)));
  return { columns, rows, cell: cellOf(columns, rows) };
}

/** {size, gap, pitch} of an image of `side` pixels in a cell: pixels all of one size, where that wastes little. */
function tileOf(cell, side, dots) {
  const room = Math.max(1, Math.floor((cell - APART) * dots));
  const even = side * Math.floor(room / side);
  const worth = even > 0.85 * room && even >= Math.min(room, LEAST * dots);
  const size = (worth ? even : room) / dots;
  return { size, gap: APART, pitch: size + APART };
}

/** Dots of the screen to a unit of the picture. */
function dotsOf(context) {
  return context.getTransform().a;
}

function snap(context, x) {
  const dots = dotsOf(context);
  return Math.round(x * dots) / dots;
}

function stamp(context, sheet, [, height, width], i, x, y, size) {
  context.imageSmoothingEnabled = size < width; // larger ones show their pixels as they are
  context.drawImage(sheet, 0, i * height, width, height, snap(context, x), snap(context, y), size, size);
}

function outline(context, x, y, w, h, colour) {
  context.strokeStyle = colour;
  context.lineWidth = EDGE;
  context.strokeRect(snap(context, x) - EDGE / 2, snap(context, y) - EDGE / 2, w + EDGE, h + EDGE);
}

/** The first of several ways to say it that fits, behind the mark of generated or of real data. */
function heading(context, box, words, colour, theme) {
  const [x, y] = [box.x + 7, box.y + 8];
  if (colour === FAKE) {
    drawMark(context, 0, x, y, 6.5, theme);
  } else {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, 5.5, 0, 2 * Math.PI);
    context.fill();
  }
  context.font = `600 16px ${theme.font}`;
  context.fillStyle = theme.ink;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  const room = box.w - 18;
  context.fillText(words.find((each) => context.measureText(each).width <= room) ?? "", box.x + 18, box.y + 14);
}
