import assert from "node:assert/strict";
import { test } from "node:test";
import { Notes } from "./notes.ts";

const noted = (...texts: readonly string[]): readonly string[] => {
  const notes = new Notes();
  for (const text of texts) notes.add(text);
  return notes.texts;
};

test("whatever a client calls its fields, a note is short and of visible characters", () => {
  assert.deepEqual(noted("a\r\nx-other: 1", "b\u0000\u007f漢", "b "), ["a x-other: 1", "b "]);
  const [long = ""] = noted("é".repeat(100) + "x".repeat(10_000));
  assert.equal(long, " ");
  assert.deepEqual(noted("x".repeat(10_000)), ["x".repeat(64)]);
});

test("what says nothing is not noted, and of many fields the first", () => {
  const notes = new Notes();
  notes.addOthers({ kept: 1, none: null, empty: [], no: false, seed: 1 }, new Set(["kept"]), "m.");
  assert.deepEqual(notes.texts, ["m.no", "m.seed"]);
  let looked = 0;
  const many = Array.from({ length: 10_000 }, (_, at) => [`f${at}`, 1] as const);
  const counted = new Proxy(Object.fromEntries(many), {
    get: (object, name) => {
      looked += 1;
      return object[String(name)];
    },
  });
  notes.addOthers(counted, new Set(), "m.");
  assert.deepEqual(
    notes.texts.slice(2),
    many.slice(0, 30).map(([name]) => `m.${name}`),
  );
  assert.equal(looked, 30);
});
