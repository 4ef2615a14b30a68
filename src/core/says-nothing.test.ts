// Which values say nothing, parsed and as text that comes in pieces: the two must agree.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NothingScan, saysNothing } from "./says-nothing.ts";

const NOTHING = [
  "null",
  "false",
  "0",
  "0.0",
  '""',
  '" "',
  '" \\n\\t "',
  "{}",
  "[]",
  "[null, {}]",
  '{"message":"","type":"","param":"","code":null}',
  '{"error": {"a": {"b": [ ]}}, "x": false}',
];
const SOMETHING = [
  "true",
  "1",
  "-1",
  "502",
  "0.5",
  '"x"',
  '"\\""',
  '"\\u0041"',
  '{"message":"x"}',
  '{"code":502}',
  '{"":"", "a":[{"b":"c"}]}',
  "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
];

function scanned(text: string, size: number): string {
  const scan = new NothingScan();
  let saying = "open";
  for (let at = 0; at < text.length && saying === "open"; at += size)
    saying = scan.push(text.slice(at, at + size));
  return saying;
}

for (const [texts, expected] of [
  [NOTHING, "nothing"],
  [SOMETHING, "something"],
] as const) {
  for (const text of texts) {
    test(`${text} says ${expected}`, () => {
      assert.equal(saysNothing(JSON.parse(text)), expected === "nothing");
      for (const size of [1, 2, 3, 1000]) {
        assert.equal(scanned(`${text},"x":"y"}`, size), expected, `in an object, by ${size}`);
        assert.equal(scanned(` ${text}}`, size), expected, `last in an object, by ${size}`);
      }
    });
  }
}

test("a value that is cut is open until something is seen", () => {
  for (const text of ["", " ", "{", '{"message":"', '{"message":"","co', "nul"])
    assert.equal(scanned(text, 1), "open", text);
  assert.equal(scanned('{"message":"x', 1), "something");
});

test("property: text and value agree", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.integer({ min: 1, max: 9 }), (value, size) => {
      // Texts that are written with escapes are blank to nobody.
      const text = JSON.stringify(value).replace(
        /\\u[0-9a-f]{4}|\\.|[\u00a0\u1680\u2000-\u3000\ufeff]/g,
        (found) => (/^\\(?:u00[01]|[bf])|^[^\\]/.test(found) ? "x" : found),
      );
      const expected = saysNothing(JSON.parse(text)) ? "nothing" : "something";
      assert.equal(scanned(`${text}}`, size), expected);
    }),
  );
});
