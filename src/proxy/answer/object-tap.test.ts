// Tests of object-tap.ts: the same ids are found wherever the chunks are cut.

import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonObjectTap, sseObjectTap } from "./object-tap.ts";

type MakeTap = typeof jsonObjectTap;

function idsIn(make: MakeTap, paths: readonly string[], text: string, pieceBytes: number): readonly string[] {
  const ids: string[] = [];
  const tap = make(paths, (id) => ids.push(id));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) tap.push(bytes.subarray(at, at + pieceBytes));
  return ids;
}

function found(make: MakeTap, paths: readonly string[], text: string): readonly string[] {
  const whole = idsIn(make, paths, text, text.length * 4 + 1);
  for (const bytes of [1, 2, 3, 7, 50]) assert.deepEqual(idsIn(make, paths, text, bytes), whole, `${bytes}`);
  return whole;
}

test("the ids of a JSON answer, at their paths only", () => {
  const text = JSON.stringify({
    object: { id: "no" },
    id: "batch_1",
    list: [{ id: "no" }],
    output_file_id: "file-2",
  });
  assert.deepEqual(found(jsonObjectTap, ["id", "output_file_id"], text), ["batch_1", "file-2"]);
  assert.deepEqual(found(jsonObjectTap, ["file.id"], '{"id":"upload_1","file":{"x":1,"id":"file-3"}}'), [
    "file-3",
  ]);
  assert.deepEqual(found(jsonObjectTap, ["id"], '{"id":"a\\u0062c"}'), ["abc"]);
});

test("an answer without an id, or of another type, has none", () => {
  for (const text of [
    "",
    "{}",
    "[]",
    '{"id":null}',
    '{"id":7}',
    '{"id":""}',
    '{"id":"cut',
    "no json",
    `{"id":"${"x".repeat(2_000)}"}`,
  ])
    assert.deepEqual(found(jsonObjectTap, ["id"], text), [], text.slice(0, 20));
});

test("of a stream the first event that has one", () => {
  const first = `event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1"}}\n\n`;
  const second = `data: {"response":{"id":"resp_2"}}\n\n`;
  assert.deepEqual(found(sseObjectTap, ["id", "response.id"], `: hello\n\n${first}${second}`), ["resp_1"]);
  assert.deepEqual(
    found(sseObjectTap, ["id"], 'data: {"id":"chatcmpl-1","choices":[]}\n\ndata: [DONE]\n\n'),
    ["chatcmpl-1"],
  );
  assert.deepEqual(found(sseObjectTap, ["id"], "data: [DONE]\n\n"), []);
});

test("behind the beginning of an answer nothing is looked for", () => {
  const text = JSON.stringify({ output: "x".repeat(100_000), id: "resp_1" });
  assert.deepEqual(idsIn(jsonObjectTap, ["id"], text, 16_384), []);
});
