// The rule about vendors: what is known of one's API is in `src/wires/`, so that another vendor touches no other room.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isTest, sourcesOf, withoutComments } from "./support/sources.ts";

/** Names of vendors, of their products and of what only their wires have. */
const VENDOR =
  /openai|anthropic|claude|azure|codex|gemini|google|mistral|openrouter|x-api-key|"api-key"|x-goog|deployments/i;
/** Files that name a vendor where it is no knowledge of a wire, each with its reason. */
const NAMES_VENDORS: Readonly<Record<string, string>> = {
  "http/hosts.ts": "the host of a cloud's metadata, which must not be called",
  "demo/profiles.ts": "names of models that people know, for the mock endpoints",
  "demo/sample-uses.ts": "the same, for the sample requests",
};

// Rooms of sentences for people may, since these tell the names of variables and of headers; and so may the one that reads
// what other gateways call vendors.
test("no code outside of wires/ names a vendor", () => {
  const named = sourcesOf("src")
    .filter((source) => !isTest(source) && !/^(?:wires|language|cli\/import)/.test(source.room))
    .filter((source) => VENDOR.test(withoutSentences(source.text)))
    .map(({ path }) => path);
  assert.deepEqual(named.sort(), Object.keys(NAMES_VENDORS).sort());
});

/** What is for people may name whom it likes: comments, and texts of more than two words. */
function withoutSentences(text: string): string {
  return withoutComments(text)
    .replace(/\/\/ .*$/gm, "")
    .replace(/"[^"\n]*"|'[^'\n]*'|`[^`]*`/g, (quoted) => (quoted.split(" ").length > 2 ? '""' : quoted));
}
