// Tests of owner-line.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type LaterOrder, OwnerLine } from "./owner-line.ts";

test("what the owner says while a process starts is done once it serves, in its order", () => {
  const line = new OwnerLine(() => undefined);
  const done: string[] = [];
  const say = (...kinds: readonly ("prices" | "empty_cache" | "drain")[]): void => {
    for (const kind of kinds) line.hear({ kind });
  };
  say("prices", "empty_cache");
  line.begin((order: LaterOrder) => void done.push(order.kind));
  assert.deepEqual(done, ["prices", "empty_cache"]);
  say("drain");
  assert.deepEqual(done, ["prices", "empty_cache", "drain"]);
});

test("a question has no answer once the owner is gone, or where too many wait", async () => {
  const line = new OwnerLine(() => undefined);
  const asked = Array.from({ length: 300 }, () => line.askAlive("a"));
  line.answered(1, true);
  line.end();
  const answers = await Promise.all(asked);
  assert.equal(answers[0], true);
  assert.ok(answers.slice(1).every((answer) => answer === undefined));
});
