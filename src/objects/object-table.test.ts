// Tests of object-table.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Home, ObjectTable } from "./object-table.ts";

const ALPHA: Home = { endpoint: "alpha", credential: 0, owner: undefined };
const BETA: Home = { endpoint: "beta", credential: 2, owner: "ann" };

function filled(): ObjectTable {
  const table = new ObjectTable(10);
  table.note("file-1", ALPHA, false);
  table.note("resp_1", BETA, true);
  table.note("x".repeat(1_000), BETA, false);
  return table;
}

test("an id has the home that was noted last, however long it is", () => {
  const table = filled();
  assert.deepEqual(table.homeOf("file-1"), ALPHA);
  assert.deepEqual(table.homeOf("x".repeat(1_000)), BETA);
  assert.equal(table.homeOf("x".repeat(999)), undefined);
  table.note("file-1", BETA, false);
  assert.deepEqual(table.homeOf("file-1"), BETA);
  assert.equal(table.homeOf(""), undefined);
  assert.equal(table.homeOf("__proto__"), undefined);
});

test("what is only seen keeps its owner, but not one of another endpoint", () => {
  const table = filled();
  table.noteSeen("resp_1", { endpoint: "beta", credential: 2 }, true);
  assert.deepEqual(table.homeOf("resp_1"), BETA);
  table.noteSeen("resp_1", { endpoint: "beta", credential: 1 }, true);
  assert.deepEqual(table.homeOf("resp_1"), { ...BETA, credential: 1 });
  table.noteSeen("resp_1", { endpoint: "alpha", credential: 0 }, true);
  assert.deepEqual(table.homeOf("resp_1"), ALPHA);
});

test("answers, which come with every request, do not displace what people have made", () => {
  const table = filled();
  for (let index = 0; index < 1_000; index++) table.note(`resp_${index}`, ALPHA, true);
  assert.deepEqual(table.homeOf("file-1"), ALPHA);
  assert.equal(table.homeOf("resp_1"), undefined);
  assert.deepEqual(table.homeOf("resp_999"), ALPHA);
});

test("what is used stays, and the number of ids is bounded", () => {
  const table = new ObjectTable(10);
  table.note("file-used", BETA, false);
  for (let index = 0; index < 100; index++) {
    table.note(`file-${index}`, ALPHA, false);
    assert.deepEqual(table.homeOf("file-used"), BETA);
  }
  const known = Array.from({ length: 100 }, (_, index) => table.homeOf(`file-${index}`)).filter(Boolean);
  assert.ok(known.length <= 10, String(known.length));
});

test("another process takes up what was saved, of endpoints that are the same", () => {
  const saved: unknown = JSON.parse(JSON.stringify(filled().exportState()));
  const table = new ObjectTable(10);
  table.importState(saved, (endpoint) => endpoint === "beta");
  assert.equal(table.homeOf("file-1"), undefined);
  assert.deepEqual(table.homeOf("resp_1"), BETA);
  assert.deepEqual(table.homeOf("x".repeat(1_000)), BETA);
  assert.ok(table.hasOthers("ben") && !table.hasOthers("ann"));
});

test("what is of no such shape is ignored", () => {
  const table = new ObjectTable(10);
  const odd = [
    null,
    1,
    "x",
    [],
    {},
    { lasting: 1 },
    { lasting: [null, [], ["a", 0, null, [1]], ["a", "0", null, []]] },
  ];
  for (const saved of odd) table.importState(saved, () => true);
  assert.ok(table.isEmpty);
});

test("an endpoint that is forgotten keeps nothing, and each change has a new revision", () => {
  const table = filled();
  const before = table.revision;
  table.note("file-1", ALPHA, false);
  assert.equal(table.revision, before);
  table.forget("beta");
  assert.notEqual(table.revision, before);
  assert.equal(table.homeOf("resp_1"), undefined);
  assert.deepEqual(table.homeOf("file-1"), ALPHA);
  assert.ok(table.hasLasting);
});

test("what goes on being used is told before it would be dropped, so that other tables keep it too", () => {
  const table = new ObjectTable(10);
  const copy = new ObjectTable(10);
  const told: string[] = [];
  table.onChange = (change) => {
    told.push(change.key);
    copy.take(change);
  };
  for (let index = 0; index < 40; index++) {
    table.note(`file-${index}`, ALPHA, false);
    if (index === 0) table.note("file-used", BETA, false);
    table.homeOf("file-used");
  }
  assert.deepEqual(copy.homeOf("file-used"), BETA);
  const uses = told.filter((key) => key === "file-used").length;
  assert.ok(uses > 1 && uses < 12, String(uses));
});

test("what is asked for of an id is what another table needs to know it", () => {
  const table = filled();
  const copy = new ObjectTable(10);
  for (const id of ["file-1", "resp_1", "x".repeat(1_000)]) {
    const change = table.changeOf(id);
    assert.ok(change !== undefined);
    copy.take(change);
    assert.deepEqual(copy.homeOf(id), table.homeOf(id));
  }
  assert.equal(table.changeOf("file-none"), undefined);
});
