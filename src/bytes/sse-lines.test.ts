// Tests of sse-lines.ts against a plain reader of whole texts.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cutText, eventsIn } from "../../test/support/sse-text.ts";
import { SseScanner } from "./sse-lines.ts";

function scan(chunks: readonly Buffer[]): string[] {
  const events: string[] = [];
  let data: string[] = [];
  let value: Buffer[] = [];
  const scanner = new SseScanner({
    onData: (chunk, start, end) => value.push(chunk.subarray(start, end)),
    onDataEnd: () => {
      data.push(Buffer.concat(value).toString());
      value = [];
    },
    onEventEnd: () => {
      if (data.length > 0) events.push(data.join("\n"));
      data = [];
    },
  });
  for (const chunk of chunks) scanner.push(chunk);
  return events;
}

describe("SseScanner", () => {
  it("agrees with a plain reader for any text and any split (row 40)", () => {
    fc.assert(
      fc.property(cutText(), ({ text, chunks }) => assert.deepEqual(scan(chunks), eventsIn(text))),
      { numRuns: 3000 },
    );
  });
});
