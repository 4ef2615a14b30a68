import assert from "node:assert/strict";
import { test } from "node:test";
import { listedBy, makeEndpoint, makeOverride, makePlan } from "../../../test/support/routing-fixtures.ts";
import { english, verbatim } from "../../language/messages.ts";
import { pickTarget, Rotations } from "../balancer.ts";
import type { EndpointModels, RoutingPlan } from "../model.ts";
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
  assert.match(
    english(table.notes[0]?.message ?? verbatim("")),
    /"fast" has no usable target: off is disabled/,
  );
});

test("merge: a weight of a target replaces the endpoint's", () => {
  const override = {
    ...makeOverride("fast"),
    targets: [{ kind: "one", endpointName: "one", model: "x", weight: 7 }],
  } as const;
  assert.deepEqual(targetsOf(tableOf(makePlan([ONE], { overrides: [override] })), "fast"), ["one/x x7"]);
});

test("merge: endpoint/model pins to one endpoint; an override of that name wins", () => {
  const table = tableOf(makePlan([ONE, TWO], { overrides: [makeOverride("two/shared", "one/shared")] }));
  assert.deepEqual(targetsOf(table, "one/shared"), ["one/shared x10"]);
  assert.deepEqual(targetsOf(table, "one/org/deep/name"), ["one/org/deep/name x10"]);
  assert.deepEqual(targetsOf(table, "two/shared"), ["one/shared x10"], "the override wins");
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

test("endpoint/model means that endpoint first where another lists an id of that spelling, and it is noted", () => {
  const router = makeEndpoint("router");
  const lists = [listedBy("one", "m"), listedBy("router", "one/m", "one/other", "two/x", "free/y")];
  const table = tableOf(makePlan([ONE, router]), lists);
  assert.deepEqual(targetsOf(table, "one/m"), ["one/m x10"]);
  assert.deepEqual(targetsOf(table, "router/one/m"), ["router/one/m x1"]);
  // The endpoint has no such model, or there is no such endpoint.
  assert.deepEqual(targetsOf(table, "one/other"), ["router/one/other x1"]);
  assert.deepEqual(targetsOf(table, "two/x"), ["router/two/x x1"]);
  assert.ok(namesOf(table).includes("one/m"));
  assert.deepEqual(
    table.notes.map(({ kind, model, endpoint }) => [kind, model, endpoint]),
    [["name_clash", "one/m", "one"]],
  );
  assert.match(
    english(table.notes[0]?.message ?? verbatim("")),
    /"one\/m" means "m" at one; router lists .* called as "router\/one\/m"/,
  );
});

test("so it does while that endpoint has told no list, and not where it is disabled or lists the name itself", () => {
  const router = makeEndpoint("router");
  const list = listedBy("router", "one/m");
  assert.deepEqual(targetsOf(tableOf(makePlan([ONE, router]), [list]), "one/m"), ["one/m x10"]);
  const off = { ...ONE, enabled: false };
  assert.deepEqual(targetsOf(tableOf(makePlan([off, router]), [list]), "one/m"), ["router/one/m x1"]);
  const own = [listedBy("one", "m", "one/m"), list];
  assert.deepEqual(targetsOf(tableOf(makePlan([ONE, router]), own), "one/m"), [
    "one/one/m x10",
    "router/one/m x1",
  ]);
});

test("a name that nobody lists is looked for in its other spellings, exact names first", () => {
  const lists = [
    listedBy("one", "llama3:latest", "both", "both:latest", "models/gem"),
    listedBy("two", "bare"),
  ];
  const table = tableOf(makePlan([ONE, TWO]), lists);
  const found = (name: string) => table.resolve(name)?.name;
  assert.equal(found("llama3"), "llama3:latest");
  assert.equal(found("gem"), "models/gem");
  assert.equal(found("models/bare"), "bare");
  assert.equal(found("both"), "both");
  assert.equal(found("one/llama3"), "one/llama3");
  assert.deepEqual(targetsOf(table, "one/llama3"), ["one/llama3:latest x10"]);
  assert.deepEqual(targetsOf(table, "one/gem"), ["one/models/gem x10"]);
  for (const none of ["llama", "models/", "models/none", "two/gem", ":latest", "LLAMA3"]) {
    assert.equal(found(none), undefined, none);
  }
});

test("a suffix goes to the endpoints that list the bare name, in the rotation of that one", () => {
  const lists = [listedBy("one", "vendor/x", "vendor/y:free"), listedBy("two", "vendor/x")];
  const table = tableOf(makePlan([ONE, TWO]), lists);
  const model = table.resolve("vendor/x:online");
  assert.deepEqual(targetsOf(table, "vendor/x:online"), [
    "one/vendor/x:online x10",
    "two/vendor/x:online x5",
  ]);
  assert.equal(model?.origin, "suffix");
  const bare = table.resolve("vendor/x");
  assert.ok(model !== undefined && bare !== undefined);
  const turns = Array.from(
    { length: 15 },
    (_, at) => pickTarget(at % 2 === 0 ? model : bare, undefined)?.endpoint.name,
  );
  assert.equal(turns.filter((name) => name === "one").length, 10);
  assert.deepEqual(targetsOf(table, "two/vendor/x:online"), ["two/vendor/x:online x5"]);
  assert.deepEqual(targetsOf(table, "vendor/y:free"), ["one/vendor/y:free x10"]);
  for (const none of [
    "vendor/z:online",
    "vendor/x:",
    "vendor/x:a b",
    ":online",
    `vendor/x:${"s".repeat(65)}`,
  ]) {
    assert.equal(table.resolve(none), undefined, none);
  }
});

test("a suffix is not passed on where the configuration says which names there are", () => {
  const overrides = [makeOverride("nick", "one/vendor/x")];
  const fixed = { ...ONE, models: { kind: "static", names: ["vendor/x"] } } as const;
  const chosen = { ...TWO, models: { kind: "discovered", include: ["vendor/x"], exclude: [] } } as const;
  const without = makeEndpoint("three", { models: { kind: "discovered", include: [], exclude: ["*:free"] } });
  const lists = [fixed, chosen, without].map(({ name }) => listedBy(name, "vendor/x"));
  const table = tableOf(makePlan([fixed, chosen, without], { overrides }), lists);
  assert.deepEqual(targetsOf(table, "vendor/x:online"), ["three/vendor/x:online x1"]);
  assert.equal(table.resolve("vendor/x:free"), undefined);
  assert.equal(table.resolve("one/vendor/x:online"), undefined);
  assert.equal(table.resolve("nick:online"), undefined);
});

test("names made up by clients do not grow the table or the rotation without bound", () => {
  const rotations = new Rotations();
  const table = new RoutingTable(
    makePlan([ONE, TWO]),
    [listedBy("one", "x"), listedBy("two", "x")],
    rotations,
  );
  const model = table.resolve("x");
  for (let index = 0; index < 20_000; index++) table.resolve(`x:${index}`);
  assert.equal(table.models.size, 1);
  const suffixed = table.resolve("x:19999");
  assert.equal(suffixed?.rotation[0], model?.rotation[0]);
  assert.deepEqual(rotations.exportState(), []);
});

test("the nearest names are found once for a name, and the list is made once", () => {
  const table = tableOf(makePlan([ONE, TWO]));
  assert.equal(table.publicModels(), table.publicModels());
  assert.deepEqual(table.nearest("sharde", 3), ["shared"]);
  assert.equal(table.nearest("sharde", 3), table.nearest("sharde", 3));
});
