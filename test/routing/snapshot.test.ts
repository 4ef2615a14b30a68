// What a snapshot says of a running gateway, and that taking one changes nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EndpointSnapshot, Snapshot } from "../../src/snapshot.ts";
import { apiError } from "../support/fakes/behaviours.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { chat, worldFor } from "../support/world.ts";

function endpointIn(snapshot: Snapshot, name: string): EndpointSnapshot {
  const found = snapshot.endpoints.find((endpoint) => endpoint.name === name);
  return found ?? assert.fail(`no endpoint ${name}`);
}

test("a gateway in health: lists, shares, listener and configuration", async (t) => {
  const world = await worldFor(t, {
    endpoints: {
      a: { config: { weight: 3, max_in_flight: 7 }, fake: { models: ["m"] } },
      b: { config: { models: ["m"] } },
    },
  });
  const snapshot = world.gateway.snapshot();
  const a = endpointIn(snapshot, "a");
  assert.deepEqual([a.isEnabled, a.weight, a.priority, a.keyCount], [true, 3, 1, 0]);
  assert.deepEqual([a.list.state, a.list.modelCount, a.list.reason], ["listed", 1, null]);
  assert.ok(a.list.ageMs !== null && a.list.tookMs !== null);
  assert.deepEqual(a.gate, { inFlight: 0, waiting: 0, refused: 0 });
  assert.deepEqual([a.breaker, a.rests, a.targets], [null, [], []]);
  const b = endpointIn(snapshot, "b");
  assert.deepEqual([b.list.state, b.list.ageMs, b.gate], ["static", null, null]);
  const [model, ...others] = snapshot.models;
  assert.deepEqual([model?.plan.model, model?.isListed, others], ["m", true, []]);
  assert.deepEqual(
    model?.plan.candidates.map(({ endpoint, share_percent }) => [endpoint, share_percent]),
    [
      ["a", 75],
      ["b", 25],
    ],
  );
  assert.deepEqual(snapshot.overload, {
    gate: { inFlight: 0, waiting: 0, refused: 0 },
    pressure: null,
    refusedForPressure: 0,
    bodyBytes: 0,
    waitingForRests: 0,
  });
  assert.deepEqual([snapshot.listener?.port, snapshot.listener?.refusedConnections], [world.port, 0]);
  assert.deepEqual([snapshot.config.kind, snapshot.isDraining, snapshot.version], ["none", false, null]);
});

test("what failed is seen: rests, breakers, retry budgets, loads", async (t) => {
  const world = await worldFor(t, {
    endpoints: {
      limited: { config: { models: ["m"], api_key: "sk-secret-of-limited" } },
      broken: { config: { models: ["m"] } },
      well: { config: { models: ["m"] } },
    },
    routing: { strategy: "least_in_flight" },
    health: { consecutive_failures: 1, active_probes: false },
  });
  world.fakes.limited.always(apiError(429, "rate_limit_exceeded", { "retry-after": "600" }));
  world.fakes.broken.always(apiError(500, null));
  for (let time = 0; time < 6; time++) assert.equal((await world.ask(chat())).status, 200);
  const snapshot = world.gateway.snapshot();
  const [rest] = endpointIn(snapshot, "limited").rests;
  assert.deepEqual([rest?.endpoint, rest?.key], ["limited", null]);
  const [target] = endpointIn(snapshot, "broken").targets;
  const [breaker] = target?.breakers ?? [];
  assert.deepEqual([target?.model, breaker?.operation, breaker?.state], ["m", "chat", "open"]);
  assert.ok(Date.parse(breaker?.until ?? "") > 0);
  assert.deepEqual(endpointIn(snapshot, "well").targets[0]?.load?.inFlight, 0);
  assert.ok((snapshot.models[0]?.retryBudget?.requestsInWindow ?? 0) > 0);
  const skipped = snapshot.models[0]?.plan.candidates.map(({ endpoint, rests }) => [endpoint, rests.length]);
  assert.deepEqual(skipped, [
    ["limited", 1],
    ["broken", 1],
    ["well", 0],
  ]);
  // A moment of the monotonic clock is another fraction of a millisecond on the wall's at each look.
  const withoutTimes = (plan: unknown): string => JSON.stringify(plan).replace(/"until":"[^"]*"/g, "");
  assert.equal(withoutTimes(snapshot.models[0]?.plan), withoutTimes(world.gateway.plan("m")));
});

test("it is plain data without a secret or an address, and taking it changes nothing", async (t) => {
  const world = await worldFor(t, {
    server: { api_keys: ["sk-client-secret"] },
    endpoints: {
      a: { config: { models: ["m"], api_key: "sk-secret-a", headers: { "x-team": "secret-team" } } },
      b: { config: { models: ["m"], api_key: "sk-secret-b" } },
    },
  });
  const { revision } = world.gateway.targets;
  const [first, second] = [world.gateway.snapshot(), world.gateway.snapshot()];
  const steady = ({ endpoints, models, notes, overload }: Snapshot): unknown => [
    endpoints,
    models,
    notes,
    overload,
  ];
  assert.deepEqual(steady(first), steady(second));
  assert.equal(world.gateway.targets.revision, revision);
  assert.equal(world.gateway.plan("m")?.next, "a");
  const text = JSON.stringify(first);
  assert.deepEqual(JSON.parse(text), first);
  for (const hidden of ["secret", world.fakes.a.url, world.fakes.b.url]) assert.ok(!text.includes(hidden));
});

test("a scope leaves models out, or takes some, also by a name that nobody lists", async (t) => {
  const { gateway } = await gatewayFor(t, {
    endpoints: [{ name: "a", base_url: "http://127.0.0.1:1/v1", models: ["m", "n"] }],
  });
  const namesOf = ({ models }: Snapshot): string[] => models.map(({ plan }) => plan.model);
  assert.deepEqual(namesOf(gateway.snapshot()), ["m", "n"]);
  assert.deepEqual(namesOf(gateway.snapshot({ models: "none" })), []);
  assert.deepEqual(namesOf(gateway.snapshot({ models: { named: ["a/m", "n"] } })), ["a/m", "n"]);
  assert.deepEqual(namesOf(gateway.snapshot({ models: { named: ["unknown"] } })), []);
});
