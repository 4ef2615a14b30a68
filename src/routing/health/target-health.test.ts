// Tests of the tiers and of the health they ask: who is let in, in what state of the world.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { listedBy, makeEndpoint, makePlan } from "../../../test/support/routing-fixtures.ts";
import { Rotations } from "../balancer.ts";
import { weighted } from "../choice/strategy.ts";
import type { Endpoint, Model, Target } from "../model.ts";
import type { CooldownClass } from "../saved-cooldown.ts";
import { RoutingTable } from "../table/table.ts";
import { Cooldowns } from "./cooldown.ts";
import { type Served, TargetHealth } from "./target-health.ts";
import { admit } from "./tiers.ts";

function served(target: Target, startedMs: number): Served {
  return { target, credential: target.endpoint.credentials[0], startedMs, operation: "chat" };
}

function setUp(
  given: Readonly<Record<string, Partial<Endpoint>>>,
  priorities: Readonly<Record<string, number>> = {},
) {
  const held = { now: 1_000_000 };
  const clock = { nowMs: () => held.now, wallMs: () => 0, random: () => 0 };
  const health = new TargetHealth(clock, new Cooldowns(clock));
  const endpoints = Object.entries(given).map(([name, more]) =>
    makeEndpoint(name, { priority: priorities[name] ?? 1, ...more }),
  );
  const lists = endpoints.map((endpoint) => listedBy(endpoint.name, "m", "other"));
  const table = new RoutingTable(makePlan(endpoints), lists, new Rotations());
  const model = table.resolve("m");
  const other = table.resolve("other");
  assert.ok(model && other);
  const target = (name: string, of: Model = model): Target => {
    const found = of.targets.find((one) => one.endpoint.name === name);
    assert.ok(found);
    return found;
  };
  const eject = (name: string, wasSent = true) => {
    for (let strike = 0; strike < 3; strike++) health.recordStrike(target(name), wasSent, held.now);
  };
  const cool = (name: string, why: CooldownClass, credential = 1) => {
    health.cooldowns.set({ endpoint: name, credential, model: undefined }, why);
  };
  const letIn = (...tried: string[]) => {
    const filter = admit(health, model, { isTried: (one) => tried.includes(one.endpoint.name) });
    const names = model.targets.filter((one) => !filter.isExcluded(one)).map((one) => one.endpoint.name);
    return `${filter.admission}: ${names.join(" ")}`.trim();
  };
  return { held, health, model, other, target, eject, cool, letIn };
}

const THREE = { a: {}, b: {}, c: {} };

test("the next tier is used only when no target of this one is available", () => {
  const { letIn, eject, cool, held } = setUp(THREE, { c: 2 });
  assert.equal(letIn(), "normal: a b");
  assert.equal(letIn("a"), "normal: b");
  assert.equal(letIn("a", "b"), "normal: c");
  eject("a");
  cool("b", "rate_limited");
  assert.equal(letIn(), "normal: c");
  held.now += 5_000;
  assert.equal(letIn(), "normal: b");
});

test("a draining target is let in before panic, and only when nothing else can serve", () => {
  const { letIn, eject, health, model } = setUp({ a: {}, b: { weight: 0 } });
  const filter = admit(health, model, { isTried: undefined });
  assert.equal(filter.admission, "normal");
  assert.equal(
    weighted.pick(model, {
      isExcluded: filter.isExcluded,
      weightFactor: undefined,
      isStream: false,
      stickyKey: undefined,
    })?.key,
    "a/m",
  );
  eject("a");
  assert.equal(letIn(), "normal: b");
  eject("b");
  assert.equal(letIn(), "panic: a");
});

test("panic: all ejected, the least recently failed first, going round", () => {
  const { letIn, eject, held, health, target } = setUp(THREE);
  for (const name of ["b", "c", "a"]) {
    eject(name);
    held.now += 100;
  }
  assert.equal(letIn(), "panic: b");
  assert.equal(letIn("b"), "panic: c");
  health.recordStrike(target("b"), true, held.now);
  assert.equal(letIn(), "panic: c");
  assert.equal(letIn("a", "b", "c"), "none:");
});

test("panic passes over dead keys and empty accounts unless there is nothing else", () => {
  const { letIn, eject, cool } = setUp(THREE);
  cool("a", "dead_key");
  cool("b", "quota");
  eject("b");
  eject("c");
  assert.equal(letIn(), "panic: c");
  assert.equal(letIn("c"), "last_resort: a");
});

test("a filter says what it said, whoever asks meanwhile", () => {
  const { eject, health, model, other } = setUp(THREE, { c: 2 });
  const first = admit(health, model, { isTried: (one) => one.endpoint.name === "a" });
  const second = admit(health, other, { isTried: undefined });
  eject("a");
  const third = admit(health, model, { isTried: (one) => one.endpoint.name !== "c" });
  const letIn = (of: Model, filter: typeof first) =>
    of.targets.filter((one) => !filter.isExcluded(one)).map((one) => one.endpoint.name);
  assert.deepEqual(
    [letIn(model, first), letIn(other, second), letIn(model, third)],
    [["b"], ["a", "b"], ["c"]],
  );
});

test("rate limits are never ignored: the client is told to wait", () => {
  const { letIn, cool, health, target, held } = setUp(THREE);
  cool("a", "dead_key");
  cool("b", "rate_limited");
  cool("c", "model_missing");
  assert.equal(letIn(), "none:");
  assert.equal(health.recoversMs(target("b")), held.now + 5_000);
});

test("an exhausted target is last of its tier, and still before the next", () => {
  const { letIn, health, target, held } = setUp(THREE, { c: 2 });
  health.markExhausted(target("a"), 2_000);
  assert.equal(letIn(), "normal: b");
  assert.equal(letIn("b"), "normal: a");
  held.now += 2_000;
  assert.equal(letIn(), "normal: a b");
});

test("a broken model takes no other model with it; a dead endpoint is out for all of them", () => {
  const { eject, health, target, other } = setUp(THREE);
  eject("a", true);
  assert.equal(health.availability(target("a")), "ejected");
  assert.equal(health.availability(target("a", other)), "ok");
  eject("b", false);
  assert.equal(health.availability(target("b", other)), "ejected");
});

test("one probe at a time, and a success lets the target back with a tenth of its weight", () => {
  const { eject, health, target, held, letIn } = setUp(THREE);
  eject("a", false);
  assert.equal(health.acquireProbe(target("a")), undefined);
  held.now += 10_000;
  assert.equal(letIn(), "normal: a b c");
  const probe = health.acquireProbe(target("a"));
  assert.ok(probe);
  assert.equal(letIn(), "normal: b c");
  probe.release();
  assert.ok(health.acquireProbe(target("a")));
  health.recordSuccess(served(target("a"), held.now));
  assert.equal(letIn(), "normal: a b c");
  assert.equal(health.weightFactor(target("a")), 0.1);
  assert.equal(health.isProven(target("a")), true);
});

test("keys take turns; cooling ones are passed over; with none free the one that is back first", () => {
  const credentials = [1, 2, 3].map((id) => ({ id, apiKey: `key${id}` }));
  const [first, ...rest] = credentials;
  assert.ok(first);
  const { health, target, cool, letIn, held } = setUp({ a: { credentials: [first, ...rest] } });
  const take = (count: number) =>
    Array.from({ length: count }, () => health.takeCredential(target("a")).id).join(" ");
  assert.equal(take(4), "1 2 3 1");
  cool("a", "dead_key", 2);
  assert.equal(take(4), "3 1 3 1");
  cool("a", "rate_limited", 3);
  cool("a", "dead_key", 1);
  assert.equal(letIn(), "none:");
  assert.equal(take(2), "3 3");
  held.now += 5_000;
  assert.equal(letIn(), "normal: a");
});

test("a disabled endpoint is out, and what is in no table is forgotten", () => {
  const { health, target, eject, cool } = setUp({ a: { enabled: true }, b: {} });
  assert.equal(
    health.availability({ ...target("b"), endpoint: makeEndpoint("b", { enabled: false }) }),
    "disabled",
  );
  eject("a", true);
  eject("a", false);
  cool("a", "quota");
  health.retain(
    (name) => name === "b",
    (key) => key === "b/m",
  );
  assert.equal(health.availability(target("a")), "ok");
});

test("property: while one target is available none but available ones are let in, and after all waits all come back", () => {
  const events = fc.array(
    fc.record({
      name: fc.constantFrom("a", "b", "c"),
      kind: fc.constantFrom(
        "strike",
        "refused",
        "success",
        "rate_limited",
        "dead_key",
        "quota",
        "model_missing",
      ),
      waitMs: fc.nat(8_000),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(events, (history) => {
      const { health, held, target, model, cool } = setUp(THREE, { c: 2 });
      const pick = () => {
        const filter = admit(health, model, { isTried: undefined });
        return {
          admission: filter.admission,
          picked: weighted.pick(model, {
            isExcluded: filter.isExcluded,
            weightFactor: (one) => health.weightFactor(one),
            isStream: false,
            stickyKey: undefined,
          }),
        };
      };
      for (const { name, kind, waitMs } of history) {
        held.now += waitMs;
        const one = target(name);
        if (kind === "success") health.recordSuccess(served(one, held.now));
        else if (kind === "strike" || kind === "refused")
          health.recordStrike(one, kind === "strike", held.now);
        else cool(name, kind);
        const isAnyOk = model.targets.some((any) => health.availability(any) === "ok");
        const { admission, picked } = pick();
        assert.equal(admission === "normal", isAnyOk);
        assert.equal(picked === undefined, admission === "none");
        if (isAnyOk && picked !== undefined) assert.equal(health.availability(picked), "ok");
      }
      held.now += 3_600_000;
      for (const one of model.targets) {
        assert.equal(health.availability(one), "ok");
        health.acquireProbe(one);
        health.recordSuccess(served(one, held.now));
      }
      held.now += 30_000;
      for (const one of model.targets) {
        assert.equal(health.availability(one), "ok");
        assert.equal(health.weightFactor(one), 1);
      }
    }),
  );
});
