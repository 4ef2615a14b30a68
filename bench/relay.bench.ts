// What it costs to pass on one chunk of an answer, by what the answer needs on its way. Not a test: nothing here fails.
// Run: node bench/relay.bench.ts

import { EventTransforms } from "../src/proxy/answer/event-transforms.ts";
import { Relay } from "../src/proxy/answer/relay.ts";
import { relayedCall, relayedTarget } from "../test/support/fakes/relayed-call.ts";

const EVENT = Buffer.from(
  `data: ${JSON.stringify({
    id: "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012",
    object: "chat.completion.chunk",
    created: 1770000000,
    model: "gpt-4o-2024-08-06",
    choices: [{ index: 0, delta: { content: " hello" }, logprobs: null, finish_reason: null }],
    usage: null,
  })}\n\n`,
);
const PIECE = Buffer.from(JSON.stringify({ model: "m", text: "word ".repeat(80) }));
const ROUNDS = 80;
const CHUNKS = 20_000;

const reply = {
  isHeadSent: false,
  isClosed: false,
  head: () => undefined,
  flush: () => undefined,
  write: () => true,
  end: () => undefined,
  destroy: () => undefined,
  onDrain: () => undefined,
  onAbort: () => undefined,
};

function relayOf(needs: { type: string; isKeyed: boolean; isRenamed: boolean }): Relay {
  const target = relayedTarget(needs.isKeyed ? "sk-bench-0123456789abcdef" : undefined);
  const call = relayedCall(reply, { modelName: needs.isRenamed ? "fast" : "m" });
  const head = { status: 200, headers: ["content-length", "9"], contentType: needs.type };
  return new Relay(call, { target }, head, () => undefined);
}

type Passer = { readonly write: (chunk: Buffer) => unknown };

/** Nanoseconds a chunk, the best of many short rounds: others may be at work on the machine. */
function measure(name: string, passer: Passer, pieces: readonly Buffer[]): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (let count = 0; count < CHUNKS; count += 1) for (const piece of pieces) passer.write(piece);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / CHUNKS / pieces.length);
  }
  console.log(`| ${name} | ${best.toFixed(0)} |`);
}

const JSON_TYPE = "application/json";
const STREAM = "text/event-stream";
const HALVES = [EVENT.subarray(0, 150), EVENT.subarray(150)];
console.log("| answer | ns a chunk |\n|---|--:|");
measure("JSON, untouched", relayOf({ type: JSON_TYPE, isKeyed: true, isRenamed: false }), [PIECE]);
measure("stream, untouched", relayOf({ type: STREAM, isKeyed: false, isRenamed: false }), [EVENT]);
measure("stream, untouched, in halves", relayOf({ type: STREAM, isKeyed: false, isRenamed: false }), HALVES);
measure("stream of a keyed endpoint", relayOf({ type: STREAM, isKeyed: true, isRenamed: false }), [EVENT]);
measure("the same, in halves", relayOf({ type: STREAM, isKeyed: true, isRenamed: false }), HALVES);
measure("stream, renamed", relayOf({ type: STREAM, isKeyed: true, isRenamed: true }), [EVENT]);
const events = new EventTransforms([{ onEvent: () => undefined, onEnd: () => [] }]);
measure("besides, where whole events are wanted", { write: (chunk) => events.push(chunk) }, [EVENT]);
measure("the same, in halves", { write: (chunk) => events.push(chunk) }, HALVES);
