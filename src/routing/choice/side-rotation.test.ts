import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HeldClock } from "../../../test/support/held-clock.ts";
import { listedBy, makeEndpoint, makePlan } from "../../../test/support/routing-fixtures.ts";
import { pickTarget, Rotations } from "../balancer.ts";
import { Cooldowns } from "../health/cooldown.ts";
import { TargetHealth } from "../health/target-health.ts";
import type { Model } from "../model.ts";
import { RoutingTable } from "../table/table.ts";
import { SideRotation } from "./side-rotation.ts";

const FIRST = { isTried: undefined };

function modelOf(weights: readonly number[], rotations = new Rotations()): Model {
  const endpoints = weights.map((weight, index) => makeEndpoint(`e${index}`, { weight }));
  const lists = endpoints.map(({ name }) => listedBy(name, "m"));
  const model = new RoutingTable(makePlan(endpoints), lists, rotations).resolve("m");
  assert.ok(model);
  return model;
}

function make(): { health: TargetHealth; side: SideRotation } {
  const clock = new HeldClock();
  const health = new TargetHealth(clock, new Cooldowns(clock));
  return { health, side: new SideRotation(health) };
}

test("property: retries between them change nothing in the turns of first attempts", () => {
  const tables = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(tables, fc.array(fc.nat(3), { maxLength: 60 }), (weights, retries) => {
      const { side } = make();
      const plain = modelOf(weights);
      const disturbed = modelOf(weights);
      for (const count of retries) {
        const first = pickTarget(side.inTurn(disturbed, FIRST), undefined);
        assert.equal(first?.key, pickTarget(plain, undefined)?.key);
        const isTried = (target: unknown): boolean => target === first;
        for (let retry = 0; retry < count; retry += 1)
          assert.notEqual(pickTarget(side.inTurn(disturbed, { isTried }), isTried), first);
      }
    }),
  );
});

test("retries take turns by weight, over reloads, and a weight of before keeps nobody out", () => {
  const { side } = make();
  const rotations = new Rotations();
  const isTried = (target: { readonly key: string }): boolean => target.key === "e0/m";
  const retry = (model: Model): string | undefined => {
    return pickTarget(side.inTurn(model, { isTried }), isTried)?.endpoint.name;
  };
  const got = Array.from({ length: 6 }, () => retry(modelOf([1, 2, 1], rotations)));
  assert.deepEqual(got, ["e1", "e2", "e1", "e1", "e2", "e1"]);
  assert.equal(retry(modelOf([1, 1_000, 999], rotations)), "e1");
  const after = Array.from({ length: 8 }, () => retry(modelOf([1, 1, 1], rotations)));
  assert.ok(after.filter((name) => name === "e1").length >= 3, after.join());
});

test("an operation that is ejected somewhere turns aside, chat does not", () => {
  const { health, side } = make();
  const model = modelOf([1, 1, 1]);
  const isAside = (operation?: string): boolean => side.inTurn(model, { ...FIRST, operation }) !== model;
  const [target] = model.targets;
  assert.ok(target);
  for (let strike = 0; strike < 3; strike += 1) health.recordStrike(target, true, 0, "rerank");
  assert.deepEqual(
    [isAside("rerank"), isAside("embeddings"), isAside("chat"), isAside()],
    [true, false, false, false],
  );
});

test("a pick without effect moves neither rotation", () => {
  const { side } = make();
  const model = modelOf([1, 1]);
  const before = model.rotation.map(({ current }) => current);
  pickTarget(side.copyOf(model, FIRST), undefined);
  pickTarget(side.copyOf(model, { isTried: () => false }), undefined);
  assert.deepEqual(
    model.rotation.map(({ current }) => current),
    before,
  );
});
