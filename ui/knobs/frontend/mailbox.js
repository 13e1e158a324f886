// Changes on their way to Python.
//
// Streamlit keeps only the newest value of a trigger when two come before the script runs. So each post carries
// everything that Python has not acknowledged, the newest value of each field, and is repeated until it has.

const EVERY = 120; // ms between two posts: while a slider is dragged, some eight a second
const RESEND = 1000; // ms until what was not acknowledged is sent again

export class Mailbox {
  constructor(post) {
    this.post = post;
    this.viewer = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.number = 0;
    this.waiting = [];
    this.posted = -Infinity;
    this.timer = 0;
  }

  /** Sends `value` for a panel (null: for all); returns the change's number. */
  put(panel, field, value) {
    this.number += 1;
    this.waiting = this.waiting.filter((change) => change.field !== field || (panel !== null && change.panel !== panel));
    this.waiting.push({ panel, field, value, viewer: this.viewer, number: this.number });
    this.flushIn(Math.max(0, this.posted + EVERY - performance.now()));
    return this.number;
  }

  waitsFor(field) {
    return this.waiting.some((change) => change.field === field);
  }

  acknowledge(ack, panels) {
    const heard = ack[this.viewer] ?? 0;
    this.waiting = this.waiting.filter((change) => change.number > heard && (change.panel ?? 0) < panels);
    if (!this.waiting.length) clearTimeout(this.timer);
  }

  flushIn(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  flush() {
    if (!this.waiting.length) return;
    this.posted = performance.now();
    this.post(this.waiting);
    this.flushIn(RESEND);
  }

  close() {
    clearTimeout(this.timer);
  }
}
