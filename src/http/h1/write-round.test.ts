import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { WriteRound } from "./write-round.ts";

test("what is added in one turn is written behind it, in order", async () => {
  const round = new WriteRound();
  const written: string[] = [];
  const writer = (name: string): { writeNow: () => void } => ({ writeNow: () => void written.push(name) });
  round.add(writer("one"));
  await Promise.resolve();
  round.add(writer("two"));
  assert.deepEqual(written, []);
  await setImmediate();
  assert.deepEqual(written, ["one", "two"]);
  round.add(writer("three"));
  await setImmediate();
  assert.deepEqual(written, ["one", "two", "three"]);
});

test("what is added while others are written has a round of its own", async () => {
  const round = new WriteRound();
  const written: string[] = [];
  round.add({
    writeNow: () => {
      written.push("first");
      round.add({ writeNow: () => void written.push("second") });
    },
  });
  await setImmediate();
  assert.deepEqual(written, ["first"]);
  await setImmediate();
  assert.deepEqual(written, ["first", "second"]);
});
