// Tests of h1-body.ts: which pieces are alone in the memory that they lie in, so that whoever takes them may free it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../core/clock.ts";
import { BodyReader } from "../body-reader.ts";
import { H1Body } from "./h1-body.ts";

const OPEN = { pause: () => undefined, resume: () => undefined };

/** What a body gives of these reads: the length of each piece, and whether it is alone. */
function given(length: number, isChunked: boolean, reads: readonly string[], isLate: boolean): unknown[] {
  const body = new H1Body(length, isChunked, OPEN);
  const pieces: unknown[] = [];
  const sink = {
    onData: (piece: Buffer, isAlone?: boolean) => pieces.push([piece.length, isAlone]),
    onEnd: () => pieces.push("end"),
    onBroken: () => pieces.push("broken"),
  };
  if (!isLate) body.pour(sink);
  for (const read of reads) body.take(Buffer.from(read));
  if (isLate) body.pour(sink);
  return pieces;
}

test("a piece is alone in its memory unless something comes behind the body", () => {
  for (const isLate of [false, true]) {
    assert.deepEqual(given(6, false, ["abc", "def"], isLate), [[3, true], [3, true], "end"]);
    assert.deepEqual(given(6, false, ["abc", "defGET /"], isLate), [[3, true], [3, false], "end"]);
    assert.deepEqual(given(0, true, ["3\r\nabc\r\n", "0\r\n\r\n"], isLate), [[3, true], "end"]);
    assert.deepEqual(given(0, true, ["3\r\nabc\r\n0\r\n\r\nGET /"], isLate), [[3, false], "end"]);
  }
});

test("a body of large reads, which its reader frees, ends as any other", async () => {
  const limits = {
    maxBytes: 1_000_000,
    idleMs: 10_000,
    totalMs: 10_000,
    minBytesPerSecond: 0,
    clock: systemClock,
  };
  const meter = { take: () => true, finish: () => undefined, release: () => undefined, onShed: undefined };
  for (const isChunked of [false, true]) {
    for (const behind of ["", "GET / HTTP/1.1"]) {
      const body = new H1Body(isChunked ? 0 : 80_000, isChunked, OPEN);
      const whole = new Promise((resolve, reject) => {
        new BodyReader(body, { limits, meter, declared: isChunked ? 0 : 80_000 }, { resolve, reject });
      });
      const piece = "x".repeat(40_000);
      const reads = isChunked
        ? [`9c40\r\n${piece}\r\n`, `9c40\r\n${piece}\r\n0\r\n\r\n${behind}`]
        : [piece, piece + behind];
      const rests = reads.map((read) => body.take(Buffer.from(Uint8Array.from(Buffer.from(read)).buffer)));
      assert.deepEqual(rests[0], undefined);
      assert.equal(rests[1]?.toString() ?? "", behind);
      assert.equal(String(await whole), piece + piece);
    }
  }
});
