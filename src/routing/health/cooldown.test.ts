// Tests of the cool-downs: lengths, growth, bounds and the way over a restart.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { CooldownClass } from "../saved-cooldown.ts";
import { Cooldowns } from "./cooldown.ts";
import { COOLDOWN_DEFAULTS } from "./cooldown-state.ts";

function setUp(options = COOLDOWN_DEFAULTS) {
  const held = { now: 5_000_000, wall: 1_700_000_000_000 };
  const clock = { nowMs: () => held.now, wallMs: () => held.wall, random: () => 0 };
  return { held, clock, cooldowns: new Cooldowns(clock, options) };
}

const MODEL = { endpoint: "a", credential: 1, model: "m" };
const KEY = { endpoint: "a", credential: 1, model: undefined };

test("a rate limit cools one model under one key, a dead key cools all of it", () => {
  const { held, cooldowns } = setUp();
  cooldowns.set(MODEL, "rate_limited", 2_000);
  assert.equal(cooldowns.reason("a", 1, "m"), "rate_limited");
  assert.equal(cooldowns.untilMs("a", 1, "m"), held.now + 2_000);
  assert.equal(cooldowns.reason("a", 1, "other"), undefined);
  assert.equal(cooldowns.reason("a", 2, "m"), undefined);
  assert.equal(cooldowns.untilMs("b", 1, "m"), 0);
  cooldowns.set(KEY, "dead_key");
  assert.equal(cooldowns.reason("a", 1, "m"), "dead_key");
  assert.equal(cooldowns.untilMs("a", 1, "other"), held.now + 600_000);
  held.now += 600_000;
  assert.equal(cooldowns.reason("a", 1, "other"), undefined);
});

const lengths: readonly [CooldownClass, number | undefined, number][] = [
  ["rate_limited", undefined, 5_000],
  ["rate_limited", 0, 1_000],
  ["rate_limited", -5, 1_000],
  ["rate_limited", 30_000, 30_000],
  ["rate_limited", 1e12, 3_600_000],
  ["dead_key", undefined, 600_000],
  ["quota", undefined, 600_000],
  ["quota", 1e12, 600_000],
  ["model_missing", undefined, 600_000],
];
for (const [why, hintMs, expectedMs] of lengths) {
  test(`${why} with hint ${hintMs} lasts ${expectedMs} ms`, () => {
    assert.equal(setUp().cooldowns.set(MODEL, why, hintMs), expectedMs);
  });
}

test("guesses double to a minute, not for refusals of the same wave, and start anew after a success", () => {
  const { held, cooldowns } = setUp();
  const seen: number[] = [];
  for (let round = 0; round < 6; round++) {
    seen.push(cooldowns.set(MODEL, "rate_limited"));
    held.now += 1_000;
    assert.equal(
      cooldowns.set(MODEL, "rate_limited"),
      (seen.at(-1) ?? 0) - 1_000,
      "a second refusal at once",
    );
    held.now = cooldowns.untilMs("a", 1, "m");
  }
  assert.deepEqual(seen, [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  cooldowns.recordSuccess(MODEL, held.now);
  assert.equal(cooldowns.set(MODEL, "rate_limited"), 5_000);
});

test("a success ends a cool-down only when its attempt began later", () => {
  const { held, cooldowns } = setUp();
  cooldowns.set(KEY, "dead_key");
  cooldowns.recordSuccess(MODEL, held.now - 1);
  assert.equal(cooldowns.reason("a", 1, "m"), "dead_key");
  held.now += 10;
  cooldowns.recordSuccess(MODEL, held.now);
  assert.equal(cooldowns.reason("a", 1, "m"), undefined);
  assert.equal(cooldowns.size, 0);
});

test("a longer cool-down is not shortened by a later hint", () => {
  const { cooldowns } = setUp();
  cooldowns.set(MODEL, "rate_limited", 60_000);
  assert.equal(cooldowns.set(MODEL, "rate_limited", 1_000), 60_000);
  assert.equal(cooldowns.set(MODEL, "quota"), 600_000);
  assert.equal(cooldowns.reason("a", 1, "m"), "quota");
});

test("rediscovery brings missing models back, a replaced key or a removed endpoint is forgotten", () => {
  const { cooldowns } = setUp();
  cooldowns.set(MODEL, "model_missing");
  cooldowns.set({ ...MODEL, credential: 2 }, "quota");
  cooldowns.forgetMissingModels("a", () => true);
  assert.deepEqual([cooldowns.reason("a", 1, "m"), cooldowns.reason("a", 2, "m")], [undefined, "quota"]);
  cooldowns.forget("a", 1);
  assert.equal(cooldowns.size, 1);
  cooldowns.forget("a");
  assert.equal(cooldowns.size, 0);
});

test("when there are too many, those that are over go first, then the oldest", () => {
  const { held, cooldowns } = setUp({ ...COOLDOWN_DEFAULTS, maxEntries: 3 });
  cooldowns.set({ ...MODEL, model: "oldest" }, "quota");
  cooldowns.set({ ...MODEL, model: "over" }, "rate_limited", 1_000);
  cooldowns.set({ ...MODEL, model: "next" }, "quota");
  held.now += 1_000;
  const models = () => cooldowns.snapshot().map((cooldown) => cooldown.model);
  cooldowns.set({ ...MODEL, model: "newer" }, "quota");
  assert.deepEqual(models(), ["oldest", "next", "newer"]);
  cooldowns.set({ ...MODEL, model: "newest" }, "quota");
  assert.deepEqual(models(), ["next", "newer", "newest"]);
});

test("property: the number of entries is bounded and the newest is always kept", () => {
  const { held, cooldowns } = setUp({ ...COOLDOWN_DEFAULTS, maxEntries: 8 });
  const one = fc.record({
    endpoint: fc.constantFrom("a", "b"),
    credential: fc.nat(2),
    model: fc.option(fc.string(), { nil: undefined }),
  });
  fc.assert(
    fc.property(one, fc.nat(3_000), (scope, waitMs) => {
      held.now += waitMs;
      cooldowns.set(scope, "rate_limited");
      assert.ok(cooldowns.size <= 8);
      assert.ok(cooldowns.untilMs(scope.endpoint, scope.credential, scope.model ?? "any") > held.now);
    }),
  );
});

test("survives a restart through JSON, from wall-clock to monotonic time", () => {
  const before = setUp();
  before.cooldowns.set(MODEL, "rate_limited", 30_000);
  before.cooldowns.set({ ...KEY, credential: 2 }, "dead_key");
  before.cooldowns.set({ ...KEY, credential: 3 }, "dead_key");
  before.cooldowns.set({ ...MODEL, endpoint: "b" }, "rate_limited", 1_000);
  const json = JSON.stringify(before.cooldowns.exportState((_endpoint, credential) => `key${credential}`));
  const after = setUp();
  after.held.now = 7;
  after.held.wall += 2_000;
  const fingerprintOf = (_endpoint: string, credential: number) =>
    credential === 3 ? "replaced" : `key${credential}`;
  assert.equal(after.cooldowns.importState(JSON.parse(json), fingerprintOf), 2);
  assert.deepEqual(after.cooldowns.snapshot(), [
    { endpoint: "a", credential: 1, model: "m", untilMs: 28_007, class: "rate_limited" },
    { endpoint: "a", credential: 2, model: undefined, untilMs: 598_007, class: "dead_key" },
  ]);
});

test("import of garbage takes nothing, a wall clock an hour off stays within the bounds", () => {
  const { held, cooldowns } = setUp();
  const none = () => "key";
  const good = { ...MODEL, fingerprint: "key", class: "dead_key", untilWallMs: held.wall + 9e9 };
  const bad = [
    null,
    1,
    "x",
    {},
    { ...good, class: "x" },
    { ...good, endpoint: 1 },
    { ...good, untilWallMs: "x" },
    { ...good, model: 5 },
  ];
  for (const saved of [undefined, null, "x", {}, bad]) assert.equal(cooldowns.importState(saved, none), 0);
  assert.equal(cooldowns.importState([good], none), 1);
  assert.equal(cooldowns.untilMs("a", 1, "m"), held.now + 600_000);
});
