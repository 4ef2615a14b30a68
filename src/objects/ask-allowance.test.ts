// Tests of ask-allowance.ts and absent-ids.ts: bounds that time takes away again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldClock } from "../../test/support/held-clock.ts";
import { AbsentIds } from "./absent-ids.ts";
import { AskAllowance } from "./ask-allowance.ts";

function taken(allowance: AskAllowance, client: string, count: number): number {
  return Array.from({ length: count }, () => allowance.tryTake(client)).filter(Boolean).length;
}

test("a client may ask some times at once, then once a second", () => {
  const clock = new HeldClock();
  const allowance = new AskAllowance(clock);
  assert.equal(taken(allowance, "one", 100), 20);
  clock.advance(3_000);
  assert.equal(taken(allowance, "one", 100), 3);
  assert.equal(taken(allowance, "two", 100), 20);
});

test("all together may ask three times as often as one", () => {
  const clock = new HeldClock();
  const allowance = new AskAllowance(clock);
  let all = 0;
  for (let index = 0; index < 5_000; index++) all += taken(allowance, `client ${index}`, 1);
  assert.equal(all, 60);
  clock.advance(2_000);
  assert.equal(taken(allowance, "another", 100), 10);
});

test("several processes share what may be asked, and each may ask once at least", () => {
  const clock = new HeldClock();
  assert.equal(taken(new AskAllowance(clock, 4), "one", 100), 5);
  const one = new AskAllowance(clock, 64);
  assert.equal(taken(one, "one", 100), 1);
  clock.advance(64_000);
  assert.equal(taken(one, "one", 100), 1);
});

test("an id that nobody has is remembered for a minute, and of many the newest", () => {
  const clock = new HeldClock();
  const absent = new AbsentIds(clock);
  for (let index = 0; index < 10_001; index++) absent.add(`id ${index}`);
  assert.ok(!absent.has("id 0") && absent.has("id 1"));
  clock.advance(60_000);
  assert.ok(!absent.has("id 1"));
});
