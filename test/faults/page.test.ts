// The catalogue of faults is whole: every row has a test or says why not, every test has a row, the page is up to
// date. Mend the last with: node scripts/write-reference.ts

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { faultsPage, faultTests } from "../../scripts/faults-page.ts";
import { FAULT_ROWS } from "./catalogue.ts";

test("the catalogue has the rows 1 to its last, each once, with a fault and a promise", () => {
  const numbers = FAULT_ROWS.map((row) => row.number).sort((one, other) => one - other);
  // A new row gets the next number and stands in the part where it belongs: a number is a name, not a place.
  assert.equal(new Set(numbers).size, numbers.length);
  assert.ok(numbers.length >= 108 && numbers[0] === 1);
  for (const row of FAULT_ROWS) assert.ok(row.fault !== "" && row.promise !== "", `row ${row.number}`);
});

test("every row has a test, or says what belongs to a later version", () => {
  const held = new Set(faultTests().map((one) => one.number));
  const missing = FAULT_ROWS.filter((row) => !held.has(row.number) && row.later === undefined);
  assert.deepEqual(
    missing.map((row) => row.number),
    [],
  );
});

test("every test is for a row that exists", () => {
  const known = new Set(FAULT_ROWS.map((row) => row.number));
  const unknown = faultTests().filter((one) => !known.has(one.number));
  assert.deepEqual(unknown, []);
});

test("no two tests have one name", () => {
  const names = faultTests().map((one) => `fault ${one.number}: ${one.shows}`);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

test("docs/faults.md is up to date", () => {
  const onDisk = readFileSync(new URL("../../docs/faults.md", import.meta.url), "utf8");
  assert.equal(onDisk, faultsPage(), "run: node scripts/write-reference.ts");
});
