// What watching and rewriting cost for one chunk of a stream. Not a test: nothing here fails.
// Run: node bench/stream-end.bench.ts

import { jsonAnswerRewriter, sseAnswerRewriter } from "../src/proxy/answer/answer-rewrite.ts";
import { StreamEnd } from "../src/wires/stream/stream-end.ts";

const CHAT = Buffer.from(
  `data: ${JSON.stringify({
    id: "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012",
    object: "chat.completion.chunk",
    created: 1770000000,
    model: "gpt-4o-2024-08-06",
    service_tier: "default",
    system_fingerprint: "fp_0123456789",
    choices: [{ index: 0, delta: { content: " hello" }, logprobs: null, finish_reason: null }],
    usage: null,
    obfuscation: "abcdef",
  })}\n\n`,
);
const RESPONSES = Buffer.from(
  `event: response.output_text.delta\ndata: ${JSON.stringify({
    type: "response.output_text.delta",
    item_id: "msg_0123456789abcdef0123456789abcdef0123456789abcdef",
    output_index: 0,
    content_index: 0,
    delta: " hello",
    sequence_number: 17,
    obfuscation: "abcdef",
  })}\n\n`,
);
const ANSWER = Buffer.from(
  JSON.stringify({ id: "x", model: "m", choices: [{ message: { content: "word ".repeat(20_000) } }] }),
);

function measure(name: string, chunk: Buffer, run: (chunk: Buffer) => unknown): void {
  const calls = Math.ceil(30_000_000 / (chunk.length + 100) / 4);
  for (let i = 0; i < calls; i++) run(chunk);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 7; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) run(chunk);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / calls);
  }
  console.log(`| ${name} | ${chunk.length} | ${best.toFixed(0)} |`);
}

console.log("| work | bytes | ns a chunk |\n|---|--:|--:|");
const chat = new StreamEnd("chat");
measure("StreamEnd, chat", CHAT, (chunk) => chat.push(chunk));
const responses = new StreamEnd("responses");
measure("StreamEnd, responses", RESPONSES, (chunk) => responses.push(chunk));
const half = CHAT.subarray(0, 150);
const rest = CHAT.subarray(150);
const split = new StreamEnd("chat");
measure("StreamEnd, chat, in two chunks", CHAT, () => {
  split.push(half);
  split.push(rest);
});
const sse = sseAnswerRewriter(["model"], "fast");
measure("sseAnswerRewriter", CHAT, (chunk) => sse.push(chunk));
measure("jsonAnswerRewriter", ANSWER, (chunk) => jsonAnswerRewriter(["model"], "fast").push(chunk));
