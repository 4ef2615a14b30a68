// Tests of `model-settings.ts`: the first entry that matches counts, and its times win one by one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEndpoint, makePlan, makeSettings } from "../../../test/support/routing-fixtures.ts";
import { fallbackOf, settingsOf, timeoutsOf } from "./model-settings.ts";

const PLAN = makePlan([makeEndpoint("a")], {
  models: [
    makeSettings({ pattern: "gpt-4", attempts: 1 }),
    makeSettings({ pattern: "gpt-*", attempts: 2 }),
    makeSettings({ pattern: "a/*", attempts: 4 }),
  ],
  defaults: makeSettings({ attempts: 9 }),
  fallbacks: [{ name: "m", steps: [{ model: "n", on: ["unavailable"] }], definedAt: "config.yaml:1" }],
});

for (const [name, attempts] of [
  ["gpt-4", 1],
  ["gpt-4o", 2],
  ["a/org/model:tag", 4],
  ["GPT-4", 9],
  ["", 9],
] as const) {
  test(`settings of ${JSON.stringify(name)}`, () => {
    assert.equal(settingsOf(PLAN, name).attempts, attempts);
  });
}

test("times of the model win over the endpoint's, one by one", () => {
  const endpoint = makeEndpoint("a");
  const settings = makeSettings({ timeouts: { idleMs: 1, firstEventMs: 2 } });
  assert.deepEqual(timeoutsOf(settings, endpoint), { ...endpoint.timeouts, idleMs: 1, firstEventMs: 2 });
});

test("a chain belongs to one name exactly", () => {
  assert.equal(fallbackOf(PLAN, "m")?.steps[0]?.model, "n");
  assert.equal(fallbackOf(PLAN, "n"), undefined);
});
