// Entries that are added to a text: whatever its form, the rest stays, and the whole reads as meant.

import assert from "node:assert/strict";
import { test } from "node:test";
import { textWith } from "./added-entries.ts";
import { plainValue } from "./document.ts";

const ADDED = [
  { path: ["endpoints"], value: { name: "new", base_url: "http://h/v1" } },
  { path: ["routing", "model_overrides"], key: "4", value: ["new/a: b", "*"] },
];
const ALL = {
  endpoints: [{ name: "new", base_url: "http://h/v1" }],
  routing: { model_overrides: { "4": ["new/a: b", "*"] } },
};

test("an empty text, comments, nothing behind a key", () => {
  for (const text of ["", "# only this\n", "endpoints:\nrouting:\n", "{}", "routing: {model_overrides: }"])
    assert.deepEqual(plainValue(textWith(text, ADDED)), ALL, text);
});

test("comments, variables, quotes and anchors stay as they are written", () => {
  const text = `# top\nendpoints: # all\n  - &a {name: 'a', api_key: "\${KEY}"} # mine\n  - *a\n`;
  const whole = textWith(text, ADDED);
  for (const kept of ["# top", "# all", "# mine", "'a'", '"${KEY}"', "&a", "*a"])
    assert.ok(whole.includes(kept), whole);
});

test("what an alias or JSON gives is added to, and nothing else changes with it", () => {
  const one = { name: "a" };
  const aliased = "x-all: &all\n  - name: a\nendpoints: *all\n";
  const value = plainValue(textWith(aliased, ADDED.slice(0, 1)));
  assert.deepEqual(value, { "x-all": [one], endpoints: [one, ...ALL.endpoints] });
  const json = JSON.stringify({ endpoints: [one], routing: { model_overrides: { m: ["a/b"] } } });
  assert.deepEqual(plainValue(textWith(json, ADDED)), {
    endpoints: [one, ...ALL.endpoints],
    routing: { model_overrides: { m: ["a/b"], "4": ["new/a: b", "*"] } },
  });
  const merged = "x-base: &base\n  endpoints:\n    - name: a\n<<: *base\n";
  const names = Object(plainValue(textWith(merged, ADDED.slice(0, 1)))).endpoints;
  assert.deepEqual(names, [one, ...ALL.endpoints]);
});

test("a list or map of another kind is refused, and a text that is no YAML", () => {
  assert.throws(() => textWith("endpoints: {a: 1}", ADDED));
  assert.throws(() => textWith("endpoints: [", ADDED));
});
