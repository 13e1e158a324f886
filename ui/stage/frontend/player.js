// What the buttons of playing mean: for the clock of this viewer, and for the runs on the server.

import { Clock, edge, furthest } from "./clock.js";
import { flows } from "./words.js";

const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]; // ends of the step axis, times a power of ten
const HOPE = 3000; // ms to wait for the runs to do what was just pressed
const REPLAY_MOST = 20; // s for a whole replay at full speed

export class Player {
  /** `send(kind, values)` hands a command to the server. */
  constructor(send) {
    this.send = send;
    this.clock = new Clock();
    this.panels = []; // as the last payload says
    this.runs = []; // the run of each panel, or null
    this.speed = "eased"; // steps a second that the runs hold; "eased": slowly, then faster; null: as fast as they can
    this.hoped = null; // {playing, until}: what was pressed, until the runs' states say so
  }

  /** Whether any run trains, or is about to. */
  get flowing() {
    const flowing = this.panels.some(flows);
    if (this.hoped && performance.now() < this.hoped.until) {
      if (flowing !== this.hoped.playing) return this.hoped.playing;
      this.hoped = null;
    }
    return flowing;
  }

  get playing() {
    return this.clock.replaying || (this.clock.live && this.flowing);
  }

  hope(playing) {
    this.hoped = { playing, until: performance.now() + HOPE };
  }

  play() {
    if (!this.clock.live && !this.clock.atEdge(this.runs)) {
      this.clock.replaying = true;
      return;
    }
    this.clock.toEdge();
    this.hope(true);
    this.send("play");
  }

  pause() {
    const { live } = this.clock;
    this.clock.freeze(this.runs);
    if (live) this.stopFlow();
  }

  stopFlow() {
    if (!this.flowing) return;
    this.hope(false);
    this.send("pause");
  }

  scrub(step) {
    this.stopFlow();
    this.clock.seek(Math.min(step, edge(this.runs)));
  }

  stepFrames(count) {
    if (this.clock.live) {
      // On from the live edge is one step more of training.
      if (count > 0 && !this.flowing) return this.send("step");
      this.clock.freeze(this.runs);
      this.stopFlow();
    }
    if (this.clock.move(count, this.runs)) return undefined;
    this.clock.toEdge();
    return count > 0 && !this.flowing ? this.send("step") : undefined;
  }

  setSpeed(speed) {
    this.speed = speed;
    this.send("pace", { value: speed });
  }

  /** Moves the clock by `seconds`; runs that wait at the edge that it arrives at go on. */
  tick(seconds) {
    const flowing = (run) => flows(this.panels[this.runs.indexOf(run)]);
    const arrived = this.clock.tick(seconds, this.runs, flowing, this.replayRate);
    if (arrived !== "edge" || !this.panels.some((panel) => panel.state === "paused")) return;
    this.hope(true);
    this.send("play");
  }

  get many() {
    return this.runs.some((run) => (run?.newest?.replicas ?? 1) > 1);
  }

  /** Steps a second of a replay. */
  get replayRate() {
    if (typeof this.speed === "number") return this.speed;
    const leader = furthest(this.runs);
    if (!leader) return 1;
    const steps = Math.max(1, leader.newest.step - leader.frames[0].step);
    const seconds = Math.max(0.1, leader.newest.time - leader.frames[0].time);
    return Math.max(steps / seconds, steps / REPLAY_MOST);
  }

  /** Where the step axis ends: a round number not far beyond the newest step, and never beyond the last step. */
  get end() {
    const newest = edge(this.runs);
    const most = Math.max(1, newest, ...this.panels.map((panel) => panel.steps ?? 0));
    const power = 10 ** Math.floor(Math.log10(Math.max(newest, 1)));
    const round = ROUND.map((factor) => factor * power).find((one) => one >= newest) ?? newest;
    return Math.min(most, Math.max(100, round));
  }
}
