// Tests of body-reader.ts: the pace of a body, by a clock that the test moves.

import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { GatewayError } from "../core/errors.ts";
import { BodyReader } from "./body-reader.ts";
import type { BodyMeter } from "./message.ts";
import { NodeBody } from "./node/node-body.ts";

/** A body that is read by rules of a tenth of a mebibyte a second, 10 s of credit and a minute in all. */
class Rig {
  nowMs = 0;
  readonly #message = new PassThrough();
  readonly outcome: Promise<string>;
  /** Once the outcome is known. */
  isOver = false;
  released = 0;

  constructor(declared = 0, minBytesPerSecond = 100_000, socket = {}) {
    const meter: BodyMeter = {
      take: () => true,
      finish() {},
      release: () => {
        this.released += 1;
      },
      onShed: undefined,
    };
    const clock = { nowMs: () => this.nowMs, wallMs: () => 0, random: () => 0 };
    const limits = { maxBytes: 1e9, idleMs: 10_000, totalMs: 60_000, minBytesPerSecond, clock };
    this.outcome = new Promise<string>((resolve) => {
      const reject = (error: GatewayError): void => resolve(error.message);
      const done = (): void => resolve("whole");
      // A stream of bytes, as far as it is used.
      const message = Object.assign(this.#message, { socket }) as unknown as IncomingMessage;
      new BodyReader(new NodeBody(message), { limits, meter, declared }, { resolve: done, reject });
    }).finally(() => {
      this.isOver = true;
    });
  }

  async send(bytes: number, atMs: number): Promise<void> {
    this.nowMs = atMs;
    this.#message.write(Buffer.alloc(bytes));
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** So many pieces of one byte, all at once. */
  emit(pieces: number): void {
    for (let piece = 0; piece < pieces; piece += 1) this.#message.emit("data", Buffer.alloc(1));
  }

  end(): Promise<string> {
    this.#message.end();
    return this.outcome;
  }
}

test("a body at its least rate is read to its end", async () => {
  const rig = new Rig();
  for (let second = 1; second <= 59; second += 1) await rig.send(100_000, second * 1_000);
  assert.equal(await rig.end(), "whole");
});

test("a trickle is given up once it has been too slow for as long as silence may last", async () => {
  const rig = new Rig();
  for (let second = 1; second <= 10; second += 1) await rig.send(1, second * 1_000);
  assert.equal(rig.isOver, false);
  await rig.send(1, 11_000);
  assert.match(await rig.outcome, /more slowly than 100000 bytes a second \(server\.timeouts\.body_rate\)/);
  assert.equal(rig.released, 1);
});

test("what came fast buys no more time than silence may take", async () => {
  const rig = new Rig();
  await rig.send(50_000_000, 1_000);
  for (let second = 2; second <= 11; second += 1) await rig.send(1, second * 1_000);
  assert.equal(rig.isOver, false);
  await rig.send(1, 12_000);
  assert.match(await rig.outcome, /body_rate/);
});

test("a stall within the silence that is allowed is made good by what comes after it", async () => {
  const rig = new Rig();
  await rig.send(1_000, 9_900);
  for (let second = 10; second <= 20; second += 1) await rig.send(200_000, second * 1_000);
  await rig.send(1_000, 29_500);
  await rig.send(1_000_000, 29_600);
  assert.equal(await rig.end(), "whole");
});

test("without a least rate a trickle goes on until its time is over", async () => {
  const rig = new Rig(0, 0);
  for (let second = 1; second <= 59; second += 1) await rig.send(1, second * 1_000);
  assert.equal(rig.isOver, false);
  await rig.send(1, 60_000);
  assert.match(await rig.outcome, /longer than server\.timeouts\.body\./);
});

test("silence counts from the last piece, however long the body has been coming", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = new Rig(0, 0);
  const pass = (seconds: number): void => {
    for (let second = 0; second < seconds; second += 1) {
      rig.nowMs += 1_000;
      t.mock.timers.tick(1_000);
    }
  };
  for (let piece = 0; piece < 5; piece += 1) {
    pass(9);
    await rig.send(1, rig.nowMs);
  }
  pass(9);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(rig.isOver, false);
  pass(1);
  assert.match(await rig.outcome, /nothing came for longer than server\.timeouts\.body_idle/);
});

test("a body in thousands of pieces leaves a turn to others after each few hundred", async () => {
  const told: string[] = [];
  const socket = {
    _paused: false,
    parser: { resume: () => told.push("parser") },
    pause: () => told.push("pause"),
    resume: () => told.push("resume"),
  };
  const rig = new Rig(0, 0, socket);
  // As the engine hands them over: many in one go, and what was read already to its end.
  rig.emit(512 + 100);
  assert.deepEqual([told, socket._paused], [["pause"], true]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([told, socket._paused], [["pause", "parser", "resume"], false]);
  rig.emit(511 - 100);
  assert.equal(told.length, 3);
  // The engine rests for a reason of its own: that is left to it.
  socket._paused = true;
  rig.emit(1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([told.length, socket._paused], [3, true]);
  assert.equal(await rig.end(), "whole");
});
