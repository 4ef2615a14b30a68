// Requests that are no HTTP, or no HTTP that two readers would read alike: refused in OpenAI's envelope with the
// connection closed, nothing forwarded, the gateway serves on. Bad bodies are in `bad-input.test.ts`.

import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { test } from "node:test";
import { type Answer, ask, openWire, requestBytes, wireFor } from "../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../support/world.ts";

const ONE = { endpoints: { one: {} } };
const POST = "POST /v1/chat/completions HTTP/1.1\r\n";
const BODY = '{"model":"m"}';
const LENGTH = `content-length: ${BODY.length}\r\n`;
const CHUNKED = `d\r\n${BODY}\r\n0\r\n\r\n`;

/** Heads and bodies that are 400. Each would be read in two ways by two servers in a row, or in none. */
const BROKEN: Readonly<Record<string, string>> = {
  "a length and chunks": `${POST}host: a\r\n${LENGTH}transfer-encoding: chunked\r\n\r\n${CHUNKED}`,
  "chunks and a length": `${POST}host: a\r\ntransfer-encoding: chunked\r\n${LENGTH}\r\n${CHUNKED}`,
  "two lengths that differ": `${POST}host: a\r\n${LENGTH}content-length: 5\r\n\r\n${BODY}`,
  "two lengths that agree": `${POST}host: a\r\n${LENGTH}${LENGTH}\r\n${BODY}`,
  "a list of lengths": `${POST}host: a\r\ncontent-length: 13, 13\r\n\r\n${BODY}`,
  "a length with a sign": `${POST}host: a\r\ncontent-length: +13\r\n\r\n${BODY}`,
  "a length in hexadecimal": `${POST}host: a\r\ncontent-length: 0xd\r\n\r\n${BODY}`,
  "a negative length": `${POST}host: a\r\ncontent-length: -1\r\n\r\n${BODY}`,
  "an empty length": `${POST}host: a\r\ncontent-length: \r\n\r\n${BODY}`,
  "a length beyond 64 bits": `${POST}host: a\r\ncontent-length: 99999999999999999999\r\n\r\n${BODY}`,
  "an unknown transfer coding": `${POST}host: a\r\ntransfer-encoding: xchunked\r\n\r\n${CHUNKED}`,
  "chunked that is not the last coding": `${POST}host: a\r\ntransfer-encoding: chunked, identity\r\n\r\n${CHUNKED}`,
  "a space before the colon": `${POST}host: a\r\ntransfer-encoding : chunked\r\n\r\n${CHUNKED}`,
  "a bare LF": `${POST}host: a\n${LENGTH}\r\n${BODY}`,
  "a bare CR": `${POST}host: a\rx-a: 1\r\n${LENGTH}\r\n${BODY}`,
  "a folded header": `${POST}host: a\r\nx-a: 1\r\n 2\r\n${LENGTH}\r\n${BODY}`,
  "a header without a colon": `${POST}host: a\r\nx-a\r\n${LENGTH}\r\n${BODY}`,
  "a header without a name": `${POST}host: a\r\n: x\r\n${LENGTH}\r\n${BODY}`,
  "a NUL in a header": `${POST}host: a\r\nx-a: b\u0000c\r\n${LENGTH}\r\n${BODY}`,
  "a DEL in a header": `${POST}host: a\r\nx-a: b\u007fc\r\n${LENGTH}\r\n${BODY}`,
  "a letter beyond ASCII in a header's name": `${POST}host: a\r\nx-\xe9: b\r\n${LENGTH}\r\n${BODY}`,
  "no host": `${POST}${LENGTH}\r\n${BODY}`,
  "two hosts": `${POST}host: a\r\nhost: b\r\n${LENGTH}\r\n${BODY}`,
  "a bad chunk size": `${POST}host: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n${BODY}\r\n0\r\n\r\n`,
  "a chunk that is too short": `${POST}host: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\n${BODY}\r\n0\r\n\r\n`,
  "a chunk size with a bare LF": `${POST}host: a\r\ntransfer-encoding: chunked\r\n\r\nd\n${BODY}\r\n0\r\n\r\n`,
  "a method of lower case": `post /v1/models HTTP/1.1\r\nhost: a\r\n\r\n`,
  "a space in the target": `GET /v1/models x HTTP/1.1\r\nhost: a\r\n\r\n`,
  "HTTP/2.0": `GET /v1/models HTTP/2.0\r\nhost: a\r\n\r\n`,
  "no HTTP at all": "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n",
};

for (const [what, bytes] of Object.entries(BROKEN)) {
  test(`${what}: 400 and the end of the connection`, async (t) => {
    const world = await worldFor(t, ONE);
    const wire = await openWire(world.port);
    await wire.send(bytes);
    const answer = await wire.answer();
    assert.equal(answer.status, 400, answer.text);
    assert.equal(errorOf(answer).code, "bad_request");
    await wire.closed();
    wire.close();
    await servesOn(world);
  });
}

test("a body that ends before its length does is not forwarded", async (t) => {
  const world = await worldFor(t, ONE);
  const wire = await openWire(world.port);
  await wire.send(`${POST}host: a\r\ncontent-length: 100\r\n\r\n${BODY}`);
  wire.halfClose();
  await wire.closed();
  wire.close();
  await servesOn(world);
});

test("what follows a body by its length is another request", async (t) => {
  const world = await worldFor(t, ONE);
  const wire = await openWire(world.port);
  await wire.send(`${POST}host: a\r\n${LENGTH}\r\n${BODY}SMUGGLED / HTTP/1.1\r\n\r\n`);
  assert.equal((await wire.answer()).status, 200);
  assert.equal((await wire.answer()).status, 400);
  await wire.closed();
  wire.close();
  assert.equal(world.fakes.one.requests.length, 1);
});

test("a head that is too large is 431, a target that is too long 414, and both can be read", async (t) => {
  const world = await worldFor(t, ONE);
  const tooLarge = [
    `${POST}host: a\r\nx-a: ${"x".repeat(40_000)}\r\n${LENGTH}\r\n${BODY}`,
    `${POST}host: a\r\n${"x-a: 1\r\n".repeat(20_000)}${LENGTH}\r\n${BODY}`,
    `GET /${"x".repeat(64 * 1024)} HTTP/1.1\r\nhost: a\r\n\r\n`,
    `${POST}host: a\r\nx-a: ${"x".repeat(8_000_000)}\r\n${LENGTH}\r\n${BODY}`,
  ];
  for (const bytes of tooLarge) {
    const answer = await ask(world.port, bytes);
    assert.deepEqual([answer.status, errorOf(answer).code], [431, "headers_too_large"]);
  }
  const tooLong = [
    `GET /v1/models/${"x".repeat(9_000)}`,
    `POST /v1/chat/completions?x=${"y".repeat(9_000)}`,
    `POST ${"/".repeat(30_000)}`,
    `GET /v1/${"x".repeat(20_000)}`,
    `GET /v1/models?${"x".repeat(20_000)}`,
  ];
  for (const line of tooLong) {
    const answer = await ask(world.port, `${line} HTTP/1.1\r\nhost: a\r\n${LENGTH}\r\n${BODY}`);
    assert.deepEqual([answer.status, errorOf(answer).code], [414, "uri_too_long"], line.slice(0, 30));
  }
  await servesOn(world);
});

test("a head that never ends, and a client that sends nothing, harm nobody", async (t) => {
  const world = await worldFor(t, ONE);
  const wires = await Promise.all(Array.from({ length: 50 }, () => openWire(world.port)));
  for (const wire of wires) await wire.send(`${POST}host: a\r\nx-`);
  await servesOn(world);
  for (const wire of wires) wire.close();
});

test("the odd but lawful is served", async (t) => {
  const world = await worldFor(t, ONE);
  const chunkedAs = (value: string): string =>
    `${POST}host: a\r\ntransfer-encoding: ${value}\r\n\r\n${CHUNKED}`;
  const lawful: Readonly<Record<string, string>> = {
    "chunked in any case": chunkedAs("ChUnKeD"),
    "a chunk extension": chunkedAs("chunked").replace("\nd\r\n", '\nd;a=b;c="d"\r\n'),
    "a trailer": chunkedAs("chunked").replace("0\r\n\r\n", "0\r\nx-a: b\r\n\r\n"),
    "an absolute target": `${POST.replace("/v1", "http://127.0.0.1:1/v1")}host: a\r\n${LENGTH}\r\n${BODY}`,
    "an empty line first": `\r\n${POST}host: a\r\n${LENGTH}\r\n${BODY}`,
    "HTTP/1.0 without a host": `${POST.replace("1.1", "1.0")}${LENGTH}\r\n${BODY}`,
    "an unknown expectation": `${POST}host: a\r\nexpect: 200-ok\r\n${LENGTH}\r\n${BODY}`,
    "tabs around a value": `${POST}host:\ta\t\r\n${LENGTH}\r\n${BODY}`,
  };
  for (const [what, bytes] of Object.entries(lawful)) {
    const answer = await ask(world.port, bytes);
    assert.equal(answer.status, 200, `${what}: ${answer.text}`);
  }
});

test("a client that waits for 100-continue is told to go on", async (t) => {
  const world = await worldFor(t, ONE);
  const headers = { expect: "100-continue", "content-length": BODY.length };
  const client = request({ port: world.port, method: "POST", path: "/v1/chat/completions", headers });
  client.flushHeaders();
  await once(client, "continue");
  client.end(BODY);
  const [response] = await once(client, "response");
  assert.equal(response.statusCode, 200);
  response.resume();
  client.destroy();
});

test("pipelined requests are answered in their order", async (t) => {
  const world = await worldFor(t, ONE);
  const wire = await openWire(world.port);
  const models = requestBytes({ path: "/v1/models" });
  await wire.send(
    Buffer.concat([requestBytes(chat()), models, requestBytes(chat("n")), requestBytes(chat())]),
  );
  const answers: Answer[] = [];
  for (let at = 0; at < 4; at += 1) answers.push(await wire.answer());
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 404, 200],
  );
  assert.equal(answers[1]?.json()["object"], "list");
  await wire.send(`GET /v1/models HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
  assert.equal((await wire.answer()).header("connection"), "close");
  await wire.closed();
  wire.close();
});

test("CONNECT and an upgrade are refused in the envelope", async (t) => {
  const world = await worldFor(t, ONE);
  const connect = await ask(world.port, "CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n");
  assert.deepEqual([connect.status, errorOf(connect).code], [405, "method_not_allowed"]);
  const upgrade = { connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const socket = await world.ask({ path: "/v1/sockets?model=m", headers: upgrade });
  assert.deepEqual([socket.status, errorOf(socket).code], [404, "unknown_path"]);
  await servesOn(world);
});

test("a WebSocket on a path of HTTP is told at once to come over HTTP, on every spelling of the path", async (t) => {
  const world = await worldFor(t, ONE);
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  for (const path of ["/v1/embeddings", "/embeddings", "/openai/v1/embeddings"]) {
    const answer = await world.ask({ path, headers: upgrade });
    assert.deepEqual([answer.status, errorOf(answer).code], [426, "upgrade_required"], path);
    assert.equal(answer.header("upgrade"), "HTTP/1.1");
  }
  assert.equal((await world.ask({ path: "/v1/embeddings" })).status, 405);
  const plain = await world.ask({ path: "/v1/responses" });
  assert.deepEqual([plain.status, plain.header("upgrade")], [426, "websocket"]);
  await servesOn(world);
});

test("versions of HTTP that are not 1.0 and 1.1, and targets with spaces in them, are 400 and close", async (t) => {
  const world = await worldFor(t, ONE);
  const lines = [
    "/livez HTTP/2.0",
    "/livez HTTP/1.2",
    "/livez HTTP/0.9",
    "/livez HTTP/11.1",
    "/v1/models x HTTP/1.1",
  ];
  for (const line of [...lines, "/v1/models\tx HTTP/1.1", "/v1/\u0001 HTTP/1.1"]) {
    const wire = await wireFor(t, world.port);
    await wire.send(`GET ${line}\r\nhost: 127.0.0.1\r\n\r\n`);
    assert.equal((await wire.answer()).status, 400, line);
    await wire.closed();
  }
  await servesOn(world);
});

async function servesOn(world: World<"one">): Promise<void> {
  assert.equal(world.fakes.one.requests.length, 0);
  assert.equal((await world.ask(chat())).status, 200);
}
