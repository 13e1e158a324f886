// The frames that were received, kept at module scope by run id: a viewer that is mounted anew lacks nothing.

import { decode, readArray, readHeader } from "./codec.js";

const MOST_FRAMES = 2500; // for each run
const MOST_RUNS = 12;
const MOST_DECODED = 160; // frames whose arrays stay unpacked, over all runs

const runs = new Map(); // run id -> Run, oldest use first
const decoded = new Set(); // frames with arrays, oldest use first

/** The run of that id, made if need be. */
export function runOf(id) {
  let run = runs.get(id);
  if (run) runs.delete(id);
  else run = new Run(id);
  runs.set(id, run);
  while (runs.size > MOST_RUNS) runs.delete(runs.keys().next().value);
  return run;
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
    this.replicas = header.arrays?.fake?.[1]?.[0] ?? 1;
    this.bytes = bytes;
    this.body = body;
    this.table = header.arrays ?? {};
    this.unpacked = null;
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
    this.scene = null;
    this.version = 0; // changes when anything here changes
    this.covered = 0; // everything that the server kept up to this seq was received
    this.asked = -Infinity; // when a missing part was last asked for, ms
  }

  get newest() {
    return this.frames.at(-1) ?? null;
  }

  setScene(bytes) {
    this.scene = readScene(bytes);
    this.version += 1;
  }

  /**
   * Takes new frames [[seq, bytes], ...]. `after` (or null) says where the batch begins, `last` the newest seq the
   * server has. Returns the seq after which something is lacking (frames, or the scene), or null.
   */
  take(batch, after, last) {
    let newest = 0;
    for (const [seq, bytes] of batch) {
      newest = Math.max(newest, seq);
      const at = this.position(seq);
      if (this.frames[at]?.seq === seq) continue;
      this.frames.splice(at, 0, new Frame(seq, bytes));
      this.version += 1;
    }
    if (this.frames.length > MOST_FRAMES) this.thin();
    if (after === null || after === undefined) {
      this.covered = Math.max(this.covered, this.newest?.seq ?? 0);
      return last > this.covered ? this.covered : null;
    }
    // A payload can be lost: Streamlit drops one that arrives while the one before is still being handled.
    if (after > this.covered) return this.covered;
    this.covered = Math.max(this.covered, newest);
    return this.newest && !this.scene ? this.covered : null;
  }

  /** Halves the frames, evenly in steps; the first and the last always stay. */
  thin() {
    const spacing = (this.newest.step - this.frames[0].step) / (MOST_FRAMES / 2);
    let kept = null;
    const last = this.frames.length - 1;
    let thinned = this.frames.filter((frame, i) => {
      if (kept && i !== last && frame.step - kept.step < spacing) return false;
      kept = frame;
      return true;
    });
    // All at the same few steps (one player stepped by hand): every second one then.
    if (thinned.length > MOST_FRAMES) thinned = this.frames.filter((_, i) => i % 2 === 0 || i === last);
    this.frames = thinned;
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

  /** The newest value of a scalar at or before a frame: {value, frame} or null. Some are measured now and then only. */
  latest(name, frame, read = (one) => one.scalar(name)) {
    for (let i = this.position(frame.seq), looked = 0; i >= 0 && looked < 200; i--, looked++) {
      const one = this.frames[i];
      const value = one && one.seq <= frame.seq && one.scalars[name] ? read(one) : null;
      if (value !== null) return { value, frame: one };
    }
    return null;
  }
}

/** The data of a run: {view, sigma, centres, real}, points as x, y, x, y, ... */
export function readScene(bytes) {
  const { meta, arrays } = decode(bytes);
  return {
    view: meta.view ?? [-2, 2, -2, 2],
    sigma: meta.sigma ?? 0,
    centres: arrays.centres?.values ?? new Float32Array(0),
    real: arrays.real?.values ?? new Float32Array(0),
  };
}

function lowerBound(list, holds) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
