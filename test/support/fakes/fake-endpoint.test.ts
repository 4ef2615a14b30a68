// The fake endpoint and the raw client against each other: every behaviour does what its name says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../condition.ts";
import { endless, neverAnswer } from "../faults.ts";
import { ask, cutShort, requestBytes, sse, wireFor } from "../wire.ts";
import { AUDIO_BYTES } from "./answers.ts";
import { apiError, closeOnReuse, early, echo, events, held, json, manual, stream } from "./behaviours.ts";
import { fakeFor } from "./fake-endpoint.ts";

const CHAT = { path: "/v1/chat/completions", body: { model: "m", messages: [] } };

test("discovery is kept apart from the other requests", async (t) => {
  const endpoint = await fakeFor(t, { models: ["a", "b/c"] });
  const answer = await ask(endpoint.port, { path: "/v1/models" });
  const data = answer.json()["data"];
  assert.ok(Array.isArray(data));
  assert.deepEqual(
    data.map((entry: { id: string }) => entry.id),
    ["a", "b/c"],
  );
  assert.equal((await endpoint.waitForDiscovery()).path, "/v1/models");
  assert.equal(endpoint.requests.length, 0);
});

test("default answers speak OpenAI", async (t) => {
  const endpoint = await fakeFor(t);
  const chat = await ask(endpoint.port, CHAT);
  assert.equal(chat.json()["object"], "chat.completion");
  const usage = { stream_options: { include_usage: true } };
  const streamed = await ask(endpoint.port, { ...CHAT, body: { ...CHAT.body, stream: true, ...usage } });
  const chunks = sse(streamed.text).map((event) => event.data);
  assert.equal(chunks.at(-1), "[DONE]");
  assert.match(chunks.at(-2) ?? "", /"choices":\[\].*"total_tokens"/);
  const responses = await ask(endpoint.port, { path: "/v1/responses", body: { model: "m", stream: true } });
  assert.deepEqual(sse(responses.text).at(-1)?.event, "response.completed");
  const speech = await ask(endpoint.port, { path: "/v1/audio/speech", body: { model: "m" } });
  assert.ok(speech.body.equals(AUDIO_BYTES));
  const embedding = { model: "m", input: "x", encoding_format: "base64" };
  assert.match(
    (await ask(endpoint.port, { path: "/v1/embeddings", body: embedding })).text,
    /"embedding":"[\w+/]+=*"/,
  );
  assert.equal((await ask(endpoint.port, { path: "/v1/models/a%2Fb" })).json()["id"], "a/b");
});

test("script comes before rules, rules before always", async (t) => {
  const endpoint = await fakeFor(t);
  endpoint
    .always(json(200, "always"))
    .on("POST /embeddings", json(200, "rule"))
    .script([json(200, "script")]);
  const embeddings = { path: "/v1/embeddings", body: {} };
  assert.equal((await ask(endpoint.port, embeddings)).text, "script");
  assert.equal((await ask(endpoint.port, embeddings)).text, "rule");
  assert.equal((await ask(endpoint.port, CHAT)).text, "always");
  endpoint.on(
    (request) => request.header("X-A") === "1",
    apiError(429, "rate_limit_exceeded", { "retry-after": "2" }),
  );
  const limited = await ask(endpoint.port, { ...CHAT, headers: { "x-a": "1" } });
  assert.equal(limited.status, 429);
  assert.equal(limited.header("Retry-After"), "2");
  assert.equal((await ask(endpoint.behave().port, CHAT)).json()["object"], "chat.completion");
});

test("requests are recorded as sent, chunked bodies without framing", async (t) => {
  const endpoint = await fakeFor(t);
  const wire = await wireFor(t, endpoint.always(echo()).port);
  await wire.send("POST /v1/x?q=1 HTTP/1.1\r\nX-Odd:  Case \r\ntransfer-encoding: chunked\r\n\r\n3\r\nab");
  const request = await endpoint.waitForRequest();
  await wire.send("\xff\r\n0\r\n\r\n");
  assert.deepEqual(await request.bodyRead, Buffer.from("ab\xff", "latin1"));
  assert.equal(request.headers[0], "X-Odd");
  const answer = (await wire.answer()).json();
  assert.equal(answer["path"], "/v1/x?q=1");
  assert.equal(answer["body"], request.body.toString("base64"));
});

test("a stream goes out piece by piece as its gate is opened", async (t) => {
  const gate = new Gate();
  const endpoint = await fakeFor(t);
  endpoint.script([stream(events([{ n: 1 }, "[DONE]"]), { gate })]);
  const wire = await wireFor(t, endpoint.port);
  await wire.send(requestBytes(CHAT));
  assert.equal((await wire.head()).header("content-type"), "text/event-stream");
  await gate.reached();
  gate.open();
  assert.equal(String(await wire.piece()), 'data: {"n":1}\n\n');
  gate.open(Number.POSITIVE_INFINITY);
  assert.equal(String(await wire.piece()), "data: [DONE]\n\n");
  assert.equal(await wire.piece(), undefined);
});

test("other ends of a stream: by close, by length, never", async (t) => {
  const endpoint = await fakeFor(t);
  endpoint.script([stream(["ab", "c"], { end: "close" }), stream(["ab", "c"], { end: "length" })]);
  assert.equal((await ask(endpoint.port, CHAT)).text, "abc");
  assert.equal((await ask(endpoint.port, CHAT)).header("content-length"), "3");
  const wire = await wireFor(t, endpoint.script([stream(["abc"], { end: "never" })]).port);
  await wire.send(requestBytes(CHAT));
  await wire.head();
  assert.equal(await wire.readUntil("c"), "abc");
  wire.close();
  await (await endpoint.waitForRequest(3)).aborted;
});

test("keep-alive serves many requests on one connection, and a trap breaks it on reuse", async (t) => {
  const endpoint = await fakeFor(t);
  const wire = await wireFor(t, endpoint.script([json(200, {}), closeOnReuse(json(200, {}))]).port);
  for (let i = 0; i < 2; i += 1) {
    await wire.send(requestBytes(CHAT));
    assert.equal((await wire.answer()).status, 200);
  }
  assert.equal(endpoint.totalConnections(), 1);
  await wire.send(requestBytes(CHAT));
  await cutShort(wire.answer());
  assert.equal(wire.error?.message.includes("ECONNRESET"), true);
  assert.equal(endpoint.staleUses, 1);
  assert.equal(endpoint.requests.length, 2);
});

test("an abort is seen before and during the answer", async (t) => {
  const endpoint = await fakeFor(t);
  endpoint.script([neverAnswer(), endless("data: x\n\n")]);
  for (const number of [1, 2]) {
    const wire = await wireFor(t, endpoint.port);
    await wire.send(requestBytes(CHAT));
    const request = await endpoint.waitForRequest(number);
    if (number === 2) await wire.head();
    wire.reset();
    await request.aborted;
    assert.equal(request.isAborted, true);
  }
  await endpoint.whenOpenConnections(0);
});

test("held and manual answers wait for the test", async (t) => {
  const gate = new Gate();
  const live = manual();
  const endpoint = await fakeFor(t);
  endpoint.script([held(gate, json(200, "late")), live]);
  const first = ask(endpoint.port, CHAT);
  await gate.reached();
  gate.open();
  assert.equal((await first).text, "late");
  const second = ask(endpoint.port, CHAT);
  const exchange = await live.started;
  await exchange.head(201, ["content-length", "1"]);
  await exchange.piece("x");
  await exchange.finish();
  live.release();
  assert.equal((await second).status, 201);
});

test("an early answer does not wait for the body", async (t) => {
  const endpoint = await fakeFor(t);
  const wire = await wireFor(t, endpoint.script([early(apiError(413, null), "drain")]).port);
  const whole = requestBytes(CHAT);
  await wire.send(whole.subarray(0, -3));
  assert.equal((await wire.answer()).status, 413);
  await wire.send(whole.subarray(-3));
  assert.equal((await endpoint.requests[0]?.bodyRead)?.length, 27);
});

test("it can be closed and opened again on its port, refuse, reset or stay silent", async (t) => {
  const endpoint = await fakeFor(t);
  const { port } = endpoint;
  await endpoint.close();
  await assert.rejects(ask(port, CHAT), { code: "ECONNREFUSED" });
  await endpoint.reopen();
  assert.equal(endpoint.port, port);
  const wire = await wireFor(t, endpoint.port);
  endpoint.refuseNew();
  await assert.rejects(ask(port, CHAT), { code: "ECONNREFUSED" });
  await wire.send(requestBytes(CHAT));
  assert.equal((await wire.answer()).status, 200);
  await endpoint.reopen();
  endpoint.welcome = "reset";
  await assert.rejects(ask(port, CHAT));
});

test("event streams are parsed with any line end", () => {
  const text = 'event: a\ndata: 1\n\n: comment\n\ndata:2\r\ndata: 3\r\n\r\ndata: {"x": "y: z"}\r\r';
  assert.deepEqual(sse(text), [
    { event: "a", data: "1" },
    { event: undefined, data: "2\n3" },
    { event: undefined, data: '{"x": "y: z"}' },
  ]);
});
