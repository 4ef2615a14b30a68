// What agents send in a conversation of two turns with a tool, as `npm run clients -- --record` has kept it in `agents/`,
// without their vendors' words: over an endpoint of the API that they speak, and over one that knows chats only.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { RecordedRequest } from "../support/fakes/fake-connection.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { PRINTED, TURN_ONE, TURN_TWO } from "../support/models/scripted-model.ts";
import { type ModelApi, serveModel } from "../support/models/serve-model.ts";
import { eventsIn } from "../support/sse-text.ts";
import { gatewayFor } from "../support/start-gateway.ts";

type Fields = Record<string, unknown>;

type Recorded = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Fields;
};

const FOLDER = new URL("agents/", import.meta.url);
const AGENTS = [...new Set(readdirSync(FOLDER).map((name) => name.replace(/-\d\.json$/, "")))];
const PATHS: Readonly<Record<ModelApi, string>> = {
  chats: "/chat/completions",
  responses: "/responses",
  messages: "/messages",
};
/** What the model says in answer to each request, in the order of the conversation. */
const SAID = [/printf/, new RegExp(`The tool said: [^]*${PRINTED}`), new RegExp(`Goodbye[^]*${PRINTED}`)];

test("there are recordings of agents, three requests each", () => {
  assert.ok(AGENTS.length > 5);
  for (const agent of AGENTS) for (const turn of [1, 2, 3]) assert.ok(recorded(agent, turn).body["model"]);
});

for (const agent of AGENTS) {
  const api = apiOf(recorded(agent, 1).path);
  for (const served of new Set<ModelApi>([api, "chats"]))
    test(`${agent}: a conversation with a tool over an endpoint of ${served}`, async (t) => {
      const model = String(recorded(agent, 1).body["model"]);
      const endpoint = serveModel(await fakeFor(t, { models: [model] }), [served]);
      const { url } = await gatewayFor(t, {
        endpoints: [{ name: "one", base_url: endpoint.url, api_key: "sk-endpoint" }],
      });
      for (const [at, expected] of SAID.entries()) {
        const request = recorded(agent, at + 1);
        const { method, path, headers } = request;
        const answer = await fetch(new URL(path, url), {
          method,
          headers: { ...headers, authorization: "Bearer sk-caller" },
          body: JSON.stringify(request.body),
        });
        assert.equal(answer.status, 200);
        assert.match(saidIn(await answer.text(), api), expected);
        const sent = endpoint.requests.at(-1);
        assert.ok(sent !== undefined);
        assert.equal(sent.path.split("?")[0], `/v1${PATHS[served]}`);
        assert.ok(!sent.rawHead.includes("sk-caller"));
        // In the client's own API nothing of a body is touched.
        if (served === api) assert.deepEqual(sent.json(), request.body);
        else assertChat(sent, at);
      }
    });
}

function recorded(agent: string, turn: number): Recorded {
  // Written by the recorder in this form.
  return JSON.parse(readFileSync(new URL(`${agent}-${turn}.json`, FOLDER), "utf8")) as Recorded;
}

function apiOf(path: string): ModelApi {
  if (path.includes(PATHS.messages)) return "messages";
  return path.includes(PATHS.responses) ? "responses" : "chats";
}

/** A chat that any server takes: what was said in its order, functions, calls with their results, and nothing foreign. */
function assertChat(sent: RecordedRequest, at: number): void {
  const chat = sent.json();
  const messages = chat["messages"] as Fields[];
  const tools = chat["tools"] as Fields[];
  assert.equal(chat["stream"], true);
  assert.ok(tools.length > 0);
  for (const tool of tools) {
    assert.equal(tool["type"], "function");
    const { name, parameters } = tool["function"] as Fields;
    assert.match(String(name), /^[\w-]{1,64}$/);
    assert.equal(typeof parameters, "object");
  }
  assert.doesNotMatch(sent.body.toString(), /"cache_control"|x-anthropic-billing-header|"encrypted_content"/);
  for (const { role } of messages) assert.match(String(role), /^(?:system|developer|user|assistant|tool)$/);
  const said = JSON.stringify(messages.filter(({ role }) => role === "user"));
  assert.ok(said.includes(TURN_ONE));
  assert.equal(said.includes(TURN_TWO), at === 2);
  const calls = messages.flatMap(({ tool_calls }) => (tool_calls ?? []) as Fields[]);
  const results = messages.filter(({ role }) => role === "tool");
  assert.deepEqual(
    results.map(({ tool_call_id }) => tool_call_id),
    calls.map(({ id }) => id),
  );
  assert.equal(results.length, at === 0 ? 0 : 1);
  for (const { content } of results) assert.match(JSON.stringify(content), new RegExp(PRINTED));
}

/** All texts and arguments of a stream, whose end has to be there. */
function saidIn(stream: string, api: ModelApi): string {
  const events = eventsIn(stream);
  const values = events.filter((data) => data !== "[DONE]").map((data) => JSON.parse(data) as Fields);
  if (api === "chats") assert.equal(events.at(-1), "[DONE]");
  else assert.match(String(values.at(-1)?.["type"]), /^(?:response\.completed|message_stop)$/);
  return values.map(pieceOf).join("");
}

function pieceOf({ delta, choices }: Fields): string {
  if (typeof delta === "string") return delta;
  const [choice] = (choices ?? []) as { readonly delta?: Fields }[];
  const { content, text, partial_json, tool_calls } = (choice?.delta ?? delta ?? {}) as Fields;
  const [call] = (tool_calls ?? []) as Fields[];
  const { arguments: given } = (call?.["function"] ?? {}) as Fields;
  const pieces = [content, text, partial_json, given];
  return pieces.filter((piece) => typeof piece === "string").join("");
}
