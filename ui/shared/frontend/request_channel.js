// Requests on their way to Python: one at a time, and while one is under way only the newest waits.

import { randomName } from "./mailbox.js";

const PATIENCE = 2500; // ms until a request without an answer is sent again

export class RequestChannel {
  /** `post(message)` hands a message to Streamlit. */
  constructor(post) {
    this.post = post;
    this.viewer = randomName(9);
    this.number = 0;
    this.underWay = null;
    this.waiting = null;
    this.trip = 0; // ms from the last request to its answer
  }

  get idle() {
    return !this.underWay && !this.waiting;
  }

  send(request) {
    this.waiting = request;
    if (!this.underWay) this.next();
  }

  /** `heard`: viewer -> number of its newest request that Python has answered. */
  answered(heard) {
    if (!this.underWay || (heard[this.viewer] ?? 0) < this.number) return;
    this.trip = performance.now() - this.underWay.at;
    this.underWay = null;
    clearTimeout(this.timer);
    if (this.waiting) this.next();
  }

  next() {
    const request = this.waiting ?? this.underWay?.request;
    if (!request) return;
    this.waiting = null;
    this.number += 1;
    this.underWay = { request, at: performance.now() };
    this.post({ viewer: this.viewer, number: this.number, ...request });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.next(), PATIENCE);
  }

  close() {
    clearTimeout(this.timer);
    this.underWay = this.waiting = null;
  }
}
