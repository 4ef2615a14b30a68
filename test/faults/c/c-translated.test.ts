// Faults 329 to 332: streams that are told in the words of another API, and go wrong.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { events, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { NO_SUCH_PATH } from "../../support/fakes/one-wire-endpoint.ts";
import { cutAfter } from "../../support/faults.ts";
import { sse, type WireRequest } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const SECRET = "sk-canary-12345678";
const KEYED = { endpoints: { one: { config: { api_key: SECRET } } } };
const CHAT = "/chat/completions";
const RESPONSES = "/responses";

function response(fields: object = {}): WireRequest {
  return { path: "/v1/responses", body: { model: "m", input: "hi", stream: true, ...fields } };
}

const chunk = (delta: object, finish: string | null = null): object => ({
  id: "c",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const TEXT = chunk({ role: "assistant", content: "Hel" });
const CREATED = { type: "response.created", response: { id: "r", model: "m", status: "in_progress" } };
const DELTA = { type: "response.output_text.delta", output_index: 0, delta: "Hel" };

type Words = { readonly code: string; readonly message: string };
type Told = {
  readonly type?: string;
  readonly sequence_number?: number;
  readonly response?: object;
  readonly error?: unknown;
};

/** What the client is told over an endpoint that has only the other path, and the values of all events. */
async function told(
  t: TestContext,
  path: string,
  answer: Behaviour,
): Promise<(Told & Record<string, unknown>)[]> {
  const { ask, fakes } = await worldFor(t, KEYED);
  fakes.one.always(NO_SUCH_PATH).on(path, answer);
  const { text } = await ask(path === CHAT ? response() : chat("m", { stream: true }));
  assert.doesNotMatch(text, /sk-canary/);
  return sse(text).map(({ data }) => (data === "[DONE]" ? { type: "[DONE]" } : JSON.parse(data)));
}

/** The error of a chat's last event. */
function errorAtEnd(list: readonly Told[]): Partial<Words> {
  return (list.at(-1)?.error ?? {}) as Partial<Words>;
}

/** The error in the last event, which is the only one of its kind, and numbered as all of them are. */
function failureIn(list: readonly (Told & Record<string, unknown>)[]): Words {
  list.forEach(({ sequence_number }, at) => {
    assert.equal(sequence_number, at);
  });
  const last = list.at(-1);
  assert.equal(last?.type, "response.failed");
  assert.ok(!list.some(({ type }) => type === "response.completed"));
  const { status, error } = (last?.response ?? {}) as { status?: string; error: Words };
  assert.equal(status, "failed");
  return error;
}

test("fault 329: a chat that is cut, or ends without its end, is a response that failed", async (t) => {
  for (const answer of [
    stream(events([TEXT])),
    cutAfter(stream(events([TEXT]), { end: "never" }), { of: "pieces", count: 1, how: "reset" }),
  ])
    assert.equal(failureIn(await told(t, CHAT, answer)).code, "upstream_cut_off");
});

test("fault 329: a response that is cut is a chat with an error and without an end", async (t) => {
  const list = await told(t, RESPONSES, stream(events([CREATED, DELTA])));
  assert.deepEqual(errorAtEnd(list).code, "upstream_cut_off");
  assert.ok(!list.some(({ type }) => type === "[DONE]"));
});

test("fault 330: an error in a chat's stream is told with its words, without a key", async (t) => {
  const error = {
    message: `Too long. ${SECRET}`,
    type: "invalid_request_error",
    code: "context_length_exceeded",
  };
  const failure = failureIn(await told(t, CHAT, stream(events([TEXT, { error }]))));
  assert.deepEqual(failure.code, "context_length_exceeded");
  assert.match(failure.message, /^Too long\. /);
  const beside = { ...chunk({ content: "" }, "error"), error: { code: 502, message: "Provider gone" } };
  assert.equal(failureIn(await told(t, CHAT, stream(events([TEXT, beside])))).message, "Provider gone");
});

test("fault 330: a response that failed is a chat with an error", async (t) => {
  const error = { code: "server_error", message: "Boom." };
  const failed = { type: "response.failed", response: { id: "r", status: "failed", error } };
  for (const last of [failed, { type: "error", ...error, param: null, sequence_number: 2 }]) {
    const list = await told(t, RESPONSES, stream(events([CREATED, DELTA, last])));
    assert.equal(errorAtEnd(list).message, "Boom.");
  }
});

test("fault 331: events that are no JSON, out of order or of unknown kinds", async (t) => {
  assert.equal(failureIn(await told(t, CHAT, stream(events([TEXT, "{"])))).code, "upstream_bad_response");
  assert.equal(failureIn(await told(t, CHAT, stream(events([TEXT, "7"])))).code, "upstream_bad_response");
  const nameless = chunk({ tool_calls: [{ index: 0, function: { arguments: "{}" } }] });
  const ends = [chunk({}, "tool_calls"), "[DONE]"];
  assert.equal(
    failureIn(await told(t, CHAT, stream(events([nameless, ...ends])))).code,
    "upstream_bad_response",
  );
  const call = (given: string, name?: string): object =>
    chunk({ tool_calls: [{ index: 0, id: "a", function: { ...(name && { name }), arguments: given } }] });
  const late = [call("{}", "f"), chunk({ content: "x" }), call('{"a":1}'), ...ends];
  assert.equal(failureIn(await told(t, CHAT, stream(events(late)))).code, "upstream_bad_response");
  const stray = { type: "response.function_call_arguments.delta", output_index: 3, delta: "{}" };
  const list = await told(t, RESPONSES, stream(events([CREATED, stray])));
  assert.equal(errorAtEnd(list).code, "upstream_bad_response");
  const odd = { type: "response.sparkles", sparkle: 1 };
  const completed = { type: "response.completed", response: { id: "r", status: "completed", output: [] } };
  const good = await told(t, RESPONSES, stream(events([CREATED, odd, DELTA, completed])));
  assert.equal(good.at(-1)?.type, "[DONE]");
});

test("fault 332: arguments that are no JSON: a tool with free text fails, a function gets them as they are", async (t) => {
  const { ask, fakes } = await worldFor(t, KEYED);
  const message = (name: string, given: string): object => ({
    role: "assistant",
    content: null,
    tool_calls: [{ id: "a", type: "function", function: { name, arguments: given } }],
  });
  const tools = [
    { type: "custom", name: "patch" },
    { type: "function", name: "f", parameters: {} },
  ];
  const reply = (name: string, given: string): Behaviour =>
    json(200, { model: "m", choices: [{ message: message(name, given), finish_reason: "tool_calls" }] });
  fakes.one.always(NO_SUCH_PATH).on(CHAT, reply("patch", '{"input": 7}'));
  const refused = await ask(response({ stream: false, tools }));
  assert.deepEqual([refused.status, errorOf(refused).code], [502, "upstream_bad_response"]);
  fakes.one.on(CHAT, reply("f", "{not json"));
  const given = (await ask(response({ stream: false, tools }))).json();
  assert.equal((given["output"] as { arguments: string }[])[0]?.arguments, "{not json");
});
