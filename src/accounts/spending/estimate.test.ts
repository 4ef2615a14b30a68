// Tests of estimate.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedOf } from "./estimate.ts";

const bodyOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

test("the longest answer that is allowed is found in the words of each API", () => {
  for (const field of ["max_tokens", "max_completion_tokens", "max_output_tokens"])
    assert.equal(expectedOf(bodyOf({ model: "m", [field]: 77 })).mostOutput, 77);
  assert.equal(expectedOf(bodyOf({ generationConfig: { maxOutputTokens: 5 } })).mostOutput, 5);
  assert.equal(expectedOf(bodyOf({ options: { num_predict: 9 } })).mostOutput, 9);
  assert.equal(expectedOf(Buffer.from('{ "max_tokens" :\n 12 , "n" : 3 }')).mostOutput, 36);
  assert.equal(expectedOf(bodyOf({ model: "m" })).mostOutput, undefined);
});

test("what stands in a prompt is no bound", () => {
  const body = bodyOf({ messages: [{ content: 'say "max_tokens": 1 and "n": 9' }] });
  assert.equal(expectedOf(body).mostOutput, undefined);
});

test("odd values bound nothing, and none is beyond all measure", () => {
  for (const text of [
    '{"max_tokens":"5"}',
    '{"max_tokens":null}',
    '{"max_tokens":-1}',
    '{"max_tokens"',
    '{"max_tokens":',
  ])
    assert.equal(expectedOf(Buffer.from(text)).mostOutput, undefined, text);
  assert.equal(expectedOf(Buffer.from('{"max_tokens":99999999999999999999,"n":5}')).mostOutput, 10_000_000);
});

test("a picture in the body counts as one, and not by its letters", () => {
  const url = `data:image/png;base64,${"A".repeat(4_000_000)}`;
  const { input } = expectedOf(bodyOf({ messages: [{ content: [{ image_url: { url } }] }] }));
  assert.ok(input > 1_000 && input < 1_100, String(input));
});

test("of a form, and of nothing, nothing is expected", () => {
  assert.deepEqual(expectedOf(Buffer.alloc(0)), { input: 0, mostOutput: undefined });
  assert.deepEqual(expectedOf(Buffer.from("--x\r\n")), { input: 0, mostOutput: undefined });
});
