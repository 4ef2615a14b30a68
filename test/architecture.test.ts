// The rules about rooms, whose table is `rooms.ts`: who may import whom, no circles, one importer a package.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ROOMS } from "./rooms.ts";
import { isTest, roomOf, sourcesOf, targetsOf, withoutComments } from "./support/sources.ts";

const SOURCES = sourcesOf("src");

test("there are sources to check", () => {
  assert.ok(SOURCES.length > 40);
});

test("each room imports only from the rooms below it", () => {
  const broken: string[] = [];
  for (const source of SOURCES.filter((one) => !isTest(one))) {
    const allowed = ROOMS[source.room];
    assert.ok(allowed !== undefined, `${source.room} has no rule`);
    for (const target of targetsOf(source)) {
      const room = roomOf(target);
      if (room !== source.room && !allowed.includes(room)) broken.push(`${source.path} -> ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test("the rules about rooms have no circle and allow nothing that nobody does", () => {
  const rooms = Object.keys(ROOMS);
  const done = new Set<string>();
  for (const source of SOURCES.filter((one) => !isTest(one))) {
    for (const target of targetsOf(source)) done.add(`${source.room} -> ${roomOf(target)}`);
  }
  const idle: string[] = [];
  for (const [room, allowed] of Object.entries(ROOMS)) {
    for (const other of allowed) {
      assert.ok(
        rooms.indexOf(other) < rooms.indexOf(room),
        `${other} has to stand above ${room} in the table`,
      );
      if (!done.has(`${room} -> ${other}`)) idle.push(`${room} -> ${other}`);
    }
  }
  assert.deepEqual(idle, []);
});

test("files do not import one another in a circle", () => {
  const graph = new Map<string, string[]>();
  for (const source of SOURCES) {
    graph.set(source.path, targetsOf(source));
  }
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    assert.ok(!trail.includes(path), `circle: ${[...trail, path].join(" -> ")}`);
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
});

test("each package has one importing file", () => {
  const importers = new Map<string, string[]>();
  for (const source of SOURCES.filter((one) => !isTest(one))) {
    for (const specifier of source.imports) {
      if (specifier.startsWith(".") || specifier.startsWith("node:")) continue;
      importers.set(specifier, [...(importers.get(specifier) ?? []), source.path]);
    }
  }
  for (const [name, paths] of importers) assert.equal(new Set(paths).size, 1, `${name}: ${paths.join(", ")}`);
  assert.ok(importers.size > 0);
});

test("no module of Node's is imported at run time: the bundle's kept code cannot", () => {
  const broken = sourcesOf("src").filter(({ text }) => /\bimport\("node:/.test(withoutComments(text)));
  assert.deepEqual(
    broken.map(({ path }) => path),
    [],
  );
});
