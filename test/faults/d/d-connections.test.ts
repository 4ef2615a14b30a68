// Faults 143 to 146, 148 and 231: what else clients do with a connection. Raw sockets throughout.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { Gate } from "../../support/condition.ts";
import { held, json } from "../../support/fakes/behaviours.ts";
import { SocketReader } from "../../support/socket-reader.ts";
import { ask, requestBytes, wireFor } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const H2C = {
  connection: "Upgrade, HTTP2-Settings",
  upgrade: "h2c",
  "http2-settings": "AAMAAABkAAQAAP__",
};
const MODELS = { path: "/v1/models" };

async function world(t: TestContext, server: object = {}) {
  const made = await worldFor(t, { endpoints: { a: {} }, server: { ...server } });
  made.fakes.a.always(GOOD);
  return made;
}

test("fault 143: thousands of pipelined requests of clients that read nothing begin one each", async (t) => {
  const { port, fakes, log } = await world(t);
  const gate = new Gate();
  fakes.a.always(held(gate, GOOD));
  const one = requestBytes(chat());
  const flood = Buffer.concat(Array.from({ length: 300 }, () => one));
  const wires = await Promise.all(Array.from({ length: 20 }, () => wireFor(t, port)));
  for (const wire of wires) await wire.send(flood);
  while (fakes.a.requests.length < wires.length) await new Promise(setImmediate);
  // Served from end to end meanwhile: all that was sent has been looked at.
  assert.equal((await ask(port, MODELS)).status, 200);
  assert.equal(fakes.a.requests.length, wires.length);
  for (const wire of wires) wire.close();
  for (let left = 0; left < wires.length + 1; left += 1) await log.nextSummary();
  assert.equal(fakes.a.requests.length, wires.length);
});

test("fault 231: a body in chunks of a byte is read whole, and so is what follows on the connection", async (t) => {
  const { port, fakes } = await world(t);
  const body = JSON.stringify({ model: "m", messages: [], note: "x".repeat(40_000) });
  const chunks = [...body].map((character) => `1\r\n${character}\r\n`).join("");
  const head = "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
  const wire = await wireFor(t, port);
  for (let time = 0; time < 2; time += 1) await wire.send(`${head}${chunks}0\r\n\r\n`);
  await wire.send(requestBytes(MODELS));
  for (let time = 0; time < 2; time += 1) assert.equal((await wire.answer()).text, '{"good":true}');
  assert.equal((await wire.answer()).status, 200);
  for (const request of fakes.a.requests) assert.equal(request.body.toString(), body);
  assert.equal(fakes.a.requests.length, 2);
});

test("fault 143: pipelined requests with bodies, in one segment or in single bytes, are answered in their order", async (t) => {
  const { port, fakes } = await world(t);
  fakes.a.always(json(200, "{}"));
  const requests = [
    chat("m", { n: 1 }),
    MODELS,
    chat("m", { n: 2 }),
    { path: "/nowhere" },
    chat("m", { n: 3 }),
  ];
  const bytes = Buffer.concat(requests.map(requestBytes));
  for (const size of [bytes.length, 100, 7]) {
    const wire = await wireFor(t, port);
    for (let at = 0; at < bytes.length; at += size) await wire.send(bytes.subarray(at, at + size));
    const statuses: number[] = [];
    for (const _ of requests) statuses.push((await wire.answer()).status);
    assert.deepEqual(statuses, [200, 200, 200, 404, 200]);
    const bodies = fakes.a.requests.slice(-3).map((request) => request.json()["n"]);
    assert.deepEqual(bodies, [1, 2, 3]);
  }
});

test("fault 144: an offer of HTTP/2 is ignored, and all requests on the connection are answered", async (t) => {
  const { port, fakes } = await world(t);
  const offers = [
    { ...chat(), headers: H2C },
    { ...MODELS, headers: H2C },
  ];
  for (const offer of offers) {
    const together = await wireFor(t, port);
    await together.send(Buffer.concat([requestBytes(offer), requestBytes(chat()), requestBytes(offer)]));
    const one = await wireFor(t, port);
    for (let time = 0; time < 3; time += 1) {
      assert.equal((await together.answer()).status, 200);
      await one.send(requestBytes(time === 0 ? offer : chat()));
      assert.equal((await one.answer()).status, 200);
    }
  }
  for (const request of fakes.a.requests)
    assert.deepEqual([request.header("upgrade"), request.header("http2-settings")], [undefined, undefined]);
});

test("fault 144: a WebSocket on a path of HTTP is told at once to use that", async (t) => {
  const { port, fakes } = await world(t);
  const headers = {
    connection: "keep-alive, Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  for (const path of ["/v1/completions", "/responses/compact", "/v1/embeddings"]) {
    const wire = await wireFor(t, port);
    await wire.send(requestBytes({ path, headers }));
    const answer = await wire.answer();
    assert.deepEqual([answer.status, errorOf(answer).code], [426, "upgrade_required"]);
    assert.deepEqual([answer.header("upgrade"), answer.header("connection")], ["HTTP/1.1", "Upgrade"]);
    await wire.send(requestBytes(chat()));
    assert.equal((await wire.answer()).status, 200);
  }
  assert.equal(fakes.a.requests.length, 3);
  assert.equal((await ask(port, { path: "/v1/embeddings" })).status, 405);
});

const BAD_LINES = [
  ..."HTTP/2.0 HTTP/1.2 HTTP/0.9 HTTP/11.1 HTTP/1.10 HTTP/1 HTTP/3.0 http/1.1"
    .split(" ")
    .map((v) => `GET /v1/models ${v}`),
  "GET /v1/models",
  ...["/v1/models y", "/v1/mo\tdels", "/v1/mo\u0001dels", "/v1/mo\u007fdels", "/v1/mo\u0000dels"].map(
    (target) => `GET ${target} HTTP/1.1`,
  ),
  "GET\t/v1/models\tHTTP/1.1",
];

test("fault 145: other versions, and targets with spaces or control characters, are refused and closed", async (t) => {
  const { port, fakes } = await world(t);
  for (const line of BAD_LINES) {
    const wire = await wireFor(t, port);
    await wire.send(`${line}\r\nhost: 127.0.0.1\r\n\r\n`);
    const answer = await wire.answer();
    assert.deepEqual([answer.status, answer.header("connection")], [400, "close"], line);
    await wire.closed();
  }
  assert.equal(fakes.a.requests.length, 0);
});

const REFUSED: Readonly<Record<string, readonly [status: number, head: string]>> = {
  "a key that is wrong": [401, "POST /v1/chat/completions HTTP/1.1\r\n"],
  "a path that is none": [401, "POST /v1/nowhere HTTP/1.1\r\n"],
  "a method that is none": [
    405,
    "PUT /v1/chat/completions HTTP/1.1\r\nauthorization: Bearer key-of-client\r\n",
  ],
  "a coding that is unknown": [
    415,
    "POST /v1/chat/completions HTTP/1.1\r\nauthorization: Bearer key-of-client\r\ncontent-encoding: odd\r\n",
  ],
};

for (const [what, [status, head]] of Object.entries(REFUSED)) {
  test(`fault 146: ${what}: an answer before the body was read is the last one, and can be read`, async (t) => {
    const { port } = await world(t, { api_keys: ["key-of-client"] });
    for (const framing of ["content-length: 500000", "transfer-encoding: chunked"]) {
      const socket = connect({ port, host: "127.0.0.1" });
      t.after(() => socket.destroy());
      const reader = new SocketReader(socket);
      socket.write(`${head}host: 127.0.0.1\r\n${framing}\r\n\r\n`);
      if (framing.startsWith("t")) socket.write(`${(400_000).toString(16)}\r\n`);
      socket.write(Buffer.alloc(400_000, 0x20));
      const answer = await reader.head();
      assert.match(answer.startLine, new RegExp(` ${status} `));
      assert.ok(answer.headers.join("\n").toLowerCase().includes("connection\nclose"), answer.headers.join());
      await reader.ended();
      assert.equal(reader.error, undefined);
    }
  });

  test(`fault 146: ${what}: a body that has come with its head keeps the connection`, async (t) => {
    const { port } = await world(t, { api_keys: ["key-of-client"] });
    const wire = await wireFor(t, port);
    for (let time = 0; time < 3; time += 1) {
      await wire.send(`${head}host: 127.0.0.1\r\ncontent-length: 2\r\n\r\n{}`);
      const answer = await wire.answer();
      assert.deepEqual([answer.status, answer.header("connection")], [status, "keep-alive"]);
    }
  });
}

test("fault 146: a body over the limit is refused with a close", async (t) => {
  const { port } = await world(t, { max_body: "1KiB" });
  for (const framing of ["content-length: 5000", "transfer-encoding: chunked"]) {
    const wire = await wireFor(t, port);
    await wire.send(`POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n${framing}\r\n\r\n`);
    if (framing.startsWith("t")) await wire.send(`1388\r\n${" ".repeat(3_000)}`);
    const answer = await wire.answer();
    assert.deepEqual([answer.status, answer.header("connection")], [413, "close"]);
    await wire.closed();
  }
});

test("fault 148: 100 Continue is sent when key and length are known to be good, not before", async (t) => {
  const { port } = await world(t, { api_keys: ["key-of-client"], max_body: "1KiB" });
  const expecting = (key: string, length: number) =>
    `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`;
  const firstLine = async (bytes: string): Promise<string> => {
    const socket = connect({ port, host: "127.0.0.1" });
    t.after(() => socket.destroy());
    const reader = new SocketReader(socket);
    socket.write(bytes);
    return (await reader.head()).startLine;
  };
  assert.match(await firstLine(expecting("wrong", 10)), / 401 /);
  assert.match(await firstLine(expecting("key-of-client", 5_000)), / 413 /);
  assert.match(await firstLine(expecting("key-of-client", 10)), / 100 /);
});
