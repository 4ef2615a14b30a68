// The page of errors in both languages: the same headings, rows and samples.

import assert from "node:assert/strict";
import { test } from "node:test";
import { errorsPage } from "../scripts/errors-page.ts";

const ENGLISH = errorsPage("en", "");
const CHINESE = errorsPage("zh-TW", "");

/** Levels of headings, with the code where one has it. */
function headingsOf(page: string): readonly string[] {
  return [...page.matchAll(/^(#+) (OG\d+)?/gm)].map(([, level = "", code = ""]) => level + code);
}

/** Code and status of each row. */
function rowsOf(page: string): readonly string[] {
  return [...page.matchAll(/^\| (`\w+`) \| (\d+) \|/gm)].map(([, code = "", status = ""]) => code + status);
}

test("both pages of errors have the same headings and the same codes", () => {
  assert.ok(rowsOf(ENGLISH).length > 40);
  assert.deepEqual(headingsOf(CHINESE), headingsOf(ENGLISH));
  assert.deepEqual(rowsOf(CHINESE), rowsOf(ENGLISH));
});

test("what is named in the English of a request's code is named in the Chinese", () => {
  const meaningsOf = (page: string) => [...page.matchAll(/^\| `(\w+)` .* \| (.+) \|$/gm)];
  const names = (text: string) =>
    [...text.matchAll(/`[^`]+`|\b[a-z]+\.[a-z_]+\b|\b\d{3}\b/g)].map(([name]) => name);
  const chinese = new Map(meaningsOf(CHINESE).map(([, code = "", meaning = ""]) => [code, meaning]));
  for (const [, code = "", meaning = ""] of meaningsOf(ENGLISH))
    for (const name of names(meaning)) assert.ok(chinese.get(code)?.includes(name), `${code}: ${name}`);
});
