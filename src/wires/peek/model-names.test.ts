// Tests of model-names.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { peekJson } from "./json-scan.ts";
import { ModelNames } from "./model-names.ts";

/** What is kept under the bytes of this text. */
function found(names: ModelNames, text: string): string | undefined {
  const bytes = Buffer.from(`"${text}"`);
  return names.find(bytes, 1, bytes.length - 1);
}

test("a name is known by its bytes once it was kept", () => {
  const names = new ModelNames();
  assert.equal(found(names, "gpt-5"), undefined);
  names.note("gpt-5");
  assert.equal(found(names, "gpt-5"), "gpt-5");
});

test("no other name is taken for it, of the same length, beginning and end neither", () => {
  const names = new ModelNames();
  names.note("gpt-5");
  for (const other of ["", "g", "gpt-", "gxt-5", "gpt-50", "gpt-6", "Gpt-5"])
    assert.equal(found(names, other), undefined, other);
});

test("a name with several spellings, or a long one, is not kept", () => {
  const names = new ModelNames();
  for (const name of ["模型", "a\\b", 'a"b', "", "é", "x".repeat(65)]) {
    names.note(name);
    assert.equal(found(names, name), undefined, name);
  }
});

test("a body that names its model once more has the same name read, and one that escapes it as well", () => {
  const names = new ModelNames();
  const bodies = ['{"model":"m-1"}', '{"model":"m-1"}', '{"model":"m\\u002d1"}', '{"model":"m-2"}'];
  const read = bodies.map((body) => peekJson(Buffer.from(body), [], names).model);
  assert.deepEqual(read, ["m-1", "m-1", "m-1", "m-2"]);
});
