import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CustomInput } from "./custom-input.ts";

/** The input that the pieces give, and what is known of it at the end. */
function read(pieces: readonly string[]): { readonly told: string; readonly isWhole: boolean } {
  const input = new CustomInput();
  let told = "";
  for (const piece of pieces) told += input.push(piece);
  const rest = input.finish();
  if (rest !== undefined) assert.equal(told + rest, input.input);
  return { told: told + (rest ?? ""), isWhole: rest !== undefined };
}

test("the text in the arguments is the same wherever they are cut", () => {
  const text = fc.string({ unit: "binary", maxLength: 30 });
  const cuts = fc.array(fc.nat(60), { maxLength: 5 });
  fc.assert(
    fc.property(text, cuts, fc.boolean(), (wanted, places, isSpaced) => {
      const written = isSpaced
        ? ` {\n "input" : ${JSON.stringify(wanted)} } `
        : JSON.stringify({ input: wanted });
      const ends = [...new Set(places)].sort((one, two) => one - two);
      const pieces = [0, ...ends].map((start, at) => written.slice(start, ends[at] ?? written.length));
      assert.deepEqual(read(pieces), { told: wanted, isWhole: true });
    }),
  );
});

test("what a model writes in place of the object is understood where it can be", () => {
  const rows: readonly (readonly [written: string, told: string, isWhole: boolean])[] = [
    ["*** Begin Patch\n", "*** Begin Patch\n", true],
    ["", "", true],
    ['{"input":"a\nb"}', "a\nb", true],
    ['{"patch":"a"}', "a", true],
    ['{"why":"x","input":"a"}', "a", true],
    ['{"input":"a","why":1}', "a", true],
    ['{"input":7}', "", false],
    ['{"input":"a', "a", false],
    ['{"input":"a\\', "a", false],
    ['{"input":"a\\q"}', "", false],
    ["{}", "", false],
    ["{", "", false],
  ];
  for (const [written, told, isWhole] of rows) {
    assert.deepEqual(read([written]), { told, isWhole }, written);
    assert.deepEqual(read(written.split("")).isWhole, isWhole, written);
  }
});
