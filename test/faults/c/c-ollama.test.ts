// Faults 359 and 360: streams of Ollama's lines that go wrong, and requests in its words that are none.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { apiError, events, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { cutAfter } from "../../support/faults.ts";
import { CHAT_EVENTS, chunk } from "../../support/two-apis.ts";
import type { Answer } from "../../support/wire.ts";
import { worldFor } from "../../support/world.ts";

const SECRET = "sk-canary-12345678";
const TEXT = chunk({ role: "assistant", content: "Hel" });

async function asked(t: TestContext, answer: Behaviour, fields: object = {}): Promise<Answer> {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config: { api_key: SECRET, timeouts: { idle: "100ms" } } } },
    streams: { keep_alive: "5ms" },
  });
  fakes.one.on("/chat/completions", answer);
  const messages = [{ role: "user", content: "hi" }];
  return ask({ path: "/api/chat", body: { model: "m", messages, ...fields } });
}

type Line = Readonly<Record<string, unknown>>;

function linesOf({ text }: Answer): readonly Line[] {
  assert.ok(text.endsWith("\n"), text);
  return text
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

const called = (given: string): unknown =>
  chunk({ tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: given } }] });

const BROKEN: readonly (readonly [string, Behaviour, RegExp])[] = [
  ["ends without its end", stream(events([TEXT])), /broke off/],
  [
    "is reset",
    cutAfter(stream(events([TEXT]), { end: "never" }), { of: "pieces", count: 1, how: "reset" }),
    /broke off/,
  ],
  ["goes silent", stream(events([TEXT]), { end: "never" }), /went silent/],
  ["has an error", stream(events([TEXT, { error: { message: `Boom ${SECRET}` } }])), /^Boom /],
  ["has an event that is no JSON", stream(events([TEXT, "{"])), /no JSON object/],
  [
    "calls with arguments that are none",
    stream(events([TEXT, called("{a"), chunk({}, "tool_calls"), "[DONE]"])),
    /arguments of the call of f are no JSON object/,
  ],
];

for (const [name, answer, words] of BROKEN) {
  test(`fault 359: a stream that ${name} ends in a line that says so`, async (t) => {
    const reply = await asked(t, answer);
    assert.equal(reply.status, 200);
    assert.equal(reply.header("content-type"), "application/x-ndjson");
    const lines = linesOf(reply);
    assert.deepEqual(
      lines.map(({ done }) => done),
      [false, undefined],
    );
    assert.deepEqual(Object.keys(lines[1] ?? {}), ["error"]);
    assert.match(String(lines[1]?.["error"]), words);
    assert.doesNotMatch(reply.text, /sk-canary/);
  });
}

test("fault 359: comments and silence leave no trace between lines", async (t) => {
  const pieces = [": keep-alive\n\n", ...CHAT_EVENTS.flatMap((event) => [event, ": ping\n\n", ":\n"])];
  const lines = linesOf(await asked(t, stream(pieces)));
  assert.deepEqual(
    lines.map(({ done }) => done),
    [false, false, true],
  );
});

test("fault 359: an error before the first line has its status, in Ollama's shape", async (t) => {
  for (const fields of [{}, { stream: false }]) {
    const reply = await asked(t, apiError(400, "context_length_exceeded"), fields);
    assert.equal(reply.status, 400);
    assert.deepEqual(Object.keys(reply.json()), ["error"]);
    assert.equal(typeof reply.json()["error"], "string");
  }
  const cut = await asked(t, json(200, { id: "x", object: "list" }), { stream: false });
  assert.equal(cut.status, 502);
  assert.deepEqual(Object.keys(cut.json()), ["error"]);
});

const USER = { role: "user", content: "hi" };
const WRONG: readonly (readonly [path: string, body: object, place: string])[] = [
  ["chat", { messages: "hi" }, "messages"],
  ["chat", { messages: [7] }, "messages.0"],
  ["chat", { messages: [{ role: "robot", content: "x" }] }, "messages.0.role"],
  ["chat", { messages: [{ role: "user", content: ["x"] }] }, "messages.0.content"],
  ["chat", { messages: [{ ...USER, images: ["bm90IGEgcGljdHVyZQ=="] }] }, "messages.0.images.0"],
  ["chat", { messages: [{ ...USER, images: "x" }] }, "messages.0.images"],
  ["chat", { messages: [{ role: "assistant", tool_calls: [{ function: {} }] }] }, "messages.0.tool_calls.0"],
  ["chat", { messages: [USER], tools: {} }, "tools"],
  ["chat", { messages: [USER], tools: ["f"] }, "tools.0"],
  ["chat", { messages: [USER], options: "x" }, "options"],
  ["chat", { messages: [USER], options: { stop: 7 } }, "options.stop"],
  ["chat", { messages: [USER], format: "xml" }, "format"],
  ["chat", { messages: [USER], think: "deeply" }, "think"],
  ["generate", { prompt: ["x"] }, "prompt"],
  ["generate", { prompt: "x", images: [7] }, "images.0"],
  ["embed", {}, "input"],
  ["embeddings", { prompt: 7 }, "prompt"],
];

test("fault 360: what is wrong in a request is told with its place, and nothing is sent", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  for (const [path, body, place] of WRONG) {
    const reply = await ask({ path: `/api/${path}`, body: { model: "m", ...body } });
    assert.equal(reply.status, 400, place);
    const { error, ...others } = reply.json();
    assert.deepEqual(others, {});
    assert.ok(String(error).startsWith(place), `${place}: ${String(error)}`);
  }
  assert.equal(fakes.one.requests.length, 0);
  const good = await ask({ path: "/api/chat", body: { model: "m", messages: [USER] } });
  assert.equal(good.status, 200);
});

test("fault 360: paths, methods and bodies that are none are told in Ollama's shape", async (t) => {
  const { ask } = await worldFor(t, { endpoints: { one: {} } });
  for (const [status, request] of [
    [404, { path: "/api/blobs/sha256:a", body: {} }],
    [405, { method: "GET", path: "/api/chat" }],
    [400, { path: "/api/chat", body: "{" }],
    [400, { path: "/api/chat", body: { messages: [USER] } }],
    [404, { path: "/api/chat", body: { model: "none", messages: [USER] } }],
    [404, { path: "/api/show", body: { name: "none" } }],
    [400, { path: "/api/show", body: { name: "\n" } }],
  ] as const) {
    const reply = await ask(request);
    assert.deepEqual([reply.status, Object.keys(reply.json())], [status, ["error"]], request.path);
  }
  const passed = await ask({ path: "/v1/api/pull", body: { model: "m" } });
  assert.equal(passed.header("x-oai-gateway-endpoint"), "one");
  const shown = await ask({ path: "/api/show", body: { name: "m" } });
  assert.deepEqual([shown.status, shown.json()["capabilities"]], [200, []]);
});

test("fault 360: a body that curl calls a form is JSON at the endpoint", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const reply = await ask({ path: "/api/chat", headers, body: { model: "m", messages: [USER] } });
  assert.equal(reply.status, 200);
  assert.equal(fakes.one.requests[0]?.header("content-type"), "application/json");
});

test("fault 360: a result of a call that nobody made reaches the endpoint, whose word it is", async (t) => {
  const messages = [USER, { role: "tool", tool_name: "f", content: "x" }];
  const reply = await asked(t, apiError(400, null), { messages, stream: false });
  assert.equal(reply.status, 400);
});
