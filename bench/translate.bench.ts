// What a chunk of a stream costs in processor time, passed on and translated: within the pipeline alone, and through the
// whole gateway with both of its sockets, by the process's own count: of words back to back, of which many are read at
// once, and of words that come apart, as a model's do. Not a test: nothing here fails.
// Run: node bench/translate.bench.ts

import { fork } from "node:child_process";
import { createServer, type Server } from "node:http";
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
import { GROUP, WordPace } from "./word-pace.ts";

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
/** A word for each place in a group: no two that follow each other are the same, and some have an escape. */
const TEXTS = Array.from({ length: GROUP }, (_, at) =>
  at % 16 === 15 ? ".\n" : ` ${"wordsofmodels".slice(0, 2 + (at % 9))}`,
);
const CHAT_WORDS = TEXTS.map((content) =>
  event({
    ...HEAD,
    choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
    usage: null,
  }),
);
const CHAT_END = `${event({ ...HEAD, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}data: [DONE]\n\n`;
const MESSAGE_START = `${named({ type: "message_start", message: { id: "msg_1", role: "assistant", usage: {} } })}${named({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } })}`;
const MESSAGE_WORDS = TEXTS.map((text) =>
  named({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
);
const MESSAGE_END = `${named({ type: "content_block_stop", index: 0 })}${named({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } })}${named({ type: "message_stop" })}`;

const RESPONSE_START = `${named({ type: "response.created", response: { id: "resp_1", model: "m" } })}${named({ type: "response.output_item.added", output_index: 0, item: { id: "msg_1", type: "message" } })}`;
const RESPONSE_WORDS = TEXTS.map((delta, at) =>
  named({
    type: "response.output_text.delta",
    sequence_number: 100 + at,
    item_id: "msg_AbCdEfGhIjKlMnOpQrStUvWxYz012",
    output_index: 0,
    content_index: 0,
    delta,
    logprobs: [],
  }),
);
const RESPONSE_END = named({
  type: "response.completed",
  response: { id: "resp_1", status: "completed", output: [] },
});

/** What each path answers: how a stream begins, its words, its end. */
const STREAMS = [
  ["/chat/completions", CHAT_START, CHAT_WORDS, CHAT_END],
  ["/messages", MESSAGE_START, MESSAGE_WORDS, MESSAGE_END],
  ["/responses", RESPONSE_START, RESPONSE_WORDS, RESPONSE_END],
] as const;

const WORDS = 20_000;
const WORDS_APART = 4_000;
const ROUNDS = 20;
const GATEWAY_ROUNDS = 7;
const CONTEXT = { model: "m", id: "r", createdSeconds: 0 };
const NOTHING = Buffer.alloc(0);

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function named(value: { readonly type: string; readonly [key: string]: unknown }): string {
  return `event: ${value.type}\n${event(value)}`;
}

/** Nanoseconds a chunk, the best of some rounds. */
function best(push: (chunk: Buffer) => unknown, chunks: readonly Buffer[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (let count = 0; count < WORDS; count += chunks.length) for (const chunk of chunks) push(chunk);
    least = Math.min(least, Number(process.hrtime.bigint() - start) / WORDS);
  }
  return least;
}

function pipelineCost(translation: Translation, start: string, words: readonly string[]): void {
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
  const chunks = words.map((word) => Buffer.from(word));
  const passed = best((piece) => end.push(piece), chunks);
  const translated = best((piece) => stream.push(piece), chunks);
  console.log(
    `| pipeline, ${translation.from} over ${translation.to} | ${passed.toFixed(0)} ns | ${(passed + translated).toFixed(0)} ns | |`,
  );
}

/** An endpoint whose streams are words. */
function endpoint(pace: WordPace): Server {
  return createServer((request, response) => {
    request.resume().on("end", () => {
      const [, start, words, end] =
        STREAMS.find(([path]) => request.url?.endsWith(path) === true) ?? STREAMS[0];
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(start);
      let at = 0;
      pace.send(
        (next) => {
          response.write(words[at % words.length], next);
          at += 1;
        },
        () => response.end(end),
      );
    });
  });
}

/** One way through a gateway, which can be measured again and again. */
type Measured = {
  /** Microseconds of the gateway's processor time a chunk. */
  round(): Promise<number>;
  close(): void;
};

async function measured(speaks: string, path: string, isApart: boolean): Promise<Measured> {
  const words = isApart ? WORDS_APART : WORDS;
  const pace = new WordPace(words, isApart);
  const server = endpoint(pace);
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
    for await (const _ of answer.body ?? []) pace.noteRead();
  };
  const spent = async (): Promise<number> => {
    const answer = once();
    child.send("cpu");
    return answer;
  };
  await ask();
  return {
    round: async () => {
      const before = await spent();
      await ask();
      return ((await spent()) - before) / words;
    },
    close: () => {
      child.kill();
      server.closeAllConnections();
      server.close();
    },
  };
}

const CHATS = "/v1/chat/completions";
/** What is asked of an endpoint that knows one API, passed first, then translated. */
const WAYS = [
  ["chat", CHATS, "/v1/messages", "messages over chat"],
  ["chat", CHATS, "/v1beta/models/m:streamGenerateContent?alt=sse", "gemini over chat"],
  ["chat", CHATS, "/v1/responses", "responses over chat"],
  ["chat", CHATS, "/api/chat", "Ollama's chat over chat"],
  ["messages", "/v1/messages", CHATS, "chat over messages"],
  ["responses", "/v1/responses", CHATS, "chat over responses"],
] as const;

/** Each translation beside the same endpoint's stream passed, in turn, since a shared machine changes its mind. */
async function gatewayRow(
  [speaks, own, other, name]: (typeof WAYS)[number],
  isApart: boolean,
): Promise<void> {
  const [passing, translating] = [
    await measured(speaks, own, isApart),
    await measured(speaks, other, isApart),
  ];
  const [passed, translated]: [number[], number[]] = [[], []];
  for (let round = 0; round < GATEWAY_ROUNDS; round += 1) {
    passed.push(await passing.round());
    translated.push(await translating.round());
  }
  passing.close();
  translating.close();
  const [least, most] = [Math.min(...passed), Math.min(...translated)];
  const pace = isApart ? "words apart" : "back to back";
  console.log(
    `| gateway, ${pace}, ${name} | ${least.toFixed(1)} µs | ${most.toFixed(1)} µs | ${(most / least).toFixed(2)} |`,
  );
}

console.log("| | passed | translated | ratio |\n|---|--:|--:|--:|");
pipelineCost(MESSAGES_TO_CHAT, CHAT_START, CHAT_WORDS);
pipelineCost(GEMINI_TO_CHAT, CHAT_START, CHAT_WORDS);
pipelineCost(CHAT_TO_MESSAGES, MESSAGE_START, MESSAGE_WORDS);
pipelineCost(RESPONSES_OVER_CHAT, CHAT_START, CHAT_WORDS);
pipelineCost(CHAT_OVER_RESPONSES, RESPONSE_START, RESPONSE_WORDS);
pipelineCost(OLLAMA_OVER_CHAT, CHAT_START, CHAT_WORDS);
for (const isApart of [false, true]) for (const way of WAYS) await gatewayRow(way, isApart);
