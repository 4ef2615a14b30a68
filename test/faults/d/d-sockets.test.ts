// Sockets of Responses that clients break, flood, or leave.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { WebSocket } from "ws";
import { Gate } from "../../support/condition.ts";
import { behaviour, held } from "../../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { makeResponsesOnly } from "../../support/fakes/one-wire-endpoint.ts";
import { frame, TEXT } from "../../support/fakes/realtime-endpoint.ts";
import { HANDSHAKE } from "../../support/fakes/realtime-world.ts";
import { endless, neverAnswer } from "../../support/faults.ts";
import {
  errorIn,
  refusedSocket,
  responseIn,
  SocketClient,
  type SocketEvent,
  socketFor,
} from "../../support/socket-client.ts";
import { type ConfigObject, gatewayFor, type TestGateway } from "../../support/start-gateway.ts";
import { requestBytes, type Wire, wireFor } from "../../support/wire.ts";

type World = TestGateway & { readonly endpoint: FakeEndpoint };

async function world(t: TestContext, more: ConfigObject = {}): Promise<World> {
  const endpoint = makeResponsesOnly(await fakeFor(t));
  const endpoints = [{ name: "a", base_url: endpoint.url }];
  return { ...(await gatewayFor(t, { endpoints, ...more })), endpoint };
}

const ASK = { type: "response.create", model: "m", input: "x" };

async function serves(t: TestContext, port: number): Promise<void> {
  const client = await socketFor(t, port);
  assert.equal(responseIn(await client.create(ASK))["status"], "completed");
  await client.close();
}

test("fault 347: a frame that is no event is answered with what is wrong, and the socket goes on", async (t) => {
  const { port, endpoint, log } = await world(t);
  const client = await socketFor(t, port);
  const bad: readonly (readonly [string | Buffer, string, string | null])[] = [
    [Buffer.from(JSON.stringify(ASK)), "invalid_json", null],
    ["{", "invalid_json", null],
    ["", "invalid_json", null],
    ["[1]", "invalid_json", null],
    ['{"type":"response.create","model":"m","input":"x"} {}', "invalid_json", null],
    [`{"a":${"[".repeat(300)}`, "json_too_deep", null],
    ['{"model":"m"}', "invalid_field", "type"],
    ['{"type":7}', "invalid_field", "type"],
    ['{"type":"response.cancel"}', "invalid_field", "type"],
    ['{"type":"response.create","type":"x"}', "invalid_field", "type"],
    ['{"type":"response.create","model":"m","generate":1}', "invalid_field", "generate"],
    ['{"type":"response.create","model":"m","background":true}', "invalid_field", "background"],
    ['{"type":"response.create","model":"m","stream":"yes"}', "invalid_field", "stream"],
    [
      '{"type":"response.create","model":"m","previous_response_id":{}}',
      "invalid_field",
      "previous_response_id",
    ],
    ['{"type":"response.create","model":"m","model":"n"}', "duplicate_model", "model"],
    ['{"type":"response.create","model":7}', "invalid_model", null],
    ['{"type":"response.create","model":"nobody"}', "model_not_found", "model"],
  ];
  for (const [text, code, param] of bad) {
    client.send(text);
    const error = errorIn(await client.answer());
    assert.deepEqual(
      [error["code"], error["status"], error["type"]],
      [code, code === "model_not_found" ? 404 : 400, "invalid_request_error"],
    );
    if (param !== null) assert.equal(error["param"], param);
    assert.ok(String(error["message"]).length > 10);
    assert.equal((await log.nextSummary()).error, code);
  }
  client.send({ type: "response.steer", previous_response_id: "resp_1", input: "more" });
  const steer = await client.next();
  assert.equal(steer["type"], "response.steer.failed");
  assert.deepEqual((steer["error"] as SocketEvent)["code"], "steering_not_supported");
  assert.equal(endpoint.requests.length, 0);
  assert.equal(responseIn(await client.create(ASK))["status"], "completed");
});

test("fault 348: frames that are too large, or none, close their socket alone", async (t) => {
  // The gateway is in this process, and would refuse requests while this holds its loop up.
  const bomb = deflateRawSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 });
  const { port } = await world(t, { server: { max_body: "1MB" } });
  const beside = await socketFor(t, port);
  const huge = await socketFor(t, port, { deflate: false });
  huge.send(Buffer.alloc(100 * 1024 * 1024));
  assert.equal((await huge.end()).code, 1009);
  const packed = await socketFor(t, port);
  packed.send(JSON.stringify({ ...ASK, input: " ".repeat(50 * 1024 * 1024) }));
  assert.equal((await packed.end()).code, 1009);
  const wire = await handshake(t, port, { "sec-websocket-extensions": "permessage-deflate" });
  const packedFrame = frame(TEXT, bomb, true);
  packedFrame[0] = (packedFrame[0] ?? 0) | 0x40;
  await wire.send(packedFrame);
  assert.deepEqual(await closeCodeOf(wire), 1009);

  const broken = await handshake(t, port, {});
  await broken.send(frame(TEXT, Buffer.from([0x7b, 0xff, 0x7d]), true));
  assert.equal(await closeCodeOf(broken), 1007);
  for (const bytes of [
    frame(TEXT, "{}"),
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    Buffer.from([0x8f, 0x80, 0, 0, 0, 0]),
  ]) {
    const none = await handshake(t, port, {});
    await none.send(bytes);
    assert.equal(await closeCodeOf(none), 1002);
  }
  assert.equal(responseIn(await beside.create(ASK))["status"], "completed");
});

test("fault 349: an unknown previous response is told as such, and no endpoint is asked", async (t) => {
  const { port, endpoint } = await world(t);
  const client = await socketFor(t, port);
  const fields = { ...ASK, store: false, previous_response_id: "resp_nobody" };
  const error = errorIn(await client.create(fields));
  assert.deepEqual(
    [error["status"], error["code"], error["param"]],
    [400, "previous_response_not_found", "previous_response_id"],
  );
  assert.equal(endpoint.requests.length, 0);
  // One that an endpoint may have kept is the endpoint's to know.
  assert.equal(responseIn(await client.create({ ...fields, store: true }))["status"], "completed");
  assert.equal(endpoint.requests.at(-1)?.json()["previous_response_id"], "resp_nobody");
});

test("fault 350: frames that come while a response is written have their turn, or are too many", async (t) => {
  const { port, endpoint } = await world(t);
  const gate = new Gate();
  const client = await socketFor(t, port);
  assert.equal(responseIn(await client.create(ASK))["status"], "completed");
  const plain = (text: string, lane?: string): SocketEvent => ({
    ...ASK,
    input: text,
    ...(lane === undefined ? {} : { stream_id: lane }),
  });
  endpoint.script([held(gate, responsesAnswer("held"))]);
  client.send(plain("held"));
  await gate.reached();
  client.send(plain("second"));
  client.send(plain("beside", "lane-2"));
  const beside = await client.answer();
  assert.deepEqual(new Set(beside.map((event) => event["stream_id"])), new Set(["lane-2"]));
  for (let more = 0; more < 40; more += 1) client.send(plain(`more ${more}`));
  const refused = errorIn(await client.answer());
  assert.deepEqual([refused["status"], refused["code"]], [503, "overloaded"]);
  const count = (): number => client.events.filter(({ type }) => type === "response.completed").length;
  gate.open(Number.POSITIVE_INFINITY);
  // The first, the one beside, the held one, the second, and as many as may wait.
  await client.until(() => count() === 2 + 2 + 31);
  const order = endpoint.requests.slice(2).map((request) => String(request.json()["input"]));
  assert.deepEqual(order.filter((one) => one !== "beside").slice(0, 4), [
    "held",
    "second",
    "more 0",
    "more 1",
  ]);
});

test("fault 351: a client that does not read pauses the endpoint, and is cut in the end", async (t) => {
  const { port, endpoint, log } = await world(t, { server: { timeouts: { write_stall: "1s" } } });
  const delta = { type: "response.output_text.delta", delta: "x".repeat(60_000) };
  const event = `event: ${delta.type}\ndata: ${JSON.stringify(delta)}\n\n`;
  endpoint.on("/responses", endless(event, 200, { "content-type": "text/event-stream" }));
  const client = await socketFor(t, port);
  client.send(ASK);
  await client.next();
  client.socket.pause();
  const summary = await log.nextSummary();
  assert.equal(summary.status, 499);
  assert.ok(summary.bytesOut < 64 * 1024 * 1024, `${summary.bytesOut} bytes were taken`);
  await serves(t, (await world(t)).port);
});

test("fault 351: a client that sends what is no event, and does not read, is not read either", async (t) => {
  const { port } = await world(t);
  const wire = await handshake(t, port, {});
  wire.pause();
  const batch = Buffer.concat(Array.from({ length: 8_000 }, () => frame(TEXT, "{}", true)));
  let taken = 0;
  let isStuck = false;
  for (let sent = 0; sent < 400 && !isStuck; sent += 1) {
    let isTaken = false;
    wire.send(batch).then(
      () => {
        isTaken = true;
      },
      // The wire is closed with what was not taken.
      () => undefined,
    );
    for (let turn = 0; turn < 20_000 && !isTaken; turn += 1) await new Promise(setImmediate);
    isStuck = !isTaken;
    taken += 1;
  }
  assert.ok(isStuck, `${taken * batch.length} bytes were taken`);
  await serves(t, port);
});

test("fault 352: a client that leaves cancels what is done for it", async (t) => {
  const { port, endpoint, log } = await world(t);
  endpoint.on(({ method }) => method === "POST", neverAnswer());
  const client = await socketFor(t, port);
  client.send(ASK);
  await endpoint.waitForRequest(2);
  client.socket.terminate();
  assert.equal((await log.nextSummary()).status, 499);
});

test("fault 352: a client that is gone without a word is missed when it answers no ping", async (t) => {
  const { port, endpoint, log } = await world(t);
  endpoint.on(({ method }) => method === "POST", neverAnswer());
  t.mock.timers.enable({ apis: ["setInterval"] });
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/responses`, { autoPong: false });
  t.after(() => socket.terminate());
  const client = new SocketClient(socket);
  await new Promise((done) => socket.once("open", done));
  client.send(ASK);
  await endpoint.waitForRequest(2);
  t.mock.timers.tick(30_000);
  await client.until(() => client.pings === 1);
  assert.equal(client.closed, undefined);
  t.mock.timers.tick(30_000);
  assert.equal((await log.nextSummary()).status, 499);
  assert.equal((await client.end()).code, 1006);
});

test("fault 354: a stop closes idle sockets, and others after their response", async (t) => {
  const { port, endpoint, gateway } = await world(t);
  const gate = new Gate();
  const [idle, busy] = [await socketFor(t, port), await socketFor(t, port)];
  await idle.create(ASK);
  endpoint.on("/responses", held(gate, responsesAnswer("late")));
  busy.send(ASK);
  await gate.reached();
  const stopped = gateway.close({ graceMs: 60_000 });
  assert.deepEqual(await idle.end(), { code: 1001, reason: "the gateway is stopping" });
  assert.equal(busy.closed, undefined);
  gate.open();
  assert.equal(responseIn(await busy.answer())["status"], "completed");
  assert.equal((await busy.end()).code, 1001);
  await stopped;
});

test("fault 347: a handshake that is none, or without a key, is refused as any request is", async (t) => {
  const { port } = await world(t, { server: { api_keys: ["sk-caller"] } });
  const refused = await refusedSocket(port);
  assert.equal(refused.status, 401);
  assert.match(refused.body, /invalid_api_key/);
  const page = await refusedSocket(port, { headers: { origin: "https://evil.example" } });
  assert.equal(page.status, 403);
  const key = { authorization: "Bearer sk-caller" };
  for (const [headers, status] of [
    [{ "sec-websocket-key": "short" }, 400],
    [{ "sec-websocket-version": "8" }, 426],
  ] as const) {
    const wire = await wireFor(t, port);
    await wire.send(requestBytes({ path: "/v1/responses", headers: { ...HANDSHAKE, ...key, ...headers } }));
    assert.equal((await wire.answer()).status, status);
  }
  const offer = { "sec-websocket-extensions": "permessage-deflate; server_max_window_bits=99, ;;" };
  const wire = await wireFor(t, port);
  await wire.send(requestBytes({ path: "/v1/responses", headers: { ...HANDSHAKE, ...key, ...offer } }));
  const head = await wire.head();
  assert.deepEqual([head.status, head.header("sec-websocket-extensions")], [101, undefined]);
});

/** A whole response as a stream. */
function responsesAnswer(text: string): ReturnType<typeof behaviour> {
  return behaviour(async (exchange) => {
    const response = { id: `resp_${text}`, object: "response", status: "completed", model: "m", output: [] };
    const event = { type: "response.completed", sequence_number: 0, response };
    await exchange.head(200, ["content-type", "text/event-stream"]);
    await exchange.piece(Buffer.from(`event: response.completed\ndata: ${JSON.stringify(event)}\n\n`));
    await exchange.finish();
  });
}

async function handshake(
  t: TestContext,
  port: number,
  headers: Readonly<Record<string, string>>,
): Promise<Wire> {
  const wire = await wireFor(t, port);
  await wire.send(requestBytes({ path: "/v1/responses", headers: { ...HANDSHAKE, ...headers } }));
  assert.equal((await wire.head()).status, 101);
  return wire;
}

/** The code of the closing frame, which is all that comes. */
async function closeCodeOf(wire: Wire): Promise<number> {
  const [head = 0, length = 0] = await wire.bytes(2);
  assert.equal(head, 0x88);
  return (await wire.bytes(length)).readUInt16BE(0);
}
