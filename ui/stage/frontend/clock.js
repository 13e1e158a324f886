// One clock for all panels.
//
// Live: each run is played by its frames' timestamps, a little behind the newest, so that frames that come unevenly
// move evenly. Otherwise: one step that all panels share, standing still or replaying.

const DELAY = 0.15; // s behind the newest frame: frames come one by one, but not evenly
const LOST = 2; // s: further behind than this, jump

export class Clock {
  constructor() {
    this.rewind();
  }

  /** Back to the live edge, as at the start. */
  rewind() {
    this.live = true;
    this.replaying = false;
    this.step = 0;
    this.pins = new Map(); // run id -> seq that is shown whatever the step says
    this.times = new Map(); // run id -> time that is shown, while live
  }

  /** The frame of a run to show now, or null. */
  shown(run) {
    if (!run?.newest) return null;
    if (this.live) {
      const time = this.times.get(run.id);
      return time === undefined ? run.newest : run.atTime(time);
    }
    const pin = this.pins.get(run.id);
    return (pin !== undefined && run.bySeq(pin)) || run.atStep(this.step);
  }

  /** Moves on by `seconds`. `flowing(run)`: more frames will come. `rate`: steps a second of a replay. Returns "edge" when a replay has arrived. */
  tick(seconds, runs, flowing, rate) {
    if (this.live) {
      for (const run of present(runs)) this.follow(run, seconds, flowing(run));
      return null;
    }
    if (!this.replaying) return null;
    this.pins.clear();
    this.step += rate * seconds;
    if (this.step < edge(runs)) return null;
    this.toEdge();
    return "edge";
  }

  follow(run, seconds, flowing) {
    const newest = run.newest.time;
    const target = flowing ? newest - DELAY : newest;
    let time = this.times.get(run.id);
    if (time === undefined || target - time > LOST) time = target;
    else time += seconds * Math.min(1.6, Math.max(0.5, 1 + (target - time)));
    this.times.set(run.id, Math.min(newest, Math.max(run.frames[0].time, time)));
  }

  /** True while a picture will change without anything new arriving. */
  moving(runs) {
    if (this.replaying) return true;
    return this.live && present(runs).some((run) => (this.times.get(run.id) ?? -Infinity) < run.newest.time);
  }

  /** The step under the playhead. */
  playhead(runs) {
    if (!this.live) return this.step;
    return Math.max(0, ...present(runs).map((run) => this.shown(run).step));
  }

  /** Stands still with just what is on show. */
  freeze(runs) {
    const step = this.playhead(runs);
    const pins = new Map(present(runs).map((run) => [run.id, this.shown(run).seq]));
    this.live = false;
    this.replaying = false;
    this.step = step;
    this.pins = pins;
  }

  seek(step) {
    this.live = false;
    this.replaying = false;
    this.step = step;
    this.pins.clear();
  }

  toEdge() {
    this.live = true;
    this.replaying = false;
    this.pins.clear();
    this.times.clear();
  }

  /** `count` frames on (or back) of the run that got furthest. Returns false if that is past the live edge. */
  move(count, runs) {
    const leader = furthest(runs);
    if (!leader) return false;
    const shown = this.shown(leader);
    const to = leader.position(shown.seq) + count;
    if (to >= leader.frames.length) return false;
    const frame = leader.frames[Math.max(0, to)];
    // Others follow by step; the leader itself is pinned, for frames may share a step.
    this.seek(frame.step);
    this.pins.set(leader.id, frame.seq);
    return true;
  }

  /** True when nothing later is kept than what is on show. */
  atEdge(runs) {
    if (this.live) return true;
    const leader = furthest(runs);
    return !leader || this.shown(leader) === leader.newest;
  }
}

export function present(runs) {
  return runs.filter((run) => run?.newest);
}

/** The newest step that any run has reached. */
export function edge(runs) {
  return Math.max(0, ...present(runs).map((run) => run.newest.step));
}

export function furthest(runs) {
  return present(runs).reduce((best, run) => (best && best.newest.step >= run.newest.step ? best : run), null);
}
