import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MemberSearch } from "./member-search.ts";

type Told = readonly [json: string, depth: number];

function searched(text: string, cuts: readonly number[], isStream = false): Told[] {
  const told: Told[] = [];
  const search = new MemberSearch(Buffer.from('"usage"'), isStream, {
    onValue: (_key, json, depth) => told.push([json, depth]),
  });
  const bytes = Buffer.from(text);
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    const end = Math.min(bytes.length, Math.max(at, cut));
    search.push(bytes.subarray(at, end));
    at = end;
  }
  search.finish();
  return told;
}

/** Every object under the key, with its depth, in the order of the text. */
function expected(value: unknown, depth = 0): Told[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => expected(item, depth + 1));
  return Object.entries(value).flatMap(([key, item]): Told[] => {
    const isFound = key === "usage" && typeof item === "object" && item !== null && !Array.isArray(item);
    return isFound ? [[JSON.stringify(item), depth + 1]] : expected(item, depth + 1);
  });
}

const leaf = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.integer(),
  fc.constant(null),
  fc.constant("usage"),
  fc.constant('\\"usage": {"a":1}'),
);
const key = fc.oneof(fc.constant("usage"), fc.string({ maxLength: 6 }), fc.constant('u"usage'));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
  ),
}));
const cuts = fc.array(fc.nat(200), { maxLength: 8 }).map((list) => list.sort((a, b) => a - b));

test("each object under the key is told with its depth, however the text is cut", () => {
  fc.assert(
    fc.property(tree, cuts, fc.boolean(), (value, at, isPretty) => {
      const root = { root: value };
      const text = JSON.stringify(root, undefined, isPretty ? 1 : 0);
      const told = searched(text, at).map(([json, depth]) => [JSON.parse(latin(json)), depth]);
      const wanted = expected(root)
        .slice(0, 8)
        .map(([json, depth]) => [JSON.parse(json), depth]);
      assert.deepEqual(told, wanted);
    }),
    { numRuns: 2_000 },
  );
});

test("each event of a stream is a text of its own", () => {
  fc.assert(
    fc.property(
      fc.array(tree, { maxLength: 4 }),
      cuts,
      fc.constantFrom("\n", "\r\n"),
      (values, at, lineEnd) => {
        const text = values
          .map((value) => `event: e${lineEnd}data: ${JSON.stringify({ root: value })}${lineEnd}${lineEnd}`)
          .join("");
        const told = searched(text, at, true).map(([json, depth]) => [JSON.parse(latin(json)), depth]);
        const wanted = values
          .flatMap((value) => expected({ root: value }).slice(0, 8))
          .map(([json, depth]) => [JSON.parse(json), depth]);
        assert.deepEqual(told, wanted);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a quote is escaped by what came before it in another piece", () => {
  assert.deepEqual(searched('{"root":{"u\\"usage":{}}}', [12, 13]), []);
});

test("a value that is too long is left out, and the next one is found", () => {
  const text = JSON.stringify({ usage: { long: "x".repeat(20_000) }, last: [{ usage: { a: 1 } }] });
  assert.deepEqual(searched(text, [100, 9_000]), [['{"a":1}', 3]]);
});

function latin(text: string): string {
  return Buffer.from(text, "latin1").toString();
}
