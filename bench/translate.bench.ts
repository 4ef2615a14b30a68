// What a chunk of a stream costs in processor time, passed on and translated: within the pipeline alone, and through the
// whole gateway with both of its sockets, by the process's own count. Not a test: nothing here fails.
// Run: node bench/translate.bench.ts

import { fork } from "node:child_process";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readErrorText } from "../src/wires/errors/error-body.ts";
import { StreamEnd } from "../src/wires/stream/stream-end.ts";
import { CHAT_TO_MESSAGES } from "../src/wires/translate/chat-messages/chat-messages.ts";
import { CHAT_OVER_RESPONSES } from "../src/wires/translate/chat-responses/chat-responses.ts";
import { GEMINI_TO_CHAT } from "../src/wires/translate/gemini-chat/gemini-chat.ts";
import { MESSAGES_TO_CHAT } from "../src/wires/translate/messages-chat/messages-chat.ts";
import { OLLAMA_OVER_CHAT } from "../src/wires/translate/ollama-chat/ollama-chat.ts";
import { RESPONSES_OVER_CHAT } from "../src/wires/translate/responses-chat/responses-chat.ts";
import { TranslatedStream } from "../src/wires/translate/translated-stream.ts";
import type { Translation } from "../src/wires/translate/translation.ts";

const HEAD = {
  id: "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012",
  object: "chat.completion.chunk",
  created: 1_770_000_000,
  model: "m",
};
const CHAT_START = event({
  ...HEAD,
  choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }],
});
const CHAT_WORD = event({
  ...HEAD,
  choices: [{ index: 0, delta: { content: " hello" }, logprobs: null, finish_reason: null }],
  usage: null,
});
const CHAT_END = `${event({ ...HEAD, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}data: [DONE]\n\n`;
const MESSAGE_START = `${named({ type: "message_start", message: { id: "msg_1", role: "assistant", usage: {} } })}${named({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } })}`;
const MESSAGE_WORD = named({
  type: "content_block_delta",
  index: 0,
  delta: { type: "text_delta", text: " hello" },
});
const MESSAGE_END = `${named({ type: "content_block_stop", index: 0 })}${named({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } })}${named({ type: "message_stop" })}`;

const RESPONSE_START = `${named({ type: "response.created", response: { id: "resp_1", model: "m" } })}${named({ type: "response.output_item.added", output_index: 0, item: { id: "msg_1", type: "message" } })}`;
const RESPONSE_WORD = named({
  type: "response.output_text.delta",
  sequence_number: 7,
  item_id: "msg_AbCdEfGhIjKlMnOpQrStUvWxYz012",
  output_index: 0,
  content_index: 0,
  delta: " hello",
  logprobs: [],
});
const RESPONSE_END = named({
  type: "response.completed",
  response: { id: "resp_1", status: "completed", output: [] },
});

/** What each path answers: how a stream begins, its words, its end. */
const STREAMS = [
  ["/chat/completions", CHAT_START, CHAT_WORD, CHAT_END],
  ["/messages", MESSAGE_START, MESSAGE_WORD, MESSAGE_END],
  ["/responses", RESPONSE_START, RESPONSE_WORD, RESPONSE_END],
] as const;

const WORDS = 20_000;
const ROUNDS = 20;
const CONTEXT = { model: "m", id: "r", createdSeconds: 0 };
const NOTHING = Buffer.alloc(0);

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function named(value: { readonly type: string; readonly [key: string]: unknown }): string {
  return `event: ${value.type}\n${event(value)}`;
}

/** Nanoseconds a chunk, the best of some rounds. */
function best(push: (chunk: Buffer) => unknown, chunk: Buffer): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (let count = 0; count < WORDS; count += 1) push(chunk);
    least = Math.min(least, Number(process.hrtime.bigint() - start) / WORDS);
  }
  return least;
}

function pipelineCost(translation: Translation, start: string, word: string): void {
  const end = new StreamEnd(translation.operation.dialect);
  const told = {
    api: translation.from,
    endpointError: () => NOTHING,
    endpointWords: readErrorText,
    ownError: () => NOTHING,
  };
  const stream = new TranslatedStream(
    translation.request({ messages: [], contents: [], input: "hi" }).answer.stream(CONTEXT),
    told,
  );
  stream.push(Buffer.from(start));
  const chunk = Buffer.from(word);
  const passed = best((piece) => end.push(piece), chunk);
  const translated = best((piece) => stream.push(piece), chunk);
  console.log(
    `| pipeline, ${translation.from} over ${translation.to} | ${passed.toFixed(0)} ns | ${(passed + translated).toFixed(0)} ns | |`,
  );
}

/** An endpoint whose streams are words, each written by itself once the client has read the one before. */
function endpoint(): Server {
  return createServer((request, response) => {
    request.resume().on("end", () => {
      const [, start, word, end] =
        STREAMS.find(([path]) => request.url?.endsWith(path) === true) ?? STREAMS[0];
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(start);
      writeWords(response, word, end);
    });
  });
}

function writeWords(response: ServerResponse, word: string, end: string): void {
  let left = WORDS;
  const write = (): void => {
    if (left === 0) response.end(end);
    else {
      left -= 1;
      response.write(word, () => setImmediate(write));
    }
  };
  write();
}

/** Microseconds of the gateway's processor time a chunk. */
async function gatewayCost(speaks: string, path: string): Promise<number> {
  const server = endpoint();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const child = fork(new URL("./translate-gateway.ts", import.meta.url), [String(port), speaks], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const once = (): Promise<number> =>
    new Promise((resolve) => child.once("message", (message) => resolve(Number(message))));
  const gatewayPort = await once();
  const ask = async (): Promise<void> => {
    const body = JSON.stringify({
      model: "m",
      max_tokens: 9,
      stream: true,
      messages: [{ role: "user", content: "hi" }],
      input: "hi",
      contents: [{ parts: [{ text: "hi" }] }],
    });
    const answer = await fetch(`http://127.0.0.1:${gatewayPort}${path}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    for await (const _ of answer.body ?? []);
  };
  const spent = async (): Promise<number> => {
    const answer = once();
    child.send("cpu");
    return answer;
  };
  await ask();
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    const before = await spent();
    await ask();
    least = Math.min(least, ((await spent()) - before) / WORDS);
  }
  child.kill();
  server.close();
  return least;
}

console.log("| | passed | translated | ratio |\n|---|--:|--:|--:|");
pipelineCost(MESSAGES_TO_CHAT, CHAT_START, CHAT_WORD);
pipelineCost(GEMINI_TO_CHAT, CHAT_START, CHAT_WORD);
pipelineCost(CHAT_TO_MESSAGES, MESSAGE_START, MESSAGE_WORD);
pipelineCost(RESPONSES_OVER_CHAT, CHAT_START, CHAT_WORD);
pipelineCost(CHAT_OVER_RESPONSES, RESPONSE_START, RESPONSE_WORD);
pipelineCost(OLLAMA_OVER_CHAT, CHAT_START, CHAT_WORD);
const chats = await gatewayCost("chat", "/v1/chat/completions");
const messagesOverChats = await gatewayCost("chat", "/v1/messages");
const geminiOverChats = await gatewayCost("chat", "/v1beta/models/m:streamGenerateContent?alt=sse");
const messages = await gatewayCost("messages", "/v1/messages");
const chatsOverMessages = await gatewayCost("messages", "/v1/chat/completions");
const responsesOverChats = await gatewayCost("chat", "/v1/responses");
const responses = await gatewayCost("responses", "/v1/responses");
const ollamaOverChats = await gatewayCost("chat", "/api/chat");
const chatsOverResponses = await gatewayCost("responses", "/v1/chat/completions");
const row = (name: string, passed: number, translated: number): void =>
  console.log(
    `| gateway, ${name} | ${passed.toFixed(1)} µs | ${translated.toFixed(1)} µs | ${(translated / passed).toFixed(2)} |`,
  );
row("messages over chat", chats, messagesOverChats);
row("gemini over chat", chats, geminiOverChats);
row("chat over messages", messages, chatsOverMessages);
row("responses over chat", chats, responsesOverChats);
row("chat over responses", responses, chatsOverResponses);
row("Ollama's chat over chat", chats, ollamaOverChats);
