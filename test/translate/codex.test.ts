// What Codex sends, recorded and with its prompts replaced, over an endpoint that knows chats only: what the endpoint gets
// of it is in `fixtures/`, beside each request.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { makeChatOnly } from "../support/fakes/one-wire-endpoint.ts";
import { sse } from "../support/wire.ts";
import { worldFor } from "../support/world.ts";

const FOLDER = new URL("fixtures/", import.meta.url);
const SUFFIX = ".chat.json";

type Recorded = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
};

function recorded(name: string): Recorded {
  const value = read(name);
  const headers = value["headers"] as Recorded["headers"];
  return { headers, body: value["body"] as Recorded["body"] };
}

function read(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
}

const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith(".json") && !name.endsWith(SUFFIX));

for (const name of NAMES) {
  test(`${name}: the chat that the endpoint gets, and a stream in order`, async (t) => {
    const { headers, body } = recorded(name);
    const { ask, fakes } = await worldFor(t, {
      endpoints: { one: { fake: { models: [String(body["model"])] } } },
    });
    makeChatOnly(fakes.one);
    const answer = await ask({ path: "/v1/responses", headers, body });
    assert.equal(answer.status, 200);
    const sent = fakes.one.requests.at(-1);
    assert.equal(sent?.path, "/v1/chat/completions");
    assert.deepEqual(sent?.json(), read(name.replace(/\.json$/, SUFFIX)));
    const events = sse(answer.text).map(({ event, data }) => ({ event, ...JSON.parse(data) }));
    for (const { event, type } of events) assert.equal(event, type);
    assert.deepEqual(
      events.map(({ sequence_number }) => sequence_number),
      events.map((_, at) => at),
    );
    assert.equal(events.at(-1)?.type, "response.completed");
    const dropped = JSON.stringify(body["tools"]).includes("tool_search") ? "tool tool_search, " : "";
    assert.equal(answer.header("x-oai-gateway-warning"), `not carried over: ${dropped}tool web_search`);
  });
}

test("the second request goes straight to the chat: nobody sees the endpoint's 404", async (t) => {
  const { headers, body } = recorded("codex-turn-1.json");
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { fake: { models: [String(body["model"])] } } },
  });
  makeChatOnly(fakes.one);
  for (let time = 0; time < 3; time += 1)
    assert.equal((await ask({ path: "/v1/responses", headers, body })).status, 200);
  assert.deepEqual(
    fakes.one.requests.map(({ path }) => path),
    ["/v1/responses", ...Array.from({ length: 3 }, () => "/v1/chat/completions")],
  );
});
