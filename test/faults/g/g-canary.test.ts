// Fault 102: keys and prompts are canaries here, and everything that the gateway says to anybody is searched for them.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { runCli, startCli } from "../../support/cli.ts";
import { apiError, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import {
  cutAfter,
  errorWith200,
  garbageStatusLine,
  hangUp,
  htmlPage,
  neverAnswer,
} from "../../support/faults.ts";
import { ask, type WireRequest } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

const CLIENT_KEY = "sk-client-CANARY-one-of-the-client";
const AUTH = { authorization: `Bearer ${CLIENT_KEY}` };
const WORDS = "data: 1\n\n";

/** Whatever an endpoint may do, and so whatever the gateway may have to say about it. */
const BEHAVIOURS: readonly Behaviour[] = [
  json(200, { choices: [] }),
  stream([WORDS, "data: [DONE]\n\n"]),
  cutAfter(stream([WORDS, WORDS]), { of: "pieces", count: 1, how: "reset" }),
  apiError(400, "bad"),
  apiError(401, "invalid_api_key"),
  apiError(404, "model_not_found"),
  apiError(429, "insufficient_quota"),
  apiError(503, null),
  errorWith200(),
  htmlPage(502),
  garbageStatusLine(),
  hangUp(),
  neverAnswer(),
];

/** Requests whose every part is a canary that is none of the endpoint's business to be told about. */
const REQUESTS: readonly WireRequest[] = [
  chat("m", { messages: [{ role: "user", content: "CANARY prompt" }], user: "CANARY-user" }),
  chat("m", { stream: true, prompt_cache_key: "CANARY-session" }),
  { path: "/v1/embeddings?tag=CANARY-query", body: { model: "m", input: "CANARY input" } },
];

const BAD_REQUESTS: readonly WireRequest[] = [
  { path: "/v1/chat/completions", body: '{"model":"m","messages":"CANARY' },
  { path: "/v1/chat/completions", body: '{"messages":"CANARY"}' },
  { path: "/v1/chat/completions", body: '{"model":"m","stream":"CANARY"}' },
  { path: "/v1/chat/completions", headers: { "content-encoding": "CANARY" }, body: "CANARY" },
  { path: "/v1/models" },
  { path: "/v1/models/m" },
  { path: "/livez" },
  { path: "/readyz" },
  { path: "/readyz?verbose" },
  { path: "/startupz" },
  { path: "/health" },
  { path: "/metrics" },
  { path: "/status" },
  { path: "/v1/nothing?CANARY" },
];

/** Two endpoints with canaries for keys, and the files of a gateway in front of them. */
async function scene(t: TestContext) {
  const fakes = [await fakeFor(t), await fakeFor(t)];
  const endpoints = fakes.map(({ url }, index) => ({
    name: `e${index}`,
    base_url: url,
    api_key: `sk-endpoint-CANARY-${index}-of-the-endpoint`,
    headers: { "x-secret": "CANARY-in-a-header" },
    organization: "org-CANARY-of-ours",
    timeouts: { first_byte: "50ms", first_event: "50ms" },
  }));
  const config = {
    server: { port: 0, api_keys: ["${CLIENT_KEY}"] },
    log: { level: "debug" },
    metrics: { keys: true },
    status_page: true,
    endpoints,
    health: { consecutive_failures: 100, active_probes: false },
  };
  const files = { "config.yaml": JSON.stringify(config), ".env": `CLIENT_KEY=${CLIENT_KEY}\n` };
  return { fakes, files };
}

function assertNone(what: string, text: string): void {
  const at = text.indexOf("CANARY");
  assert.equal(at, -1, `${what}: …${text.slice(Math.max(0, at - 200), at + 50)}…`);
}

for (const format of ["json", "pretty"]) {
  test(`fault 102: no key and no prompt is in an answer, a header or the ${format} log`, async (t) => {
    const { fakes, files } = await scene(t);
    const config = JSON.parse(files["config.yaml"]) as { log: Record<string, unknown> };
    config.log["format"] = format;
    const run = await startCli(t, ["serve", "--config", "config.yaml"], {
      files: { ...files, "config.yaml": JSON.stringify(config) },
    });
    const port = await run.port();
    const send = async (request: WireRequest, headers: Readonly<Record<string, string>>): Promise<void> => {
      const answer = await ask(port, { ...request, headers: { ...headers, ...request.headers } });
      assertNone(`${request.path} ${answer.status}`, answer.text + answer.headers.join("\n"));
    };
    for (const behaviour of BEHAVIOURS) {
      for (const fake of fakes) fake.always(behaviour);
      for (const request of REQUESTS) await send(request, AUTH);
      for (const request of REQUESTS) await send(request, { ...AUTH, "x-oai-gateway-dry-run": "true" });
    }
    for (const request of BAD_REQUESTS) {
      await send(request, AUTH);
      await send(request, { authorization: "Bearer CANARY-wrong", "x-request-id": "id-1" });
    }
    assert.ok(fakes.some(({ requests }) => requests.some(({ rawHead }) => rawHead.includes("CANARY"))));
    run.kill("SIGTERM");
    const { stdout, stderr } = await run.ended;
    assert.ok((stdout + stderr).includes("/v1/chat/completions"));
    assertNone("log", stdout + stderr);
  });
}

test("fault 102: nor in what the commands print, about a good configuration or a broken one", async (t) => {
  const { files } = await scene(t);
  const broken = files["config.yaml"].replace('"port":0', '"port":0,"prot":1');
  const commands = [
    ["check"],
    ["check", "--json"],
    ["models"],
    ["models", "--json"],
    ["route", "m"],
    ["doctor"],
  ];
  for (const command of commands) {
    for (const text of [files["config.yaml"], broken]) {
      const args = [...command, "--config", "config.yaml"];
      const { stdout, stderr } = await runCli(t, args, { files: { ...files, "config.yaml": text } });
      assert.ok((stdout + stderr).length > 0, command.join(" "));
      assertNone(command.join(" "), stdout + stderr);
    }
  }
});
