// Tests of `plan-change.ts` and `change-words.ts`: what the `reload` line says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEndpoint, makePlan, makeSettings } from "../../test/support/routing-fixtures.ts";
import type { Endpoint, RoutingPlan } from "../routing/model.ts";
import { WIRES } from "../wires/registry/wires.ts";
import { changeWords } from "./change-words.ts";
import { planChanges } from "./plan-change.ts";

function endpoint(name: string, change: Partial<Endpoint> = {}): Endpoint {
  return makeEndpoint(name, { credentials: [{ id: 1, apiKey: undefined }], ...change });
}

function plan(endpoints: readonly Endpoint[], change: Partial<RoutingPlan> = {}): RoutingPlan {
  return makePlan(endpoints, change);
}

function describePlanChange(before: RoutingPlan, after: RoutingPlan): string {
  return changeWords(planChanges(before, after));
}

test("nothing changed, not even where a line stands in the file", () => {
  const moved = endpoint("a", { definedAt: "config.yaml:9" });
  assert.equal(describePlanChange(plan([endpoint("a")]), plan([moved])), "");
});

test("endpoints come, go and change their weight", () => {
  const before = plan([endpoint("local", { weight: 2 }), endpoint("old")]);
  const after = plan([endpoint("local", { weight: 3 }), endpoint("groq")]);
  assert.equal(describePlanChange(before, after), "+1 endpoint (groq), -1 endpoint (old), weight local 2→3");
});

test("a new key is named, not shown", () => {
  const changed = endpoint("a", { credentials: [{ id: 1, apiKey: "sk-canary" }], enabled: false });
  assert.equal(describePlanChange(plan([endpoint("a")]), plan([changed])), "a disabled, a: new api_key");
});

test("a new api is named, but not where a new address brings it", () => {
  const before = plan([endpoint("a")]);
  const changed = endpoint("a", { wire: WIRES.anthropic });
  assert.equal(describePlanChange(before, plan([changed])), "a: new api");
  const moved = { ...changed, baseUrl: "http://b.test/v1" };
  assert.equal(describePlanChange(before, plan([moved])), "a: new base_url");
});

test("overrides and the mode", () => {
  const override = (name: string, weight: number) => ({
    name,
    targets: [{ kind: "every", weight } as const],
    definedAt: "",
  });
  const before = plan([], { overrides: [override("fast", 1), override("big", 1)] });
  const after = plan([], { overrides: [override("fast", 2), override("new", 1)], mode: "prefix" });
  assert.equal(
    describePlanChange(before, after),
    "+1 override (new), -1 override (big), override fast changed, mode merge→prefix",
  );
});

test("limits, tiers, fallbacks and settings of models", () => {
  const steps = [{ model: "n", on: ["unavailable"] }] as const;
  const before = plan([endpoint("a")], {
    fallbacks: [{ name: "m", steps, definedAt: "config.yaml:1" }],
  });
  const after = plan([endpoint("a", { priority: 2, maxInFlight: 4, caPem: "PEM" })], {
    fallbacks: [
      { name: "m", steps: [], definedAt: "config.yaml:2" },
      { name: "o", steps, definedAt: "config.yaml:3" },
    ],
    models: [makeSettings({ attempts: 1 })],
  });
  assert.equal(
    describePlanChange(before, after),
    "a: new priority and limits and ca_file, +1 fallback (o), fallback m changed, settings of models changed",
  );
  assert.equal(describePlanChange(before, before), "");
});
