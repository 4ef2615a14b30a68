// Answers that are used again, over real sockets: which are kept, and who gets them.

import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import {
  answerOf,
  CACHED,
  cacheWorld,
  HEADER,
  marksInTurn,
  marksOf,
  STREAM,
} from "../support/cache-world.ts";
import { json, manual, stream } from "../support/fakes/behaviours.ts";
import { cutAfter } from "../support/faults.ts";
import { requestBytes, wireFor } from "../support/wire.ts";
import { chat, errorOf } from "../support/world.ts";

test("the same request is answered again without the endpoint, and costs nothing", async (t) => {
  const world = await cacheWorld(t);
  const first = await world.ask(chat());
  await world.log.nextSummary();
  world.clock.advance(61_000);
  const second = await world.ask(chat());
  const summary = await world.log.nextSummary();
  assert.deepEqual(marksOf([first, second]), ["miss", "hit"]);
  assert.deepEqual([second.status, second.text, second.header("age")], [200, first.text, "61"]);
  assert.equal(second.header("x-oai-gateway-endpoint"), "a");
  assert.notEqual(second.header("x-request-id"), "theirs");
  assert.equal(second.header("x-ratelimit-limit-tokens"), undefined);
  assert.equal(second.header("content-length"), String(second.text.length));
  assert.equal(world.fakes.a.requests.length, 1);
  assert.deepEqual([summary.isCached, summary.attempts.length, summary.usage?.input], [true, 0, 0]);
  assert.deepEqual(summary.cost, { nanoDollars: 0, source: "none", date: undefined });
  assert.deepEqual(
    world.store.entries.map(({ isCached, isLedgered, model }) => [isCached, isLedgered, model]),
    [
      [false, true, "m"],
      [true, true, "m"],
    ],
  );
  const { entries, hits, misses, bytes } = world.gateway.snapshot().cache;
  assert.deepEqual([entries, hits, misses], [1, 1, 1]);
  assert.ok(bytes > first.text.length);
});

test("nothing is kept for longer than was said", async (t) => {
  const world = await cacheWorld(t);
  await world.ask(chat());
  world.clock.advance(599_999);
  assert.equal((await world.ask(chat())).header(HEADER), "hit");
  world.clock.advance(1);
  assert.equal((await world.ask(chat())).header(HEADER), "miss");
  assert.equal(world.fakes.a.requests.length, 2);
});

test("a model without a cache has none, whatever a client asks for", async (t) => {
  const world = await cacheWorld(t, {});
  const asked = { ...chat(), headers: { [HEADER]: "ttl=600" } };
  assert.deepEqual(await marksInTurn(world, [asked, asked]), [undefined, undefined]);
  assert.equal(world.fakes.a.requests.length, 2);
  assert.equal(world.fakes.a.requests[0]?.headers.includes(HEADER), false);
});

test("another body, path, header of the API or query is another request; a trace or an SDK's name is not", async (t) => {
  const world = await cacheWorld(t);
  const same = { headers: { traceparent: "00-1", "user-agent": "x", "x-stainless-retry-count": "1" } };
  const marks = await marksInTurn(world, [
    chat(),
    { ...chat(), ...same },
    chat("m", { temperature: 0 }),
    { ...chat(), path: "/v1/chat/completions?x=1" },
    { ...chat(), headers: { "openai-beta": "x" } },
    { ...chat(), headers: { accept: "application/json" } },
    { ...chat(), headers: { "openai-beta": "x" } },
  ]);
  assert.deepEqual(marks, ["miss", "hit", "miss", "miss", "miss", "miss", "hit"]);
});

test("two keys do not share what is kept, unless the model is shared", async (t) => {
  const server = {
    api_keys: [
      { name: "one", key: "sk-one-0123456789" },
      { name: "two", key: "sk-two-0123456789" },
    ],
  };
  const requests = ["one", "two", "one"].map((name) => ({
    ...chat(),
    headers: { authorization: `Bearer sk-${name}-0123456789` },
  }));
  const apart = await cacheWorld(t, { ...CACHED, server });
  assert.deepEqual(await marksInTurn(apart, requests), ["miss", "miss", "hit"]);
  const routing = { models: { m: { cache: { ttl: "10m", shared: true } } } };
  const shared = await cacheWorld(t, { routing, server });
  assert.deepEqual(await marksInTurn(shared, requests), ["miss", "hit", "hit"]);
});

test("where the configuration lets them, clients ask by a header, and are told what is wrong with it", async (t) => {
  const world = await cacheWorld(t, { cache: { by_header: true } });
  const asked = { ...chat(), headers: { [HEADER]: "ttl=60" } };
  assert.deepEqual(await marksInTurn(world, [chat(), asked, asked, chat()]), [
    undefined,
    "miss",
    "hit",
    undefined,
  ]);
  world.clock.advance(60_000);
  assert.equal((await world.ask(asked)).header(HEADER), "miss");
  for (const wrong of ["ttl=0", "ttl=86401", "ttl=1e3", "on", "ttl=-1", ""]) {
    const answer = await world.ask({ ...chat(), headers: { [HEADER]: wrong } });
    assert.deepEqual([answer.status, errorOf(answer).code], [400, "bad_request"], wrong);
  }
  assert.equal((await world.ask({ ...chat(), headers: { [HEADER]: "off" } })).header(HEADER), undefined);
});

test("no-store keeps a request out of it, no-cache and max-age ask for a newer answer", async (t) => {
  const world = await cacheWorld(t);
  const control = (value: string) => ({ ...chat(), headers: { "cache-control": value } });
  assert.deepEqual(await marksInTurn(world, [control("no-store"), chat()]), [undefined, "miss"]);
  world.fakes.a.always(json(200, answerOf("second")));
  assert.equal((await world.ask(control("No-Store, max-age=9"))).header(HEADER), undefined);
  assert.match((await world.ask(chat())).text, /first/);
  assert.equal((await world.ask(control("no-cache"))).header(HEADER), "miss");
  assert.match((await world.ask(chat())).text, /second/);
  world.clock.advance(10_000);
  assert.deepEqual(
    await marksInTurn(world, [
      control("max-age=10"),
      control("max-age=9"),
      control("max-age=0"),
      control("max-age=x"),
    ]),
    ["hit", "miss", "miss", "miss"],
  );
});

test("a stream is replayed as a stream, in the same bytes, and the SDK reads it", async (t) => {
  const world = await cacheWorld(t);
  world.fakes.a.always(stream(STREAM));
  const request = chat("m", { stream: true });
  const first = await world.ask(request);
  const second = await world.ask(request);
  assert.deepEqual(marksOf([first, second]), ["miss", "hit"]);
  assert.equal(second.text, first.text);
  assert.equal(second.header("content-type"), first.header("content-type"));
  const openai = new OpenAI({ baseURL: world.gateway.url, apiKey: "sk-any", maxRetries: 0 });
  for (const mark of ["miss", "hit"]) {
    const { data, response } = await openai.chat.completions
      .create({ model: "m", stream: true, messages: [{ role: "user", content: "sdk" }] })
      .withResponse();
    let said = "";
    for await (const { choices } of data) said += choices[0]?.delta.content ?? "";
    assert.deepEqual([response.headers.get(HEADER), said], [mark, "one two"]);
  }
  assert.equal(world.fakes.a.requests.length, 2);
  assert.equal((await world.ask(chat())).header(HEADER), "miss");
});

test("fault 312: what is cut, has an error in it or was refused is not kept", async (t) => {
  const world = await cacheWorld(t);
  const streamed = chat("m", { stream: true });
  world.fakes.a.script([
    cutAfter(stream(STREAM), { of: "pieces", count: 1, how: "reset" }),
    stream([STREAM[0] ?? ""]),
    stream([
      STREAM[0] ?? "",
      `data: ${JSON.stringify({ error: { message: "no", code: "server_error" } })}\n\n`,
    ]),
    json(400, { error: { message: "no", type: "x", param: null, code: null } }),
    json(201, answerOf("made")),
    stream(STREAM),
  ]);
  assert.deepEqual(
    await marksInTurn(
      world,
      Array.from({ length: 7 }, () => streamed),
    ),
    ["miss", "miss", "miss", "miss", "miss", "miss", "hit"],
  );
});

test("fault 312: an answer whose client leaves in its midst is not kept", async (t) => {
  const world = await cacheWorld(t);
  const live = manual();
  world.fakes.a.script([live, stream(STREAM)]);
  const leaving = await wireFor(t, world.port);
  await leaving.send(requestBytes(chat("m", { stream: true })));
  const exchange = await live.started;
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece(STREAM[0] ?? "");
  await leaving.head();
  await leaving.readUntil("one ");
  leaving.reset();
  assert.equal((await world.log.nextSummary()).error, "client_closed");
  assert.deepEqual(await marksInTurn(world, [chat("m", { stream: true }), chat("m", { stream: true })]), [
    "miss",
    "hit",
  ]);
});

test("what an endpoint keeps, or goes on from what it keeps, is asked for each time", async (t) => {
  const world = await cacheWorld(t);
  const response = {
    id: "resp_1",
    object: "response",
    status: "completed",
    model: "m",
    output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "x" }] }],
  };
  world.fakes.a.always(json(200, response));
  const ask = (fields: object) => ({ path: "/v1/responses", body: { model: "m", input: "hi", ...fields } });
  const kept = [ask({}), ask({ store: true }), ask({ store: false, previous_response_id: "resp_1" })];
  assert.deepEqual(await marksInTurn(world, kept), [undefined, undefined, undefined]);
  assert.deepEqual(await marksInTurn(world, [ask({ store: false }), ask({ store: false })]), ["miss", "hit"]);
  world.fakes.a.always(json(200, { ...response, status: "failed" }));
  const failed = ask({ store: false, input: "other" });
  assert.deepEqual(await marksInTurn(world, [failed, failed]), ["miss", "miss"]);
});

test("messages and embeddings are kept as well, pictures are not", async (t) => {
  const world = await cacheWorld(t);
  const message = {
    id: "1",
    type: "message",
    role: "assistant",
    content: [{ type: "text", text: "x" }],
    usage: {},
  };
  world.fakes.a.always(json(200, message));
  const messages = { path: "/v1/messages", body: { model: "m", max_tokens: 9, messages: [] } };
  assert.deepEqual(await marksInTurn(world, [messages, messages]), ["miss", "hit"]);
  world.fakes.a.always(json(200, { object: "list", data: [{ embedding: [1] }] }));
  const embeddings = { path: "/v1/embeddings", body: { model: "m", input: "x" } };
  assert.deepEqual(await marksInTurn(world, [embeddings, embeddings]), ["miss", "hit"]);
  const pictures = { path: "/v1/images/generations", body: { model: "m", prompt: "x" } };
  assert.deepEqual(await marksInTurn(world, [pictures, pictures]), [undefined, undefined]);
});
