// Unit tests of `${VAR}` and of the order of environment and `.env`.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { expand, lookupIn, processEnv } from "./env.ts";

const LOOKUP = lookupIn({ KEY: "sk-1", EMPTY: "", BRACE: "a}b", DOLLAR: "${KEY}" }, undefined);

const CASES: readonly (readonly [input: string, text: string])[] = [
  ["plain", "plain"],
  ["${KEY}", "sk-1"],
  ["a ${KEY} b ${KEY}", "a sk-1 b sk-1"],
  ["${NONE:-fallback}", "fallback"],
  ["${NONE:-}", ""],
  // As in a shell, ":-" covers the empty variable too.
  ["${EMPTY:-fallback}", "fallback"],
  ["${EMPTY}", ""],
  ["${KEY:-fallback}", "sk-1"],
  ["${NONE:-http://h:1/${KEY}/v1}", "http://h:1/sk-1/v1"],
  // A default that is not needed may name variables that are not set.
  ["${KEY:-${NONE}}", "sk-1"],
  ["$${KEY}", "${KEY}"],
  ["cost $5 and $KEY", "cost $5 and $KEY"],
  // Values are not expanded again: a key may hold "${".
  ["${DOLLAR}", "${KEY}"],
  ["${BRACE}", "a}b"],
];

for (const [input, text] of CASES) {
  test(`expands ${input}`, () => {
    const expansion = expand(input, LOOKUP);
    assert.equal(expansion.text, text);
    assert.deepEqual(expansion.missing, []);
    assert.equal(expansion.problem, undefined);
  });
}

test("names every missing variable", () => {
  assert.deepEqual(expand("${A}/${KEY}/${B}", LOOKUP).missing, ["A", "B"]);
  assert.deepEqual(expand("${A:-${B}}", LOOKUP).missing, ["B"]);
  assert.deepEqual(expand("${constructor}", lookupIn({}, "")).missing, ["constructor"]);
});

for (const broken of ["${", "${}", "${KEY", "${KEY:-x", "${1}", "${KEY-x}", "a ${ KEY }"]) {
  test(`calls ${broken} broken`, () => {
    assert.notEqual(expand(broken, LOOKUP).problem, undefined);
  });
}

test("the environment wins over .env", () => {
  const lookup = lookupIn({ A: "env" }, 'A=file\nB="two\nlines"\nexport C=c # note\n');
  assert.equal(lookup("A"), "env");
  assert.equal(lookup("B"), "two\nlines");
  assert.equal(lookup("C"), "c");
  assert.equal(lookup("D"), undefined);
});

test("any text expands without an exception", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("$", "{", "}", ":-", "KEY", "NONE", " ", "x")), (parts) => {
      expand(parts.join(""), LOOKUP);
    }),
  );
  expand("${A:-".repeat(10_000), LOOKUP);
});

test("the process has variables", () => {
  assert.equal(typeof processEnv(), "object");
});
