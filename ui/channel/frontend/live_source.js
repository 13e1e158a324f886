// A room of the server, over a WebSocket: connects, and connects again, whatever happens on the way.

import { Source } from "./source.js";
import { tabToken } from "./tab.js";

export const VERSION = 2; // of the messages; the twin of ui/channel/messages.py

const AGAIN = [300, 700, 1500, 3000, 5000]; // ms from the end of a connection to the next try
const SILENCE = 12_000; // ms without a sign after which the server is taken for gone; it gives one every five seconds
const REST = 1500; // ms that a source is kept that nobody listens to: a page is often drawn anew at once
const REDRAW = 120; // ms in which several changes become one run of the script ...
const INSIST = 2500; // ... and after which it is asked for again

const NO_ENTRY = 4401;
const NO_ROOM = 4404;
const OTHER_VERSION = 4409;

/** Rooms that are open in this tab. Each component has modules of its own: only the window is common to all. */
const shared = Symbol.for("gancore.sources");

/** The source of the room that a component was mounted with, the same for all on the page; they ask Streamlit for it. */
export function sourceOf({ data, setTriggerValue }) {
  const source = roomOf(data);
  source.page(data.drawn, (drawn) => setTriggerValue("redraw", drawn));
  return source;
}

function roomOf({ room, token }) {
  globalThis[shared] ??= new Map();
  const open = globalThis[shared];
  let source = open.get(room);
  if (!source || source.status === "closed") {
    const base = import.meta.url.split("/_stcore/")[0].replace(/^http/, "ws");
    source = new LiveSource({ url: `${base}/channel/${room}`, token, tab: tabToken() });
    open.set(room, source);
    source.closed = () => open.delete(room);
  }
  return source;
}

export class LiveSource extends Source {
  /** `connect(url)` makes a socket. */
  constructor({ url, token, tab, connect = (to) => new WebSocket(to) }) {
    super();
    this.url = url;
    this.token = token;
    this.tab = tab;
    this.connect = connect;
    this.closed = () => {};
    this.tries = 0;
    this.drawn = null; // mark of what the page around shows
    this.redraw = null; // asks Streamlit to draw the page again
    this.online = () => this.open();
    this.offline = () => this.setStatus("offline");
    globalThis.addEventListener?.("online", this.online);
    globalThis.addEventListener?.("offline", this.offline);
    this.open();
  }

  // ---- the connection

  open() {
    if (this.status === "closed" || this.status === "open") return;
    this.drop();
    const socket = this.connect(this.url);
    this.socket = socket;
    this.count = 0;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.hello();
    socket.onmessage = (event) => socket === this.socket && this.receive(event.data);
    socket.onclose = (event) => socket === this.socket && this.lose(event.code);
    this.watch();
  }

  hello() {
    this.write({ kind: "hello", version: VERSION, token: this.token, tab: this.tab, have: this.runs.have() });
  }

  receive(data) {
    this.watch();
    this.count += 1;
    try {
      this.hear(new Uint8Array(data));
    } catch (error) {
      console.error("channel: a message is unreadable", error);
    }
    this.write({ kind: "got", number: this.count });
    if (this.status !== "open") {
      this.tries = 0;
      this.setStatus("open");
    }
    this.checkDrawn();
  }

  /** The connection is no more. */
  lose(code) {
    this.drop();
    if (this.status === "closed") return;
    if (code === NO_ENTRY || code === OTHER_VERSION) {
      this.setStatus("ended");
      return;
    }
    const gone = code === NO_ROOM;
    this.setStatus(gone ? "restarted" : globalThis.navigator?.onLine === false ? "offline" : "lost");
    if (gone) this.checkDrawn();
    this.timer = setTimeout(() => this.open(), AGAIN[Math.min(this.tries, AGAIN.length - 1)]);
    this.tries += 1;
  }

  /** From now on the server has some time to give a sign of life. */
  watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lose(0), SILENCE);
  }

  drop() {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  write(message) {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  send(message) {
    return this.status === "open" && this.drives && this.write(message);
  }

  listen(listener) {
    clearTimeout(this.resting);
    return super.listen(listener);
  }

  rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.close(), REST);
  }

  close() {
    this.setStatus("closed");
    this.drop();
    clearTimeout(this.asking);
    globalThis.removeEventListener?.("online", this.online);
    globalThis.removeEventListener?.("offline", this.offline);
    this.closed();
  }

  // ---- the page around

  /** The page shows what it was at `drawn`; `redraw(mark)` asks for it to be drawn again. */
  page(drawn, redraw) {
    this.drawn = drawn;
    this.redraw = redraw;
    this.checkDrawn();
  }

  /** The address, the card and the notices follow what is done on the stage: they are Streamlit's to draw. */
  checkDrawn(wait = REDRAW) {
    const mark = this.status === "restarted" ? "restarted" : this.state?.mark;
    if (!this.redraw || mark === undefined || mark === this.drawn) {
      clearTimeout(this.asking);
      this.asking = 0;
      return;
    }
    if (this.asking && wait === REDRAW) return;
    this.asking = setTimeout(() => {
      this.redraw(mark);
      this.checkDrawn(INSIST);
    }, wait);
  }
}
