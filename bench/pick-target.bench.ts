// What finding and picking a target costs with few and with many models. Run: node bench/pick-target.bench.ts

import { pickTarget, Rotations } from "../src/routing/balancer.ts";
import type { EndpointModels } from "../src/routing/model.ts";
import { RoutingTable } from "../src/routing/table/table.ts";
import { listedBy, makeEndpoint, makePlan } from "../test/support/routing-fixtures.ts";

const ROUNDS = 7;
const PICKS = 1_000_000;

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
