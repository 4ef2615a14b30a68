// What is kept by names that clients may choose, or by what they do, has bounds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { TargetLoads } from "./choice/target-load.ts";
import { Allowances } from "./health/allowances.ts";
import { Impatience } from "./health/impatience.ts";
import { Rechecks } from "./health/rechecks.ts";
import { Suspicions } from "./health/suspicion.ts";

const MANY = 30_000;

function heldClock() {
  const held = { now: 1_000_000 };
  return { held, clock: { nowMs: () => held.now, wallMs: () => held.now, random: () => 0 } };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `a/${number}`);
}

test("spent allowances are kept for so many targets, and for an hour at most", () => {
  const { clock, held } = heldClock();
  const allowances = new Allowances(clock);
  for (const name of names(MANY)) allowances.markSpent(name, 1e12);
  assert.equal(allowances.size, 10_000);
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0]) allowances.markSpent("a/odd", odd);
  held.now += 3_600_001;
  assert.equal(allowances.untilMs("a/odd"), undefined);
  assert.equal(allowances.untilMs(`a/${MANY - 1}`), undefined);
});

test("loads are kept for so many targets, and none that is under way is forgotten", () => {
  const { clock } = heldClock();
  const loads = new TargetLoads(clock);
  const busy = loads.of("a/busy");
  busy.begin();
  for (const name of names(MANY)) loads.of(name);
  assert.equal(loads.of("a/busy"), busy);
  assert.ok(loads.snapshot().length <= 10_000);
});

test("suspicions and looks at limits are kept for so many", () => {
  const { clock } = heldClock();
  const suspicions = new Suspicions(clock);
  const rechecks = new Rechecks(clock);
  for (const name of names(MANY)) {
    suspicions.accuse(name, "a", { class: "model_missing", witness: name });
    rechecks.noteRefusal(name, { client: name, request: name }, false);
  }
  assert.equal(suspicions.size, 1_000);
  assert.equal(rechecks.size, 10_000);
});

test("usual waits and rows of walkouts are kept for so many, and go with their endpoint", () => {
  const { clock, held } = heldClock();
  const impatience = new Impatience(clock);
  for (const targetKey of names(MANY)) {
    const walkout = { endpoint: "a", targetKey, operation: "chat", isStream: false, startedMs: held.now };
    impatience.noteAnswer(walkout);
    held.now += 1_000;
    impatience.noteWalkout(walkout);
  }
  assert.deepEqual(impatience.sizes, { usual: 10_000, endpointRows: 1, targetRows: 1_000 });
  impatience.retain(() => false);
  assert.deepEqual(impatience.sizes, { usual: 0, endpointRows: 0, targetRows: 0 });
});
