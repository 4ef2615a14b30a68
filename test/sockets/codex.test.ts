// The frames of Codex, as it sends them over a socket of Responses (its own texts replaced): a warm-up, a turn that calls
// a tool, and one with what the tool gave. Over endpoints that have no socket: of Responses, of chats, of messages.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ENGINE_NAMES } from "../../src/config/schema/engine-name.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { makeChatOnly, makeResponsesOnly } from "../support/fakes/one-wire-endpoint.ts";
import { responseIn, type SocketEvent, socketFor } from "../support/socket-client.ts";
import { gatewayFor } from "../support/start-gateway.ts";

const HEADERS = {
  authorization: "Bearer sk-caller",
  "openai-beta": "responses_websockets=2026-02-06",
  originator: "codex_exec",
  "session-id": "0199-session",
  "x-codex-turn-metadata": '{"turn_id":"1"}',
};
const TOOL = {
  type: "function",
  name: "exec_command",
  description: "Runs a command.",
  strict: false,
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const PATCH = {
  type: "custom",
  name: "apply_patch",
  description: "Edits files.",
  format: { type: "grammar", syntax: "lark", definition: "start: /.+/" },
};

/** What is in each frame. */
const EVERY = {
  model: "gpt-5.5",
  instructions: "You are a coding agent.",
  tools: [TOOL, PATCH],
  tool_choice: "auto",
  parallel_tool_calls: true,
  reasoning: { effort: "medium", summary: "auto" },
  store: false,
  stream: true,
  include: ["reasoning.encrypted_content"],
  prompt_cache_key: "0199-session",
  client_metadata: { "x-codex-window-id": "0199:0" },
  internal_chat_message_metadata_passthrough: { a: 1 },
};
const CONTEXT = [
  { type: "message", role: "developer", content: [{ type: "input_text", text: "Be short." }] },
  { type: "message", role: "user", content: [{ type: "input_text", text: "<environment/>" }] },
];
const ASKED = { type: "message", role: "user", content: [{ type: "input_text", text: "Run it." }] };

type Make = (endpoint: FakeEndpoint) => FakeEndpoint;

const KINDS: readonly (readonly [string, Make])[] = [
  ["Responses", makeResponsesOnly],
  ["chats", makeChatOnly],
];

for (const engine of ENGINE_NAMES)
  for (const [kind, make] of KINDS)
    test(`two turns with a tool over an endpoint of ${kind}, with the engine ${engine}`, async (t) => {
      const endpoint = make(await fakeFor(t, { models: ["own-name"] }));
      await converse(t, endpoint, engine);
      // The endpoint was asked for the two turns, and never for the warm-up.
      const posts = endpoint.requests.filter(({ method }) => method === "POST");
      const asked = posts.map((one) => one.json());
      for (const body of asked) {
        assert.equal("generate" in body, false);
        assert.equal("type" in body, false);
        assert.equal("previous_response_id" in body, false);
        assert.deepEqual([body["model"], body["stream"]], ["own-name", true]);
      }
      const last = asked.at(-1) ?? {};
      const said = JSON.stringify(last["input"] ?? last["messages"]);
      for (const words of ["Be short.", "Run it.", "call_1", "rain"]) assert.ok(said.includes(words), words);
      for (const { headers } of posts)
        assert.equal(JSON.stringify(headers).includes("responses_websockets"), false);
    });

async function converse(t: TestContext, endpoint: FakeEndpoint, engine: string): Promise<void> {
  const { port, log } = await gatewayFor(t, {
    server: { engine, api_keys: ["sk-caller"] },
    endpoints: [{ name: "one", base_url: endpoint.url, api_key: "sk-endpoint" }],
    routing: { model_overrides: { "gpt-5.5": ["one/own-name"] } },
  });
  const client = await socketFor(t, port, { headers: HEADERS });
  assert.equal(client.socket.extensions, "permessage-deflate");

  const warm = await client.create({ ...EVERY, generate: false, input: CONTEXT });
  assert.deepEqual(typesOf(warm), ["response.created", "response.in_progress", "response.completed"]);
  const warmed = responseIn(warm);
  assert.deepEqual([warmed["output"], warmed["status"]], [[], "completed"]);
  assert.equal(endpoint.requests.length, 0);

  const first = await client.create({ ...EVERY, previous_response_id: warmed["id"], input: [ASKED] });
  assert.deepEqual(numbersOf(first), [...first.keys()]);
  const call = (responseIn(first)["output"] as SocketEvent[]).find(({ type }) => type === "function_call");
  assert.deepEqual([call?.["name"], call?.["call_id"]], ["exec_command", "call_1"]);
  assert.equal(responseIn(first)["model"], "gpt-5.5");

  const result = { type: "function_call_output", call_id: "call_1", output: "rain" };
  const second = await client.create({
    ...EVERY,
    previous_response_id: responseIn(first)["id"],
    input: [result],
  });
  const deltas = second.filter(({ type }) => type === "response.output_text.delta");
  assert.equal(deltas.map(({ delta }) => delta).join(""), "It says: rain");
  assert.equal((await client.close()).code, 1000);

  const lines = [await log.nextSummary(), await log.nextSummary(), await log.nextSummary()];
  assert.deepEqual(
    lines.map((line) => [line.operation, line.model, line.endpoint, line.status, line.isStream]),
    [
      ["responses", "gpt-5.5", undefined, 200, true],
      ["responses", "gpt-5.5", "one", 200, true],
      ["responses", "gpt-5.5", "one", 200, true],
    ],
  );
}

function typesOf(events: readonly SocketEvent[]): readonly unknown[] {
  return events.map(({ type }) => type);
}

function numbersOf(events: readonly SocketEvent[]): readonly unknown[] {
  return events.map((event) => event["sequence_number"]);
}
