// Tests of json-texts.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runAtOnce } from "../core/slices.ts";
import { type TextSearch, textsInJson } from "./json-texts.ts";

function found(value: unknown, search: TextSearch): (readonly [number, string])[] {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return runAtOnce(textsInJson(Buffer.from(text), search, 4)).map(({ name, text }) => [name, text]);
}

test("a text is found by its key, at any depth, on its own, in a list, and as the id of an object", () => {
  const names = ["file_id", "file_ids", "video"];
  const body = {
    model: "m",
    input: [{ content: [{ type: "input_file", file_id: "file-1" }] }],
    tools: [{ container: { file_ids: ["file-2", "file-3"], other: "x" } }],
    video: { name: "y", id: "video_1", more: "z" },
    file_id: "file-4",
  };
  assert.deepEqual(found(body, { names }), [
    [0, "file-1"],
    [1, "file-2"],
    [1, "file-3"],
    [2, "video_1"],
    [0, "file-4"],
  ]);
});

test("texts that only look like keys are none, and keys in escapes are", () => {
  const names = ["file_id"];
  const quoted = { content: '{"file_id": "file-1"}', list: ["file_id", "file-2"], other: "file_id" };
  assert.deepEqual(found(quoted, { names }), []);
  assert.deepEqual(found('{"f\\u0069le_id" : "file-\\u0033"}', { names }), [[0, "file-3"]]);
  assert.deepEqual(found('{"a\\\\": "b", "file_id": "c\\\\"}', { names }), [[0, "c\\"]]);
});

test("a value that is no text is none, nor what comes behind it", () => {
  const names = ["file_id", "video"];
  for (const value of [null, 7, true, {}, [], [1, 2], { n: { id: "x" } }, [{ id: "x" }]])
    assert.deepEqual(found({ file_id: value, b: "c", d: ["e"] }, { names }), [], JSON.stringify(value));
});

test("every value is looked at where that is wanted", () => {
  const isWanted = (text: string) => text.startsWith("file-");
  const body = { source: { type: "file_id", id: "file-1" }, "file-2": "x", list: ["file-3"] };
  assert.deepEqual(found(body, { names: [], isWanted }), [
    [-1, "file-1"],
    [-1, "file-3"],
  ]);
});

test("any bytes come to an end", () => {
  for (const text of ["", '"', '"a', '"a":', '{"file_id', '{"file_id":"', '{"file_id":"a\\', "[[[["])
    assert.deepEqual(found(text, { names: ["file_id"] }), [], text);
});
