// The frames that were received, by run: a viewer that is mounted anew lacks nothing.

import { decode, readArray, readHeader } from "../../shared/frontend/codec.js";

const MOST_FRAMES = 2500; // for each run
const MOST_BYTES = 48e6; // of the frames of each run: pictures are heavier than points
const FULL_AFTER_THINNING = 0.75;
const MOST_RUNS = 12;
const MOST_BYTES_HELD = 256e6; // by all runs; those on show are four at most
const ON_SHOW = 4; // runs at once
const MOST_DECODED = 160; // frames whose arrays stay unpacked, over all runs

const decoded = new Set(); // frames with arrays, oldest use first

/** The runs of one source. */
export class Runs {
  constructor() {
    this.runs = new Map(); // run id -> Run, oldest use first
  }

  /** The run of that id, made if need be. */
  get(id) {
    const { runs } = this;
    let run = runs.get(id);
    if (run) runs.delete(id);
    else run = new Run(id);
    runs.set(id, run);
    let held = 0;
    for (const one of runs.values()) held += one.size;
    for (const [oldest, one] of runs) {
      if (runs.size <= MOST_RUNS && (held <= MOST_BYTES_HELD || runs.size <= ON_SHOW)) break;
      held -= one.size;
      runs.delete(oldest);
    }
    return run;
  }

  has(id) {
    return this.runs.has(id);
  }

  /** A run that was split off another has the same frames up to the one of that number, if those are all here. */
  split(id, parent, seq) {
    const from = this.runs.get(parent);
    if (!from?.complete) return;
    const run = this.get(id);
    run.frames = from.frames.filter((frame) => frame.seq <= seq);
    run.size = run.frames.reduce((size, frame) => size + frame.bytes.length, 0);
    run.stride = from.stride;
    run.scene = from.scene;
    run.complete = true;
  }

  /** run id -> the newest frame of those runs of which all is here that was kept. */
  have() {
    const whole = [...this.runs.values()].filter((run) => run.complete && run.newest);
    return Object.fromEntries(whole.map((run) => [run.id, run.newest.seq]));
  }
}

/** One received frame. Its scalars are read at once, its arrays when it is drawn. */
class Frame {
  constructor(seq, bytes) {
    const { header, body } = readHeader(bytes);
    this.seq = seq;
    this.step = header.step ?? 0;
    this.discriminatorSteps = header.d_steps ?? 0;
    this.time = header.time ?? 0;
    this.scalars = header.scalars ?? {};
    this.fieldScale = header.field ?? null;
    this.replicas = header.arrays?.fake?.[1]?.[0] ?? Object.values(this.scalars)[0]?.length ?? 1;
    this.bytes = bytes;
    this.body = body;
    this.table = header.arrays ?? {};
    this.unpacked = null;
    this.medians = new Map(); // name -> median over the replicas
  }

  /** {name: {shape, values}} */
  get arrays() {
    if (!this.unpacked) {
      this.unpacked = {};
      for (const name of Object.keys(this.table)) {
        this.unpacked[name] = readArray(this.bytes, this.body, this.table[name]);
      }
    }
    decoded.delete(this);
    decoded.add(this);
    while (decoded.size > MOST_DECODED) {
      const oldest = decoded.values().next().value;
      oldest.unpacked = null;
      decoded.delete(oldest);
    }
    return this.unpacked;
  }

  /** A scalar of one replica, or null where it is missing or was not finite. */
  scalar(name, replica = 0) {
    return this.scalars[name]?.[replica] ?? null;
  }

  /** The median of a scalar over the replicas that have it, or null. */
  median(name) {
    if (!this.medians.has(name)) this.medians.set(name, this.findMedian(name));
    return this.medians.get(name);
  }

  findMedian(name) {
    const values = (this.scalars[name] ?? []).filter((value) => value !== null).sort((a, b) => a - b);
    if (!values.length) return null;
    const middle = values.length >> 1;
    return values.length % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}

class Run {
  constructor(id) {
    this.id = id;
    this.frames = []; // by seq
    this.size = 0; // bytes
    this.scene = null;
    this.version = 0; // changes when anything here changes
    this.stride = 1; // of the past one frame of so many is kept
    this.found = new Map(); // name -> the frames that hold it
    this.complete = false; // nothing older is still to come
  }

  get newest() {
    return this.frames.at(-1) ?? null;
  }

  setScene(scene) {
    this.scene = scene;
    this.version += 1;
  }

  /** Takes frames [[seq, bytes], ...], new ones or older ones that come late. `complete`: with them all are here. */
  take(batch, complete = true) {
    this.complete = complete;
    for (const [seq, bytes] of batch) {
      const at = this.position(seq);
      if (this.frames[at]?.seq === seq) continue;
      const frame = new Frame(seq, bytes);
      if (at < this.frames.length) this.found.clear();
      else for (const [name, frames] of this.found) if (holds(frame, name)) frames.push(frame);
      this.frames.splice(at, 0, frame);
      this.size += bytes.length;
      this.version += 1;
    }
    if (this.isFuller(1)) this.thin();
  }

  isFuller(share) {
    return this.frames.length > share * MOST_FRAMES || this.size > share * MOST_BYTES;
  }

  /**
   * As the server's history does (gancore/runtime/history.py): of the past one frame of every `stride` stays, the first of
   * those that measure most, and once that frees too little the stride is doubled. The first and the last always stay.
   */
  thin() {
    while (this.isFuller(FULL_AFTER_THINNING)) {
      const kept = this.selection();
      if (kept.length === this.frames.length) {
        if (this.stride > this.newest.seq) break; // only what must stay is left
        this.stride *= 2;
      }
      this.frames = kept;
      this.size = kept.reduce((size, frame) => size + frame.bytes.length, 0);
    }
    this.found.clear();
    this.version += 1;
  }

  selection() {
    const place = (frame) => Math.floor((frame.seq - 1) / this.stride);
    const chosen = new Map();
    for (const frame of this.frames) {
      const other = chosen.get(place(frame));
      if (!other || measures(frame) > measures(other)) chosen.set(place(frame), frame);
    }
    return this.frames.filter(
      (frame) => chosen.get(place(frame)) === frame || frame === this.frames[0] || frame === this.newest,
    );
  }

  /** Index of the first frame whose seq is not below. */
  position(seq) {
    if (!this.frames.length || this.newest.seq < seq) return this.frames.length;
    return lowerBound(this.frames, (frame) => frame.seq >= seq);
  }

  /** The last frame at or before a step (or time); the first one if all are later; null without frames. */
  atStep(step) {
    return this.frames[Math.max(0, lowerBound(this.frames, (frame) => frame.step > step) - 1)] ?? null;
  }

  atTime(time) {
    return this.frames[Math.max(0, lowerBound(this.frames, (frame) => frame.time > time) - 1)] ?? null;
  }

  bySeq(seq) {
    const frame = this.frames[this.position(seq)];
    return frame?.seq === seq ? frame : null;
  }

  /** The frames that hold a scalar or an array of that name, oldest first. Some are measured now and then only. */
  having(name) {
    let found = this.found.get(name);
    if (!found) {
      found = this.frames.filter((frame) => holds(frame, name));
      this.found.set(name, found);
    }
    return found;
  }

  /** The last frame at or before another that holds a scalar or an array, or null. */
  atOrBefore(name, frame) {
    const found = this.having(name);
    return found[lowerBound(found, (one) => one.seq > frame.seq) - 1] ?? null;
  }

  /** The newest value of a scalar at or before a frame: {value, frame} or null. */
  latest(name, frame, read = (one) => one.scalar(name)) {
    const found = this.having(name);
    for (let i = lowerBound(found, (one) => one.seq > frame.seq) - 1; i >= 0; i--) {
      const value = read(found[i]);
      if (value !== null) return { value, frame: found[i] };
    }
    return null;
  }

  /** The least value of a scalar up to a frame: {value, frame}, the first where several are alike; or null. */
  least(name, frame, read = (one) => one.scalar(name)) {
    let best = null;
    for (const one of this.having(name)) {
      if (one.seq > frame.seq) break;
      const value = read(one);
      if (value !== null && !(best?.value <= value)) best = { value, frame: one };
    }
    return best;
  }
}

function holds(frame, name) {
  return name in frame.scalars || name in frame.table;
}

function measures(frame) {
  return Object.keys(frame.scalars).length;
}

/**
 * The data of a run. Points: {kind: "plane", view, sigma, centres, real}, as x, y, x, y, ...
 * Images: {kind: "images", real, used, features, judged, reference, floor, notice}, `real` as {shape, values} of bytes;
 * floor is the Fréchet distance of other real images, or null; notice says how the images were read, or is "".
 */
export function readScene(bytes) {
  const { meta, arrays } = decode(bytes);
  if (meta.kind === "images") {
    const { n: used = 0, features = "", judged = 0, reference = 0, fid_floor: floor = null, notice = "" } = meta;
    return { kind: "images", real: arrays.real, used, features, judged, reference, floor, notice };
  }
  return {
    kind: "plane",
    view: meta.view ?? [-2, 2, -2, 2],
    sigma: meta.sigma ?? 0,
    centres: arrays.centres?.values ?? new Float32Array(0),
    real: arrays.real?.values ?? new Float32Array(0),
  };
}

function lowerBound(list, beyond) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beyond(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
