// Tests of edits.ts: every byte that no edit names is kept, and what cannot be meant is refused.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { edited } from "../../test/support/edited.ts";
import { applyEdits, type Edit, NO_EDITS } from "./edits.ts";

const BODY = Buffer.from("0123456789");

function edit(start: number, end: number, replacement: string): Edit {
  return { start, end, replacement: Buffer.from(replacement) };
}

describe("applyEdits", () => {
  it("gives the body itself where there are none", () => {
    assert.equal(applyEdits(BODY, NO_EDITS), BODY);
  });

  const rows: readonly (readonly [string, readonly Edit[], string])[] = [
    ["one", [edit(2, 4, "ab")], "01ab456789"],
    ["two", [edit(2, 4, "longer"), edit(8, 9, "")], "01longer45679"],
    ["an insert at each end", [edit(0, 0, "<"), edit(10, 10, ">")], "<0123456789>"],
    ["two that touch", [edit(2, 4, "a"), edit(4, 6, "b")], "01ab6789"],
    ["two inserts at one place, in their order", [edit(3, 3, "a"), edit(3, 3, "b")], "012ab3456789"],
    ["an insert before what is replaced", [edit(3, 3, "a"), edit(3, 5, "b")], "012ab56789"],
    ["all of it", [edit(0, 10, "x")], "x"],
  ];
  for (const [title, edits, expected] of rows) {
    it(`applies ${title}`, () => {
      assert.equal(edited(BODY, edits).toString(), expected);
    });
  }

  it("copies nothing that is kept", () => {
    const pieces = applyEdits(BODY, [edit(2, 4, "ab")]);
    assert.ok(!Buffer.isBuffer(pieces));
    const [before, , behind] = pieces;
    assert.deepEqual([before?.buffer, before?.byteOffset], [BODY.buffer, BODY.byteOffset]);
    assert.deepEqual([behind?.buffer, behind?.byteOffset], [BODY.buffer, BODY.byteOffset + 4]);
  });

  const refused: readonly (readonly [string, readonly Edit[]])[] = [
    ["overlap", [edit(2, 5, "a"), edit(4, 6, "b")]],
    ["are out of order", [edit(6, 7, "a"), edit(2, 3, "b")]],
    ["end before they begin", [edit(4, 3, "a")]],
    ["begin before the body", [edit(-1, 3, "a")]],
    ["reach beyond the body", [edit(9, 11, "a")]],
  ];
  for (const [title, edits] of refused) {
    it(`refuses edits that ${title}`, () => {
      assert.throws(() => applyEdits(BODY, edits), RangeError);
    });
  }

  it("does the same as one edit after the other, the last one first", () => {
    const places = fc.array(fc.nat(40), { maxLength: 8 });
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), places, fc.string({ maxLength: 5 }), (text, cuts, put) => {
        const body = Buffer.from(text);
        const sorted = cuts.map((cut) => cut % (body.length + 1)).sort((one, two) => one - two);
        const edits: Edit[] = [];
        for (let at = 0; at + 1 < sorted.length; at += 2)
          edits.push(edit(sorted[at] ?? 0, sorted[at + 1] ?? 0, put));
        const expected = edits.reduceRight(
          (all, { start, end, replacement }) =>
            Buffer.concat([all.subarray(0, start), replacement, all.subarray(end)]),
          body,
        );
        assert.deepEqual(edited(body, edits), expected);
      }),
    );
  });
});
