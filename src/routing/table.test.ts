import assert from "node:assert/strict";
import { test } from "node:test";
import { listedBy, makeEndpoint, makeOverride, makePlan } from "../../test/support/routing-fixtures.ts";
import { Rotations } from "./balancer.ts";
import type { EndpointModels, RoutingPlan } from "./model.ts";
import { RoutingTable } from "./table.ts";

const ONE = makeEndpoint("one", { weight: 10 });
const TWO = makeEndpoint("two", { weight: 5 });
const LISTS = [listedBy("one", "shared", "only-one", "org/deep/name"), listedBy("two", "shared", "only-two")];

function tableOf(plan: RoutingPlan, lists: readonly EndpointModels[] = LISTS): RoutingTable {
  return new RoutingTable(plan, lists, new Rotations());
}

function targetsOf(table: RoutingTable, name: string): string[] | undefined {
  return table.resolve(name)?.targets.map((target) => `${target.key} x${target.weight}`);
}

function namesOf(table: RoutingTable): string[] {
  return table.publicModels().map((model) => model.name);
}

test("merge: public names are the union, a name's targets those that list it", () => {
  const table = tableOf(makePlan([ONE, TWO]));
  assert.deepEqual(namesOf(table), ["shared", "only-one", "org/deep/name", "only-two"]);
  assert.deepEqual(targetsOf(table, "shared"), ["one/shared x10", "two/shared x5"]);
  assert.deepEqual(targetsOf(table, "only-two"), ["two/only-two x5"]);
});

test("merge: an override has exactly the listed targets, its originals stay callable and listed", () => {
  const overrides = [makeOverride("fast", "one/only-one", "two/only-two")];
  const table = tableOf(makePlan([ONE, TWO], { overrides }));
  assert.deepEqual(targetsOf(table, "fast"), ["one/only-one x10", "two/only-two x5"]);
  assert.ok(namesOf(table).includes("only-one"));
});

test("merge: hide_merged takes originals off the list, but they stay callable", () => {
  const overrides = [makeOverride("fast", "one/only-one", "two/only-two", "one/shared")];
  const table = tableOf(makePlan([ONE, TWO], { overrides, hideMerged: true }));
  // `shared` is served by `two` as well, which nobody merged.
  assert.deepEqual(namesOf(table), ["shared", "org/deep/name", "fast"]);
  assert.deepEqual(targetsOf(table, "only-one"), ["one/only-one x10"]);
});

test('merge: "*" stands for every endpoint that lists the public name itself', () => {
  const overrides = [makeOverride("shared", "*", "one/only-one")];
  const table = tableOf(makePlan([ONE, TWO], { overrides }));
  assert.deepEqual(targetsOf(table, "shared"), ["one/shared x10", "two/shared x5", "one/only-one x10"]);
  assert.deepEqual(table.notes, []);
});

test("merge: an endpoint that lists the name and is not among the targets is noted", () => {
  const overrides = [makeOverride("shared", "one/only-one")];
  const table = tableOf(makePlan([ONE, TWO], { overrides }));
  assert.deepEqual(targetsOf(table, "shared"), ["one/only-one x10"]);
  assert.deepEqual(
    table.notes.map((note) => [note.kind, note.model, note.endpoint]),
    [["not_among_targets", "shared", "two"]],
  );
});

test("merge: the order of overrides in the file does not matter to which names exist", () => {
  // `shared` is overridden and is also an original of `fast`: both read what is listed, not each other.
  const first = makeOverride("shared", "one/only-one");
  const second = makeOverride("fast", "one/shared", "two/shared");
  for (const overrides of [
    [first, second],
    [second, first],
  ]) {
    const table = tableOf(makePlan([ONE, TWO], { overrides }));
    assert.deepEqual(targetsOf(table, "fast"), ["one/shared x10", "two/shared x5"]);
    assert.deepEqual(targetsOf(table, "shared"), ["one/only-one x10"]);
  }
});

test("merge: a target is used whether or not the endpoint lists the model, with a note if it says no", () => {
  const overrides = [makeOverride("fast", "one/unlisted", "two/unlisted")];
  const unknown: EndpointModels = { endpointName: "two", source: "unknown", entries: [] };
  const table = tableOf(makePlan([ONE, TWO], { overrides }), [listedBy("one", "shared"), unknown]);
  assert.deepEqual(targetsOf(table, "fast"), ["one/unlisted x10", "two/unlisted x5"]);
  assert.deepEqual(
    table.notes.map((note) => [note.kind, note.endpoint]),
    [["unlisted_target", "one"]],
  );
});

test("merge: a declared alias without a usable target is known, explained, and not offered", () => {
  const off = makeEndpoint("off", { enabled: false });
  const table = tableOf(makePlan([ONE, off], { overrides: [makeOverride("fast", "off/m")] }), [
    listedBy("one", "m"),
  ]);
  assert.deepEqual(table.resolve("fast")?.targets, []);
  assert.deepEqual(namesOf(table), ["m"]);
  assert.match(table.notes[0]?.message ?? "", /"fast" has no usable target: off is disabled/);
});

test("merge: a weight of a target replaces the endpoint's", () => {
  const override = {
    ...makeOverride("fast"),
    targets: [{ kind: "one", endpointName: "one", model: "x", weight: 7 }],
  } as const;
  assert.deepEqual(targetsOf(tableOf(makePlan([ONE], { overrides: [override] })), "fast"), ["one/x x7"]);
});

test("merge: endpoint/model pins to one endpoint where no public name equals it", () => {
  const table = tableOf(makePlan([ONE, TWO], { overrides: [makeOverride("two/shared", "one/shared")] }));
  assert.deepEqual(targetsOf(table, "one/shared"), ["one/shared x10"]);
  assert.deepEqual(targetsOf(table, "one/org/deep/name"), ["one/org/deep/name x10"]);
  assert.deepEqual(targetsOf(table, "two/shared"), ["one/shared x10"], "the public name wins");
  assert.equal(table.resolve("one/nothing"), undefined);
  assert.equal(table.resolve("three/shared"), undefined);
  assert.ok(!namesOf(table).includes("one/shared"), "pins are not listed");
});

test("a pin to an endpoint without a list goes to it untested", () => {
  const unknown: EndpointModels = { endpointName: "one", source: "unknown", entries: [] };
  assert.deepEqual(targetsOf(tableOf(makePlan([ONE]), [unknown]), "one/anything"), ["one/anything x10"]);
});

test("prefix: names are endpoint/model, overrides are ignored with one note", () => {
  const table = tableOf(
    makePlan([ONE, TWO], { mode: "prefix", overrides: [makeOverride("fast", "one/shared")] }),
  );
  assert.deepEqual(namesOf(table), [
    "one/shared",
    "one/only-one",
    "one/org/deep/name",
    "two/shared",
    "two/only-two",
  ]);
  assert.deepEqual(targetsOf(table, "two/shared"), ["two/shared x5"]);
  assert.equal(table.resolve("shared"), undefined);
  assert.equal(table.resolve("fast"), undefined);
  assert.deepEqual(
    table.notes.map((note) => note.kind),
    ["overrides_ignored"],
  );
});

test("a disabled endpoint serves nothing", () => {
  const table = tableOf(makePlan([ONE, { ...TWO, enabled: false }]));
  assert.deepEqual(targetsOf(table, "shared"), ["one/shared x10"]);
  assert.equal(table.resolve("only-two"), undefined);
});

test("names such as __proto__ and constructor are names like any other", () => {
  const table = tableOf(makePlan([ONE]), [listedBy("one", "__proto__")]);
  assert.deepEqual(targetsOf(table, "__proto__"), ["one/__proto__ x10"]);
  assert.equal(table.resolve("constructor"), undefined);
});

test("pins made up by clients do not grow the table without bound", () => {
  const unknown: EndpointModels = { endpointName: "one", source: "unknown", entries: [] };
  const table = tableOf(makePlan([ONE]), [unknown]);
  for (let index = 0; index < 20_000; index++) table.resolve(`one/${index}`);
  assert.equal(table.models.size, 0);
});
