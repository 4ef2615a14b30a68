// Faults 55, 57 to 59, 65, 66: clients that are slow, that break HTTP or use its odd corners, and very many of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Condition, Gate } from "../../support/condition.ts";
import { held, json } from "../../support/fakes/behaviours.ts";
import { type Answer, ask, openWire, requestBytes, wireFor } from "../../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../../support/world.ts";

const ONE = { endpoints: { one: {} } };
const BODY = '{"model":"m"}';
const POST = "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n";
const CHUNKED = `d\r\n${BODY}\r\n0\r\n\r\n`;

test("fault 55: a head that does not come is 408 and a close", async (t) => {
  const { port } = await worldFor(t, { ...ONE, server: { timeouts: { head: "50ms" } } });
  const slow = async (start: string): Promise<void> => {
    const wire = await wireFor(t, port);
    await wire.send(start);
    const answer = await wire.answer();
    assert.deepEqual([answer.status, errorOf(answer).code], [408, "request_timeout"]);
    await wire.closed();
  };
  await Promise.all(["POST /v1/cha", POST, `${POST}x-slow: `].map(slow));
});

test("fault 55: a body that stops coming is 408, by length as in chunks", async (t) => {
  const { fakes, port } = await worldFor(t, { ...ONE, server: { timeouts: { body_idle: "50ms" } } });
  for (const rest of ["content-length: 99\r\n\r\n{", "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"]) {
    const wire = await wireFor(t, port);
    await wire.send(POST + rest);
    const answer = await wire.answer();
    assert.deepEqual([answer.status, errorOf(answer).code], [408, "request_timeout"]);
  }
  assert.equal(fakes.one.requests.length, 0);
});

test("fault 55: connections over the limit are told 503 and closed, and there is room again when others leave", async (t) => {
  const { port } = await worldFor(t, { ...ONE, server: { max_connections: 2 } });
  const [first, second] = [await wireFor(t, port), await wireFor(t, port)];
  for (const wire of [first, second]) {
    await wire.send(requestBytes(chat()));
    assert.equal((await wire.answer()).status, 200);
  }
  const third = await wireFor(t, port);
  await third.send(requestBytes(chat()));
  const refused = await third.answer();
  assert.deepEqual([refused.status, errorOf(refused).code], [503, "overloaded"]);
  assert.ok(refused.header("retry-after"));
  await third.closed();
  first.close();
  await untilServed(port);
});

/** Asks until a connection is let in: the gateway hears of a close only a moment later. */
async function untilServed(port: number): Promise<void> {
  for (;;) {
    const answer = await ask(port, chat()).catch(() => undefined);
    if (answer?.status === 200) return;
  }
}

test("fault 57: Expect: 100-continue is met, any other expectation is ignored", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const wire = await wireFor(t, port);
  await wire.send(`${POST}expect: 100-continue\r\nconnection: close\r\ncontent-length: 13\r\n\r\n`);
  await wire.send(BODY);
  const told = (await wire.toEnd()).toString();
  assert.match(told, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  const other = await ask(port, `${POST}expect: magic\r\ncontent-length: 13\r\n\r\n${BODY}`);
  assert.equal(other.status, 200);
  for (const request of fakes.one.requests) assert.equal(request.header("expect"), undefined);
});

test("fault 57: Connection: close is obeyed, and pipelined requests are answered in their order", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const gate = new Gate();
  fakes.one.script([held(gate, json(200, { n: 1 })), json(200, { n: 2 }), json(200, { n: 3 })]);
  const wire = await wireFor(t, port);
  const last = requestBytes({ ...chat(), headers: { connection: "close" } });
  await wire.send(Buffer.concat([requestBytes(chat()), requestBytes(chat()), last]));
  await fakes.one.waitForRequest();
  gate.open();
  const bodies: string[] = [];
  for (let count = 0; count < 3; count += 1) bodies.push((await wire.answer()).text);
  assert.deepEqual(bodies, ['{"n":1}', '{"n":2}', '{"n":3}']);
  assert.equal((await wire.toEnd()).length, 0);
});

test("fault 57: a client of HTTP/1.0 gets no chunks, and the end of the connection as the end", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  fakes.one.always(json(200, { a: 1 }, { "transfer-encoding": "identity" }));
  for (const isStream of [false, true]) {
    fakes.one.behave();
    const wire = await wireFor(t, port);
    const request = requestBytes(chat("m", { stream: isStream })).toString();
    await wire.send(request.replace("HTTP/1.1", "HTTP/1.0").replace("host: 127.0.0.1\r\n", ""));
    const answer = await wire.answer();
    assert.equal(answer.status, 200);
    assert.equal(answer.header("transfer-encoding"), undefined);
    assert.equal(answer.text.endsWith("data: [DONE]\n\n"), isStream);
    await wire.closed();
  }
});

/** Requests that two servers on the way might read differently, or that are no HTTP (RFC 9112 §2.2, §5, §6, §7). */
const AMBIGUOUS: Readonly<Record<string, string>> = {
  "a length and chunks": `${POST}content-length: 13\r\ntransfer-encoding: chunked\r\n\r\n${CHUNKED}`,
  "chunks and a length": `${POST}transfer-encoding: chunked\r\ncontent-length: 13\r\n\r\n${CHUNKED}`,
  "two lengths": `${POST}content-length: 13\r\ncontent-length: 14\r\n\r\n${BODY}`,
  "one length twice": `${POST}content-length: 13\r\ncontent-length: 13\r\n\r\n${BODY}`,
  "a list of lengths": `${POST}content-length: 13, 13\r\n\r\n${BODY}`,
  "a length below zero": `${POST}content-length: -13\r\n\r\n${BODY}`,
  "a length with a sign": `${POST}content-length: +13\r\n\r\n${BODY}`,
  "a length in hexadecimal": `${POST}content-length: 0xd\r\n\r\n${BODY}`,
  "an empty length": `${POST}content-length: \r\n\r\n${BODY}`,
  xchunked: `${POST}transfer-encoding: xchunked\r\n\r\n${CHUNKED}`,
  "chunked and more": `${POST}transfer-encoding: chunked, gzip\r\n\r\n${CHUNKED}`,
  "gzip below chunked": `${POST}transfer-encoding: gzip, chunked\r\n\r\n${CHUNKED}`,
  identity: `${POST}transfer-encoding: identity\r\n\r\n${CHUNKED}`,
  "chunked twice": `${POST}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n${CHUNKED}`,
  "chunked, chunked": `${POST}transfer-encoding: chunked, chunked\r\n\r\n${CHUNKED}`,
  "chunked after a vertical tab": `${POST}transfer-encoding: \u000bchunked\r\n\r\n${CHUNKED}`,
  "a space before a colon": `${POST}content-length : 13\r\n\r\n${BODY}`,
  "a space before the colon of chunks": `${POST}transfer-encoding : chunked\r\n\r\n${CHUNKED}`,
  "a header that begins with a space": `${POST} content-length: 13\r\n\r\n${BODY}`,
  "a folded line": `${POST}x-a: 1\r\n 2\r\ncontent-length: 13\r\n\r\n${BODY}`,
  "a folded coding": `${POST}transfer-encoding:\r\n chunked\r\n\r\n${CHUNKED}`,
  "line feeds alone": `POST /v1/chat/completions HTTP/1.1\nhost: a\ncontent-length: 13\n\n${BODY}`,
  "one line feed alone": `${POST}x-a: 1\ncontent-length: 13\r\n\r\n${BODY}`,
  "a carriage return alone": `${POST}x-a: 1\rcontent-length: 13\r\n\r\n${BODY}`,
  "no host": `POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 13\r\n\r\n${BODY}`,
  "two hosts": `${POST}host: b\r\ncontent-length: 13\r\n\r\n${BODY}`,
  "a flood of extensions": `${POST}transfer-encoding: chunked\r\n\r\nd;${"e".repeat(20_000)}\r\n${BODY}\r\n0\r\n\r\n`,
  "chunks by line feeds": `${POST}transfer-encoding: chunked\r\n\r\nd\n${BODY}\n0\n\n`,
  "a size that is none": `${POST}transfer-encoding: chunked\r\n\r\nzz\r\n${BODY}\r\n0\r\n\r\n`,
  "a size below zero": `${POST}transfer-encoding: chunked\r\n\r\n-d\r\n${BODY}\r\n0\r\n\r\n`,
  "a size beyond 64 bits": `${POST}transfer-encoding: chunked\r\n\r\n10000000000000000d\r\n${BODY}\r\n0\r\n\r\n`,
  "no line end after a chunk": `${POST}transfer-encoding: chunked\r\n\r\nd\r\n${BODY}0\r\n\r\n`,
  "HTTP/0.9": "GET /v1/models\r\n\r\n",
  "HTTP/1.2": "GET /v1/models HTTP/1.2\r\nhost: a\r\n\r\n",
  "a method in small letters": "get /v1/models HTTP/1.1\r\nhost: a\r\n\r\n",
};

test("fault 58: a request that can be read in two ways is 400 and a close, and nothing of it is forwarded", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const smuggled = `${POST}content-length: 13\r\n\r\n${BODY}`;
  for (const [what, bytes] of Object.entries(AMBIGUOUS)) {
    const wire = await openWire(port);
    await wire.send(bytes + smuggled);
    const answer = await wire.answer();
    assert.equal(answer.status, 400, what);
    assert.equal(errorOf(answer).code, "bad_request", what);
    // No second answer: what follows on such a connection is nobody's request.
    assert.equal((await wire.toEnd()).length, 0, what);
  }
  assert.equal(fakes.one.requests.length, 0);
  const odd = await ask(port, `${POST}Transfer-Encoding: ChUnKeD\r\n\r\n${CHUNKED}`);
  assert.deepEqual([odd.status, fakes.one.requests[0]?.body.toString()], [200, BODY]);
});

test("fault 58: a broken request behind one that waits is refused after that one's answer, never in its place", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const gate = new Gate();
  fakes.one.script([held(gate, json(200, {}))]);
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat()));
  await fakes.one.waitForRequest();
  await wire.send("GET / HTTP/1.1\r\nbroken\r\n\r\n");
  gate.open();
  const statuses = [await wire.answer(), await wire.answer()].map(({ status }) => status);
  assert.deepEqual(statuses, [200, 400]);
  await wire.closed();
});

/** Paths that are none of the table's; no endpoint may ever see one. */
const PATHS: readonly string[] = [
  "/v1/%2e%2e/admin",
  "/v1/../admin",
  "/v1/./chat/completions",
  "/v1/chat/completions%00",
  "/v1/chat/completions;x=1",
  "/v1/chat%2fcompletions",
  "/v1/chat\\completions",
  "/v1/chat/completions/../../..",
  "http://evil.example/V1/chat/completions",
  "file:///etc/passwd",
  "*",
];

async function notForwarded(world: World<"one">, path: string): Promise<Answer> {
  const answer = await ask(
    world.port,
    `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 13\r\n\r\n${BODY}`,
  );
  errorOf(answer);
  assert.equal(world.fakes.one.requests.length, 0, path);
  return answer;
}

test("fault 59: paths that are none of the table's are 404 or 400, and one of 64 KB is 414 or 431", async (t) => {
  const world = await worldFor(t, ONE);
  for (const path of PATHS) {
    const { status } = await notForwarded(world, path);
    assert.ok(status === 404 || status === 400, `${path}: ${status}`);
  }
  assert.equal((await notForwarded(world, `/v1/${"a".repeat(16 << 10)}`)).status, 414);
  assert.equal((await notForwarded(world, `/v1/chat/completions?${"a".repeat(16 << 10)}`)).status, 414);
  assert.equal((await notForwarded(world, `/v1/${"a".repeat(64 << 10)}`)).status, 431);
});

test("fault 59: absolute form is served by its path, at the endpoint that is configured", async (t) => {
  const { ask: send, fakes } = await worldFor(t, ONE);
  const bytes = requestBytes({ ...chat(), path: "http://evil.example:1/v1/chat/completions" });
  assert.equal((await send(bytes)).status, 200);
  assert.equal(fakes.one.requests[0]?.path, "/v1/chat/completions");
});

test("fault 65: HTTP/2 is not spoken: its preface is 400, an upgrade to it is answered in HTTP/1.1", async (t) => {
  const { port } = await worldFor(t, ONE);
  const frames = Buffer.alloc(9 * 1000, "\u0000\u0000\u0000\u0009\u0000\u0000\u0000\u0000\u0001");
  const wire = await wireFor(t, port);
  await wire.send(Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frames]));
  const refused = await wire.answer();
  assert.deepEqual([refused.status, errorOf(refused).code], [400, "bad_request"]);
  await wire.closed();
  const headers = { connection: "upgrade, http2-settings", upgrade: "h2c", "http2-settings": "AAMAAABk" };
  const answer = await ask(port, { path: "/v1/models", headers });
  assert.match(answer.statusLine, /^HTTP\/1\.1 200 /);
});

test("fault 66: of a thousand connections at once no more than the limit are served, and the process serves on", async (t) => {
  const { fakes, port } = await worldFor(t, { ...ONE, server: { max_connections: 50 } });
  const gate = new Gate();
  fakes.one.always(held(gate, json(200, {})));
  const request = requestBytes(chat());
  const statuses: number[] = [];
  const answered = new Condition();
  const visit = async (): Promise<void> => {
    const wire = await openWire(port);
    await wire.send(request);
    const status = await wire.answer().then(
      (answer) => answer.status,
      () => 0,
    );
    wire.close();
    statuses.push(status);
    answered.notify();
  };
  const visits = Array.from({ length: 1000 }, visit);
  // Told to come again, or cut where even those are too many.
  await answered.until(() => statuses.length === 950);
  assert.ok(!statuses.some((status) => status !== 503 && status !== 0));
  gate.open(Number.POSITIVE_INFINITY);
  await Promise.all(visits);
  assert.equal(statuses.filter((status) => status === 200).length, 50);
  await untilServed(port);
});
