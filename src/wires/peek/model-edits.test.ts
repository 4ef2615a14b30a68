// Tests of model-edits.ts: the model is another one, or is there, and every other byte is what it was.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { edited } from "../../../test/support/edited.ts";
import type { Edit } from "../../bytes/edits.ts";
import { peekJson } from "./json-scan.ts";
import {
  modelInsertOfForm,
  modelInsertOfJson,
  modelRenameOfJson,
  modelRenamesOfForm,
} from "./model-edits.ts";
import { peekMultipart } from "./multipart-scan.ts";

const TYPE = "multipart/form-data; boundary=b0";

type Part = readonly [headers: string, value: string | Buffer];

function form(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(([headers, value]) => [
    Buffer.from(`--b0\r\n${headers}\r\n\r\n`),
    Buffer.from(value),
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...pieces, Buffer.from("--b0--\r\n")]);
}

function field(name: string, value: string): Part {
  return [`Content-Disposition: form-data; name="${name}"`, value];
}

function renameOf(body: Buffer, name: string): Edit {
  const range = peekJson(body).modelRange;
  assert.ok(range);
  return modelRenameOfJson(range, name);
}

describe("a rename in JSON", () => {
  it("changes the one token and nothing else (rows 75, 76)", () => {
    const head = '{ "seed":9007199254740993, "t":1.0,"z":1e400,"e":"\\ud800\\u0000😀\u2028","model" :\t';
    const tail = ' ,"2":1,"1":2,"metadata":{"model":"old"}}\n';
    const body = Buffer.from(`${head}"o\\u006cd"${tail}`);
    assert.equal(edited(body, [renameOf(body, 'new "x"\\é')]).toString(), `${head}"new \\"x\\"\\\\é"${tail}`);
  });

  it("goes with a second edit of the same body, before it and behind it", () => {
    const option = Buffer.from('"stream_options":{"include_usage":true},');
    const body = Buffer.from('{"stream":true,"model":"old","n":1}');
    const front = { start: 1, end: 1, replacement: option };
    assert.equal(
      edited(body, [front, renameOf(body, "new")]).toString(),
      '{"stream_options":{"include_usage":true},"stream":true,"model":"new","n":1}',
    );
    const at = body.indexOf('"n"');
    const behind = { start: at, end: at, replacement: option };
    assert.equal(
      edited(body, [renameOf(body, "new"), behind]).toString(),
      '{"stream":true,"model":"new","stream_options":{"include_usage":true},"n":1}',
    );
  });
});

describe("a rename in a form", () => {
  const renamed = (body: Buffer, name: string): Buffer =>
    edited(body, modelRenamesOfForm(peekMultipart(body, TYPE), name));

  it("changes the value and nothing else", () => {
    const file = Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256));
    const headers = 'Content-Disposition: form-data; name="file"; filename="a.mp3"';
    const parts = (model: string): Buffer =>
      form([[headers, file], field("model", model), field("prompt", "model")]);
    assert.deepEqual(renamed(parts("old"), "a/new é"), parts("a/new é"));
  });

  it("keeps the part's own Content-Length true", () => {
    const parts = (model: string, length: number): Buffer =>
      form([[`Content-Disposition: form-data; name="model"\r\nContent-Length:  ${length} \r\nX: 3`, model]]);
    assert.deepEqual(renamed(parts("old", 3), "a longer é"), parts("a longer é", 11));
  });

  it("leaves a form without model alone", () => {
    const body = form([field("x", "y")]);
    assert.equal(renamed(body, "n"), body);
  });
});

describe("an insert", () => {
  const json: readonly (readonly [string, boolean, string])[] = [
    [' {"a":1}', false, ' {"model":"m","a":1}'],
    ["{ }", true, '{"model":"m" }'],
  ];
  for (const [text, isEmpty, expected] of json) {
    it(`puts the model first into ${text}`, () => {
      const body = Buffer.from(text);
      assert.equal(edited(body, [modelInsertOfJson(body, isEmpty, "m")]).toString(), expected);
    });
  }

  it("goes with a second insert at the same place", () => {
    const body = Buffer.from('{"a":1}');
    const second = { start: 1, end: 1, replacement: Buffer.from('"b":2,') };
    const all = [modelInsertOfJson(body, false, "m"), second];
    assert.equal(edited(body, all).toString(), '{"model":"m","b":2,"a":1}');
  });

  it("puts the model first into a form, behind its preamble", () => {
    const body = Buffer.concat([Buffer.from("preamble\r\n"), form([field("x", "y")])]);
    const { partsStart } = peekMultipart(body, TYPE);
    const all = edited(body, [modelInsertOfForm({ contentType: TYPE, partsStart }, "m é")]);
    const first: Part = ['content-disposition: form-data; name="model"', "m é"];
    assert.deepEqual(all, Buffer.concat([Buffer.from("preamble\r\n"), form([first, field("x", "y")])]));
    assert.equal(peekMultipart(all, TYPE).model, "m é");
  });
});
