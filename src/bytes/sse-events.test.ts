import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SseEvents } from "./sse-events.ts";

const LONG = `data: ${"y".repeat(700)}`;

function read(chunks: readonly Buffer[]): string[] {
  const found: string[] = [];
  const events = new SseEvents((data) => found.push(data.toString()));
  for (const chunk of chunks) events.push(chunk);
  return found;
}

test("the data of events, whatever stands beside it and however lines end", () => {
  const text =
    ': hi\n\nevent: a\ndata: {"x":1}\n\ndata:two\r\ndata: lines\r\nid: 7\r\n\r\nevent: none\n\ndata\n\ndatum: x\n\ndata: cut';
  assert.deepEqual(read([Buffer.from(text)]), ['{"x":1}', "two\nlines", ""]);
});

test("the same events come out wherever the chunks are cut", () => {
  const line = fc.constantFrom("data: a", "data:b ", "data", "event: e", ": c", "", "", "id: 1", LONG);
  const ends = fc.constantFrom("\n", "\r\n");
  const lines = fc.array(line, { maxLength: 20 });
  fc.assert(
    fc.property(lines, ends, fc.array(fc.nat(2_000), { maxLength: 8 }), (parts, end, cuts) => {
      const bytes = Buffer.from(parts.map((part) => part + end).join(""));
      const places = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort((a, b) => a - b);
      const chunks = [...places, bytes.length].map((place, at) => bytes.subarray(places[at - 1] ?? 0, place));
      assert.deepEqual(read(chunks), read([bytes]));
    }),
  );
});
