// The tables of clients say what the last run came to, for the clients and versions that there are now. That the pages
// show them is held by reference.test.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENTS } from "../../clients/all.ts";
import { type Outcome, WAYS } from "../../clients/client.ts";
import { NOTES } from "../../clients/notes.ts";
import { RESULTS_FILE, resultsIn } from "../../clients/results.ts";
import { tableOf } from "../../clients/table.ts";
import { SETS } from "../../clients/versions.ts";

const RESULTS = resultsIn(RESULTS_FILE);

test("every client has a row, in its version", () => {
  assert.deepEqual(
    RESULTS.clients.map(({ key, packages }) => [key, packages]),
    CLIENTS.map(({ key, set }) => [key, SETS[set].packages]),
  );
});

test("each cell has a mark or the number of a note that is there", () => {
  for (const kind of ["agent", "library"]) {
    const { rows, notes, failures } = tableOf(RESULTS.clients.filter((one) => one.kind === kind));
    assert.deepEqual(failures, []);
    for (const { cells } of rows) for (const cell of cells) assert.match(cell, /^(?:✓|\d)(?: (?:✓|\d))?$/);
    for (const note of notes) assert.equal(NOTES[note].length, 2);
  }
});

test("no note is left over", () => {
  const outcomes = RESULTS.clients.flatMap((one) => WAYS.flatMap((way) => Object.values(one.outcomes[way])));
  const used = new Set(
    outcomes.flatMap((outcome: Outcome) => (outcome.kind === "noted" ? [outcome.note] : [])),
  );
  assert.deepEqual(
    Object.keys(NOTES).filter((note) => note !== "absent" && !used.has(note as keyof typeof NOTES)),
    [],
  );
});
