// Faults 232 to 234, 237, 239: WebSockets that are passed through, and handshakes that fail. Frames are made by hand.

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import {
  accept,
  answering,
  BINARY,
  CLOSE,
  frame,
  PING,
  PONG,
  TEXT,
} from "../../support/fakes/realtime-endpoint.ts";
import { HANDSHAKE, handshake, joined, logged, realtimeWorld } from "../../support/fakes/realtime-world.ts";
import { ask, requestBytes, wireFor } from "../../support/wire.ts";
import { errorOf } from "../../support/world.ts";

const REFUSAL = '{"error":{"message":"no realtime for you","type":"x","param":null,"code":"nope"}}';
const REFUSED = `HTTP/1.1 400 No\r\ncontent-type: application/json\r\nx-said: yes\r\ncontent-length: ${REFUSAL.length}\r\n\r\n${REFUSAL}`;

test("fault 232: frames go both ways unchanged, small and large, of every kind", async (t) => {
  const { port, first, log } = await realtimeWorld(t);
  const { client, session, head } = await joined(t, port, first);
  assert.equal(head.header("openai-processing-ms"), "7");
  assert.equal(head.header("x-oai-gateway-endpoint"), "a");
  assert.equal(head.header("x-oai-gateway-attempts"), "1");
  const { request, socket, reader } = session;
  assert.equal(request.url, "/v1/realtime?model=m");
  assert.equal(request.headers["authorization"], "Bearer key-of-a");
  let bytesIn = 0;
  for (const sent of [
    frame(TEXT, '{"type":"session.update","session":{"model":"m"}}', true),
    frame(BINARY, Buffer.alloc(4_000_000, 7), true),
    frame(PING, "p", true),
    Buffer.from([0x01, 0x80, 1, 2, 3, 4]),
  ]) {
    await client.send(sent);
    assert.deepEqual(await reader.exactly(sent.length), sent);
    bytesIn += sent.length;
  }
  let bytesOut = 0;
  for (const sent of [
    frame(PONG, "p"),
    frame(BINARY, Buffer.alloc(4_000_000, 9)),
    frame(CLOSE, "\x03\xe8"),
  ]) {
    socket.write(sent);
    assert.deepEqual(await client.bytes(sent.length), sent);
    bytesOut += sent.length;
  }
  await client.send(frame(CLOSE, "\x03\xe8", true));
  bytesIn += frame(CLOSE, "\x03\xe8", true).length;
  socket.end();
  await client.closed();
  assert.equal(client.error, undefined);
  const summary = await log.nextSummary();
  assert.deepEqual(
    [summary.operation, summary.status, summary.error, summary.isStream, summary.bytesIn, summary.bytesOut],
    ["realtime", 101, undefined, true, bytesIn, bytesOut],
  );
  assert.equal(log.summaries.length, 1);
});

test("fault 232: an alias is asked for by the endpoint's own name, and what else the query says goes on", async (t) => {
  const routing = { model_overrides: { talk: ["a/m"] } };
  const { port, first } = await realtimeWorld(t, { routing });
  const wire = await handshake(t, port, {}, "/openai/v1/realtime/?intent=x&model=talk&api_key=mine");
  assert.equal((await wire.head()).status, 101);
  assert.equal((await first.session()).request.url, "/v1/realtime?intent=x&model=m");
});

test("fault 232: frames that come with the handshake are not lost", async (t) => {
  const { port, first } = await realtimeWorld(t);
  const { client, session } = await joined(t, port, first);
  client.close();
  await session.reader.ended();
  first.welcome = (request, socket) => {
    accept(request, socket);
    socket.write(frame(TEXT, "at once"));
  };
  const wire = await handshake(t, port);
  await wire.send(frame(TEXT, "early", true));
  assert.equal((await wire.head()).status, 101);
  const expected = frame(TEXT, "at once");
  assert.deepEqual(await wire.bytes(expected.length), expected);
  const early = frame(TEXT, "early", true);
  assert.deepEqual(await (await first.session()).reader.exactly(early.length), early);
});

test("fault 233: an endpoint that is not there, or fails, before the switch: the next one", async (t) => {
  const { port, first, second, log } = await realtimeWorld(t);
  first.welcome = answering("HTTP/1.1 503 X\r\ncontent-length: 0\r\n\r\n");
  const { client, head, session } = await joined(t, port, second);
  assert.equal(head.header("x-oai-gateway-attempts"), "2; a=upstream_server_error; b=ok");
  client.halfClose();
  session.socket.end();
  await client.closed();
  first.close();
  const later = await joined(t, port, second);
  assert.equal(later.head.header("x-oai-gateway-attempts"), "2; a=upstream_connect_failed; b=ok");
  assert.deepEqual(await logged(log), ["realtime", "m", "b", 101, undefined, "upstream_server_error,ok"]);
});

test("fault 233: an endpoint's own refusal is passed on as it is, and the connection closed", async (t) => {
  const { port, first, second, log } = await realtimeWorld(t);
  first.welcome = answering(REFUSED);
  const wire = await handshake(t, port);
  const answer = await wire.answer();
  assert.deepEqual([answer.status, answer.text, answer.header("x-said")], [400, REFUSAL, "yes"]);
  assert.equal(answer.header("connection"), "close");
  await wire.closed();
  assert.equal((await log.nextSummary()).status, 400);
  assert.equal(second.asked, 0);
});

test("fault 395: a refusal of a WebSocket without a word means what its status says, and is told in words", async (t) => {
  for (const [status, told, code, asked] of [
    [401, 502, "upstream_rejected_credentials", 1],
    [404, 404, null, 1],
    [400, 400, null, 0],
  ] as const) {
    const { port, first, second } = await realtimeWorld(t);
    const silent = answering(
      `HTTP/1.1 ${status} No\r\ncontent-type: text/plain\r\ncontent-length: 0\r\n\r\n`,
    );
    first.welcome = silent;
    second.welcome = silent;
    const answer = await (await handshake(t, port)).answer();
    assert.deepEqual([answer.status, errorOf(answer).code, second.asked], [told, code, asked]);
    assert.notEqual(errorOf(answer).message, "");
  }
});

test("fault 233: where nobody can be reached the error lists all attempts", async (t) => {
  const { port, first, second } = await realtimeWorld(t);
  first.close();
  second.close();
  const wire = await handshake(t, port);
  const answer = await wire.answer();
  assert.equal(answer.status, 502);
  assert.match(errorOf(answer).message, /a.*b/);
  await wire.closed();
});

for (const [what, bytes] of [
  ["an answer as if nothing had been asked", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"],
  ["a switch to something else", "HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"],
] as const) {
  test(`fault 234: ${what} is a failure of that endpoint, and the next one is asked`, async (t) => {
    const { port, first, second } = await realtimeWorld(t);
    first.welcome = answering(bytes);
    const { head } = await joined(t, port, second);
    assert.equal(head.header("x-oai-gateway-attempts"), "2; a=upstream_bad_response; b=ok");
  });
}

test("fault 237: a key among the subprotocols lets a page in, and goes no further", async (t) => {
  const server = { api_keys: ["key-of-client"] };
  const { port, first } = await realtimeWorld(t, { server });
  const offered = "realtime, openai-insecure-api-key.key-of-client, openai-organization.org, openai-beta.v1";
  const { session, head } = await joined(t, port, first, {
    "sec-websocket-protocol": offered,
    "sec-websocket-extensions": "permessage-deflate",
  });
  const { headers } = session.request;
  assert.equal(headers["sec-websocket-protocol"], "realtime, openai-beta.v1");
  assert.equal(headers["sec-websocket-extensions"], "permessage-deflate");
  assert.equal(headers["authorization"], "Bearer key-of-a");
  assert.equal(JSON.stringify(session.request.rawHeaders).includes("key-of-client"), false);
  assert.equal(head.header("sec-websocket-protocol"), "realtime");
});

test("fault 237: no key, a wrong key, a page from elsewhere, a foreign Host: refused before any endpoint", async (t) => {
  const keyed = await realtimeWorld(t, { server: { api_keys: ["key-of-client"] } });
  const open = await realtimeWorld(t);
  for (const [port, headers, status, code] of [
    [keyed.port, {}, 401, "invalid_api_key"],
    [keyed.port, { "sec-websocket-protocol": "openai-insecure-api-key.wrong" }, 401, "invalid_api_key"],
    [open.port, { origin: "https://evil.example" }, 403, "origin_not_allowed"],
    [open.port, { host: "evil.example" }, 403, "host_not_allowed"],
  ] as const) {
    const wire = await handshake(t, port, headers);
    const answer = await wire.answer();
    assert.deepEqual([answer.status, errorOf(answer).code], [status, code]);
    await wire.closed();
  }
  assert.deepEqual([keyed.first.asked, open.first.asked], [0, 0]);
});

test("fault 239: no model, an unknown one, or no offer of WebSocket: an answer of ours", async (t) => {
  const { port, first } = await realtimeWorld(t);
  for (const [path, status, code] of [
    ["/v1/realtime", 400, "missing_model"],
    ["/v1/realtime?model=nobody", 404, "model_not_found"],
    ["/v1/realtime?model=m&model=n", 400, "duplicate_model"],
  ] as const) {
    const wire = await handshake(t, port, {}, path);
    const answer = await wire.answer();
    assert.deepEqual([answer.status, errorOf(answer).code], [status, code]);
    await wire.closed();
  }
  const plain = await ask(port, { path: "/v1/realtime?model=m" });
  assert.deepEqual([plain.status, errorOf(plain).code], [426, "upgrade_required"]);
  assert.equal(plain.header("upgrade"), "websocket");
  assert.equal(first.asked, 0);
});

test("fault 239: a handshake behind other requests on its connection has its turn", async (t) => {
  const { port, first } = await realtimeWorld(t);
  const wire = await wireFor(t, port);
  await wire.send(requestBytes({ path: "/v1/models" }));
  assert.equal((await wire.answer()).status, 200);
  const headers = { ...HANDSHAKE, connection: "keep-alive, Upgrade", upgrade: "WebSocket" };
  await wire.send(requestBytes({ path: "/v1/realtime?model=m", headers }));
  assert.equal((await wire.head()).status, 101);
  const { socket } = await first.session();
  const heard = once(socket, "data");
  await wire.send("x");
  assert.equal(String(await heard), "x");
});
