// Tests of `clean-text.ts`: log injection and keys in text (fault catalogue, rows 102 and 105).

import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanText } from "./clean-text.ts";

test("control characters are shown, not obeyed", () => {
  assert.equal(cleanText("a\nb"), "a\\u000ab");
  assert.equal(cleanText("\u001b[31mred"), "\\u001b[31mred");
  assert.equal(cleanText("\u009b31m"), "\\u009b31m");
  assert.equal(cleanText("abc\u202etxt"), "abc\\u202etxt");
  assert.equal(cleanText("line\u2028sep"), "line\\u2028sep");
});

test("what nobody sees is shown, and the joiners that scripts and emoji need stay", () => {
  assert.equal(cleanText("gpt\u200b-4"), "gpt\\u200b-4");
  assert.equal(cleanText("\ufeffm\u2060\u00ad"), "\\ufeffm\\u2060\\u00ad");
  assert.equal(cleanText("m\u{e0041}\u{e007f}"), "m\\udb40\\udc41\\udb40\\udc7f");
  for (const name of ["👩\u200d💻", "می\u200cشود", "\u{e0100}"]) assert.equal(cleanText(name), name);
});

test("what looks like a key is masked", () => {
  assert.equal(cleanText("key sk-proj-abcdefgh12345678 rejected"), "key sk-… rejected");
  assert.equal(cleanText("Authorization: Bearer abc.def"), "Authorization: Bearer …");
  assert.equal(cleanText("/v1/models?api_key=abcdef&x=1"), "/v1/models?api_key=…&x=1");
  assert.equal(cleanText("AIzaSyA1234567890abcdefghij"), "AIz…");
  assert.equal(cleanText("gsk_abcdefghijklmnop"), "gsk…");
});

test("names that only resemble a key stay", () => {
  for (const name of [
    "qwen3:8b",
    "whisk-large-v3-turbo",
    "後端",
    "hf.co/bartowski/Llama-3",
    "anthropic/claude-3.5",
  ]) {
    assert.equal(cleanText(name), name);
  }
});
