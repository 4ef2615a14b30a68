// Tests of json-end.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { JsonEnd } from "./json-end.ts";

const WHOLE = JSON.stringify({ a: [1, { b: 'with " and \\ and [{' }], c: "]}\\", 'd"{': null });

function isClosed(...pieces: readonly string[]): boolean {
  const end = new JsonEnd();
  for (const piece of pieces) end.push(Buffer.from(piece));
  return end.isClosed;
}

test("a text is closed at its last byte and nowhere before, wherever the pieces are cut", () => {
  for (let at = 1; at < WHOLE.length; at += 1) {
    assert.equal(isClosed(WHOLE.slice(0, at)), false, WHOLE.slice(0, at));
    assert.equal(isClosed(WHOLE.slice(0, at), WHOLE.slice(at)), true);
  }
});

test("several texts in a row are closed when the last one is", () => {
  assert.equal(isClosed('{"a":1}\n{"b":2}\n'), true);
  assert.equal(isClosed('{"a":1}\n{"b":'), false);
  assert.equal(isClosed(""), true);
});
