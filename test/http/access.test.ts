// Who may call: client keys, the Host check against DNS rebinding, web pages by origin; and that no key and no piece
// of a prompt is told to anybody. What passes between client and endpoint is in `headers.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError, json, stream } from "../support/fakes/behaviours.ts";
import { hangUp, htmlPage } from "../support/faults.ts";
import { ask } from "../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../support/world.ts";

const KEY = "sk-client-Canary-1";
const GUARDED = { endpoints: { one: {} }, server: { api_keys: ["another", KEY] } };
const OPEN = { endpoints: { one: {} } };

test("each of the keys lets pass, by each of the four headers", async (t) => {
  const { ask: send } = await worldFor(t, GUARDED);
  for (const key of [KEY, "another"]) {
    const ways: Readonly<Record<string, string>>[] = [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer  ${key}` },
      { "x-api-key": key },
      { "api-key": key },
      { "x-goog-api-key": key },
    ];
    for (const headers of ways) {
      assert.equal((await send({ ...chat(), headers })).status, 200);
      assert.equal((await send({ path: "/v1/models", headers })).status, 200);
    }
  }
});

test("anything else is 401 in the envelope, on every path but liveness, and is not echoed", async (t) => {
  const world = await worldFor(t, GUARDED);
  const ways: Readonly<Record<string, string>>[] = [
    {},
    { authorization: "" },
    { authorization: "Bearer" },
    { authorization: "Bearer " },
    { authorization: `Bearer ${KEY}x` },
    { authorization: `Bearer ${KEY.slice(0, -1)}` },
    { authorization: `Bearer ${KEY.toUpperCase()}` },
    { authorization: `Bearer Bearer ${KEY}` },
    { authorization: `Bearer ${KEY} ${KEY}` },
    { authorization: `Basic ${KEY}` },
    { authorization: KEY },
    { authorization: `Bearer wrong-Canary`, "x-api-key": "Canary", "x-goog-api-key": "wrong" },
    { "x-api-key": "undefined" },
    { cookie: `key=${KEY}` },
  ];
  for (const headers of ways) {
    for (const path of ["/v1/chat/completions", "/v1/models", "/v1/models/m", "/v1/nothing", "/v2/rerank"]) {
      const body = path.includes("models") ? undefined : { model: "m" };
      const answer = await world.ask({ path, headers, ...(body && { body }) });
      const error = errorOf(answer);
      assert.deepEqual([answer.status, error.code], [401, "invalid_api_key"], JSON.stringify(headers));
      assert.equal(answer.header("www-authenticate"), "Bearer");
      assert.ok(!(answer.text + answer.headers.join()).includes("Canary"));
    }
  }
  for (const path of [
    `/v1/models?api_key=${KEY}`,
    `/v1/models?key=${KEY}`,
    `/v1/models?access_token=${KEY}`,
  ]) {
    const answer = await world.ask({ path });
    assert.equal(answer.status, 401);
    assert.ok(!(answer.text + JSON.stringify(world.log.summaries)).includes("Canary"));
  }
  for (const path of ["/livez", "/readyz"]) assert.equal((await world.ask({ path })).status, 200);
  assert.equal(world.fakes.one.requests.length, 0);
});

test("a key by the first of two Authorization headers counts, and only that", async (t) => {
  const { port } = await worldFor(t, GUARDED);
  const two = (first: string, second: string): string =>
    `GET /v1/models HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${first}\r\nauthorization: Bearer ${second}\r\n\r\n`;
  assert.equal((await ask(port, two("wrong", KEY))).status, 401);
});

test("without keys a Host of elsewhere is refused: a page may have rebound its name to this address", async (t) => {
  const {
    ask: send,
    fakes,
    port,
  } = await worldFor(t, { ...OPEN, server: { allowed_hosts: ["gw.example.com"] } });
  const own = [
    `localhost:${port}`,
    "LOCALHOST",
    "127.0.0.1:1",
    "127.9.9.9",
    "[::1]:80",
    "api.localhost",
    "nas",
  ];
  for (const host of [...own, "192.168.1.5:8080", "gw.example.com:443", "GW.Example.com"]) {
    assert.equal((await send({ ...chat(), headers: { host } })).status, 200, host);
  }
  fakes.one.requests.length = 0;
  const foreign = ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example"];
  for (const host of [...foreign, "gw.example.com.evil.example", "evil.example."]) {
    for (const path of ["/v1/chat/completions", "/v1/nothing", "/livez"]) {
      const answer = await send({ ...chat(), path, headers: { host } });
      assert.deepEqual([answer.status, errorOf(answer).code], [403, "host_not_allowed"], host);
    }
  }
  for (const host of ["localhost@evil.example", "localhost/evil.example", "localhost evil.example"])
    assert.equal((await send({ ...chat(), headers: { host } })).status, 400, host);
  assert.equal(fakes.one.requests.length, 0);
});

test("with keys the Host does not matter: a page has none", async (t) => {
  const { ask: send } = await worldFor(t, GUARDED);
  const headers = { host: "any.example", authorization: `Bearer ${KEY}` };
  assert.equal((await send({ ...chat(), headers })).status, 200);
});

test("web pages: those of localhost and of the configured origins, no others", async (t) => {
  const { ask: send, fakes } = await worldFor(t, {
    ...OPEN,
    server: { cors_origins: ["https://app.example.com"] },
  });
  const allowed = ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:1", "https://app.example.com"];
  for (const origin of allowed) {
    const answer = await send({ ...chat(), headers: { origin } });
    assert.deepEqual([answer.status, answer.header("access-control-allow-origin")], [200, origin]);
    assert.match(
      answer.header("access-control-expose-headers") ?? "",
      /x-request-id.*x-oai-gateway-endpoint/,
    );
    assert.equal(answer.header("vary"), "Origin");
    assert.equal(answer.header("access-control-allow-credentials"), undefined);
  }
  fakes.one.requests.length = 0;
  const refused = ["https://evil.example", "http://app.example.com", "https://app.example.com.evil.example"];
  for (const origin of [
    ...refused,
    "null",
    "http://localhost.evil.example",
    "file://",
    "http://localhost:1/x",
  ]) {
    for (const method of ["POST", "OPTIONS"]) {
      const answer = await send({ ...chat(), method, headers: { origin } });
      assert.deepEqual([answer.status, errorOf(answer).code], [403, "origin_not_allowed"], origin);
      assert.equal(answer.header("access-control-allow-origin"), undefined);
    }
  }
  assert.equal(fakes.one.requests.length, 0);
});

test("every origin where the configuration says so", async (t) => {
  const { ask: send } = await worldFor(t, { ...GUARDED, server: { ...GUARDED.server, cors_origins: ["*"] } });
  const headers = { origin: "https://any.example", authorization: `Bearer ${KEY}` };
  const answer = await send({ ...chat(), headers });
  assert.equal(answer.header("access-control-allow-origin"), "https://any.example");
});

test("a preflight is answered without a key, on any path, with the headers that were asked for", async (t) => {
  const { ask: send, fakes } = await worldFor(t, GUARDED);
  const wanted = "authorization,content-type,x-stainless-lang,x-stainless-retry-count";
  const headers = {
    origin: "http://localhost:5173",
    "access-control-request-method": "POST",
    "access-control-request-headers": wanted,
    "access-control-request-private-network": "true",
  };
  for (const path of ["/v1/chat/completions", "/v1/models/a%2Fb", "/v1/nothing"]) {
    const answer = await send({ method: "OPTIONS", path, headers });
    assert.deepEqual([answer.status, answer.text], [204, ""]);
    assert.equal(answer.header("access-control-allow-headers"), wanted);
    assert.match(answer.header("access-control-allow-methods") ?? "", /GET, POST, DELETE/);
    assert.equal(answer.header("access-control-allow-origin"), headers.origin);
  }
  assert.equal(fakes.one.requests.length, 0);
});

test("a page can read errors too: CORS headers are on those of the gateway, of endpoints and of streams", async (t) => {
  const { ask: send, fakes } = await worldFor(t, { ...GUARDED, retries: { attempts: 1 } });
  const origin = "http://localhost:3000";
  const headers = { origin, authorization: `Bearer ${KEY}` };
  const foreign = { "access-control-allow-origin": "https://openai.example" };
  fakes.one.script([
    apiError(400, null, foreign),
    apiError(500, null),
    stream(["data: [DONE]\n\n"], { headers: foreign }),
  ]);
  const answers = [
    await send({ ...chat(), headers: { origin } }),
    await send({ ...chat("unknown"), headers }),
    await send({ path: "/v1/nothing", headers }),
    await send({ ...chat(), headers }),
    await send({ ...chat(), headers }),
    await send({ ...chat("m", { stream: true }), headers }),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [401, 404, 404, 400, 500, 200],
  );
  for (const answer of answers) {
    const values = answer.headers.filter((_, at) => answer.headers[at - 1] === "access-control-allow-origin");
    assert.deepEqual(values, [origin]);
  }
});

test("no key and no piece of a prompt is in a log line, an error or a header", async (t) => {
  const config = { api_key: "sk-upstream-Canary-2", headers: { "x-secret": "Canary-3" } };
  const world = await worldFor(t, { ...GUARDED, endpoints: { one: { config }, two: { config } } });
  const headers = { authorization: `Bearer ${KEY}`, "x-other": "Canary-4" };
  const body = { model: "m", messages: [{ content: "Canary-prompt" }], user: "Canary-user" };
  const bad = ['{"model":"m","a":"Canary-prompt"', '{"a":"Canary-prompt"}', '{"model":1,"a":"Canary"}'];
  const behaviours = [json(200, {}), apiError(401, null), apiError(500, null), hangUp(), htmlPage(502)];
  for (const one of behaviours) {
    for (const fake of Object.values(world.fakes)) fake.always(one);
    await told(world, { path: "/v1/chat/completions?q=Canary-query", body, headers });
  }
  for (const text of bad) await told(world, { path: "/v1/chat/completions", body: text, headers });
  await told(world, { path: "/v1/models", headers: { authorization: "Bearer Canary-wrong" } });
  const logged = JSON.stringify([world.log.summaries, world.log.lines]);
  assert.ok(!logged.includes("Canary"), logged);
});

async function told(world: World<"one" | "two">, request: Parameters<World<"one">["ask"]>[0]): Promise<void> {
  const answer = await world.ask(request);
  assert.ok(!(answer.headers.join("\n") + answer.text).includes("Canary"), answer.text);
}
