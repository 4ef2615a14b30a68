// The fake endpoint and the raw client against each other: every behaviour does what its name says.

import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { connect as tlsConnect } from "node:tls";
import { AUDIO_BYTES } from "./answers.ts";
import {
  apiError,
  closeOnReuse,
  early,
  echo,
  events,
  gzipJson,
  held,
  informational,
  json,
  manual,
  stream,
} from "./behaviours.ts";
import { Gate } from "./condition.ts";
import type { Behaviour } from "./fake-connection.ts";
import { type FakeEndpoint, type FakeOptions, startFakeEndpoint } from "./fake-endpoint.ts";
import {
  badChunks,
  cutAfter,
  emptyAnswer,
  endless,
  errorWith200,
  garbageStatusLine,
  hangUp,
  htmlPage,
  hugeHead,
  neverAnswer,
  redirect,
  resetInHeaders,
  thenUnsolicited,
  wrongLength,
} from "./faults.ts";
import { blackHole, deadPort } from "./ports.ts";
import { EndedEarly } from "./socket-reader.ts";
import { type CertificateName, certificate, testAuthority } from "./tls.ts";
import { type Answer, ask, openWire, requestBytes, sse, Wire } from "./wire.ts";

const CHAT = { path: "/v1/chat/completions", body: { model: "m", messages: [] } };

async function fake(t: TestContext, options: FakeOptions = {}): Promise<FakeEndpoint> {
  const endpoint = await startFakeEndpoint(options);
  t.after(() => endpoint.close());
  return endpoint;
}

async function wireTo(t: TestContext, endpoint: FakeEndpoint): Promise<Wire> {
  const wire = await openWire(endpoint.port);
  t.after(() => wire.close());
  return wire;
}

async function answerOf(t: TestContext, behaviour: Behaviour): Promise<Answer> {
  const endpoint = await fake(t);
  return ask(endpoint.script([behaviour]).port, CHAT);
}

async function isEndedEarly(promise: Promise<unknown>): Promise<EndedEarly> {
  const error = await promise.catch((reason: unknown) => reason);
  assert.ok(error instanceof EndedEarly, String(error));
  return error;
}

test("discovery is kept apart from the other requests", async (t) => {
  const endpoint = await fake(t, { models: ["a", "b/c"] });
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
  const endpoint = await fake(t);
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
  const endpoint = await fake(t);
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
  const endpoint = await fake(t);
  const wire = await wireTo(t, endpoint.always(echo()));
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
  const endpoint = await fake(t);
  endpoint.script([stream(events([{ n: 1 }, "[DONE]"]), { gate })]);
  const wire = await wireTo(t, endpoint);
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
  const endpoint = await fake(t);
  endpoint.script([stream(["ab", "c"], { end: "close" }), stream(["ab", "c"], { end: "length" })]);
  assert.equal((await ask(endpoint.port, CHAT)).text, "abc");
  assert.equal((await ask(endpoint.port, CHAT)).header("content-length"), "3");
  const wire = await wireTo(t, endpoint.script([stream(["abc"], { end: "never" })]));
  await wire.send(requestBytes(CHAT));
  await wire.head();
  assert.equal(await wire.readUntil("c"), "abc");
  wire.close();
  await (await endpoint.waitForRequest(3)).aborted;
});

test("keep-alive serves many requests on one connection, and a trap breaks it on reuse", async (t) => {
  const endpoint = await fake(t);
  const wire = await wireTo(t, endpoint.script([json(200, {}), closeOnReuse(json(200, {}))]));
  for (let i = 0; i < 2; i += 1) {
    await wire.send(requestBytes(CHAT));
    assert.equal((await wire.answer()).status, 200);
  }
  assert.equal(endpoint.totalConnections(), 1);
  await wire.send(requestBytes(CHAT));
  await isEndedEarly(wire.answer());
  assert.equal(wire.error?.message.includes("ECONNRESET"), true);
  assert.equal(endpoint.staleUses, 1);
  assert.equal(endpoint.requests.length, 2);
});

test("an abort is seen before and during the answer", async (t) => {
  const endpoint = await fake(t);
  endpoint.script([neverAnswer(), endless("data: x\n\n")]);
  for (const number of [1, 2]) {
    const wire = await wireTo(t, endpoint);
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
  const endpoint = await fake(t);
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
  const endpoint = await fake(t);
  const wire = await wireTo(t, endpoint.script([early(apiError(413, null), "drain")]));
  const whole = requestBytes(CHAT);
  await wire.send(whole.subarray(0, -3));
  assert.equal((await wire.answer()).status, 413);
  await wire.send(whole.subarray(-3));
  assert.equal((await endpoint.requests[0]?.bodyRead)?.length, 27);
});

test("cuts fall where they are told to", async (t) => {
  const endpoint = await fake(t);
  const pieces = ["one ", "two ", "three"];
  endpoint.script([
    cutAfter(stream(pieces), { of: "pieces", count: 2, how: "fin" }),
    cutAfter(stream(pieces), { of: "body", count: 6, how: "fin" }),
    cutAfter(stream(pieces), { of: "wire", count: 10, how: "fin" }),
    cutAfter(stream(pieces), { of: "pieces", count: 1, how: "reset" }),
  ]);
  assert.equal(String((await isEndedEarly(ask(endpoint.port, CHAT))).received), "one two ");
  assert.match(String((await isEndedEarly(ask(endpoint.port, CHAT))).received), /^one tw/);
  assert.equal(String((await isEndedEarly(ask(endpoint.port, CHAT))).received), "HTTP/1.1 2");
  const wire = await wireTo(t, endpoint);
  await wire.send(requestBytes(CHAT));
  await wire.closed();
  assert.equal(wire.error?.message.includes("ECONNRESET"), true);
});

test("whole answers of every odd kind", async (t) => {
  assert.equal((await answerOf(t, informational([100, 102, 103], json(200, "1")))).text, "1");
  assert.equal((await answerOf(t, gzipJson({}))).header("content-encoding"), "gzip");
  assert.equal((await answerOf(t, hugeHead({ bytes: 70_000 }))).header("x-huge")?.length, 70_000);
  assert.equal((await answerOf(t, hugeHead({ headers: 500 }))).header("x-499"), "v");
  assert.match((await answerOf(t, htmlPage(502))).text, /^<!DOCTYPE/);
  assert.equal((await answerOf(t, redirect("http://169.254.169.254/"))).status, 302);
  assert.equal((await answerOf(t, errorWith200())).status, 200);
  assert.equal((await answerOf(t, emptyAnswer(204))).status, 204);
  assert.equal((await answerOf(t, emptyAnswer(200))).body.length, 0);
  assert.equal((await answerOf(t, wrongLength("abc", -1))).text, "ab");
  assert.equal((await answerOf(t, badChunks("trailers"))).text, "data: {}\n\n");
});

test("broken answers of every kind", async (t) => {
  await isEndedEarly(answerOf(t, hangUp("fin")));
  await isEndedEarly(answerOf(t, hangUp("reset")));
  await isEndedEarly(answerOf(t, resetInHeaders()));
  await isEndedEarly(answerOf(t, wrongLength("abc", 1)));
  await assert.rejects(answerOf(t, badChunks("bad-size")), /no chunk size/);
  const endpoint = await fake(t);
  const wire = await wireTo(t, endpoint.script([garbageStatusLine()]));
  await wire.send(requestBytes(CHAT));
  assert.match(String(await wire.toEnd()), /^SSH-2.0/);
  const next = await wireTo(
    t,
    endpoint.script([thenUnsolicited(json(200, {}), "HTTP/1.1 408 Timeout\r\n\r\n")]),
  );
  await next.send(requestBytes(CHAT));
  assert.equal((await next.answer()).status, 200);
  assert.equal((await next.head()).status, 408);
});

test("it can be closed and opened again on its port, refuse, reset or stay silent", async (t) => {
  const endpoint = await fake(t);
  const { port } = endpoint;
  await endpoint.close();
  await assert.rejects(ask(port, CHAT), { code: "ECONNREFUSED" });
  await endpoint.reopen();
  assert.equal(endpoint.port, port);
  const wire = await wireTo(t, endpoint);
  endpoint.refuseNew();
  await assert.rejects(ask(port, CHAT), { code: "ECONNREFUSED" });
  await wire.send(requestBytes(CHAT));
  assert.equal((await wire.answer()).status, 200);
  await endpoint.reopen();
  endpoint.welcome = "reset";
  await assert.rejects(ask(port, CHAT));
});

test("it speaks TLS with a certificate of any fault, and can stall a handshake", async (t) => {
  const faults: [CertificateName, string | undefined][] = [
    ["good", undefined],
    ["expired", "CERT_HAS_EXPIRED"],
    ["wrong-host", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["self-signed", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ];
  for (const [name, code] of faults) {
    const endpoint = await fake(t, { tls: certificate(name) });
    assert.match(endpoint.url, /^https:/);
    const socket = tlsConnect({ port: endpoint.port, host: "127.0.0.1", ca: testAuthority() });
    t.after(() => socket.destroy());
    if (code !== undefined) {
      const [error]: unknown[] = await once(socket, "error");
      assert.equal(error instanceof Error && "code" in error && error.code, code);
      continue;
    }
    await once(socket, "secureConnect");
    const wire = new Wire(socket);
    endpoint.script([json(200, {}), hangUp("reset")]);
    await wire.send(requestBytes(CHAT));
    assert.equal((await wire.answer()).status, 200);
    await wire.send(requestBytes(CHAT));
    await isEndedEarly(wire.answer());
  }
  const endpoint = await fake(t, { tls: certificate("good") });
  endpoint.welcome = "silent";
  const socket = tlsConnect({ port: endpoint.port, host: "127.0.0.1", ca: testAuthority() });
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  await endpoint.whenOpenConnections(1);
});

test("dead ports refuse, black holes never answer", async (t) => {
  await assert.rejects(ask(await deadPort(), CHAT), { code: "ECONNREFUSED" });
  const hole = await blackHole();
  t.after(() => hole.close());
  const isConnected = await Promise.race([
    openWire(hole.port).then(() => true),
    // Loopback connects within a tick of the event loop; a whole exchange elsewhere is time enough.
    answerOf(t, json(200, {})).then(() => false),
  ]);
  assert.equal(isConnected, false);
});
