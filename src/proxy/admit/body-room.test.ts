// Tests of body-room.ts: what is given up when the room is used up, and what never is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type BodyHold, BodyRoom, bodyRoomBytes } from "./body-room.ts";

const MIB = 1 << 20;

/** A body whose reader does what readers do. */
class Upload {
  readonly hold: BodyHold;
  isShed = false;

  constructor(room: BodyRoom) {
    this.hold = room.open();
    this.hold.onShed = () => {
      this.isShed = true;
    };
  }

  /** False where the reader has to give it up itself. */
  take(bytes: number, isLast = false): boolean {
    return this.hold.take(bytes, isLast);
  }
}

test("room is taken for what has come, and given back whole", () => {
  const room = new BodyRoom(64 * MIB);
  const uploads = Array.from({ length: 40 }, () => new Upload(room));
  for (const upload of uploads) assert.equal(upload.take(1), true);
  assert.deepEqual([room.bytes, room.coming], [40, 40]);
  for (const upload of uploads) upload.hold.release();
  for (const upload of uploads) upload.hold.release();
  assert.deepEqual([room.bytes, room.coming], [0, 0]);
});

test("a body that is whole at once is never among those that are coming", () => {
  const room = new BodyRoom(64 * MIB);
  const upload = new Upload(room);
  upload.take(5_000, true);
  assert.deepEqual([room.bytes, room.coming], [5_000, 0]);
});

test("who has made no headway for longest is given up first", () => {
  const room = new BodyRoom(64 * MIB);
  const [idle, busy, late] = [new Upload(room), new Upload(room), new Upload(room)];
  idle.take(20 * MIB);
  busy.take(20 * MIB);
  late.take(10 * MIB);
  // A byte is no headway.
  busy.take(MIB);
  idle.take(1);
  assert.equal(late.take(10 * MIB), true);
  assert.deepEqual([idle.isShed, busy.isShed, late.isShed], [true, false, false]);
  assert.equal(room.bytes, 41 * MIB);
});

test("who is last itself is told so, and what is whole is never given up", () => {
  const room = new BodyRoom(64 * MIB);
  const whole = new Upload(room);
  whole.take(50 * MIB, false);
  whole.hold.finish();
  const other = new Upload(room);
  assert.equal(other.take(2 * MIB), true);
  assert.equal(other.take(20 * MIB), false);
  assert.equal(whole.isShed, false);
});

test("uploads leave a reserve for small bodies, and make room for them beyond it", () => {
  const room = new BodyRoom(64 * MIB);
  const uploads = Array.from({ length: 30 }, () => new Upload(room));
  for (let round = 0; round < 4; round += 1) {
    for (const upload of uploads) if (!upload.isShed && !upload.take(MIB)) upload.hold.release();
  }
  assert.ok(room.bytes <= 56 * MIB);
  const prompts = Array.from({ length: 40 }, () => new Upload(room));
  for (const prompt of prompts) assert.equal(prompt.take(300_000), true);
  assert.ok(room.bytes <= 64 * MIB);
  assert.ok(prompts.every((prompt) => !prompt.isShed));
});

test("small bodies that trickle make room for others too", () => {
  const room = new BodyRoom(64 * MIB);
  const trickles = Array.from({ length: 64 }, () => new Upload(room));
  for (const trickle of trickles) assert.equal(trickle.take(MIB), true);
  const prompt = new Upload(room);
  assert.equal(prompt.take(300_000, true), true);
  assert.equal(trickles.filter((trickle) => trickle.isShed).length, 1);
  assert.equal(trickles[0]?.isShed, true);
});

test("one large body alone has room whatever its size, beside prompts", () => {
  const room = new BodyRoom(64 * MIB);
  const prompt = new Upload(room);
  prompt.take(300_000, true);
  const alone = new Upload(room);
  for (let count = 0; count < 100; count += 1) assert.equal(alone.take(MIB), true);
  const second = new Upload(room);
  assert.equal(second.take(2 * MIB), true);
  // The first made way: it was the one without headway for longest.
  assert.equal(alone.isShed, true);
});

test("a body that was unpacked counts as what it became", () => {
  const room = new BodyRoom(64 * MIB);
  const { hold } = new Upload(room);
  hold.take(3 * MIB, true);
  hold.take(10 * MIB, true);
  hold.shrinkTo(10 * MIB);
  assert.equal(room.bytes, 10 * MIB);
  hold.shrinkTo(20 * MIB);
  hold.release();
  assert.equal(room.bytes, 0);
  const next = new Upload(room);
  assert.equal(next.take(63 * MIB), true);
});

test("the bound is a quarter of the memory, within limits", () => {
  const sizes = [256, 1_024, 4_096, 65_536].map((mebibytes) => bodyRoomBytes(mebibytes * MIB) / MIB);
  assert.deepEqual(sizes, [128, 256, 1_024, 2_048]);
});
