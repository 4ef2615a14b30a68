// Of two translations as one: a stream and its plain answer say the same, tokens included.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { message, messageEvents, SAID, type Said } from "../../../test/support/said.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import { translationBetween } from "../registry/translations.ts";
import { objectOf } from "./json-values.ts";
import type { Translation } from "./translation.ts";

const CONTEXT = { model: "m", id: "r1", createdSeconds: 7 };
/** Tools by the names that models call; each of an input that is an object. */
const TOOLS = ["f", "g", "Bash"].map((name) => ({ type: "function", name }));
const ASKED = { model: "m", input: "hi", tools: TOOLS, include: ["reasoning.encrypted_content"] };

function between(from: Translation["from"], to: Translation["to"]): Translation {
  const found = translationBetween(from, to);
  assert.ok(found !== undefined, `${from} ${to}`);
  return found;
}

function streamed(
  translation: Translation,
  request: JsonObject,
  events: readonly JsonObject[],
): JsonObject[] {
  const stream = translation.request({ ...request, stream: true }).answer.stream(CONTEXT);
  const told: JsonObject[] = [];
  for (const event of events) stream.push(event, told);
  stream.finish(told);
  return told;
}

/** The same as a response, by the other way round: its plain form and its events. */
function asResponse(said: Said): { readonly plain: JsonObject; readonly events: readonly JsonObject[] } {
  const translation = between("responses", "messages");
  const plain = objectOf(translation.request(ASKED).answer.plain(message(said), CONTEXT));
  return { plain, events: streamed(translation, ASKED, messageEvents(said)) };
}

test("a message's stream and the plain message are the same response, by way of chats", () => {
  fc.assert(
    fc.property(SAID, (said) => {
      const { plain, events } = asResponse(said);
      assert.deepEqual(objectOf(events.at(-1)?.["response"]), plain);
      assert.deepEqual(
        events.map(({ sequence_number: place }) => place),
        events.map((_, at) => at),
      );
      const usage = objectOf(plain["usage"]);
      const { input, output } = said.tokens;
      assert.deepEqual([usage["input_tokens"], usage["output_tokens"]], [input, output]);
    }),
  );
});

test("a response's stream and its plain form are the same message, by way of chats", () => {
  const translation = between("messages", "responses");
  const tools = TOOLS.map(({ name }) => ({ name, input_schema: { type: "object" } }));
  const request = { model: "m", max_tokens: 9, messages: [{ role: "user", content: "hi" }], tools };
  fc.assert(
    fc.property(SAID, (said) => {
      const { plain, events } = asResponse(said);
      const whole = objectOf(translation.request(request).answer.plain(plain, CONTEXT));
      const told = streamed(translation, request, events);
      assert.deepEqual(joined(told), { content: whole["content"], ...endOf(whole) });
      const usage = objectOf(whole["usage"]);
      const { input, output, cached, cacheWrite } = said.tokens;
      assert.equal(usage["input_tokens"], input - cached - cacheWrite);
      assert.equal(usage["output_tokens"], output);
    }),
  );
});

function endOf(message: JsonObject): JsonObject {
  return { stop: message["stop_reason"], usage: message["usage"] };
}

/** The message that events make together, as clients join them. */
function joined(events: readonly JsonObject[]): JsonObject {
  const content: JsonObject[] = [];
  let end: JsonObject = {};
  for (const event of events) {
    const at = Number(event["index"]);
    if (event["type"] === "content_block_start") content[at] = objectOf(event["content_block"]);
    else if (event["type"] === "content_block_delta")
      content[at] = withDelta(objectOf(content[at]), objectOf(event["delta"]));
    else if (event["type"] === "message_delta")
      end = endOf({ ...objectOf(event["delta"]), usage: event["usage"] });
  }
  return { content: content.map(whole), ...end };
}

function withDelta(block: JsonObject, { type: _, ...delta }: JsonObject): JsonObject {
  const added = Object.entries(delta).map(([name, text]) => [name, `${block[name] ?? ""}${text}`]);
  return { ...block, ...Object.fromEntries(added) };
}

/** A call's input comes as text beside an empty object. */
function whole({ partial_json: text, ...block }: JsonObject): JsonObject {
  return text === undefined ? block : { ...block, input: JSON.parse(String(text)) };
}
