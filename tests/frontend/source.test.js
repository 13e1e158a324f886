import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { LiveSource, VERSION } from "../../ui/channel/frontend/live_source.js";
import { RecordedSource } from "../../ui/channel/frontend/recorded_source.js";
import { frameOf } from "./frames.js";

const SCENE = frameOf({ view: [0, 1, 0, 1] });

/** A message with blobs behind its header; `header(place)` is given what places each blob. */
function message(header, blobs = []) {
  const places = [];
  let offset = 0;
  for (const blob of blobs) {
    places.push([offset, blob.length]);
    offset += Math.ceil(blob.length / 8) * 8;
  }
  const packed = frameOf(header(places), {}, offset);
  const body = packed.length - offset;
  blobs.forEach((blob, i) => {
    packed.set(blob, body + places[i][0]);
  });
  return packed;
}

const beat = () => message(() => ({ kind: "beat", version: VERSION, drives: true }));
const scene = (key) => message(([place]) => ({ kind: "scene", key, scene: place }), [SCENE]);
const state = (fields = {}) =>
  message(() => ({ kind: "state", compare: "c", mark: "1", panels: [{ run: "a", scene: "s" }], ...fields }));
const frames = (...seqs) =>
  message(
    (places) => ({
      kind: "frames",
      runs: [{ run: "a", complete: true, frames: seqs.map((seq, i) => [seq, ...places[i]]) }],
    }),
    seqs.map((seq) => frameOf({ step: 10 * seq, time: seq })),
  );
const knobs = (fields, names, heard = 0) =>
  message(() => ({ kind: "knobs", panels: [{ label: "A" }], fields, names, heard, refused: {} }));

class Socket {
  constructor() {
    this.readyState = 0;
    this.onopen = this.onmessage = this.onclose = /** @type {any} */ (null);
    this.said = [];
    this.isClosed = false;
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  hear(bytes) {
    this.onmessage?.({ data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) });
  }

  send(text) {
    this.said.push(JSON.parse(text));
  }

  close() {
    this.isClosed = true;
    this.readyState = 3;
  }

  /** The other side ends it. */
  end(code) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

/** A source whose sockets are in hand, with timers that only move when they are told to. */
function live(name, body) {
  test(name, () => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const sockets = [];
    const source = new LiveSource({
      url: "ws://localhost/channel/room",
      token: "token",
      tab: "tab",
      connect: () => {
        sockets.push(new Socket());
        return sockets.at(-1);
      },
    });
    try {
      body({ source, sockets, tick: (ms) => mock.timers.tick(ms) });
    } finally {
      source.close();
      mock.timers.reset();
    }
  });
}

function greeted({ source, sockets }) {
  const socket = sockets.at(-1);
  socket.open();
  socket.hear(beat());
  assert.equal(source.status, "open");
  return socket;
}

live("it says who it is, and acknowledges each message", (all) => {
  const socket = greeted(all);
  socket.hear(scene("s"));
  socket.hear(state());
  const [hello, ...got] = socket.said;
  assert.deepEqual(hello, { kind: "hello", version: VERSION, token: "token", tab: "tab", have: {} });
  assert.deepEqual(got, [
    { kind: "got", number: 1 },
    { kind: "got", number: 2 },
    { kind: "got", number: 3 },
  ]);
});

live("a listener hears what came before it and what comes after", (all) => {
  const socket = greeted(all);
  socket.hear(scene("s"));
  socket.hear(state());
  socket.hear(frames(1, 2));
  const heard = [];
  const deaf = all.source.listen({
    state: (said) => heard.push(["state", said.compare, said.panels[0].scene.view]),
    frames: () => heard.push(["frames", all.source.runs.get("a").frames.length]),
    status: (status) => heard.push(["status", status]),
    draw: () => heard.push(["draw"]),
  });
  assert.deepEqual(heard.splice(0), [
    ["state", "c", [0, 1, 0, 1]],
    ["status", "open"],
  ]);
  socket.hear(frames(3));
  all.source.draw();
  assert.deepEqual(heard.splice(0), [["frames", 3], ["draw"]]);
  deaf();
  socket.hear(frames(4));
  assert.deepEqual(heard, []);
});

live("a scene is kept while a state names it, and a run keeps its own", (all) => {
  const socket = greeted(all);
  socket.hear(scene("s"));
  socket.hear(scene("unused"));
  socket.hear(state());
  assert.deepEqual([...all.source.scenes.keys()], ["s"]);
  const { scene: first } = all.source.runs.get("a");
  socket.hear(state({ panels: [{ run: null, scene: null }] }));
  assert.equal(all.source.scenes.size, 0);
  assert.equal(all.source.runs.get("a").scene, first);
});

live("a run that was split off has the frames of the other up to there", (all) => {
  const socket = greeted(all);
  socket.hear(scene("s"));
  socket.hear(state());
  socket.hear(frames(1, 2, 3, 4));
  socket.hear(state({ panels: [{ run: "mine", parent: ["a", 3], scene: "s" }] }));
  const mine = all.source.runs.get("mine");
  assert.deepEqual(
    mine.frames.map((frame) => frame.seq),
    [1, 2, 3],
  );
  assert.equal(mine.complete, true);
  assert.equal(all.source.runs.get("a").frames.length, 4);
  socket.hear(state({ panels: [{ run: "other", parent: ["unknown", 3], scene: "s" }] }));
  assert.equal(all.source.runs.get("other").frames.length, 0);
});

live("of the knobs only what has changed comes", (all) => {
  const socket = greeted(all);
  const [d, g] = [
    { name: "d_lr", values: [1] },
    { name: "g_lr", values: [2] },
  ];
  socket.hear(knobs([d, g], ["d_lr", "g_lr"]));
  socket.hear(knobs([{ name: "g_lr", values: [3] }], ["g_lr", "d_lr"], 4));
  assert.deepEqual(all.source.knobs.fields, [{ name: "g_lr", values: [3] }, d]);
  assert.equal(all.source.knobs.heard, 4);
});

live("nothing is sent by one who only watches, or while the connection is away", (all) => {
  const [socket] = all.sockets;
  assert.equal(all.source.send({ kind: "play" }), false);
  socket.open();
  socket.hear(message(() => ({ kind: "beat", drives: false })));
  assert.equal(all.source.send({ kind: "play" }), false);
  socket.hear(beat());
  assert.equal(all.source.send({ kind: "play" }), true);
  socket.end(1006);
  assert.equal(all.source.send({ kind: "play" }), false);
});

live("a connection that is lost is made again, from where it left off, while the pictures stay", (all) => {
  greeted(all).hear(scene("s"));
  all.sockets[0].hear(state());
  all.sockets[0].hear(frames(1, 2, 3));
  all.sockets[0].end(1006);
  assert.equal(all.source.status, "lost");
  assert.equal(all.source.runs.get("a").frames.length, 3);
  all.tick(300);
  assert.equal(all.sockets.length, 2);
  all.sockets[1].end(1006);
  all.tick(300);
  assert.equal(all.sockets.length, 2); // each try waits longer
  all.tick(400);
  assert.equal(all.sockets.length, 3);
  const socket = greeted(all);
  assert.deepEqual(socket.said[0].have, { a: 3 });
  socket.hear(frames(4));
  assert.equal(all.source.runs.get("a").newest.seq, 4);
});

live("a server that says nothing more is taken for gone", (all) => {
  const socket = greeted(all);
  all.tick(11_000);
  assert.equal(all.source.status, "open");
  socket.hear(beat());
  all.tick(11_000);
  assert.equal(all.source.status, "open");
  all.tick(1_000);
  assert.equal(all.source.status, "lost");
  assert.ok(socket.isClosed);
  socket.hear(frames(9)); // what it still has to say comes too late
  assert.equal(all.source.runs.get("a").newest, null);
});

live("a room that is gone is told apart, and the page is drawn again", (all) => {
  greeted(all).hear(state());
  const asked = [];
  all.source.page("1", (mark) => asked.push(mark));
  all.sockets[0].end(4404);
  assert.equal(all.source.status, "restarted");
  all.tick(200);
  assert.deepEqual(asked, ["restarted"]);
});

live("one who may not come in does not try again", (all) => {
  all.sockets[0].open();
  all.sockets[0].end(4401);
  assert.equal(all.source.status, "ended");
  all.tick(60_000);
  assert.equal(all.sockets.length, 1);
});

live("the page is drawn again once for several changes, and asked for again until it is", (all) => {
  const socket = greeted(all);
  const asked = [];
  const redraw = (mark) => asked.push(mark);
  socket.hear(state({ mark: "1" }));
  all.source.page("1", redraw);
  all.tick(5000);
  assert.deepEqual(asked, []);
  socket.hear(state({ mark: "2" }));
  socket.hear(state({ mark: "3" }));
  all.tick(200);
  assert.equal(asked.length, 1);
  for (let i = 0; i < 3; i++) {
    socket.hear(beat());
    all.tick(1000);
  }
  assert.equal(asked.length, 2);
  assert.equal(asked[1], "3");
  all.source.page("3", redraw);
  socket.hear(beat());
  all.tick(6000);
  assert.equal(asked.length, 2);
});

live("a source that nobody listens to rests", (all) => {
  greeted(all);
  const deaf = all.source.listen({});
  deaf();
  all.tick(1000);
  const again = all.source.listen({});
  all.tick(5000);
  assert.equal(all.source.status, "open");
  again();
  all.tick(1500);
  assert.equal(all.source.status, "closed");
  assert.ok(all.sockets[0].isClosed);
  all.tick(60_000);
  assert.equal(all.sockets.length, 1);
});

live("what cannot be read is left out, and the rest is heard", (all) => {
  const socket = greeted(all);
  const error = mock.method(console, "error", () => {});
  socket.hear(new Uint8Array([1, 2]));
  socket.hear(frames(1));
  assert.equal(error.mock.callCount(), 1);
  error.mock.restore();
  assert.equal(all.source.runs.get("a").newest.seq, 1);
});

/** Messages one after the other, each behind its length. */
function transcript(...messages) {
  const bytes = new Uint8Array(messages.reduce((size, one) => size + 4 + one.length, 0));
  let at = 0;
  for (const one of messages) {
    new DataView(bytes.buffer).setUint32(at, one.length, true);
    bytes.set(one, at + 4);
    at += 4 + one.length;
  }
  return bytes;
}

test("a recorded source says what a room has said, and drives nothing", () => {
  const source = new RecordedSource(transcript(beat(), scene("s"), state(), frames(1, 2, 3)));
  const heard = [];
  source.listen({ state: ({ compare }) => heard.push(compare), status: (status) => heard.push(status) });
  assert.deepEqual(heard, ["c", "open"]);
  assert.equal(source.runs.get("a").frames.length, 3);
  assert.equal(source.send({ kind: "play" }), false);
});

test("what is no recording is refused", () => {
  const whole = transcript(beat(), state());
  for (const bytes of [new Uint8Array(0), whole.slice(0, whole.length - 1), whole.slice(0, 3), transcript(beat())])
    assert.throws(() => new RecordedSource(bytes), /recording|frame/);
});
