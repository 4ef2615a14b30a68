// Clients of one API over endpoints that have another: what is asked of the endpoint, and what the client is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError, json, stream } from "../support/fakes/behaviours.ts";
import { only } from "../support/fakes/one-api.ts";
import {
  CHAT_EVENTS,
  CHATS,
  COMPLETION,
  eventValues,
  MESSAGE,
  MESSAGE_EVENTS,
  MESSAGES,
  messages,
  objectOf,
  typesOf,
} from "../support/two-apis.ts";
import { chat, worldFor } from "../support/world.ts";

test("messages over a server that has chats alone: found out once, then translated at once", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { api_key: "sk-own" } } } });
  fakes.one.always(only(CHATS, json(200, COMPLETION)));
  for (const time of [1, 2]) {
    const answer = await ask(messages({ system: "Be short.", top_k: 5, service_tier: "auto" }));
    assert.equal(answer.status, 200, `${time}`);
    assert.deepEqual(objectOf(answer), {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "m",
      content: [{ type: "text", text: "Hello" }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: {
        input_tokens: 6,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 4,
        output_tokens: 2,
      },
    });
    assert.equal(answer.header("x-oai-gateway-attempts"), "1");
    assert.equal(answer.header("x-oai-gateway-translation"), "messages-chat");
    assert.equal(answer.header("x-oai-gateway-warning"), "not carried over: service_tier");
    assert.equal(answer.header("request-id"), answer.header("x-request-id"));
  }
  const paths = fakes.one.requests.map(({ path }) => path);
  assert.deepEqual(paths, [MESSAGES, CHATS, CHATS]);
  const sent = fakes.one.requests[1];
  assert.deepEqual(sent?.json(), {
    model: "m",
    max_tokens: 64,
    top_k: 5,
    messages: [
      { role: "system", content: "Be short." },
      { role: "user", content: "hi" },
    ],
  });
  assert.deepEqual(
    ["authorization", "x-api-key", "anthropic-version", "content-type"].map((name) => sent?.header(name)),
    ["Bearer sk-own", undefined, undefined, "application/json"],
  );
});

test("a stream: all events of a message, in their order", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { speaks: ["chat"] } } } });
  fakes.one.always(only(CHATS, stream([...CHAT_EVENTS])));
  const answer = await ask(messages({ stream: true }));
  assert.equal(answer.header("content-type"), "text/event-stream");
  assert.deepEqual(
    typesOf(answer),
    "message_start content_block_start content_block_delta content_block_delta content_block_stop message_delta message_stop".split(
      " ",
    ),
  );
  assert.match(answer.text, /^event: message_start\ndata: /);
  assert.deepEqual(eventValues(answer).at(-2), {
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { input_tokens: 6, cache_creation_input_tokens: 0, cache_read_input_tokens: 4, output_tokens: 2 },
  });
  assert.deepEqual(
    fakes.one.requests.map(({ path }) => path),
    [CHATS],
  );
  assert.deepEqual(fakes.one.requests[0]?.json()["stream_options"], { include_usage: true });
});

test("a stream that is cut never looks whole", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { speaks: ["chat"] } } } });
  for (const pieces of [CHAT_EVENTS.slice(0, 2), CHAT_EVENTS.slice(0, 3)]) {
    fakes.one.always(stream(pieces));
    const answer = await ask(messages({ stream: true }));
    const types = typesOf(answer);
    assert.equal(types.at(-1), "error");
    assert.ok(!types.includes("message_stop") && !types.includes("message_delta"));
  }
});

test("chats over a server that has messages alone", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config: { api: "anthropic", models: ["m"], api_key: "sk-own" } } },
  });
  fakes.one.always(only(MESSAGES, json(200, MESSAGE)));
  for (const time of [1, 2]) {
    const answer = await ask(chat("m", { seed: 1 }));
    assert.equal(answer.status, 200, `${time} ${answer.text}`);
    const { created: _, ...rest } = objectOf(answer);
    assert.deepEqual(rest, {
      id: "chatcmpl-1",
      object: "chat.completion",
      model: "m",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "Hello", refusal: null },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 2,
        total_tokens: 12,
        prompt_tokens_details: { cached_tokens: 4 },
      },
    });
    assert.equal(answer.header("x-oai-gateway-warning"), "not carried over: seed");
  }
  assert.deepEqual(
    fakes.one.requests.map(({ path }) => path),
    [CHATS, MESSAGES, MESSAGES],
  );
  const sent = fakes.one.requests[1];
  assert.deepEqual(sent?.json(), {
    model: "m",
    max_tokens: 32_000,
    messages: [{ role: "user", content: "hi" }],
  });
  assert.deepEqual(
    ["authorization", "x-api-key", "anthropic-version"].map((name) => sent?.header(name)),
    [undefined, "sk-own", "2023-06-01"],
  );
});

test("a stream of chats over messages, with usage only where it was asked for", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config: { speaks: ["messages"], models: ["m"] } } },
  });
  fakes.one.always(only(MESSAGES, stream([...MESSAGE_EVENTS])));
  for (const isCounted of [false, true]) {
    const answer = await ask(chat("m", { stream: true, stream_options: { include_usage: isCounted } }));
    const values = eventValues(answer);
    assert.deepEqual(values.pop(), { type: "[DONE]" });
    const usage = isCounted ? values.pop() : undefined;
    assert.deepEqual(
      values.map(({ choices }) => choices),
      [
        [{ index: 0, delta: { role: "assistant", content: "" }, logprobs: null, finish_reason: null }],
        [{ index: 0, delta: { content: "Hel" }, logprobs: null, finish_reason: null }],
        [{ index: 0, delta: { content: "lo" }, logprobs: null, finish_reason: null }],
        [{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }],
      ],
    );
    assert.deepEqual(usage?.["usage"], isCounted ? COMPLETION.usage : undefined);
  }
});

test("one model at endpoints of both kinds: each is asked in its own words, in turn, and fails over to the other", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: {
      chats: { config: { speaks: ["chat"] } },
      own: { config: { speaks: ["messages"], models: ["m"] } },
    },
  });
  fakes.chats.always(only(CHATS, json(200, COMPLETION)));
  fakes.own.always(only(MESSAGES, json(200, MESSAGE)));
  for (let time = 0; time < 4; time += 1) assert.equal((await ask(messages())).status, 200);
  assert.deepEqual([fakes.chats.requests.length, fakes.own.requests.length], [2, 2]);
  fakes.own.always(apiError(500, null));
  for (let time = 0; time < 2; time += 1) {
    const answer = await ask(messages({ stream: false }));
    assert.deepEqual(objectOf(answer)["content"], MESSAGE.content);
  }
  fakes.own.always(only(MESSAGES, json(200, MESSAGE)));
  fakes.chats.always(json(200, "no JSON"));
  for (let time = 0; time < 3; time += 1) assert.equal((await ask(messages())).status, 200);
});

test("errors are told in the client's envelope, with its own types and statuses", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { speaks: ["chat"] } } } });
  const long = {
    error: {
      message: "maximum context length is 10",
      type: "invalid_request_error",
      code: "context_length_exceeded",
    },
  };
  for (const [behaviour, status, type, message] of [
    [apiError(400, null), 400, "invalid_request_error", "the endpoint says 400"],
    [json(400, long), 400, "invalid_request_error", "prompt is too long: maximum context length is 10"],
    [apiError(503, null), 529, "overloaded_error", "the endpoint says 503"],
    [apiError(429, null), 429, "rate_limit_error", "the endpoint says 429"],
  ] as const) {
    fakes.one.always(behaviour);
    const answer = await ask(messages());
    assert.equal(answer.status, status);
    const { type: kind, error, request_id: id } = objectOf(answer);
    assert.deepEqual([kind, error], ["error", { type, message }]);
    assert.equal(id, answer.header("request-id"));
  }
});

test("what cannot be said in other words is refused, and asked of an endpoint that knows it", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { speaks: ["chat"] } } } });
  const content = [{ type: "hologram" }];
  const answer = await ask(messages({ messages: [{ role: "user", content }] }));
  assert.equal(answer.status, 400);
  const { error } = objectOf(answer) as { error: Record<string, unknown> };
  assert.deepEqual(
    [error["type"], error["code"], error["param"]],
    ["invalid_request_error", "untranslatable", "messages.0.content.0"],
  );
  assert.match(String(error["message"]), /hologram/);
  assert.equal(fakes.one.requests.length, 0);
});

test("tokens that nobody counts are estimated, and said to be", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  fakes.one.always(only(CHATS, json(200, COMPLETION)));
  for (let time = 0; time < 3; time += 1) {
    const answer = await ask({ ...messages(), path: "/v1/messages/count_tokens?beta=true" });
    assert.equal(answer.status, 200);
    assert.equal(objectOf(answer)["estimated"], true);
    assert.match(answer.header("x-oai-gateway-warning") ?? "", /estimate/);
  }
  assert.equal(fakes.one.requests.length, 1);
});

test("reasoning of a translated answer does not go to an endpoint that would refuse its signature", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: {
      chats: { config: { speaks: ["chat"], models: ["m"] } },
      own: { config: { speaks: ["messages"], models: ["claude"] } },
    },
  });
  const said = { role: "assistant", reasoning_content: "hm", content: "Hello" };
  fakes.chats.always(
    json(200, { ...COMPLETION, choices: [{ index: 0, message: said, finish_reason: "stop" }] }),
  );
  fakes.own.always(json(200, MESSAGE));
  const { content } = objectOf(await ask(messages())) as { content: readonly Record<string, unknown>[] };
  assert.deepEqual(
    content.map(({ type }) => type),
    ["thinking", "text"],
  );
  const turns = [
    { role: "user", content: "hi" },
    { role: "assistant", content },
    { role: "user", content: "and?" },
  ];
  await ask(messages({ model: "claude", messages: turns }));
  const sent = fakes.own.requests[0]?.json()["messages"] as typeof turns;
  assert.deepEqual(sent[1]?.content, [{ type: "text", text: "Hello" }]);
});
