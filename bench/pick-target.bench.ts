// What finding and picking a target costs: with few and with many models, and where more than the rotation has a say.
// Run: node bench/pick-target.bench.ts

import { systemClock } from "../src/core/clock.ts";
import type { Log } from "../src/core/summary.ts";
import { Targets } from "../src/proxy/target/targets.ts";
import { pickTarget, Rotations } from "../src/routing/balancer.ts";
import type { ConfiguredStrategy, EndpointModels, Model } from "../src/routing/model.ts";
import { RoutingTable } from "../src/routing/table/table.ts";
import { listedBy, makeEndpoint, makePlan, makeSettings } from "../test/support/routing-fixtures.ts";

const ROUNDS = 40;
const PICKS = 100_000;

function tableWith(count: number): RoutingTable {
  const endpoints = [makeEndpoint("a", { weight: 10 }), makeEndpoint("b", { weight: 5 })];
  const ids = Array.from({ length: count }, (_, index) => `model-${index}`);
  const lists: EndpointModels[] = endpoints.map((endpoint) => listedBy(endpoint.name, ...ids));
  return new RoutingTable(makePlan(endpoints), lists, new Rotations());
}

/** Nanoseconds a pick, the best of some rounds; the names asked for go round the first ten. */
function measure(table: RoutingTable): number {
  const names = Array.from({ length: 10 }, (_, index) => `model-${index}`);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    for (let pick = 0; pick < PICKS; pick++) {
      const model = table.resolve(names[pick % 10] ?? "");
      if (model !== undefined) pickTarget(model, undefined);
    }
    best = Math.min(best, ((performance.now() - startedMs) * 1e6) / PICKS);
  }
  return best;
}

for (const count of [10, 10_000]) {
  process.stdout.write(
    `${count} models: ${measure(tableWith(count)).toFixed(0)} ns to resolve a name and pick a target\n`,
  );
}

const SILENT: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  flush: () => Promise.resolve(),
};

/** A model of three targets, two of them in the first tier where there are tiers. */
function modelOf(strategy: ConfiguredStrategy, isTiered: boolean): Model {
  const endpoints = ["a", "b", "c"].map((name) =>
    makeEndpoint(name, { priority: isTiered && name === "c" ? 2 : 1 }),
  );
  const lists = endpoints.map(({ name }) => listedBy(name, "m"));
  const plan = makePlan(endpoints, { defaults: makeSettings({ strategy }) });
  const model = new RoutingTable(plan, lists, new Rotations()).resolve("m");
  if (model === undefined) throw new Error("the table has no such model");
  return model;
}

/** Nanoseconds a choice by all that is known, the best of some rounds. */
function measureChoice(model: Model, hasFailed: boolean): number {
  const targets = new Targets({ clock: systemClock, log: SILENT });
  const [first] = model.targets;
  // One strike ejects nothing, but from then on every target's health is asked.
  if (hasFailed && first !== undefined) targets.health.recordStrike(first, true, systemClock.nowMs());
  const request = { isTried: undefined, isStream: true, stickyKey: "session" };
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    for (let pick = 0; pick < PICKS; pick++) targets.chooser.pick(model, request);
    best = Math.min(best, ((performance.now() - startedMs) * 1e6) / PICKS);
  }
  return best;
}

for (const strategy of ["weighted", "least_in_flight", "fastest_first_token", "sticky"] as const) {
  const plain = measureChoice(modelOf(strategy, false), false).toFixed(0);
  const tiered = measureChoice(modelOf(strategy, true), false).toFixed(0);
  const failed = measureChoice(modelOf(strategy, true), true).toFixed(0);
  process.stdout.write(
    `${strategy}: ${plain} ns to choose one of three; ${tiered} ns with tiers; ${failed} ns after a strike\n`,
  );
}
