// A chat's stream and its plain answer say the same in Gemini's words, however the stream is cut and whether it comes as
// events or as one list; and tokens are the same, whichever API reports them.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  completion,
  completionEvents,
  message,
  messageEvents,
  SAID,
  TOKENS,
} from "../../../test/support/said.ts";
import { cutAt } from "../../../test/support/sse-text.ts";
import { readErrorText } from "../errors/error-body.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import { chained } from "./chained.ts";
import { CHAT_TO_MESSAGES } from "./chat-messages/chat-messages.ts";
import { endText, eventText } from "./event-text.ts";
import { GEMINI_TO_CHAT } from "./gemini-chat/gemini-chat.ts";
import { joinedEvents } from "./gemini-chat/responses.ts";
import { TranslatedStream } from "./translated-stream.ts";
import type { Translation } from "./translation.ts";
import { chatUsage, geminiUsage, tokensOfChat, tokensOfGemini } from "./usage.ts";
import { objectsOf } from "./values.ts";

const CONTEXT = { model: "m", id: "r1", createdSeconds: 7 };
const NOTHING = Buffer.alloc(0);
const REQUEST = {
  contents: [],
  generationConfig: { thinkingConfig: { includeThoughts: true } },
};

/** The values that a client of either kind reads, the endpoint's bytes cut anywhere. */
function streamed(
  translation: Translation,
  events: readonly JsonObject[],
  { byteCuts, isList }: { readonly byteCuts: readonly number[]; readonly isList: boolean },
): readonly JsonObject[] {
  const told = {
    api: translation.from,
    isList,
    isWithoutComments: true,
    endpointError: () => NOTHING,
    endpointWords: readErrorText,
    ownError: () => Buffer.from('data: {"error":{}}\n\n'),
  };
  const stream = new TranslatedStream(
    translation.request({ ...REQUEST, stream: true }).answer.stream(CONTEXT),
    told,
  );
  const bytes = Buffer.from(eventText(translation.to, events) + endText(translation.to));
  const out = [...cutAt(bytes, byteCuts).map((chunk) => stream.push(chunk)), stream.finish(true)];
  const text = Buffer.concat(out).toString();
  if (isList) return objectsOf(JSON.parse(text));
  return text
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => JSON.parse(event.replace(/^data: /, "")) as JsonObject);
}

for (const isList of [false, true])
  test(`a chat's stream and its plain answer are the same, ${isList ? "as a list" : "as events"}`, () => {
    fc.assert(
      fc.property(SAID, (said) => {
        const plain = GEMINI_TO_CHAT.request(REQUEST).answer.plain(completion(said), CONTEXT);
        const events = streamed(GEMINI_TO_CHAT, completionEvents(said), { ...said, isList });
        assert.deepEqual(joinedEvents(events), plain);
        // Only the last says that it is the last.
        const ends = events.map(({ candidates }) => objectsOf(candidates)[0]?.["finishReason"] !== undefined);
        assert.equal(ends.indexOf(true), ends.length - 1);
      }),
    );
  });

test("so are a message's, by way of chats", () => {
  const translation = chained(GEMINI_TO_CHAT, CHAT_TO_MESSAGES);
  fc.assert(
    fc.property(SAID, (said) => {
      const plain = translation.request(REQUEST).answer.plain(message(said), CONTEXT);
      const events = streamed(translation, messageEvents(said), { ...said, isList: false });
      assert.deepEqual(joinedEvents(events), plain);
    }),
  );
});

test("tokens are the same in Gemini's arithmetic, but for its having no word for what was written to a cache", () => {
  fc.assert(
    fc.property(TOKENS, (tokens) => {
      // Thoughts are a part of the output in the other arithmetics.
      const counted = { ...tokens, output: tokens.output + (tokens.reasoning ?? 0) };
      const told = tokensOfGemini(geminiUsage(counted));
      assert.deepEqual(told, { ...counted, cacheWrite: 0 });
      const { promptTokenCount, totalTokenCount } = geminiUsage(tokensOfChat(chatUsage(counted)) ?? counted);
      assert.equal(promptTokenCount, counted.input);
      assert.equal(totalTokenCount, Number(promptTokenCount) + counted.output);
    }),
  );
});

test("thoughts that a server counts beside the output are not taken off it", () => {
  const usage = {
    prompt_tokens: 5,
    completion_tokens: 2,
    completion_tokens_details: { reasoning_tokens: 9 },
  };
  assert.deepEqual(geminiUsage(tokensOfChat(usage) ?? assert.fail()), {
    promptTokenCount: 5,
    candidatesTokenCount: 2,
    totalTokenCount: 16,
    thoughtsTokenCount: 9,
  });
});
