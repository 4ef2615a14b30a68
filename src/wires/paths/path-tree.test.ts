// Tests of path-tree.ts: paths with ids, over all the rows that there are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { OBJECT_OPERATIONS } from "../openai/object-operations.ts";
import { PathTree } from "./path-tree.ts";

const TREE = new PathTree();
for (const operation of OBJECT_OPERATIONS) if (operation.path.includes("{")) TREE.add(operation);

test("every row is found by its path, with the ids of that", () => {
  for (const { path, methods } of OBJECT_OPERATIONS) {
    if (!path.includes("{")) continue;
    const asked = path.replace("{id}", "id-1").replace(/\{.*?\}/g, "id-2");
    const found = TREE.find(asked);
    assert.ok(typeof found === "object", path);
    assert.deepEqual([found.path, found.id], [asked, "id-1"]);
    assert.ok(
      found.operations.some((one) => one.path === path && one.methods[0] === methods[0]),
      path,
    );
  }
});

test("a word goes before an id, and an id that is none is told apart from a path that is none", () => {
  const character = TREE.find("/videos/characters/x");
  assert.equal(typeof character === "object" && character.operations[0]?.name, "videos_character_get");
  const escaped = TREE.find("/fine_tuning/checkpoints/ft%3Ag%3Ao/permissions");
  assert.equal(typeof escaped === "object" && escaped.id, "ft:g:o");
  for (const id of ["", "..", ".", "%2F", "%", "a b", "x".repeat(1_025)])
    assert.equal(TREE.find(`/files/${id}`), "bad_id", id);
  for (const path of ["/files", "/files/a/b", "/files/a/content/c", "/nothing/a", "/", ""])
    assert.equal(TREE.find(path), undefined, path);
  const deep = "/a".repeat(4_000);
  assert.equal(TREE.find(deep), undefined);
  assert.equal(TREE.find(`/files${deep}`), undefined);
});
