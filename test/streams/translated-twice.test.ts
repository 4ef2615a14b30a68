// Clients and endpoints whose APIs have a translation only by way of chats.

import assert from "node:assert/strict";
import { test } from "node:test";
import { json, stream } from "../support/fakes/behaviours.ts";
import { only } from "../support/fakes/one-api.ts";
import {
  eventValues,
  MESSAGE,
  MESSAGE_EVENTS,
  MESSAGES,
  messages,
  namedEvents,
  objectOf,
  typesOf,
} from "../support/two-apis.ts";
import { worldFor } from "../support/world.ts";

const RESPONSES = "/v1/responses";

test("Responses over messages: plain, streamed, cut", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config: { speaks: ["messages"], models: ["m"] } } },
  });
  const body = { model: "m", instructions: "Be short.", input: "hi" };
  fakes.one.always(only(MESSAGES, json(200, MESSAGE)));
  const plain = await ask({ path: RESPONSES, body });
  assert.equal(plain.header("x-oai-gateway-translation"), "responses-messages");
  const { output, usage, status } = objectOf(plain) as {
    output: readonly { readonly content: readonly { readonly text: string }[] }[];
    usage: Record<string, unknown>;
    status: string;
  };
  assert.deepEqual([output[0]?.content[0]?.text, status], ["Hello", "completed"]);
  assert.deepEqual([usage["input_tokens"], usage["output_tokens"]], [10, 2]);
  assert.deepEqual(fakes.one.requests[0]?.json()["system"], "Be short.");
  fakes.one.always(stream([...MESSAGE_EVENTS]));
  const streamed = eventValues(await ask({ path: RESPONSES, body: { ...body, stream: true } }));
  assert.equal(streamed.at(-1)?.["type"], "response.completed");
  fakes.one.always(stream(MESSAGE_EVENTS.slice(0, 4)));
  const cut = eventValues(await ask({ path: RESPONSES, body: { ...body, stream: true } }));
  assert.equal(cut.at(-1)?.["type"], "response.failed");
});

const ITEM = {
  type: "message",
  id: "i",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: "Hello", annotations: [] }],
};
const RESPONSE = {
  id: "resp_1",
  object: "response",
  created_at: 1,
  status: "completed",
  model: "m",
  output: [ITEM],
  usage: {
    input_tokens: 10,
    output_tokens: 2,
    total_tokens: 12,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens_details: { reasoning_tokens: 0 },
  },
};

test("messages over Responses: plain, streamed, cut", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config: { speaks: ["responses"], models: ["m"] } } },
  });
  fakes.one.always(only(RESPONSES, json(200, RESPONSE)));
  const plain = objectOf(await ask(messages()));
  assert.deepEqual(plain["content"], [{ type: "text", text: "Hello" }]);
  const { input_tokens: input, cache_read_input_tokens: read } = plain["usage"] as Record<string, unknown>;
  assert.deepEqual([input, read], [6, 4]);
  const pieces = namedEvents([
    { type: "response.created", response: { ...RESPONSE, status: "in_progress", output: [] } },
    { type: "response.output_item.added", output_index: 0, item: { ...ITEM, content: [] } },
    { type: "response.output_text.delta", output_index: 0, content_index: 0, item_id: "i", delta: "Hello" },
    { type: "response.output_item.done", output_index: 0, item: ITEM },
    { type: "response.completed", response: RESPONSE },
  ]);
  fakes.one.always(stream(pieces));
  const types = typesOf(await ask(messages({ stream: true })));
  assert.deepEqual([types[0], types.at(-1)], ["message_start", "message_stop"]);
  fakes.one.always(stream(pieces.slice(0, 3)));
  assert.equal(typesOf(await ask(messages({ stream: true }))).at(-1), "error");
});
