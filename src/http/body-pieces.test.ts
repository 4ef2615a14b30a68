// Tests of body-pieces.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runAtOnce } from "../core/slices.ts";
import { BodyPieces, SMALL_BODY_BYTES } from "./body-pieces.ts";

/** Bytes that tell where they belong. */
function bytesOf(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8)) & 0xff;
  return bytes;
}

function collected(body: Buffer, pieceBytes: number): BodyPieces {
  const pieces = new BodyPieces();
  for (let at = 0; at < body.length; at += pieceBytes)
    pieces.add(Buffer.from(body.subarray(at, at + pieceBytes)));
  return pieces;
}

test("the same bytes come out, in whatever pieces they came", () => {
  for (const size of [0, 1, 100, 20_000, SMALL_BODY_BYTES, SMALL_BODY_BYTES + 1, 3 * SMALL_BODY_BYTES + 7]) {
    for (const pieceBytes of [16_384, 65_536, 999, ...(size <= 20_000 ? [1] : [])]) {
      const body = bytesOf(size);
      const pieces = collected(body, pieceBytes);
      assert.equal(pieces.size, size);
      const taken = pieces.take();
      assert.equal(Buffer.isBuffer(taken), size <= SMALL_BODY_BYTES, `${size} in ${pieceBytes}`);
      const whole = Buffer.isBuffer(taken) ? taken : runAtOnce(taken.inOnePiece());
      assert.ok(whole.equals(body), `${size} in ${pieceBytes}`);
    }
  }
});

test("a body in one piece is that piece", () => {
  const piece = bytesOf(1_000);
  const pieces = new BodyPieces();
  pieces.add(piece);
  assert.equal(pieces.take(), piece);
});

test("a large body is joined in slices of a megabyte at most", () => {
  const taken = collected(bytesOf(9 << 20), 65_536).take();
  assert.ok(!Buffer.isBuffer(taken));
  const work = taken.inOnePiece();
  let slices = 0;
  while (work.next().done !== true) slices += 1;
  assert.ok(slices >= 9, String(slices));
});

/** A piece that is alone in memory, as a read of the system is. */
function readOf(size: number): Buffer {
  const read = Buffer.allocUnsafeSlow(size);
  read.set(bytesOf(size));
  return read;
}

test("large pieces that are alone in their memory are freed once they were copied, and no others", () => {
  for (const count of [2, 40]) {
    const reads = Array.from({ length: count }, () => readOf(65_536));
    const pieces = new BodyPieces();
    // A head stands before the first one.
    for (const [index, read] of reads.entries()) pieces.add(index === 0 ? read.subarray(100) : read, true);
    const shared = readOf(20_000);
    pieces.add(shared.subarray(0, 17_000));
    const small = readOf(1_000);
    pieces.add(small, true);
    const expected = count * 65_536 - 100 + 18_000;
    const taken = pieces.take();
    const whole = Buffer.isBuffer(taken) ? taken : runAtOnce(taken.inOnePiece());
    assert.equal(whole.length, expected);
    assert.ok(whole.subarray(65_436, 2 * 65_536 - 100).equals(bytesOf(65_536)), String(count));
    assert.deepEqual(
      reads.map((read) => read.length),
      reads.map(() => 0),
    );
    assert.deepEqual([shared.length, small.length], [20_000, 1_000]);
  }
});

test("what Node's pool holds beside a piece stays", () => {
  const beside = Buffer.from("beside");
  const pooled = Buffer.allocUnsafe(Math.floor(Buffer.poolSize / 4)).fill(1);
  const pieces = new BodyPieces();
  pieces.add(pooled, true);
  pieces.add(Buffer.from(readOf(20_000)), true);
  pieces.take();
  assert.equal(beside.toString(), "beside");
  assert.ok(pooled.length > 0);
});
