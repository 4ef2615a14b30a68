// The generated pages are those that the code makes now. Mend a failure with: node scripts/write-reference.ts

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PAGES } from "../scripts/write-reference.ts";

for (const page of PAGES) {
  test(`${page.path} is up to date`, () => {
    const onDisk = readFileSync(new URL(`../${page.path}`, import.meta.url), "utf8");
    assert.equal(onDisk, page.text(), "run: node scripts/write-reference.ts");
  });
}
