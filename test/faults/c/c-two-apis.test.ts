// Faults 317 to 324: what goes wrong where client and endpoint have different APIs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { apiError, body, events, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { only } from "../../support/fakes/one-api.ts";
import {
  CHAT_EVENTS,
  CHATS,
  COMPLETION,
  chunk,
  eventValues,
  MESSAGE,
  MESSAGE_EVENTS,
  MESSAGES,
  messages,
  namedEvents,
  objectOf,
  typesOf,
} from "../../support/two-apis.ts";
import { chat, worldFor } from "../../support/world.ts";

const OVER_CHATS = { config: { speaks: ["chat"], models: ["m"] } };
const OVER_MESSAGES = { config: { speaks: ["messages"], models: ["m"] } };

function completion(message: unknown, finish = "stop"): unknown {
  return { ...COMPLETION, choices: [{ index: 0, message, finish_reason: finish }] };
}

function called(written: string, finish = "tool_calls"): unknown {
  const call = { id: "call_1", type: "function", function: { name: "f", arguments: written } };
  return completion({ role: "assistant", content: null, tool_calls: [call] }, finish);
}

const NO_ANSWERS: Readonly<Record<string, Behaviour>> = {
  "no JSON": json(200, "[1, 2"),
  "a list": json(200, [COMPLETION]),
  "no choice": json(200, { id: "x", object: "chat.completion", choices: [{ index: 0, text: "x" }] }),
  "a packed stream": stream([gzipSync(CHAT_EVENTS.join(""))], { headers: { "content-encoding": "gzip" } }),
  "too much": json(200, completion({ role: "assistant", content: "x".repeat(33 * 1024 * 1024) })),
};

for (const [what, behaviour] of Object.entries(NO_ANSWERS)) {
  test(`fault 317: ${what} is no answer: the next endpoint is asked`, async (t) => {
    const { ask, fakes } = await worldFor(t, { endpoints: { a: OVER_CHATS, b: OVER_MESSAGES } });
    fakes.a.always(behaviour);
    fakes.b.always(json(200, MESSAGE));
    const answer = await ask(messages({ stream: what === "a packed stream" }));
    assert.equal(answer.status, 200);
    assert.equal(answer.header("x-oai-gateway-endpoint"), "b");
    assert.match(answer.header("x-oai-gateway-attempts") ?? "", /^2; a=upstream_\w+; b=ok$/);
  });
}

test("fault 318: a plain call with arguments that are no JSON goes to the next endpoint, one that was cut is left out", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: OVER_CHATS, b: OVER_MESSAGES } });
  fakes.b.always(json(200, MESSAGE));
  fakes.a.always(json(200, called('{"a":')));
  assert.equal((await ask(messages())).header("x-oai-gateway-endpoint"), "b");
  // The turn after b's is a's again.
  await ask(messages());
  fakes.a.always(json(200, called('{"a":', "length")));
  fakes.b.always(apiError(500, null));
  const { content, stop_reason: reason } = objectOf(await ask(messages()));
  assert.deepEqual([content, reason], [[], "max_tokens"]);
});

test("fault 318: where no other endpoint is left the error says what could not be read", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: OVER_CHATS } });
  fakes.a.always(json(200, called('{"a":')));
  const answer = await ask(messages());
  const { type, error } = objectOf(answer);
  const { type: kind, message } = error as Record<string, unknown>;
  assert.deepEqual([answer.status, type, kind], [502, "error", "api_error"]);
  assert.match(
    String(message),
    /The endpoint's answer cannot be read: the arguments of the call of f are no JSON/,
  );
  assert.doesNotMatch(String(message), /HTML page/);
});

test("fault 318: in a stream it is an error event, and nothing is made up", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: OVER_CHATS } });
  const call = { index: 0, id: "call_1", type: "function", function: { name: "f", arguments: '{"a":' } };
  fakes.a.always(stream(events([chunk({ tool_calls: [call] }), chunk({}, "tool_calls"), "[DONE]"])));
  const answer = await ask(messages({ stream: true }));
  assert.equal(typesOf(answer).at(-1), "error");
  assert.ok(!answer.text.includes("message_stop"));
  const { error } = eventValues(answer).at(-1) as { error: Record<string, unknown> };
  assert.equal(error["type"], "api_error");
  assert.match(String(error["message"]), /arguments of the call of f are no JSON/);
});

const START = namedEvents([{ type: "message_start", message: { ...MESSAGE, content: [] } }]);
const DELTA = { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "x" } };
const BEGIN = { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } };

const DISORDER: Readonly<Record<string, readonly string[]>> = {
  "no JSON": [...START, "event: ping\ndata: {\n\n"],
  "a piece before a block": [...START, ...namedEvents([DELTA])],
  "a block within a block": [...START, ...namedEvents([BEGIN, BEGIN])],
  "an end without a beginning": [...START, ...namedEvents([{ type: "content_block_stop", index: 0 }])],
  "a piece of another block": [...START, ...namedEvents([BEGIN, { ...DELTA, index: 1 }])],
  "a block before the message": namedEvents([BEGIN, DELTA]),
};

for (const [what, pieces] of Object.entries(DISORDER)) {
  test(`fault 319: ${what}: an error event in the client's words, and nothing behind it`, async (t) => {
    const { ask, fakes, log } = await worldFor(t, { endpoints: { a: OVER_MESSAGES } });
    fakes.a.always(stream([...pieces, ...MESSAGE_EVENTS]));
    const values = eventValues(await ask(chat("m", { stream: true })));
    const { error } = values.at(-1) as { error?: Record<string, unknown> };
    assert.equal(error?.["code"], "upstream_bad_response");
    assert.equal(values.filter((value) => "error" in value).length, 1);
    assert.ok(!values.some(({ type }) => type === "[DONE]"));
    assert.equal((await log.nextSummary()).error, "upstream_bad_response");
  });
}

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

function user(block: unknown) {
  return messages({ messages: [{ role: "user", content: [block] }] });
}

function image(source: unknown) {
  return user({ type: "image", source });
}

test("fault 320: what cannot be said in other words is refused with its place, and served where it can be", async (t) => {
  const { ask, fakes, gateway } = await worldFor(t, { endpoints: { a: OVER_CHATS } });
  const rows = [
    [user({ type: "hologram" }), "messages.0.content.0"],
    [user("text"), "messages.0.content.0"],
    [user({ type: "document", source: { type: "file", file_id: "f" } }), "messages.0.content.0.source"],
    [
      image({ type: "base64", media_type: "image/png", data: "aGVsbG8gdGhlcmU=" }),
      "messages.0.content.0.source.data",
    ],
    [image({ type: "base64", media_type: "image/png", data: "<svg>" }), "messages.0.content.0.source.data"],
    [image({ type: "base64", media_type: "text/html", data: PNG }), "messages.0.content.0.source.media_type"],
    [messages({ messages: "hi" }), "messages"],
    [messages({ messages: [{ role: "robot", content: "x" }] }), "messages.0.role"],
    [messages({ messages: [null] }), "messages.0.role"],
    [messages({ tools: [{ description: "nameless" }] }), "tools.0.name"],
  ] as const;
  for (const [request, place] of rows) {
    const answer = await ask(request);
    assert.equal(answer.status, 400, place);
    const { type, error } = objectOf(answer) as { type: string; error: Record<string, unknown> };
    assert.deepEqual([type, error["type"], error["param"]], ["error", "invalid_request_error", place]);
  }
  assert.equal(fakes.a.requests.length, 0);
  assert.equal(gateway.targets.health.isPristine, true);
  fakes.a.always(json(200, COMPLETION));
  assert.equal((await ask(image({ type: "base64", media_type: "image/png", data: PNG }))).status, 200);
});

test("fault 320: an endpoint of the client's API serves what the other cannot be asked", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: OVER_CHATS, b: OVER_MESSAGES } });
  fakes.b.always(json(200, MESSAGE));
  for (let time = 0; time < 4; time += 1) {
    const answer = await ask(user({ type: "hologram" }));
    assert.equal(answer.header("x-oai-gateway-endpoint"), "b");
  }
  assert.equal(fakes.a.requests.length, 0);
});

test("fault 320: a chat's arguments that are no JSON, in OpenAI's envelope", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: OVER_MESSAGES } });
  const call = { id: "c", type: "function", function: { name: "f", arguments: "{" } };
  const answer = await ask(chat("m", { messages: [{ role: "assistant", tool_calls: [call] }] }));
  const { error } = objectOf(answer) as { error: Record<string, unknown> };
  assert.deepEqual(
    [answer.status, error["code"], error["param"]],
    [400, "untranslatable", "messages[0].tool_calls[0].function.arguments"],
  );
  assert.equal(fakes.a.requests.length, 0);
});

test("fault 321: a stream that breaks off after any event ends in an error of the client's API", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { a: OVER_CHATS, b: { config: { ...OVER_MESSAGES.config, models: ["n"] } } },
  });
  for (let count = 1; count < 4; count += 1) {
    fakes.a.always(stream(CHAT_EVENTS.slice(0, count)));
    const types = typesOf(await ask(messages({ stream: true })));
    assert.equal(types.at(-1), "error", `${count}`);
    assert.ok(!types.includes("message_stop") && !types.includes("message_delta"), `${count}`);
  }
  for (let count = 1; count < 6; count += 1) {
    fakes.b.always(stream(MESSAGE_EVENTS.slice(0, count)));
    const values = eventValues(await ask(chat("n", { stream: true })));
    assert.ok("error" in (values.at(-1) ?? {}), `${count}`);
    assert.ok(!values.some(({ type }) => type === "[DONE]"), `${count}`);
  }
});

const UNKNOWN: readonly Behaviour[] = [
  json(404, { detail: "Not Found" }),
  json(404, {
    error: {
      message: "Invalid URL (POST /v1/messages)",
      type: "invalid_request_error",
      param: null,
      code: null,
    },
  }),
  body(404, "404 page not found\n", { "content-type": "text/plain" }),
  body(404, "<html><body>404</body></html>", { "content-type": "text/html" }),
  json(405, { detail: "Method Not Allowed" }),
  json(501, { error: { message: "not implemented" } }),
];

test("fault 322: a path that the endpoint does not know, in each server's words, costs one question", async (t) => {
  for (const refusal of UNKNOWN) {
    const { ask, fakes, gateway } = await worldFor(t, { endpoints: { a: {} } });
    fakes.a.always(only(CHATS, json(200, COMPLETION), refusal));
    for (let time = 0; time < 3; time += 1) assert.equal((await ask(messages())).status, 200);
    assert.deepEqual(
      fakes.a.requests.map(({ path }) => path),
      [MESSAGES, CHATS, CHATS, CHATS],
    );
    assert.equal(gateway.targets.health.isPristine, true);
  }
});

test("fault 322: an endpoint that knows no path is told in its own words", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {} } });
  fakes.a.always(json(404, '{"detail":"Not Found"}'));
  const answer = await ask(messages());
  assert.deepEqual([answer.status, answer.text], [404, '{"detail":"Not Found"}']);
});

test("fault 323: a key in an error of another API is masked", async (t) => {
  const key = "sk-very-secret-0123456789";
  const config = { ...OVER_CHATS.config, api_key: key };
  const { ask, fakes } = await worldFor(t, { endpoints: { a: { config } } });
  const error = { message: `bad field near ${key}`, type: "invalid_request_error", param: null, code: null };
  fakes.a.always(json(400, { error }));
  const plain = await ask(messages());
  assert.equal(plain.status, 400);
  fakes.a.always(stream([...CHAT_EVENTS.slice(0, 2), ...events([{ error }])]));
  const streamed = await ask(messages({ stream: true }));
  for (const { text } of [plain, streamed]) {
    assert.match(text, /bad field near/);
    assert.ok(!text.includes(key));
  }
});

test("fault 324: 28 counts at once, nobody counts: estimates, and one question to each endpoint at most", async (t) => {
  const { ask, fakes, gateway } = await worldFor(t, { endpoints: { a: {}, b: {} } });
  for (const fake of Object.values(fakes)) fake.always(only(CHATS, json(200, COMPLETION)));
  const request = { ...messages(), path: `${MESSAGES}/count_tokens?beta=true` };
  assert.equal(objectOf(await ask(request))["estimated"], true);
  const answers = await Promise.all(Array.from({ length: 28 }, () => ask(request)));
  for (const answer of answers) assert.equal(objectOf(answer)["estimated"], true);
  assert.deepEqual([fakes.a.requests.length, fakes.b.requests.length], [1, 1]);
  assert.equal(gateway.targets.health.isPristine, true);
});

test("fault 320: what would hold everybody up is not translated", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: OVER_CHATS } });
  const values = messages({ tools: [], extra: Array.from({ length: 600_000 }, () => 1) });
  const long = messages({ extra: "x".repeat(33 * 1024 * 1024) });
  for (const request of [values, long]) {
    const answer = await ask(request);
    const { error } = objectOf(answer) as { error: Record<string, unknown> };
    assert.deepEqual(
      [answer.status, error["type"], error["code"]],
      [413, "request_too_large", "untranslatable"],
    );
  }
  assert.equal(fakes.a.requests.length, 0);
});
