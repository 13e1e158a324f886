// Questions of an exhibit: one under way at a time, and while one is, only the newest waits.

export class Asking {
  /** `post(question)` sends one; false where that cannot be done now. */
  constructor(post) {
    this.post = post;
    this.number = 0;
    this.underWay = null; // {question, at}
    this.waiting = null;
    this.trip = 0; // ms from the last question to its answer
  }

  get idle() {
    return !this.underWay && !this.waiting;
  }

  ask(question) {
    this.waiting = question;
    if (!this.underWay) this.next();
  }

  /** The question of that number has been answered. Returns false where it is none of these. */
  answered(number) {
    if (!this.underWay || number !== this.number) return false;
    this.trip = performance.now() - this.underWay.at;
    this.underWay = null;
    this.next();
    return true;
  }

  /** The connection is there again: what was under way may have been lost with the one before. */
  resume() {
    this.waiting ??= this.underWay?.question ?? null;
    this.underWay = null;
    this.next();
  }

  next() {
    const question = this.waiting;
    if (!question || !this.post({ number: this.number + 1, ...question })) return;
    this.waiting = null;
    this.number += 1;
    this.underWay = { question, at: performance.now() };
  }

  close() {
    this.underWay = this.waiting = null;
  }
}
