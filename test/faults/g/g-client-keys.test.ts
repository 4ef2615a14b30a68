// Faults 276 to 281, 286: client keys with a name, models and an end. What is wrong with their configuration is in
// `g-key-files.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keyDigest } from "../../../src/accounts/client-key.ts";
import { startCli } from "../../support/cli.ts";
import { apiError } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { handshake, realtimeWorld } from "../../support/fakes/realtime-world.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { hold } from "../../support/limits.ts";
import { configOf } from "../../support/start-gateway.ts";
import { type Answer, ask as askPort } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const ALICE = "sk-alice-Canary-1";
const BOB = "sk-bob-Canary-2";
const CAROL = "sk-carol-Canary-3";

const bearer = (key: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${key}` });

function refusal(answer: Answer): readonly unknown[] {
  const { code, message } = errorOf(answer);
  assert.ok(!answer.text.includes("Canary"), answer.text);
  return [answer.status, code, message];
}

test("fault 276: each of ten thousand keys is found, and what is nearly one is not", async (t) => {
  const keys = Array.from({ length: 10_000 }, (_, index) => {
    const key = `sk-client-${index}`;
    if (index % 3 === 0) return key;
    const name = `user-${index}`;
    return index % 3 === 1 ? { name, key } : { name, sha256: keyDigest(key) };
  });
  const { ask, log, fakes } = await worldFor(t, { endpoints: { a: {} }, server: { api_keys: keys } });
  for (const [index, name] of [
    [0, "#1"],
    [1, "user-1"],
    [2, "user-2"],
    [4_999, "user-4999"],
    [9_998, "user-9998"],
    [9_999, "#10000"],
  ] as const) {
    assert.equal((await ask({ ...chat(), headers: bearer(`sk-client-${index}`) })).status, 200);
    assert.equal((await log.nextSummary()).clientKey, name);
  }
  const before = fakes.a.requests.length;
  for (const key of ["sk-client-10000", "sk-client-", "sk-client-00", keyDigest("sk-client-2")])
    assert.equal(errorOf(await ask({ ...chat(), headers: bearer(key) })).code, "invalid_api_key", key);
  assert.equal(fakes.a.requests.length, before);
});

test("fault 277: a key is good until its moment, and from then on refused by its name", async (t) => {
  const clock = new HeldClock();
  const end = clock.wallMs() + 60_000;
  const keys = [
    { name: "alice", key: ALICE, expires: new Date(end).toISOString() },
    { name: "bob", key: BOB },
  ];
  const world = await worldFor(t, { endpoints: { a: {} }, server: { api_keys: keys } }, { clock });
  const send = (headers: Readonly<Record<string, string>>) => world.ask({ ...chat(), headers });
  clock.advance(59_999);
  assert.equal((await send(bearer(ALICE))).status, 200);
  clock.advance(1);
  const asked = world.fakes.a.requests.length;
  for (const request of [chat(), { path: "/v1/models" }, { path: "/v1/nothing" }]) {
    const answer = await world.ask({ ...request, headers: bearer(ALICE) });
    assert.deepEqual(refusal(answer), [
      401,
      "client_key_expired",
      `The client key "alice" (used from 127.0.0.1) expired at ${new Date(end).toISOString()}.`,
    ]);
    assert.equal(answer.header("www-authenticate"), "Bearer");
  }
  assert.equal(world.fakes.a.requests.length, asked);
  assert.ok(world.log.summaries.slice(1).every(({ clientKey }) => clientKey === "alice"));
  // The version is told to callers only.
  assert.doesNotMatch((await world.ask({ path: "/", headers: bearer(ALICE) })).text, /"version":"/);
  // Another key of the same request still counts.
  assert.equal((await send({ ...bearer(ALICE), "x-api-key": BOB })).status, 200);
});

test("fault 277: what was begun before the end goes on", async (t) => {
  const clock = new HeldClock();
  const expires = new Date(clock.wallMs() + 1_000).toISOString();
  const server = { api_keys: [{ name: "alice", key: ALICE, expires }] };
  const world = await worldFor(t, { endpoints: { a: {} }, server }, { clock });
  const gate = hold(world.fakes.a);
  const answering = world.ask({ ...chat(), headers: bearer(ALICE) });
  await world.fakes.a.waitForRequest();
  clock.advance(2_000);
  gate.open();
  assert.equal((await answering).status, 200);
  assert.equal((await world.ask({ ...chat(), headers: bearer(ALICE) })).status, 401);
});

const SCOPED = {
  endpoints: {
    a: { fake: { models: ["small-1", "large-1", "llama3:latest", "models/gem"] } },
    b: { fake: { models: ["large-2", "small-1"] } },
  },
  server: {
    api_keys: [
      { name: "alice", key: ALICE, models: ["small-*", "llama3", "b/large-2", "alias", "models/*"] },
      { name: "bob", key: BOB },
      { name: "carol", key: CAROL, models: ["small-1"] },
    ],
  },
  routing: { model_overrides: { alias: ["a/large-1"] } },
} as const;

test("fault 278: a key with models may use those alone, whatever way another is asked for", async (t) => {
  const { ask, fakes } = await worldFor(t, SCOPED);
  const send = (model: string, key = ALICE) => ask({ ...chat(model), headers: bearer(key) });
  for (const model of ["small-1", "llama3", "llama3:latest", "b/large-2", "alias", "gem", "models/gem"])
    assert.equal((await send(model)).status, 200, model);
  const asked = [fakes.a.requests.length, fakes.b.requests.length];
  // Names that are served, pins, other spellings that lead elsewhere, suffixes, and a name that nobody has.
  const others = ["large-1", "large-2", "a/large-1", "a/small-1", "models/large-1", "large-1:x", "LARGE-1"];
  for (const model of [...others, "nobody-has-it", "b/large-2:free", "*"]) {
    assert.deepEqual(
      refusal(await send(model)),
      [
        403,
        "model_not_allowed",
        `The client key "alice" (used from 127.0.0.1) may not use the model \`${model}\`. GET /v1/models lists those that it may.`,
      ],
      model,
    );
  }
  assert.equal((await send("large-1", BOB)).status, 200);
  assert.equal((await send("models/large-1", BOB)).status, 200);
  assert.deepEqual([fakes.a.requests.length - 2, fakes.b.requests.length], asked);
});

test("fault 278: by its path, a query, an operation's usual model, a form and a WebSocket too", async (t) => {
  const { ask, fakes } = await worldFor(t, SCOPED);
  const before = fakes.a.requests.length;
  const headers = bearer(CAROL);
  for (const request of [
    { path: "/v1/models/large-1" },
    { path: "/v1/models/large-1", method: "DELETE" },
    { path: "/v1/chat/completions?model=large-1", body: { messages: [] } },
    { path: "/openai/deployments/large-1/chat/completions", body: { messages: [] } },
    { path: "/v1/moderations", body: { input: "x" } },
    { path: "/v1/responses", body: { prompt: { id: "p" } } },
    { path: "/v1/messages", body: { model: "large-1", messages: [] } },
  ])
    assert.equal((await ask({ ...request, headers })).status, 403, request.path);
  const dry = { ...headers, "x-oai-gateway-dry-run": "true" };
  assert.equal((await ask({ ...chat("large-1"), headers: dry })).status, 403);
  assert.equal(fakes.a.requests.length, before);
  assert.equal((await ask({ path: "/v1/models/small-1", headers })).status, 200);
  const server = { api_keys: [{ name: "carol", key: CAROL, models: ["n"] }] };
  const realtime = await realtimeWorld(t, { server });
  const wire = await handshake(t, realtime.port, headers);
  assert.deepEqual(refusal(await wire.answer()).slice(0, 2), [403, "model_not_allowed"]);
  assert.equal(realtime.first.asked, 0);
});

test("fault 278: no name is suggested that the key may not use", async (t) => {
  const { ask } = await worldFor(t, {
    endpoints: { a: { fake: { models: ["small-1", "smile-1"] } } },
    server: { api_keys: [{ name: "alice", key: ALICE, models: ["small-*"] }] },
  });
  const [status, code, message] = refusal(await ask({ ...chat("small-2"), headers: bearer(ALICE) }));
  assert.deepEqual([status, code], [404, "model_not_found"]);
  assert.match(String(message), /`small-1`/);
  assert.doesNotMatch(String(message), /smile/);
});

test("fault 278: a fallback of a model that it may use is the operator's, and serves", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { a: { fake: { models: ["small-1"] } }, b: { fake: { models: ["large-1"] } } },
    server: { api_keys: [{ name: "alice", key: ALICE, models: ["small-*"] }] },
    routing: { fallbacks: { "small-1": ["large-1"] } },
    retries: { attempts: 1 },
  });
  fakes.a.always(apiError(500, null));
  const answer = await ask({ ...chat("small-1"), headers: bearer(ALICE) });
  assert.deepEqual([answer.status, answer.header("x-oai-gateway-fallback")], [200, "large-1"]);
});

test("fault 279: the list has what the key may use, in either shape, made once for equal patterns", async (t) => {
  const { ask } = await worldFor(t, SCOPED);
  const list = async (key: string, more: Readonly<Record<string, string>> = {}) =>
    ask({ path: "/v1/models", headers: { ...bearer(key), ...more } });
  const namesOf = (answer: Answer) => JSON.stringify(answer.json()["data"]).match(/(?<="id":")[^"]+/g) ?? [];
  const mine = await list(ALICE);
  assert.deepEqual(namesOf(mine).toSorted(), ["alias", "llama3:latest", "models/gem", "small-1"]);
  assert.equal(namesOf(await list(BOB)).length, 6);
  assert.deepEqual(namesOf(await list(CAROL)), ["small-1"]);
  const anthropic = await list(ALICE, { "anthropic-version": "2023-06-01" });
  assert.deepEqual(namesOf(anthropic).toSorted(), namesOf(mine).toSorted());
  const etag = mine.header("etag") ?? "";
  assert.equal((await list(ALICE, { "if-none-match": etag })).status, 304);
  assert.notEqual((await list(BOB)).header("etag"), etag);
});

test("fault 280: the log says who and from where, also of a client that is refused, and never a key", async (t) => {
  const fake = await fakeFor(t);
  const server = { port: 0, api_keys: [{ name: "alice", key: ALICE, models: ["m"] }, BOB] };
  for (const format of ["json", "pretty"]) {
    const config = { server, log: { format }, endpoints: [{ name: "a", base_url: fake.url }] };
    const files = { "config.yaml": JSON.stringify(config) };
    const run = await startCli(t, ["serve", "--config", "config.yaml"], { files });
    const port = await run.port();
    await askPort(port, { ...chat(), headers: bearer(ALICE) });
    await askPort(port, { ...chat("other"), headers: bearer(ALICE) });
    await askPort(port, { ...chat(), headers: bearer(BOB) });
    await askPort(port, { ...chat(), headers: bearer("sk-wrong-Canary") });
    run.kill("SIGTERM");
    const { stdout, stderr } = await run.ended;
    assert.ok(!(stdout + stderr).includes("Canary"));
    if (format === "pretty") {
      assert.match(stdout + stderr, / 200 .* alice/);
      continue;
    }
    const lines = (stdout + stderr).split("\n").filter((line) => line.includes('"event":"request"'));
    const said = lines.map((line) => {
      const { client_key: key, client_address: address, status } = JSON.parse(line);
      return [key, address, status];
    });
    assert.deepEqual(said, [
      ["alice", "127.0.0.1", 200],
      ["alice", "127.0.0.1", 403],
      ["#2", "127.0.0.1", 200],
      [undefined, "127.0.0.1", 401],
    ]);
  }
});

test("fault 281: of a key that is given by its digest nothing else is known, and the digest lets nobody in", async (t) => {
  const digest = keyDigest(ALICE);
  const server = { api_keys: [{ name: "alice", sha256: digest.toUpperCase() }] };
  const { ask, gateway } = await worldFor(t, { endpoints: { a: {} }, server });
  assert.equal((await ask({ ...chat(), headers: bearer(ALICE) })).status, 200);
  for (const key of [digest, digest.toUpperCase(), `sha256:${digest}`, ""])
    assert.equal((await ask({ ...chat(), headers: bearer(key) })).status, 401);
  assert.ok(!JSON.stringify(gateway.config()).includes("Canary"));
});

test("fault 286: keys come, go and change with a reload; requests under way are served", async (t) => {
  const world = await worldFor(t, {
    endpoints: { a: {} },
    server: { api_keys: [{ name: "alice", key: ALICE }, BOB] },
  });
  const statusOf = async (key: string) => (await world.ask({ ...chat(), headers: bearer(key) })).status;
  assert.deepEqual([await statusOf(ALICE), await statusOf(BOB), await statusOf(CAROL)], [200, 200, 401]);
  const server = {
    api_keys: [
      { name: "alice", key: ALICE, models: ["n"] },
      { name: "carol", key: CAROL },
    ],
  };
  world.gateway.reload(configOf({ ...world.config, server }));
  assert.deepEqual([await statusOf(ALICE), await statusOf(BOB), await statusOf(CAROL)], [403, 401, 200]);
});
