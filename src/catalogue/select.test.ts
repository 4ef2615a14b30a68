// Tests of select.ts and glob.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { matchesGlob } from "../core/glob.ts";
import type { ModelEntry } from "../routing/model.ts";
import { isSameList, selectEntries } from "./select.ts";

test("globs: star and question mark, whole id, everything else literally", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["*", "", true],
    ["*", "a/b:c", true],
    ["", "", true],
    ["", "a", false],
    ["gpt-4*", "gpt-4o", true],
    ["gpt-4*", "xgpt-4o", false],
    ["*-4", "gpt-4o", false],
    ["meta/*:free", "meta/llama/3:free", true],
    ["gpt-?", "gpt-4", true],
    ["gpt-?", "gpt-", false],
    ["gpt-?", "gpt-4o", false],
    ["*a*b", "xaxbxb", true],
    ["a.c", "abc", false],
    ["[ab]", "a", false],
    ["a**", "a", true],
    ["GPT*", "gpt-4", false],
  ];
  for (const [pattern, text, expected] of cases) {
    assert.equal(matchesGlob(pattern, text), expected, `${pattern} ${text}`);
  }
});

test("globs agree with a plain reference", () => {
  const letters = fc.constantFrom("a", "b", "*", "?", "/");
  fc.assert(
    fc.property(
      fc.string({ unit: letters, maxLength: 6 }),
      fc.string({ unit: letters, maxLength: 8 }),
      (p, t) => {
        const source = [...p].map((sign) =>
          sign === "*" ? ".*" : sign === "?" ? "." : sign.replace("/", "\\/"),
        );
        assert.equal(matchesGlob(p, t), new RegExp(`^${source.join("")}$`, "s").test(t));
      },
    ),
    { numRuns: 2000 },
  );
});

const entries: readonly ModelEntry[] = [{ id: "gpt-4o" }, { id: "gpt-4o-audio" }, { id: "o3" }];

test("include narrows, exclude takes away, none of both offers all", () => {
  const offered = (include: readonly string[], exclude: readonly string[]) =>
    selectEntries({ kind: "discovered", include, exclude }, entries).map((entry) => entry.id);
  assert.deepEqual(offered([], []), ["gpt-4o", "gpt-4o-audio", "o3"]);
  assert.deepEqual(offered(["gpt-*"], []), ["gpt-4o", "gpt-4o-audio"]);
  assert.deepEqual(offered([], ["*audio*"]), ["gpt-4o", "o3"]);
  assert.deepEqual(offered(["gpt-*", "o?"], ["*audio", "o3"]), ["gpt-4o"]);
});

test("a static list is the list, whatever was discovered", () => {
  const offered = selectEntries({ kind: "static", names: ["x", "y", "x"] }, entries);
  assert.deepEqual(offered, [{ id: "x" }, { id: "y" }]);
});

test("lists are the same whatever their order and the stamps vLLM makes anew", () => {
  const left = [
    { id: "a", created: 1, permission: [{ id: "p1" }] },
    { id: "b", owned_by: "x" },
  ];
  assert.equal(
    isSameList(left, [
      { id: "b", owned_by: "x" },
      { id: "a", created: 2, permission: [] },
    ]),
    true,
  );
  assert.equal(isSameList(left, [{ id: "b", owned_by: "y" }, { id: "a" }]), false);
  assert.equal(isSameList(left, [{ id: "a" }]), false);
  assert.equal(isSameList(left, [{ id: "a" }, { id: "c", owned_by: "x" }]), false);
});
