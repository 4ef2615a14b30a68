import assert from "node:assert/strict";
import { test } from "node:test";
import type { FlatHeaders, Reply } from "../../http/message.ts";
import { LiveListener } from "./live-listener.ts";

/** A client that reads when it is told to. */
class SlowReply implements Reply {
  readonly written: string[] = [];
  isReading = true;
  isHeadSent = false;
  isClosed = false;
  #onDrain: () => void = () => undefined;

  head(_status: number, _headers: FlatHeaders): void {
    this.isHeadSent = true;
  }

  flush(): void {}

  write(chunk: Buffer): boolean {
    this.written.push(chunk.toString());
    return this.isReading;
  }

  end(): void {
    this.isClosed = true;
  }

  destroy(): void {
    this.isClosed = true;
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  onAbort(): void {}

  drain(): void {
    this.isReading = true;
    this.#onDrain();
  }
}

test("who reads slowly misses requests, is told how many, and costs no memory", () => {
  const reply = new SlowReply();
  const listener = new LiveListener(reply, []);
  listener.send("one", 1);
  reply.isReading = false;
  listener.send("two", 1);
  listener.send("three", 1);
  listener.send("four", 4);
  assert.deepEqual(reply.written, ["one", "two"]);
  reply.drain();
  listener.send("five", 1);
  assert.deepEqual(reply.written.slice(2), ['event: missed\ndata: {"count":5}\n\nfive']);
});

test("who reads nothing for a minute is stuck, and silence is broken by a comment", () => {
  const reply = new SlowReply();
  const listener = new LiveListener(reply, []);
  for (let beat = 0; beat < 7; beat += 1) listener.beat();
  assert.deepEqual(reply.written, [": still here\n\n"]);
  reply.isReading = false;
  listener.send("one", 1);
  const looks = Array.from({ length: 31 }, () => listener.isStuck);
  assert.deepEqual([looks.indexOf(true), looks.at(-1)], [30, true]);
  reply.drain();
  assert.equal(listener.isStuck, false);
});
