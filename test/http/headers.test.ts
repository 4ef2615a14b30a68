// Which headers go to an endpoint and which come back: out go those that APIs are known to read, back comes all but
// what belongs to a connection or to the endpoint's own site. Who may call at all is in `access.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { json, stream } from "../support/fakes/behaviours.ts";
import type { RecordedRequest } from "../support/fakes/fake-connection.ts";
import type { FakeEndpoint } from "../support/fakes/fake-endpoint.ts";
import { chat, worldFor } from "../support/world.ts";

const ONE = { endpoints: { one: {} } };

const CREDENTIALS: Readonly<Record<string, string>> = {
  authorization: "Bearer CANARY-1",
  "x-api-key": "CANARY-2",
  "api-key": "CANARY-3",
  "X-Goog-Api-Key": "CANARY-4",
  cookie: "session=CANARY-5",
  "proxy-authorization": "Basic CANARY-6",
  "OpenAI-Organization": "org-CANARY-7",
  "OpenAI-Project": "proj-CANARY-8",
};

test("no credential of the client reaches an endpoint; one without a key gets no Authorization", async (t) => {
  for (const path of ["/v1/chat/completions", "/v1/messages", "/v1/tokenize"]) {
    const { ask, fakes } = await worldFor(t, {
      endpoints: { open: { config: { api_key: "" } }, keyed: { config: { api_key: "sk-own" } } },
    });
    for (let time = 0; time < 2; time += 1) await ask({ ...chat(), path, headers: CREDENTIALS });
    const open = onlyOf(fakes.open);
    const keyed = onlyOf(fakes.keyed);
    for (const request of [open, keyed])
      assert.ok(!request.rawHead.includes("CANARY"), request.rawHead.toString());
    assert.equal(open.header("authorization"), undefined);
    assert.equal(open.header("x-api-key"), undefined);
    assert.deepEqual(valuesOf(keyed, "authorization"), ["Bearer sk-own"]);
    assert.deepEqual(valuesOf(keyed, "x-api-key"), path === "/v1/messages" ? ["sk-own"] : []);
  }
});

test("a client key of the gateway does not reach an endpoint either, by whichever header it came", async (t) => {
  const { ask, fakes } = await worldFor(t, { ...ONE, server: { api_keys: ["CANARY-KEY"] } });
  const ways: Readonly<Record<string, string>>[] = [
    { authorization: "Bearer CANARY-KEY" },
    { "x-api-key": "CANARY-KEY" },
    { "api-key": "CANARY-KEY" },
  ];
  for (const headers of ways) assert.equal((await ask({ ...chat(), headers })).status, 200);
  for (const request of fakes.one.requests) assert.ok(!request.rawHead.includes("CANARY"));
});

test("what APIs read is forwarded; what belongs to the client's connection, its browser or to us stays behind", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const dropped: Readonly<Record<string, string>> = {
    host: "127.0.0.1:1",
    connection: "keep-alive, X-Named , te",
    "keep-alive": "timeout=5",
    "proxy-connection": "keep-alive",
    te: "trailers",
    trailer: "x-t",
    upgrade: "h2c",
    "http2-settings": "AAAA",
    "x-named": "dropped",
    expect: "100-continue",
    origin: "http://localhost:3000",
    referer: "http://localhost:3000/",
    "sec-fetch-mode": "cors",
    "x-oai-gateway-endpoint": "forged",
    "x-unknown": "whatever",
    // The names of an object's own things are nothing special.
    constructor: "c",
    "x-openwebui-user-email": "somebody@example.com",
  };
  const forwarded: Readonly<Record<string, string>> = {
    "user-agent": "OpenAI/JS 6.0",
    accept: "application/json",
    "accept-language": "zh-TW",
    "x-stainless-retry-count": "0",
    "openai-beta": "assistants=v2",
    "anthropic-beta": "a,b",
    "session-id": "s",
    traceparent: "00-1-2-01",
    "idempotency-key": "i",
    "x-request-id": "my-own-id",
    "x-title": "caf\xe9",
    "x-app": "",
    "x-codex-turn-metadata": '{"a":1}',
    "x-claude-code-session-id": "u",
    "http-referer": "https://app.example.com",
  };
  const answer = await ask({ ...chat(), headers: { ...dropped, ...forwarded } });
  assert.equal(answer.status, 200);
  const request = onlyOf(fakes.one);
  for (const [name, value] of Object.entries(forwarded))
    assert.deepEqual(valuesOf(request, name), [value], name);
  const names = namesOf(request.headers);
  for (const name of Object.keys(dropped)) {
    if (name !== "host" && name !== "connection") assert.ok(!names.includes(name), name);
  }
  assert.equal(request.header("host"), `127.0.0.1:${fakes.one.port}`);
  assert.doesNotMatch(request.header("connection") ?? "", /named|te/i);
});

test("a header that is sent twice is forwarded twice, in its order", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const body = '{"model":"m"}';
  const lines = [
    "host: a",
    "anthropic-beta: 1",
    "__proto__: p",
    "Anthropic-Beta: 2",
    `content-length: ${body.length}`,
  ];
  await ask(`POST /v1/chat/completions HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
  assert.deepEqual(valuesOf(onlyOf(fakes.one), "anthropic-beta"), ["1", "2"]);
  assert.deepEqual(valuesOf(onlyOf(fakes.one), "__proto__"), []);
});

test("Connection cannot name away what the gateway sets itself", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { api_key: "sk-own" } } } });
  const named = "authorization, content-length, content-type, host, accept-encoding, x-fixed";
  const answer = await ask({
    ...chat("m", { stream: true }),
    headers: { connection: named, "x-fixed": "client" },
  });
  assert.equal(answer.status, 200);
  const request = onlyOf(fakes.one);
  assert.equal(request.header("authorization"), "Bearer sk-own");
  assert.equal(request.header("content-length"), String(request.body.length));
  assert.equal(request.header("accept-encoding"), "identity");
});

test("configured headers, organization and project are sent and win over the client's", async (t) => {
  const config = {
    headers: { "X-Title": "ours", "x-names": "user-agent", "OpenAI-Beta": "ours" },
    organization: "org-1",
    project: "proj-1",
  };
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config } } });
  const headers = { ...CREDENTIALS, "x-title": "theirs", "user-agent": "ua", "openai-beta": "theirs" };
  await ask({ ...chat(), headers });
  const request = onlyOf(fakes.one);
  const expected: Readonly<Record<string, string>> = {
    "x-title": "ours",
    "openai-beta": "ours",
    "openai-organization": "org-1",
    "openai-project": "proj-1",
    // The value of a configured header is not the name of one.
    "user-agent": "ua",
  };
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(valuesOf(request, name), [value]);
});

test("an Authorization of the configuration's own is sent where there is no key", async (t) => {
  const config = { headers: { authorization: "Basic abc" } };
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config } } });
  await ask({ ...chat(), headers: CREDENTIALS });
  assert.deepEqual(valuesOf(onlyOf(fakes.one), "authorization"), ["Basic abc"]);
});

test("Anthropic's wire: version and beta pass, a version is added where there is none", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const request = { path: "/v1/messages", body: { model: "m" } };
  await ask({ ...request, headers: { "anthropic-version": "2024-01-01", "anthropic-beta": "tools" } });
  await ask(request);
  const [given, added] = fakes.one.requests;
  assert.deepEqual(
    [given?.header("anthropic-version"), given?.header("anthropic-beta")],
    ["2024-01-01", "tools"],
  );
  assert.equal(added?.header("anthropic-version"), "2023-06-01");
});

test("back: what belongs to the endpoint's connection or site stays behind, the rest passes", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const dropped: Readonly<Record<string, string>> = {
    connection: "X-Named, content-type",
    "keep-alive": "timeout=5",
    "x-named": "1",
    "set-cookie": "__cf_bm=CANARY",
    "alt-svc": 'h3=":443"',
    "strict-transport-security": "max-age=1",
    "proxy-authenticate": "Basic",
    "access-control-allow-origin": "*",
    "x-oai-gateway-model": "forged",
    trailer: "x-t",
  };
  const kept: Readonly<Record<string, string>> = {
    "content-type": "application/json",
    "openai-organization": "o",
    "x-ratelimit-reset-tokens": "6m0s",
    "retry-after": "1",
    "x-should-retry": "false",
    "x-request-id": "req_upstream",
    "request-id": "req_anthropic",
    server: "cloudflare",
  };
  fakes.one.always(json(200, {}, { ...dropped, ...kept }));
  const answer = await ask(chat());
  for (const [name, value] of Object.entries(kept)) assert.equal(answer.header(name), value, name);
  const names = namesOf(answer.headers);
  for (const name of Object.keys(dropped)) {
    const isOurs = name.startsWith("x-oai-gateway") || name === "connection" || name === "keep-alive";
    if (!isOurs) assert.ok(!names.includes(name), name);
  }
  assert.equal(answer.header("x-oai-gateway-model"), "m");
  assert.ok(!answer.headers.join().includes("CANARY"));
});

test("every answer says who answered, under which name, after how many attempts, and has an id", async (t) => {
  const endpoints = { one: { fake: { models: ["模型/x"] } } };
  const routing = { model_overrides: { nick: ["one/模型/x"] } };
  const { ask, fakes, log } = await worldFor(t, { endpoints, routing });
  for (const isStream of [false, true]) {
    const answer = await ask(chat("nick", { stream: isStream }));
    assert.equal(answer.header("x-oai-gateway-endpoint"), "one");
    assert.equal(decodeURI(answer.header("x-oai-gateway-model") ?? ""), "模型/x");
    assert.equal(answer.header("x-oai-gateway-attempts"), "1");
    assert.match(answer.header("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
    assert.equal((await log.nextSummary()).requestId, answer.header("x-request-id"));
  }
  const own = await ask({ ...chat("nick"), headers: { "x-request-id": "mine-1" } });
  assert.equal(own.header("x-request-id"), "mine-1");
  const insane = await ask({ ...chat("nick"), headers: { "x-request-id": "a b <script>" } });
  assert.match(insane.header("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  fakes.one.always(json(200, {}, { "x-request-id": "theirs" }));
  const theirs = await ask({ ...chat("nick"), headers: { "x-request-id": "mine-2" } });
  assert.deepEqual(theirs.header("x-request-id"), "theirs");
  for (const path of ["/v1/nothing", "/v1/models", "/livez"])
    assert.ok((await ask({ path })).header("x-request-id"));
});

test("trailers of an answer are not passed on", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  fakes.one.always({
    run: async (exchange) => {
      await exchange.head(200, ["content-type", "application/json", "trailer", "x-secret"]);
      await exchange.piece("{}");
      await exchange.raw("0\r\nx-secret: CANARY\r\n\r\n");
      exchange.done();
    },
  });
  const answer = await ask(chat());
  assert.equal(answer.text, "{}");
  assert.equal(answer.header("trailer"), undefined);
  fakes.one.always(stream(["data: [DONE]\n\n"], { headers: { "cache-control": "no-cache" } }));
  assert.equal((await ask(chat("m", { stream: true }))).header("cache-control"), "no-cache");
});

function onlyOf(fake: FakeEndpoint): RecordedRequest {
  const [request, ...others] = fake.requests;
  assert.ok(request !== undefined && others.length === 0);
  return request;
}

function valuesOf(request: RecordedRequest, name: string): string[] {
  return request.headers.filter((_, index) => {
    return index % 2 === 1 && request.headers[index - 1]?.toLowerCase() === name.toLowerCase();
  });
}

function namesOf(headers: readonly string[]): string[] {
  return headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
}
