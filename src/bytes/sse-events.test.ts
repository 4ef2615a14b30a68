import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SseEvents } from "./sse-events.ts";

const NAMED = "event: n\ndata: n\n";
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

test("whole events beside others that are none, or of other forms", () => {
  const plain = 'event: a\ndata: {"x":1}\n\ndata: {"x":2}\n\n';
  for (const between of [
    "",
    ": hi\n\n",
    "\n",
    "id: 7\ndata: three\ndata: four\n\n",
    "event: x\n\n",
    "data:y\r\n\r\n",
  ]) {
    const more = read([Buffer.from(between)]);
    const all = ['{"x":1}', '{"x":2}', ...more, '{"x":1}', '{"x":2}'];
    assert.deepEqual(read([Buffer.from(plain + between + plain)]), all, between);
    for (const open of ["", "event: z", "data: z", "event: z\ndata: z\n", "event: event: \n"]) {
      const whole = Buffer.from(plain + between + plain + open);
      assert.deepEqual(read([whole]), all, between + open);
      assert.deepEqual(read([...whole].map((byte) => Buffer.of(byte))), all, between + open);
    }
  }
});

test("the same events come out wherever the chunks are cut", () => {
  const line = fc.constantFrom("data: a", "data:b ", "data", "event: e", ": c", "", "", "id: 1", LONG, NAMED);
  const ends = fc.constantFrom("\n", "\r\n");
  const lines = fc.array(line, { maxLength: 20 });
  fc.assert(
    fc.property(lines, ends, fc.array(fc.nat(2_000), { maxLength: 8 }), (parts, end, cuts) => {
      const bytes = Buffer.from(parts.map((part) => part + end).join(""));
      const places = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort((a, b) => a - b);
      const chunks = [...places, bytes.length].map((place, at) => bytes.subarray(places[at - 1] ?? 0, place));
      assert.deepEqual(read(chunks), read([bytes]));
      assert.deepEqual(read([...bytes].map((byte) => Buffer.of(byte))), read([bytes]));
    }),
  );
});
