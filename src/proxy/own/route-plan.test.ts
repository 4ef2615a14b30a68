// The dry run over tables with tiers and draining targets, in health.

import assert from "node:assert/strict";
import { test } from "node:test";
import { listedBy, makeEndpoint, makePlan } from "../../../test/support/routing-fixtures.ts";
import { english } from "../../language/messages.ts";
import { Rotations } from "../../routing/balancer.ts";
import type { Endpoint } from "../../routing/model.ts";
import { RoutingTable } from "../../routing/table/table.ts";
import { planOf } from "./route-plan.ts";

type Row = readonly [endpoint: string, share: number, skipped: string | null];

function plan(...endpoints: readonly Endpoint[]): { readonly next: string | null; readonly rows: Row[] } {
  const lists = endpoints.map(({ name }) => listedBy(name, "m"));
  const model = new RoutingTable(makePlan(endpoints), lists, new Rotations()).resolve("m");
  assert.ok(model !== undefined);
  const { next, candidates } = planOf(model);
  return {
    next,
    rows: candidates.map((one) => [
      one.endpoint,
      one.share_percent,
      one.skipped === null ? null : english(one.skipped),
    ]),
  };
}

test("a later tier has no share and is not next, however large its weight", () => {
  const a = makeEndpoint("a", { priority: 2, weight: 100 });
  const b = makeEndpoint("b", { weight: 2 });
  const c = makeEndpoint("c", { weight: 1 });
  const { next, rows } = plan(a, b, c);
  assert.equal(next, "b");
  assert.deepEqual(rows, [
    ["a", 0, "of a later tier (priority 2)"],
    ["b", 66.67, null],
    ["c", 33.33, null],
  ]);
});

test("a draining target is last, whatever its tier", () => {
  const { next, rows } = plan(makeEndpoint("a", { weight: 0 }), makeEndpoint("b", { priority: 2 }));
  assert.equal(next, "b");
  assert.deepEqual(rows, [
    ["a", 0, "draining (weight 0)"],
    ["b", 100, null],
  ]);
});

test("where all drain they share evenly", () => {
  const { next, rows } = plan(makeEndpoint("a", { weight: 0 }), makeEndpoint("b", { weight: 0 }));
  assert.equal(next, "a");
  assert.deepEqual(rows, [
    ["a", 50, null],
    ["b", 50, null],
  ]);
});
