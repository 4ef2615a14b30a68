// Every sentence of the tables is said somewhere: one that nothing says is still translated, shipped and read by whoever
// looks for the right one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { allSentences } from "../src/language/messages.ts";
import { isTest, sourcesOf } from "./support/sources.ts";

const SOURCES = sourcesOf("src")
  .filter((source) => !isTest(source) && !source.room.startsWith("language/tables"))
  .map(({ text }) => text)
  .join("\n");
/** Keys that are put together: `left.${why}` says each that begins so, `${name}.about` each that ends so. */
const BEGINNINGS = [...SOURCES.matchAll(/`([a-z]\w*\.(?:\w+\.)*)\$\{/gi)].map((match) => match[1] ?? "");
const ENDS = [...SOURCES.matchAll(/\}(\.\w+)`/g)].map((match) => match[1] ?? "");

test("every sentence is said somewhere", () => {
  const silent = [...allSentences("en").keys()]
    .filter((key) => !SOURCES.includes(`"${key}"`))
    .filter((key) => !BEGINNINGS.some((begin) => key.startsWith(begin)))
    .filter((key) => !ENDS.some((end) => key.endsWith(end)));
  assert.deepEqual(silent, []);
});
