import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Mailbox, randomName } from "../../ui/shared/frontend/mailbox.js";
import { RequestChannel } from "../../ui/shared/frontend/request_channel.js";

/** Runs a test with timers that only move when they are told to. */
function timed(name, body) {
  test(name, () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      body((ms) => mock.timers.tick(ms));
    } finally {
      mock.timers.reset();
    }
  });
}

const kinds = (messages) => messages.map(({ kind }) => kind);

timed("what is put in one turn is posted together, and again until it is acknowledged", (tick) => {
  const posts = [];
  const mailbox = new Mailbox((messages) => posts.push(messages));
  mailbox.put({ kind: "pause" });
  mailbox.put({ kind: "step" });
  tick(0);
  assert.deepEqual(posts.map(kinds), [["pause", "step"]]);
  mailbox.acknowledge({ [mailbox.viewer]: 1 });
  tick(2000);
  assert.deepEqual(kinds(posts.at(-1)), ["step"]);
  mailbox.acknowledge({ [mailbox.viewer]: 2 });
  const { length } = posts;
  tick(10_000);
  assert.equal(posts.length, length);
});

timed("what Python heard from somebody else acknowledges nothing", (tick) => {
  const posts = [];
  const mailbox = new Mailbox((messages) => posts.push(messages));
  mailbox.put({ kind: "play" });
  tick(0);
  mailbox.acknowledge({ somebody: 9 });
  tick(2000);
  assert.ok(posts.length > 1);
});

timed("a newer message replaces those that it makes needless", (tick) => {
  const posts = [];
  const replaces = (next, waiting) => next.field === waiting.field;
  const mailbox = new Mailbox((messages) => posts.push(messages), { replaces });
  mailbox.put({ field: "d_lr", value: 1 });
  mailbox.put({ field: "k", value: 2 });
  const number = mailbox.put({ field: "d_lr", value: 3 });
  tick(0);
  assert.deepEqual(
    posts[0].map(({ field, value }) => [field, value]),
    [
      ["k", 2],
      ["d_lr", 3],
    ],
  );
  assert.equal(posts[0].at(-1).number, number);
});

timed("a message that is given up is not posted again", (tick) => {
  const posts = [];
  const mailbox = new Mailbox((messages) => posts.push(messages));
  mailbox.put({ panel: 3 });
  tick(0);
  mailbox.drop(({ panel }) => panel > 1);
  tick(5000);
  assert.equal(posts.length, 1);
});

test("no two names are alike", () => {
  const names = new Set(Array.from({ length: 100 }, () => randomName(9)));
  assert.equal(names.size, 100);
  for (const name of names) assert.match(name, /^[0-9a-f]{18}$/);
});

timed("a request waits for the answer of the one before, and of those that wait the newest goes", (_tick) => {
  const posts = [];
  const channel = new RequestChannel((message) => posts.push(message));
  channel.send({ setting: 1 });
  channel.send({ setting: 2 });
  channel.send({ setting: 3 });
  assert.deepEqual(
    posts.map(({ setting }) => setting),
    [1],
  );
  channel.answered({ [channel.viewer]: posts[0].number });
  assert.deepEqual(
    posts.map(({ setting }) => setting),
    [1, 3],
  );
  channel.answered({ [channel.viewer]: posts[1].number });
  assert.ok(channel.idle);
});

timed("a request without an answer is asked again, under a new number", (tick) => {
  const posts = [];
  const channel = new RequestChannel((message) => posts.push(message));
  channel.send({ setting: 1 });
  tick(3000);
  assert.equal(posts.length, 2);
  assert.ok(posts[1].number > posts[0].number);
  channel.close();
  tick(10_000);
  assert.equal(posts.length, 2);
});
