// Values left out of JSON by their places: whole, cut off anywhere, in a stream of events, or in what is no JSON.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { withoutPlaces } from "./hidden-places.ts";

test("values at a place are left out, whatever they are", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['{"a": "x", "b": 1}', "a", '{"a": "***", "b": 1}'],
    ['{"a": {"b": [1, {"c": "x"}]}, "d": 2}', "a.b", '{"a": {"b": "***"}, "d": 2}'],
    [
      '{"messages":[{"role":"user","content":"hi \\" }"},{"role":"tool","content":[{"text":"x"}]}]}',
      "messages.*.content",
      '{"messages":[{"role":"user","content":"***"},{"role":"tool","content":"***"}]}',
    ],
    [
      '{"a":{"b":{"password":"p"}},"password":null}',
      "**.password",
      '{"a":{"b":{"password":"***"}},"password":"***"}',
    ],
    ['{"user":"x"', "user", '{"user":"***"'],
    ['{"user":"cut of', "user", '{"user":"***"'],
    ['data: {"a":"x"}\n\ndata: [DONE]\n', "a", 'data: {"a":"***"}\n\ndata: [DONE]\n'],
    ["plain text", "a", "plain text"],
    ['{"a" "x" ]}', "b", '{"a" "x" ]}'],
  ];
  for (const [text, place, expected] of rows) assert.equal(withoutPlaces(text, [place]), expected, text);
});

/** A value as JSON has it, which knows no -0. */
const written = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("nothing of a value that is hidden is left, wherever the text is cut", () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(value, value, fc.nat(2_000), (before, after, at) => {
      const whole = JSON.stringify({ before, in: { deep: [{ hidden: "SECRET_VALUE" }, after] }, after });
      const told = withoutPlaces(whole.slice(0, at), ["in.deep.*.hidden"]);
      assert.ok(!told.includes("SECRET"), told);
      const all = JSON.parse(withoutPlaces(whole, ["in.deep.*.hidden"]));
      assert.deepEqual(all, {
        before: written(before),
        in: { deep: [{ hidden: "***" }, written(after)] },
        after: written(after),
      });
    }),
  );
});

test("what is deep, long or no JSON takes no longer than its length", () => {
  for (const text of [
    "[".repeat(200_000),
    '{"a":'.repeat(50_000),
    `{"a":"${"\\".repeat(100_001)}`,
    "{".repeat(9_000),
  ])
    assert.ok(withoutPlaces(text, ["x.**.y", "**"]).length <= text.length + 8);
});
