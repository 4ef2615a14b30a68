// What Codex sends, recorded and with its prompts replaced, over an endpoint that knows chats only: what the endpoint gets
// of it is in `fixtures/`, beside each request.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { json } from "../support/fakes/behaviours.ts";
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
    // What it tells its vendor's servers in each item is told of once.
    const internal = "internal_chat_message_metadata_passthrough";
    const told = JSON.stringify(body["input"]).includes(internal) ? `${internal}, ` : "";
    assert.equal(
      answer.header("x-oai-gateway-warning"),
      `not carried over: ${dropped}tool web_search, ${told}client_metadata`,
    );
  });
}

const FULL = {
  object: "model",
  display_name: "M",
  supported_reasoning_levels: [{ effort: "low", description: "Fast" }],
  shell_type: "shell_command",
  visibility: "list",
  supported_in_api: true,
  priority: 1,
  base_instructions: "Be brief.",
  supports_reasoning_summaries: true,
  support_verbosity: false,
  truncation_policy: { mode: "bytes", limit: 10_000 },
  supports_parallel_tool_calls: true,
  experimental_supported_tools: [],
};

test("its request for a catalogue: full entries for every model, as the endpoint tells them, or none", async (t) => {
  const { ask, fakes, gateway } = await worldFor(t, {
    endpoints: { one: { fake: { models: ["m", "n"] } } },
  });
  const asked = async (query: string): Promise<Record<string, unknown>> =>
    (await ask({ path: `/v1/models${query}` })).json();
  assert.deepEqual(await asked("?client_version=0.169.0"), await asked(""));
  fakes.one.on("GET /models", json(200, { models: ["m", "n"].map((slug) => ({ slug, ...FULL })) }));
  await gateway.catalogue.askAgain("one");
  const { object, data, models } = await asked("?client_version=0.169.0");
  assert.equal(object, "list");
  const entries = models as { readonly slug: string }[];
  assert.deepEqual(
    entries.map(({ slug }) => slug),
    (data as { readonly id: string }[]).map(({ id }) => id),
  );
  assert.deepEqual(entries[0], { ...FULL, id: "m", slug: "m" });
  assert.equal("models" in (await asked("")), false);
  const { base_instructions: _, ...less } = FULL;
  fakes.one.on(
    "GET /models",
    json(200, {
      models: [
        { slug: "m", ...FULL },
        { slug: "n", ...less },
      ],
    }),
  );
  await gateway.catalogue.askAgain("one");
  assert.equal("models" in (await asked("?client_version=0.169.0")), false);
});

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
