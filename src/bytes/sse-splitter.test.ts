// Tests of sse-splitter.ts: no byte is lost, parts are the same wherever chunks are cut, and events are those of a reader.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cutText, eventsIn } from "../../test/support/sse-text.ts";
import { SseSplitter } from "./sse-splitter.ts";

/** The parts of a stream: events as they are, what stands between them in brackets, and what is open with dots. */
function partsOf(chunks: readonly Buffer[]): string[] {
  const splitter = new SseSplitter();
  const parts: string[] = [];
  let open: Buffer[] = [];
  for (const chunk of chunks) {
    let start = 0;
    for (let end = splitter.next(chunk, 0); end !== -1; end = splitter.next(chunk, start)) {
      const part = Buffer.concat([...open, chunk.subarray(start, end)]).toString();
      parts.push(splitter.isEvent ? part : `(${part})`);
      open = [];
      start = end;
    }
    open.push(chunk.subarray(start));
  }
  const rest = Buffer.concat(open).toString();
  if (rest !== "") parts.push(splitter.isInEvent ? `${rest}...` : `(${rest}...)`);
  return parts;
}

describe("SseSplitter", () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["data: 1\n\ndata: 2\n\n", ["data: 1\n\n", "data: 2\n\n"]],
    ["event: a\ndata: 1\nid: 2\n\n", ["event: a\ndata: 1\nid: 2\n\n"]],
    [": hi\n\ndata: 1\n\n", ["(: hi\n)", "(\n)", "data: 1\n\n"]],
    ["data: 1\n: hi\ndata: 2\n\n", ["data: 1\n: hi\ndata: 2\n\n"]],
    // The last blank line may yet get its LF.
    ["data: 1\r\n\r\ndata: 2\r\n\r", ["data: 1\r\n\r\n", "data: 2\r\n\r..."]],
    ["data: 1\r\rdata: 2\r\r", ["data: 1\r\r", "data: 2\r\r"]],
    ["data: 1\n\r\ndata: 2\n\rdata: 3\n\n", ["data: 1\n\r\n", "data: 2\n\r", "data: 3\n\n"]],
    // Behind a stream of bare CRs nobody can wait for a LF: that would hold each event until the next.
    ["data: 1\r\r\ndata: 2\n\n", ["data: 1\r\r", "(\n)", "data: 2\n\n"]],
    [": hi\r\ndata: 1\r\n\r\n", ["(: hi\r)", "(\n)", "data: 1\r\n\r\n"]],
    ["\n\r\n\rdata: 1\n\n", ["(\n)", "(\r)", "(\n)", "(\r)", "data: 1\n\n"]],
    ["data: 1\n\ndat", ["data: 1\n\n", "dat..."]],
    ["data: 1\n\n: h", ["data: 1\n\n", "(: h...)"]],
    ["\ufeffdata: 1\n\n", ["\ufeffdata: 1\n\n"]],
    ["", []],
  ];
  for (const [text, parts] of rows) {
    it(`splits ${JSON.stringify(text)}`, () => {
      assert.deepEqual(partsOf([Buffer.from(text)]), parts);
      assert.deepEqual(partsOf(Array.from(Buffer.from(text), (byte) => Buffer.from([byte]))), parts);
    });
  }

  it("loses no byte, and finds the same parts wherever the chunks are cut", () => {
    fc.assert(
      fc.property(cutText(), ({ text, chunks }) => {
        const parts = partsOf([Buffer.from(text)]);
        assert.deepEqual(partsOf(chunks), parts);
        assert.equal(parts.map((part) => part.replace(/^\(|\.{3}\)?$|\)$/g, "")).join(""), text);
      }),
      { numRuns: 3000 },
    );
  });

  it("gives each event of a plain reader in one part", () => {
    fc.assert(
      fc.property(cutText(), ({ text, chunks }) => {
        // A byte order mark counts for nothing at the beginning only.
        const read = partsOf(chunks).flatMap((part, index) => eventsIn(index === 0 ? part : `\n${part}`));
        assert.deepEqual(read, eventsIn(text));
      }),
      { numRuns: 3000 },
    );
  });
});
