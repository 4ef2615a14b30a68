import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { type FrameHandler, FrameSocket } from "./frame-socket.ts";
import { textFrames } from "./text-frames.ts";

const RULES = { maxBytes: 1 << 20, heartbeatMs: 60_000, stallMs: 60_000 };

/** One side of a connection: keeps what is written to it, and reads what a test pushes. */
class Side extends Duplex {
  readonly written: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written.push(chunk);
    done();
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.written.push(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }
}

/** A socket, and what it tells, in its order: a list for the texts of one read. */
function socketOn(side: Side, isServer: boolean, more: Partial<FrameHandler> = {}) {
  const told: unknown[] = [];
  const handler: FrameHandler = {
    onBytes: () => undefined,
    onTexts: (texts) => told.push(texts.map(String)),
    onBinary: () => told.push("binary"),
    onDrain: () => undefined,
    onClose: (code) => told.push(code),
    ...more,
  };
  return { socket: new FrameSocket(side, { ...RULES, isServer }, handler), told };
}

const read = (side: Side, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    side.once("data", () => resolve());
    side.push(bytes);
  });

test("texts of every length that a frame has a form for come out as they were, in one write", async () => {
  const texts = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000].map((length) => Buffer.alloc(length, "x"));
  const [server, client] = [new Side(), new Side()];
  const { socket } = socketOn(server, true);
  socket.sendAll(texts);
  assert.equal(server.written.length, 1);
  const { socket: reader, told } = socketOn(client, false);
  await read(client, server.written[0] ?? Buffer.alloc(0));
  assert.deepEqual(told, [texts.map(String)]);
  for (const one of [socket, reader]) one.cut();
});

test("texts are read the same wherever their frames are cut, and those of one read are told at once", async () => {
  const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 200 }), { minLength: 1, maxLength: 12 });
  const run = fc.asyncProperty(texts, fc.array(fc.nat(3_000), { maxLength: 6 }), async (all, cuts) => {
    const bytes = textFrames(all.map((text) => Buffer.from(text)));
    const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
    const side = new Side();
    const { socket, told } = socketOn(side, false);
    let reads = 0;
    for (const [at, end] of [...places, bytes.length].entries()) {
      const piece = bytes.subarray(places[at - 1] ?? 0, end);
      if (piece.length > 0) await read(side, piece);
      reads += 1;
    }
    assert.deepEqual(told.flat(), all);
    assert.ok(told.length <= reads);
    socket.cut();
  });
  await fc.assert(run, { numRuns: 50 });
});

test("texts before a closing frame, a binary one or no frame at all are told before it", async () => {
  const texts = textFrames([Buffer.from("a"), Buffer.from("b")]);
  const close = Buffer.of(0x88, 2, 0x03, 0xe9);
  for (const [behind, then] of [
    [close, [1001]],
    [Buffer.concat([Buffer.of(0x82, 1, 0), texts, close]), ["binary", ["a", "b"], 1001]],
    [Buffer.of(0xf1, 0), [1002]],
  ] as const) {
    const side = new Side();
    const { told } = socketOn(side, false);
    const isOver = new Promise((resolve) => side.once("close", resolve));
    await read(side, Buffer.concat([texts, behind]));
    side.push(null);
    await isOver;
    assert.deepEqual(told, [["a", "b"], ...then]);
  }
});

test("a socket that is closed while texts are told is told nothing more", async () => {
  const side = new Side();
  const { socket, told } = socketOn(side, false, { onTexts: () => socket.cut() });
  await read(side, textFrames([Buffer.from("a"), Buffer.from("b")]));
  assert.deepEqual(told, [1006]);
  assert.equal(socket.sendAll([Buffer.from("late")]), true);
  assert.deepEqual(side.written, []);
});

test("texts too long to be copied leave in their order, and a client's are masked", async () => {
  const texts = ["x".repeat(300_000), "short", "y".repeat(10)];
  const [server, client] = [new Side(), new Side()];
  const there = socketOn(server, true);
  const here = socketOn(client, false);
  there.socket.sendAll(texts.map((text) => Buffer.from(text)));
  await read(client, Buffer.concat(server.written));
  assert.deepEqual(here.told, [texts]);
  here.socket.sendAll(texts.map((text) => Buffer.from(text)));
  assert.equal((client.written[0]?.[1] ?? 0) >>> 7, 1);
  await read(server, Buffer.concat(client.written));
  assert.deepEqual(there.told, [texts]);
  for (const { socket } of [there, here]) socket.cut();
});
