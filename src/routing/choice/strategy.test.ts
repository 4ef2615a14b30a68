// One table of cases for all strategies, then what each promises of its own.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { listedBy, makeEndpoint, makePlan } from "../../../test/support/routing-fixtures.ts";
import { pickTarget, Rotations } from "../balancer.ts";
import type { Model, Target } from "../model.ts";
import { RoutingTable } from "../table/table.ts";
import {
  fastestFirstToken,
  leastInFlight,
  type PickHints,
  type Strategy,
  sticky,
  weighted,
} from "./strategy.ts";
import { TargetLoads } from "./target-load.ts";

const clock = { nowMs: () => 1_000_000, wallMs: () => 0, random: () => 0.5 };
const HINTS: PickHints = {
  isExcluded: undefined,
  weightFactor: undefined,
  isStream: false,
  stickyKey: undefined,
};

function modelOf(weights: readonly number[], rotations = new Rotations()): Model {
  const endpoints = weights.map((weight, index) => makeEndpoint(nameOf(index), { weight }));
  const lists = endpoints.map((endpoint) => listedBy(endpoint.name, "m"));
  const model = new RoutingTable(makePlan(endpoints), lists, rotations).resolve("m");
  assert.ok(model);
  return model;
}

function nameOf(index: number): string {
  return String.fromCharCode(97 + index);
}

function except(...names: string[]): (target: Target) => boolean {
  return (target) => names.includes(target.endpoint.name);
}

function nameFrom(strategy: Strategy, model: Model, hints: Partial<PickHints> = {}): string {
  return strategy.pick(model, { ...HINTS, ...hints })?.endpoint.name ?? "-";
}

function picks(strategy: Strategy, model: Model, count: number, hints: Partial<PickHints> = {}): string {
  return Array.from({ length: count }, () => nameFrom(strategy, model, hints)).join(" ");
}

const everyStrategy: readonly [string, () => Strategy][] = [
  ["weighted", () => weighted],
  ["least_in_flight", () => leastInFlight(new TargetLoads(clock))],
  ["fastest_first_token", () => fastestFirstToken(new TargetLoads(clock))],
  ["sticky", () => sticky],
];

for (const [name, make] of everyStrategy) {
  test(`${name}: has its name`, () => {
    assert.equal(make().name, name);
  });

  test(`${name}: no targets, or all excluded, is no pick`, () => {
    assert.equal(nameFrom(make(), modelOf([1, 1]), { isExcluded: () => true }), "-");
    assert.equal(nameFrom(make(), { ...modelOf([1]), targets: [], rotation: [] }), "-");
  });

  test(`${name}: never an excluded target, with a key or without`, () => {
    for (const stickyKey of [undefined, "k1", "k2", "k3", "k4"]) {
      const model = modelOf([3, 2, 1]);
      for (let turn = 0; turn < 20; turn++) {
        assert.equal(nameFrom(make(), model, { isExcluded: except("a", "c"), stickyKey }), "b");
      }
    }
  });

  test(`${name}: a draining target only when nothing else is left`, () => {
    const model = modelOf([0, 1]);
    for (const stickyKey of [undefined, "k1", "k2", "k3", "k4"]) {
      assert.equal(picks(make(), model, 3, { stickyKey }), "b b b");
      assert.equal(nameFrom(make(), model, { isExcluded: except("b"), stickyKey }), "a");
    }
  });

  test(`${name}: a slow start takes nobody out`, () => {
    const model = modelOf([1, 1]);
    const isOneSlow = (target: Target) => (target.endpoint.name === "a" ? 0.1 : 1);
    assert.equal(nameFrom(make(), model, { weightFactor: isOneSlow, isExcluded: except("b") }), "a");
  });

  test(`${name}: the same history gives the same picks`, () => {
    const run = () => picks(make(), modelOf([5, 1, 1]), 20, { stickyKey: "k" });
    assert.equal(run(), run());
  });
}

test("weighted: nginx's order, and equal to the rotation itself", () => {
  assert.equal(picks(weighted, modelOf([5, 1, 1]), 7), "a a b a c a a");
});

test("weighted: slow start gives a tenth of the share, and afterwards the shares are exact again", () => {
  const model = modelOf([1, 1]);
  const weightFactor = (target: Target) => (target.endpoint.name === "a" ? 0.1 : 1);
  const count = picks(weighted, model, 700, { weightFactor })
    .split(" ")
    .filter((name) => name === "a").length;
  assert.ok(count >= 55 && count <= 72, `${count} of 700, for about 1 in 11`);
  picks(weighted, model, 2);
  assert.match(picks(weighted, model, 6, { weightFactor: () => 1 }), /^(a b a b a b|b a b a b a)$/);
});

test("property: weighted is exact while targets come and go: off by one turn in the first period at most", () => {
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
  const phases = fc.array(fc.record({ mask: fc.nat(63), turns: fc.nat(30), isSlow: fc.boolean() }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(weights, phases, (table, history) => {
      const model = modelOf(table);
      for (const { mask, turns, isSlow } of history) {
        const isExcluded = (target: Target) => ((mask >> model.targets.indexOf(target)) & 1) === 1;
        for (let turn = 0; turn < turns; turn++) {
          const picked = pickTarget(model, isExcluded, isSlow ? () => 0.37 : undefined);
          if (picked !== undefined) assert.equal(isExcluded(picked), false);
        }
      }
      const period = table.reduce((sum, weight) => sum + weight, 0);
      for (let round = 0; round < 3; round++) {
        const names = picks(weighted, model, period).split(" ");
        table.forEach((weight, index) => {
          const off = Math.abs(names.filter((name) => name === nameOf(index)).length - weight);
          assert.ok(off <= (round === 0 ? 1 : 0), `round ${round}, target ${nameOf(index)}`);
        });
      }
    }),
  );
});

test("property: weighted is exact from the first turn on after a reload that changes nothing", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
      fc.nat(40),
      (table, turns) => {
        const rotations = new Rotations();
        const whole = picks(weighted, modelOf(table), turns + 20);
        const parts = [
          picks(weighted, modelOf(table, rotations), turns),
          picks(weighted, modelOf(table, rotations), 20),
        ];
        assert.equal(parts.filter((part) => part !== "").join(" "), whole);
      },
    ),
  );
});

test("least_in_flight: the fewest for its weight; equals take turns", () => {
  const loads = new TargetLoads(clock);
  const strategy = leastInFlight(loads);
  const model = modelOf([1, 1, 2]);
  assert.equal(nameFrom(strategy, model), "c");
  loads.of("c/m").begin();
  assert.equal(picks(strategy, model, 6), "c a b c c a", "all are equal: (0 + 1) / 1 and (1 + 1) / 2");
  loads.of("a/m").begin();
  loads.of("c/m").begin();
  assert.equal(nameFrom(strategy, model), "b");
  loads.of("b/m").begin();
  loads.of("a/m").end();
  assert.equal(nameFrom(strategy, model), "a");
});

test("fastest_first_token: the shortest wait, streams and plain apart, what is under way counted", () => {
  const loads = new TargetLoads(clock);
  const strategy = fastestFirstToken(loads);
  const model = modelOf([9, 1]);
  loads.of("a/m").stream.observe(900, clock.nowMs());
  loads.of("b/m").stream.observe(400, clock.nowMs());
  loads.of("a/m").plain.observe(100, clock.nowMs());
  loads.of("b/m").plain.observe(400, clock.nowMs());
  assert.equal(nameFrom(strategy, model, { isStream: true }), "b");
  assert.equal(nameFrom(strategy, model, { isStream: false }), "a");
  loads.of("b/m").begin();
  assert.equal(nameFrom(strategy, model, { isStream: true }), "b", "800 against 900");
  loads.of("b/m").begin();
  assert.equal(nameFrom(strategy, model, { isStream: true }), "a", "1200 against 900");
});

test("sticky: a key keeps its target, moves when it is down, and comes back", () => {
  const model = modelOf([1, 1, 1]);
  for (let key = 0; key < 50; key++) {
    const stickyKey = `session-${key}`;
    const first = nameFrom(sticky, model, { stickyKey });
    assert.equal(picks(sticky, model, 3, { stickyKey }), `${first} ${first} ${first}`);
    const second = nameFrom(sticky, model, { stickyKey, isExcluded: except(first) });
    assert.notEqual(second, first);
    const other = ["a", "b", "c"].find((name) => name !== first && name !== second) ?? "";
    assert.equal(
      nameFrom(sticky, model, { stickyKey, isExcluded: except(other) }),
      first,
      "others do not move it",
    );
  }
});

test("sticky: keys spread by weight, and those of a dead target over all others", () => {
  const model = modelOf([2, 1, 1]);
  const counts = new Map<string, number>();
  for (let key = 0; key < 4_000; key++) {
    const stickyKey = `session-${key}`;
    const name = nameFrom(sticky, model, { stickyKey });
    const place =
      name === "a" ? `a then ${nameFrom(sticky, model, { stickyKey, isExcluded: except("a") })}` : name;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  for (const place of ["a then b", "a then c", "b", "c"]) {
    const count = counts.get(place) ?? 0;
    assert.ok(count > 900 && count < 1_100, `${place}: ${count} of 4,000, for about 1,000`);
  }
});
