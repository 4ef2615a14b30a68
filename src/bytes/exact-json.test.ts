// Tests of exact-json.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseExactly } from "./exact-json.ts";

const LONG = "12345678901234567891";

test("a whole number that a double cannot hold is written as it came", () => {
  const text = `{"id":${LONG},"a":[1,-${LONG},1.5],"t":"${LONG}"}`;
  assert.equal(JSON.stringify(parseExactly(text)), text);
});

test("what has many values is read as usual, so that nobody can hold others up with it", () => {
  const few = `[${LONG}${",1".repeat(20_000)}]`;
  assert.equal(JSON.stringify(parseExactly(few)), few);
  const many = `[${LONG}${",1".repeat(20_001)}]`;
  assert.equal((parseExactly(many) as unknown[])[0], Number(LONG));
});
