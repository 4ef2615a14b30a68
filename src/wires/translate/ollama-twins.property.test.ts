// A stream of Ollama's lines and its plain answer say the same, however the stream is cut and by whichever API the endpoint
// is asked, tokens included.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  completion,
  completionEvents,
  message,
  messageEvents,
  SAID,
  type Said,
} from "../../../test/support/said.ts";
import { cutAt } from "../../../test/support/sse-text.ts";
import { readErrorText } from "../errors/error-body.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import { translationBetween } from "../registry/translations.ts";
import { endText, eventText } from "./event-text.ts";
import { TranslatedStream } from "./translated-stream.ts";
import type { Translation } from "./translation.ts";
import { asObject, asText, objectsOf } from "./values.ts";

const CONTEXT = { model: "m", id: "r1", createdSeconds: 7 };
const REQUEST = { model: "m", messages: [{ role: "user", content: "hi" }], prompt: "hi" };
const NOTHING = Buffer.alloc(0);

function between(from: Translation["from"], to: Translation["to"]): Translation {
  const found = translationBetween(from, to);
  assert.ok(found !== undefined, `${from} ${to}`);
  return found;
}

function lines(
  translation: Translation,
  events: readonly JsonObject[],
  cuts: readonly number[],
): JsonObject[] {
  const { answer } = translation.request(REQUEST);
  const stream = new TranslatedStream(answer.stream(CONTEXT), {
    api: translation.from,
    isWithoutComments: true,
    endpointError: () => NOTHING,
    endpointWords: readErrorText,
    ownError: () => Buffer.from("FAULT"),
  });
  const bytes = Buffer.from(eventText(translation.to, events) + endText(translation.to));
  const out = [...cutAt(bytes, cuts).map((chunk) => stream.push(chunk)), stream.finish(true)];
  const text = Buffer.concat(out).toString();
  assert.ok(text.endsWith("\n"));
  return text
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);
}

/** What a reader of the lines has at their end. */
function joined(all: readonly JsonObject[]): JsonObject {
  const last = all.at(-1);
  assert.ok(last !== undefined);
  assert.deepEqual(
    all.map(({ done }) => done),
    all.map((one) => one === last),
  );
  const said = (line: JsonObject): JsonObject => asObject(line["message"]) ?? line;
  const join = (name: string): string => all.map((line) => asText(said(line)[name])).join("");
  const thinking = join("thinking") === "" ? {} : { thinking: join("thinking") };
  if (!("message" in last)) return { ...last, response: join("response"), ...thinking };
  const calls = all.flatMap((line) => objectsOf(said(line)["tool_calls"]));
  const called = calls.length === 0 ? {} : { tool_calls: calls };
  return { ...last, message: { role: "assistant", content: join("content"), ...thinking, ...called } };
}

const SOURCES: readonly (readonly [
  Translation["to"],
  (said: Said) => JsonObject,
  (said: Said) => JsonObject[],
])[] = [
  ["chat", completion, completionEvents],
  ["messages", message, messageEvents],
];

for (const [to, plainOf, eventsOf] of SOURCES) {
  for (const from of ["ollama_chat", "ollama_generate"] as const) {
    test(`${from} over ${to}: the stream and the plain answer are the same`, () => {
      fc.assert(
        fc.property(SAID, (said) => {
          const usual = from === "ollama_chat" ? said : { ...said, calls: [] };
          const translation = between(from, to);
          const plain = translation.request(REQUEST).answer.plain(plainOf(usual), CONTEXT);
          assert.deepEqual(joined(lines(translation, eventsOf(usual), said.byteCuts)), plain);
          const { input, output } = said.tokens;
          assert.equal(plain["prompt_eval_count"], input);
          assert.equal(plain["eval_count"], output);
          assert.equal(plain["done_reason"], said.isCut ? "length" : "stop");
        }),
      );
    });
  }
}
