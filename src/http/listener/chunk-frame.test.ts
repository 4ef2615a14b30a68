import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { framed, framedEnd } from "./chunk-frame.ts";

test("a chunk is its size in hex, its bytes and two line ends", () => {
  assert.equal(Buffer.concat(framed(Buffer.from("hello"))).toString(), "5\r\nhello\r\n");
  assert.equal(Buffer.concat(framed(Buffer.alloc(16, "a"))).toString(), `10\r\n${"a".repeat(16)}\r\n`);
  assert.deepEqual(framed(Buffer.alloc(0)), [], "an empty chunk would end the body");
});

test("the end is a chunk of size 0, after the last one", () => {
  assert.equal(framedEnd(undefined).toString(), "0\r\n\r\n");
  assert.equal(framedEnd(Buffer.from("x")).toString(), "1\r\nx\r\n0\r\n\r\n");
});

test("chunks of any size say their size, and small ones are one piece", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70_000 }), (length) => {
      const pieces = framed(Buffer.alloc(length, "z"));
      const text = Buffer.concat(pieces).toString("latin1");
      assert.equal(text, `${length.toString(16)}\r\n${"z".repeat(length)}\r\n`);
      assert.equal(pieces.length, length > 16 * 1024 ? 3 : 1);
    }),
  );
});
