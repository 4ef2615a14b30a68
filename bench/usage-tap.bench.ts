// What it costs to learn what an answer used: for a plain answer, and for an event of a stream. Not a test: nothing here
// fails. Run: node bench/usage-tap.bench.ts

import { OPERATIONS } from "../src/wires/registry/wires.ts";
import { AnswerUsage } from "../src/wires/usage/answer-usage.ts";

const usage = {
  prompt_tokens: 1_000,
  completion_tokens: 100,
  total_tokens: 1_100,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};
const PLAIN = answerOf(100);
const LONG = answerOf(20_000);
const EVENT = Buffer.from(
  `data: ${JSON.stringify({
    id: "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012",
    object: "chat.completion.chunk",
    created: 1770000000,
    model: "gpt-4o-2024-08-06",
    service_tier: "default",
    choices: [{ index: 0, delta: { content: " hello" }, logprobs: null, finish_reason: null }],
    usage: null,
  })}\n\n`,
);
const BARE = Buffer.from(EVENT.toString().replace(',"usage":null', ""));

function answerOf(words: number): Buffer {
  const choices = [{ index: 0, message: { role: "assistant", content: "word ".repeat(words) } }];
  return Buffer.from(JSON.stringify({ id: "x", model: "m", choices, usage, service_tier: "default" }));
}

function measure(name: string, bytes: number, run: () => void): void {
  const calls = Math.ceil(60_000_000 / (bytes + 400));
  for (let index = 0; index < calls; index += 1) run();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 9; round += 1) {
    // Time of the processor, which others that want it do not add to.
    const start = process.cpuUsage();
    for (let index = 0; index < calls; index += 1) run();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, ((user + system) * 1_000) / calls);
  }
  console.log(`| ${name} | ${bytes} | ${best.toFixed(0)} |`);
}

const chat = OPERATIONS.find(({ name }) => name === "chat");
if (chat === undefined) throw new Error("no chats");
console.log("| work | bytes | ns |\n|---|--:|--:|");
for (const [name, body] of [
  ["a plain answer, whole", PLAIN],
  ["a long one", LONG],
] as const)
  measure(name, body.length, () => {
    const answer = new AnswerUsage(chat, false);
    answer.push(body);
    answer.finish();
  });
const stream = new AnswerUsage(chat, true);
measure("an event", BARE.length, () => stream.push(BARE));
measure("an event with `usage: null`", EVENT.length, () => stream.push(EVENT));
