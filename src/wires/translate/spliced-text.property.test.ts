// A stream whose pieces of text are spliced says the same, byte for byte, as one of which each event is taken apart.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cutAt } from "../../../test/support/sse-text.ts";
import { readErrorText } from "../errors/error-body.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import { CHAT_TO_MESSAGES } from "./chat-messages/chat-messages.ts";
import { CHAT_OVER_RESPONSES } from "./chat-responses/chat-responses.ts";
import { GEMINI_TO_CHAT } from "./gemini-chat/gemini-chat.ts";
import { MESSAGES_TO_CHAT } from "./messages-chat/messages-chat.ts";
import { OLLAMA_OVER_CHAT } from "./ollama-chat/ollama-chat.ts";
import { RESPONSES_OVER_CHAT } from "./responses-chat/responses-chat.ts";
import { SplicedText } from "./spliced-text.ts";
import { TranslatedStream } from "./translated-stream.ts";
import type { StreamTranslation, Translation } from "./translation.ts";

const CONTEXT = { model: undefined, id: "r1", createdSeconds: 7 };
const REQUEST = {
  messages: [],
  contents: [],
  input: "hi",
  stream: true,
  include: ["reasoning.encrypted_content"],
};

/** The inside of a text as an endpoint may write it, or as none may. */
const RAW = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("a", " word", "é", "漢字", "😀", "", "content", "[]", "1") },
  { weight: 4, arbitrary: fc.constantFrom("\\n", "\\u6f22", "\\/", '\\"', "\\\\", "\\ud83d", "\u2028") },
  { weight: 1, arbitrary: fc.constantFrom("\\x", "\t", '"', '","role":"x', '"}}]}', "\\") },
);
/** How an event is written; `?` stands for the inside of the text, `#` for a number. */
const CHUNK = 'data: {"id":"c","created":5,"model":"m","choices":[{"index":0,"delta":{"content":"?"}';
const CHUNKS = [
  `${CHUNK},"logprobs":null,"finish_reason":null}],"usage":null}\n\n`,
  `${CHUNK}}],"obfuscation":"?"}\n\n`,
  'data: {"obfuscation":"?","choices": [{"delta": {"role": "assistant", "content": "?", "refusal": null}}]}\n\n',
  'event: chunk\ndata: {"choices":[{"index":0,"delta":{"content":"?","content":"?"}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"?","reasoning_content":"?"}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"reasoning_content":"?"}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"?","annotations":[{"type":"url_citation"}]}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"?","refusal":"?"}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"?"},"finish_reason":"length"}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"?"},"logprobs":{"content":[{"token":"a","logprob":-1}]}}]}\n\n',
  'data: {"choices":[{"index":1,"delta":{"content":"?"}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"?"}},{"index":1,"delta":{"content":"?"}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"?","tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"{}"}}]}}]}\n\n',
  'data: {"service_tier":"#","created":#,"choices":[{"index":0,"delta":{"content":"?"}}],"usage":{"prompt_tokens":#}}\n\n',
  'data: {"error":{"message":"?"}}\n\n',
];
const MESSAGE = [
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"?"}}\n\n',
  'data: {"type": "content_block_delta", "index": 0, "delta": {"text": "?", "type": "text_delta"}}\n\n',
  'data: {"type":"content_block_delta","index":#,"delta":{"type":"text_delta","text":"?"}}\n\n',
  'data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","text":"?","thinking":"?"}}\n\n',
  'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
  'event: content_block_start\ndata: {"type":"content_block_start","index":#,"content_block":{"type":"text","text":""}}\n\n',
  'data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"}}\n\n',
];
const TEXT_DELTA = '"type":"response.output_text.delta","output_index":0';
const RESPONSE = [
  `event: response.output_text.delta\ndata: {${TEXT_DELTA},"sequence_number":#,"delta":"?","logprobs":[],"obfuscation":"?"}\n\n`,
  `data: {"sequence_number":#,"obfuscation":"?",${TEXT_DELTA},"delta":"?"}\n\n`,
  `data: {${TEXT_DELTA},"delta":"?","logprobs":[{"token":"a"}]}\n\n`,
  'data: {"type":"response.output_text.delta","output_index":#,"delta":"?"}\n\n',
  'data: {"type":"response.refusal.delta","output_index":0,"delta":"?"}\n\n',
  'data: {"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"?"}]}}\n\n',
];
const BETWEEN = [": comment\n\n", "\n", "data: [DONE]\n\n", "data: x\n\n", "data: {\r\n"];

const CHAT_START = 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n';
const MESSAGE_START =
  'data: {"type":"message_start","message":{"id":"m","usage":{}}}\n\n' +
  'data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n';
const RESPONSE_START =
  'data: {"type":"response.created","response":{"id":"r"}}\n\n' +
  'data: {"type":"response.output_item.added","output_index":0,"item":{"type":"message"}}\n\n';

const WAYS: readonly (readonly [Translation, string, readonly string[]])[] = [
  [MESSAGES_TO_CHAT, CHAT_START, CHUNKS],
  [GEMINI_TO_CHAT, CHAT_START, CHUNKS],
  [OLLAMA_OVER_CHAT, CHAT_START, CHUNKS],
  [RESPONSES_OVER_CHAT, CHAT_START, CHUNKS],
  [CHAT_TO_MESSAGES, MESSAGE_START, MESSAGE],
  [CHAT_OVER_RESPONSES, RESPONSE_START, RESPONSE],
];

/** Runs of events of one form, with others between them. */
function streamOf(start: string, forms: readonly string[]): fc.Arbitrary<string> {
  const form = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...forms.slice(0, 3)) },
    { weight: 4, arbitrary: fc.constantFrom(...forms) },
    { weight: 1, arbitrary: fc.constantFrom(...BETWEEN) },
  );
  const insides = fc.array(fc.array(fc.tuple(RAW, fc.nat(12)), { minLength: 1, maxLength: 2 }), {
    minLength: 1,
    maxLength: 7,
  });
  return fc
    .array(fc.tuple(form, insides), { minLength: 1, maxLength: 6 })
    .map(
      (runs) =>
        start + runs.map(([written, texts]) => texts.map((text) => filled(written, text)).join("")).join(""),
    );
}

function filled(written: string, insides: readonly (readonly [raw: string, number: number])[]): string {
  let at = 0;
  return written.replaceAll(/[?#]/g, (place) => {
    const [raw, number] = insides[at % insides.length] ?? ["", 0];
    at += 1;
    return place === "?" ? raw : String(number);
  });
}

function said(translation: Translation, stream: StreamTranslation, chunks: readonly Buffer[]): string {
  const told = {
    api: translation.from,
    endpointError: (text: string) => Buffer.from(`ERROR ${text}`),
    endpointWords: readErrorText,
    ownError: (code: string, message: string) => Buffer.from(`FAULT ${code} ${message}`),
  };
  const translated = new TranslatedStream(stream, told);
  // Each chunk by itself, as the engine reads them into the same bytes again.
  const out = chunks.map((chunk) => {
    const bytes = Buffer.from(chunk);
    const text = translated.push(bytes).toString();
    bytes.fill(0x7e);
    return text;
  });
  return JSON.stringify([out, translated.finish(true).toString(), translated.fault]);
}

/** The same without a word of its pieces. */
function unspliced(stream: StreamTranslation): StreamTranslation {
  const plain: StreamTranslation = {
    push: (event, out) => stream.push(event, out),
    finish: (out) => stream.finish(out),
  };
  if (stream.fail !== undefined) plain.fail = stream.fail.bind(stream);
  return plain;
}

for (const [translation, start, forms] of WAYS)
  test(`${translation.from} over ${translation.to}: spliced or not, a stream says the same`, () => {
    const { answer } = translation.request(REQUEST);
    fc.assert(
      fc.property(streamOf(start, forms), fc.array(fc.nat(), { maxLength: 5 }), (text, cuts) => {
        const chunks = cutAt(Buffer.from(text), cuts);
        const plain = said(translation, unspliced(answer.stream(CONTEXT)), chunks);
        assert.equal(said(translation, answer.stream(CONTEXT), chunks), plain);
      }),
      { numRuns: 300 },
    );
  });

test("a line end more behind an event is nothing", () => {
  const stream = (): StreamTranslation => MESSAGES_TO_CHAT.request(REQUEST).answer.stream(CONTEXT);
  const told = (word: string): string =>
    said(MESSAGES_TO_CHAT, stream(), [Buffer.from(CHAT_START), Buffer.from(word)]);
  const word = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
  assert.equal(told(`${word}\n`), told(word));
});

test("pieces behind the first two are spliced, and others are not", () => {
  for (const [translation, start, [written = ""]] of WAYS) {
    const stream = translation.request(REQUEST).answer.stream(CONTEXT);
    let pushed = 0;
    const counted: StreamTranslation = {
      ...(stream.pieces === undefined ? {} : { pieces: stream.pieces }),
      push(event: JsonObject, out: JsonObject[]) {
        pushed += 1;
        stream.push(event, out);
      },
      finish: (out) => stream.finish(out),
    };
    const words = ["one", " two", " \\n", " 漢", " \\u6f22"];
    const lines = words.map((word, at) =>
      filled(written, [
        [word, at],
        [word, at],
        ["x", at],
      ]),
    );
    said(translation, counted, [Buffer.from(start), Buffer.from(lines.join(""))]);
    const begun = start.split("\n\n").length - 1;
    assert.ok(pushed - begun <= 2, `${translation.from} over ${translation.to}: ${pushed - begun}`);
  }
});

test("a stream that never says the same twice is not learned for ever", () => {
  const pieces = {
    member: "content",
    ignored: [],
    looks: 0,
    textIn({ content }: JsonObject): string {
      pieces.looks += 1;
      return String(content);
    },
    number: 0,
    told: (text: string) => ({ text }),
    note: () => {},
  };
  const spliced = new SplicedText(pieces, "chat");
  for (let at = 0; at < 100; at += 1) {
    const value = { at, content: "a" };
    const written = `data: ${JSON.stringify(value)}\n\n`;
    assert.equal(spliced.tell(written, 0), "");
    spliced.close();
    spliced.learn({ written, dataAt: 6, value, number: 0 }, [{ text: "a" }]);
  }
  assert.ok(pieces.looks < 20);
});
