// The generated pages are those that the code makes now. Mend a failure with: node scripts/write-reference.ts

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { describedPlaces } from "../scripts/configuration-page.ts";
import { PAGES } from "../scripts/write-reference.ts";
import { KEY_TEXTS } from "../scripts/zh-TW/configuration-keys.ts";

for (const page of PAGES) {
  test(`${page.path} is up to date`, () => {
    const onDisk = readFileSync(new URL(`../${page.path}`, import.meta.url), "utf8");
    assert.equal(onDisk, page.text(), "run: node scripts/write-reference.ts");
  });
}

test("each key of the configuration has a Chinese text, and each text a key", () => {
  const places = describedPlaces();
  assert.ok(places.size > 90);
  const missing = [...places.keys()].filter((place) => !Object.hasOwn(KEY_TEXTS, place));
  const left = Object.keys(KEY_TEXTS).filter((place) => !places.has(place));
  assert.deepEqual({ missing, left }, { missing: [], left: [] }, "see scripts/zh-TW/configuration-keys.ts");
});

test("a Chinese text names what the English one names", () => {
  for (const [place, english] of describedPlaces())
    assert.deepEqual(codeIn(KEY_TEXTS[place] ?? ""), codeIn(english), place);
});

/** What stands between backticks, each once. */
function codeIn(text: string): string[] {
  return [...new Set([...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""))].sort();
}
