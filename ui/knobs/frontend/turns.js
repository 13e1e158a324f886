// Turns of the knobs on their way to the server: each waits until it has been heard.
//
// Of a field that is dragged only the newest value is worth sending, and some eight of those a second.

const EVERY = 120; // ms between two turns of one field

export class Turns {
  /** `send(message)` sends one turn; false where that cannot be done now. */
  constructor(send) {
    this.send = send;
    this.number = 0;
    this.waiting = []; // {number, panel, field, value, sent}
    this.sent = -Infinity;
    this.timer = 0;
  }

  /** Sends a field's value for a panel, or (null) for all; returns its number. */
  put(turn) {
    this.number += 1;
    this.waiting = this.waiting.filter((waiting) => !replaces(turn, waiting));
    this.waiting.push({ ...turn, number: this.number, sent: false });
    this.flushIn(Math.max(0, this.sent + EVERY - performance.now()));
    return this.number;
  }

  waitsFor(field) {
    return this.waiting.some((turn) => turn.field === field);
  }

  /** The server has heard all up to a number. */
  heard(number) {
    this.drop((turn) => turn.number <= number);
  }

  /** Gives up the turns for which `needless(turn)` is true. */
  drop(needless) {
    this.waiting = this.waiting.filter((turn) => !needless(turn));
  }

  /** The connection is there again: what was not heard may have been lost with the one before. */
  resume() {
    for (const turn of this.waiting) turn.sent = false;
    this.flushIn(0);
  }

  flushIn(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  flush() {
    this.sent = performance.now();
    for (const turn of this.waiting) {
      if (turn.sent) continue;
      const { number, panel, field, value } = turn;
      turn.sent = this.send({ number, panel, field, value });
    }
  }

  close() {
    clearTimeout(this.timer);
  }
}

function replaces(next, waiting) {
  return waiting.field === next.field && (next.panel === null || waiting.panel === next.panel);
}
