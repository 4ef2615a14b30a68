// Tests of the rest of an answer that nobody wants: how much of it is read, how long, and which words are kept.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Leftover } from "./leftover.ts";

/** A rest of which some bytes were read before; `cancelled` counts how often its connection was closed. */
function rest(t: TestContext, readBytes = 0): { readonly leftover: Leftover; cancelled: number } {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const made = {
    cancelled: 0,
    leftover: new Leftover(() => {
      made.cancelled += 1;
    }, readBytes),
  };
  return made;
}

test("an answer that ends in time leaves its connection open", (t) => {
  const made = rest(t);
  assert.equal(made.leftover.onData(Buffer.from("a little more")), true);
  made.leftover.onEnd();
  t.mock.timers.tick(60_000);
  assert.equal(made.cancelled, 0);
});

test("so does one whose connection fails by itself", (t) => {
  const made = rest(t);
  made.leftover.onFailure();
  t.mock.timers.tick(60_000);
  assert.equal(made.cancelled, 0);
});

test("one that goes on for a second is given up", (t) => {
  const made = rest(t);
  t.mock.timers.tick(999);
  assert.equal(made.cancelled, 0);
  t.mock.timers.tick(1);
  assert.equal(made.cancelled, 1);
});

test("one that is longer than 64 KiB is given up, what was read before included, and once", (t) => {
  const made = rest(t, 60 * 1024);
  made.leftover.onData(Buffer.alloc(4 * 1024 - 1));
  assert.equal(made.cancelled, 0);
  made.leftover.onData(Buffer.alloc(1));
  made.leftover.onData(Buffer.alloc(64 * 1024));
  t.mock.timers.tick(60_000);
  assert.equal(made.cancelled, 1);
});

test("its beginning is there when no more of it comes, and later too", async (t) => {
  const made = rest(t);
  const beginning = made.leftover.beginning();
  made.leftover.onData(Buffer.from("some "));
  made.leftover.onData(Buffer.from("words"));
  made.leftover.onEnd();
  assert.equal((await beginning).toString(), "some words");
  assert.equal((await made.leftover.beginning()).toString(), "some words");
});

test("its beginning is there after a second at the latest, and is bounded", async (t) => {
  const made = rest(t);
  for (let piece = 0; piece < 4; piece += 1) made.leftover.onData(Buffer.alloc(5 * 1024, "x"));
  const beginning = made.leftover.beginning();
  t.mock.timers.tick(1_000);
  assert.equal((await beginning).length, 10 * 1024);
});
