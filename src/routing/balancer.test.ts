import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { listedBy, makeEndpoint, makePlan } from "../../test/support/routing-fixtures.ts";
import { peekTarget, pickTarget, Rotations } from "./balancer.ts";
import type { Model } from "./model.ts";
import { RoutingTable } from "./table/table.ts";

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

function picks(model: Model, count: number): string {
  return Array.from({ length: count }, () => pickTarget(model, undefined)?.endpoint.name ?? "-").join(" ");
}

test("weights 5, 1, 1 give nginx's published order", () => {
  assert.equal(picks(modelOf([5, 1, 1]), 7), "a a b a c a a");
});

test("weights 10 and 5 give exactly 2 to 1 in every window of three", () => {
  const model = modelOf([10, 5]);
  const names = picks(model, 300).split(" ");
  for (let start = 0; start + 3 <= names.length; start++) {
    const window = names.slice(start, start + 3);
    assert.equal(window.filter((name) => name === "a").length, 2, `at ${start}: ${window.join(" ")}`);
  }
});

test("over any table each period holds each target exactly as often as its weight says", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }), (weights) => {
      const model = modelOf(weights);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (let period = 0; period < 3; period++) {
        const names = picks(model, total).split(" ");
        weights.forEach((weight, index) => {
          assert.equal(names.filter((name) => name === nameOf(index)).length, weight);
        });
      }
    }),
  );
});

test("no target is ever more than one turn away from its exact share", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 6 }), (weights) => {
      const model = modelOf(weights);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const counts = new Map<string, number>();
      for (let turn = 1; turn <= 2 * total; turn++) {
        const name = pickTarget(model, undefined)?.endpoint.name ?? "";
        counts.set(name, (counts.get(name) ?? 0) + 1);
        weights.forEach((weight, index) => {
          const share = (turn * weight) / total;
          assert.ok(Math.abs((counts.get(nameOf(index)) ?? 0) - share) < weights.length);
        });
      }
    }),
  );
});

test("a drained target gets nothing while another can serve, and all of it when none can", () => {
  const model = modelOf([3, 0]);
  assert.equal(picks(model, 4), "a a a a");
  assert.equal(pickTarget(model, (target) => target.endpoint.name === "a")?.endpoint.name, "b");
});

test("drained targets share evenly when nothing else is left", () => {
  assert.equal(picks(modelOf([0, 0]), 4), "a b a b");
});

test("an excluded target gains nothing for the time it was left out", () => {
  const model = modelOf([1, 1]);
  for (let turn = 0; turn < 50; turn++) pickTarget(model, (target) => target.endpoint.name === "b");
  const names = picks(model, 10).split(" ");
  assert.equal(names.filter((name) => name === "b").length, 5);
});

test("the rotation goes on where it was when the table is built anew", () => {
  const whole = picks(modelOf([5, 1, 1]), 14);
  const rotations = new Rotations();
  let pieces = "";
  for (let turn = 0; turn < 14; turn++) pieces += ` ${picks(modelOf([5, 1, 1], rotations), 1)}`;
  assert.equal(pieces.trim(), whole);
});

test("a look at the next target changes nothing", () => {
  const model = modelOf([5, 1, 1]);
  for (let turn = 0; turn < 7; turn++) {
    const seen = peekTarget(model, undefined);
    assert.equal(peekTarget(model, undefined), seen);
    assert.equal(pickTarget(model, undefined), seen);
  }
});

test("excluding every target gives none and leaves the rotation as it was", () => {
  const model = modelOf([2, 1]);
  assert.equal(
    pickTarget(model, () => true),
    undefined,
  );
  assert.equal(picks(model, 3), "a b a");
});

/** As another process gets it. */
function throughDisk(rotations: Rotations): Rotations {
  const next = new Rotations();
  next.importState(JSON.parse(JSON.stringify(rotations.exportState())));
  return next;
}

test("over any weights, a restart after any turn goes on exactly where it was", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 }),
      fc.nat(60),
      fc.boolean(),
      (weights, turns, isImportedLate) => {
        const rotations = new Rotations();
        const model = modelOf(weights, rotations);
        picks(model, turns);
        const saved = JSON.parse(JSON.stringify(rotations.exportState()));
        const whole = picks(model, 60);
        const next = new Rotations();
        if (!isImportedLate) next.importState(saved);
        const again = modelOf(weights, next);
        if (isImportedLate) next.importState(saved);
        assert.equal(picks(again, 60), whole);
      },
    ),
  );
});

test("a restart keeps the turn of a target whose endpoint answers late, or not before the next restart", () => {
  const rotations = new Rotations();
  const model = modelOf([5, 1, 1], rotations);
  picks(model, 3);
  const whole = picks(modelOf([5, 1, 1], throughDisk(rotations)), 4);
  const next = throughDisk(rotations);
  // At first only one endpoint is there.
  modelOf([5], next);
  const afterNext = throughDisk(next);
  modelOf([5], afterNext);
  assert.equal(picks(modelOf([5, 1, 1], afterNext), 4), whole);
});

test("what was left by weights a thousand times as large costs no thousand turns", () => {
  const rotations = new Rotations();
  picks(modelOf([1_000, 999], rotations), 1);
  const names = picks(modelOf([1, 1], rotations), 20).split(" ");
  assert.ok(names.filter((name) => name === "a").length >= 9, names.join(" "));
});

test("a saved rotation that is none is ignored, part by part", () => {
  const rotations = new Rotations();
  const bad = [7, null, "x", { m: 1 }, [["m"]], [["m", 3]], [[1, [["a/m", 4]]]], [["m", [["a/m", "4"]]]]];
  for (const saved of bad) rotations.importState(saved);
  rotations.importState([
    ["m", [["a/m", null], ["b/m", Number.NaN], [1, 1], ["c/m"]]],
    ["__proto__", [["x", 1]]],
  ]);
  assert.deepEqual(rotations.exportState(), [["__proto__", [["x", 1]]]]);
  assert.equal(picks(modelOf([5, 1, 1], rotations), 7), "a a b a c a a");
});

test("the saved rotation is bounded, both ways", () => {
  const rotations = new Rotations();
  const many = Array.from({ length: 10_000 }, (_, at) => [`m${at}`, [[`a/m${at}`, 1]]]);
  rotations.importState(many);
  assert.equal(rotations.exportState().length, 4_096);
});

test("models at the start of their turn are not saved", () => {
  const rotations = new Rotations();
  const model = modelOf([2, 1], rotations);
  assert.deepEqual(rotations.exportState(), []);
  picks(model, 1);
  assert.equal(rotations.exportState().length, 1);
  picks(model, 2);
  assert.deepEqual(rotations.exportState(), []);
});
