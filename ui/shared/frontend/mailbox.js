// Messages on their way to Python: each is sent until Python has acknowledged its number.
//
// Streamlit keeps only the newest value of a trigger when two come before the script runs. So each post carries
// everything that has not been acknowledged, and is repeated until it has.

const RESEND = 1200; // ms until what was not acknowledged is posted again
const MOST = 64; // messages in one post

/** A name that nobody else has: `bytes` random ones, in hexadecimal digits. */
export function randomName(bytes) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** @type {(next: any, waiting: any) => boolean} */
const neither = () => false;

export class Mailbox {
  /**
   * `post(messages)` hands messages to Streamlit, at most once in `every` ms; `replaces(next, waiting)` says whether a
   * new message makes one needless that still waits.
   */
  constructor(post, { every = 0, replaces = neither } = {}) {
    this.post = post;
    this.every = every;
    this.replaces = replaces;
    this.viewer = randomName(9);
    this.number = 0;
    this.waiting = [];
    this.posted = -Infinity;
    this.timer = 0;
  }

  /** Sends a message; returns its number. */
  put(message) {
    this.number += 1;
    this.waiting = this.waiting.filter((waiting) => !this.replaces(message, waiting));
    this.waiting.push({ ...message, viewer: this.viewer, number: this.number });
    // Together with whatever else is put here in this turn: a second post would replace the first.
    this.flushIn(Math.max(0, this.posted + this.every - performance.now()));
    return this.number;
  }

  /** `ack`: viewer -> the newest number that Python has heard from it. */
  acknowledge(ack) {
    const heard = ack[this.viewer] ?? 0;
    this.drop((message) => message.number <= heard);
  }

  /** Gives up the messages for which `needless(message)` is true. */
  drop(needless) {
    this.waiting = this.waiting.filter((message) => !needless(message));
    if (!this.waiting.length) this.pause();
  }

  flushIn(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  flush() {
    if (!this.waiting.length) return;
    this.posted = performance.now();
    this.post(this.waiting.slice(-MOST));
    this.flushIn(RESEND);
  }

  /** Posts nothing until the next message. */
  pause() {
    clearTimeout(this.timer);
  }
}
