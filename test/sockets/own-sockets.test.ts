// Endpoints that have sockets of their own: a client's socket goes on to them, and is sent only what is new.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ENGINE_NAMES } from "../../src/config/schema/engine-name.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { makeChatOnly, makeResponsesOnly } from "../support/fakes/one-wire-endpoint.ts";
import { eventsOf, type SocketEndpoint, says, socketEndpointFor } from "../support/fakes/socket-endpoint.ts";
import {
  errorIn,
  responseIn,
  type SocketClient,
  type SocketEvent,
  socketFor,
} from "../support/socket-client.ts";
import { type ConfigObject, gatewayFor, type TestGateway } from "../support/start-gateway.ts";

type World = TestGateway & { readonly endpoint: SocketEndpoint; readonly client: SocketClient };

async function world(t: TestContext, more: ConfigObject = {}, models = ["m"]): Promise<World> {
  const endpoint = await socketEndpointFor(t, models);
  const gateway = await gatewayFor(t, {
    endpoints: [{ name: "a", base_url: endpoint.url, api_key: "key-of-a" }],
    ...more,
  });
  const headers = { "session-id": "s", authorization: "Bearer mine" };
  return { ...gateway, endpoint, client: await socketFor(t, gateway.port, { headers }) };
}

const user = (text: string): SocketEvent => ({ role: "user", content: text });
const idOf = (events: readonly SocketEvent[]): unknown => responseIn(events)["id"];

for (const engine of ENGINE_NAMES)
  test(`turns go over the endpoint's socket, with only what is new, with the engine ${engine}`, async (t) => {
    const routing = { model_overrides: { nick: ["a/own"] } };
    const { endpoint, client, log } = await world(t, { routing, server: { engine } }, ["own"]);
    const every = { model: "nick", store: false, seed: 12345678901234567890n.toString() };
    const warm = await client.create({ ...every, generate: false, input: [user("first")] });
    assert.equal(endpoint.frames.length, 0);
    client.send(
      '{"type":"response.create","model":"nick","store":false,"big":12345678901234567890,"input":"one"}',
    );
    const one = await client.answer();
    assert.equal(responseIn(one)["model"], "nick");
    const two = await client.create({ ...every, previous_response_id: idOf(one), input: [user("two")] });
    assert.equal(idOf(two), "resp_2");
    const three = await client.create({ ...every, previous_response_id: idOf(warm), input: [user("three")] });
    assert.equal(idOf(three), "resp_3");
    assert.equal(
      endpoint.frames[0],
      '{"type":"response.create","model":"own","store":false,"big":12345678901234567890,"input":"one"}',
    );
    const [, short, whole] = endpoint.asked;
    assert.deepEqual(short, {
      type: "response.create",
      ...every,
      model: "own",
      previous_response_id: "resp_1",
      input: [user("two")],
    });
    assert.deepEqual(whole?.["input"], [user("first"), user("three")]);
    assert.equal("previous_response_id" in (whole ?? {}), false);
    assert.deepEqual([endpoint.handshakes.length, endpoint.posts], [1, 0]);
    const head = endpoint.handshakes[0]?.headers ?? {};
    assert.equal(head["authorization"], "Bearer key-of-a");
    assert.equal(head["openai-beta"], "responses_websockets=2026-02-06");
    assert.equal(head["session-id"], "s");
    for (let turn = 0; turn < 4; turn += 1) assert.equal((await log.nextSummary()).status, 200);
    await client.close();
    await endpoint.until(() => endpoint.sockets.every(({ readyState }) => readyState === 3));
  });

test("a warm-up goes on to an endpoint that is known to have sockets, and to no other", async (t) => {
  const { endpoint, client, port, log } = await world(t);
  await client.create({ model: "m", input: "x" });
  const later = await socketFor(t, port);
  const warm = { type: "response.create", model: "m", store: false, generate: false, input: [user("w")] };
  endpoint.answer = (frame, socket, number) => {
    const events = eventsOf(frame, number).filter(({ type }) => type !== "response.output_item.done");
    if (frame["generate"] !== false) says(frame, socket, number);
    else for (const event of events.slice(2)) socket.send(JSON.stringify(event));
  };
  later.send(warm);
  const warmed = await later.answer();
  assert.deepEqual(endpoint.asked[1], warm);
  const next = { model: "m", store: false, previous_response_id: idOf(warmed), input: [user("x")] };
  await later.create(next);
  assert.deepEqual(endpoint.asked[2], { type: "response.create", ...next });
  assert.deepEqual([endpoint.handshakes.length, endpoint.posts], [2, 0]);
  for (let turn = 0; turn < 3; turn += 1) assert.equal((await log.nextSummary()).endpoint, "a");
});

test("an endpoint that refuses a socket is asked once, whoever asks", async (t) => {
  const endpoint = makeResponsesOnly(await fakeFor(t));
  const { port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url: endpoint.url }] });
  for (let socket = 0; socket < 2; socket += 1) {
    const client = await socketFor(t, port);
    for (let turn = 0; turn < 2; turn += 1)
      assert.equal(responseIn(await client.create({ model: "m", input: "x" }))["status"], "completed");
  }
  assert.deepEqual(endpoint.requests.map(({ method }) => method).sort(), [
    "GET",
    ..."POST ".repeat(4).trim().split(" "),
  ]);
});

test("where the endpoint has closed its socket, a new one is sent all of it", async (t) => {
  const { endpoint, client } = await world(t);
  const one = await client.create({ model: "m", store: false, input: [user("one")] });
  endpoint.sockets[0]?.close(1000);
  await endpoint.until(() => endpoint.sockets[0]?.readyState === 3);
  const two = await client.create({
    model: "m",
    store: false,
    previous_response_id: idOf(one),
    input: [user("two")],
  });
  assert.equal(idOf(two), "resp_2");
  const sent = endpoint.asked[1]?.["input"] as SocketEvent[];
  assert.deepEqual([sent.length, sent[0], sent[2]], [3, user("one"), user("two")]);
  assert.equal(endpoint.handshakes.length, 2);
});

for (const code of ["previous_response_not_found", "websocket_connection_limit_reached"])
  test(`an endpoint that says ${code} is sent all of it over a new socket`, async (t) => {
    const { endpoint, client } = await world(t);
    const one = await client.create({ model: "m", store: false, input: [user("one")] });
    endpoint.answer = (frame, socket, number) => {
      if (!("previous_response_id" in frame)) says(frame, socket, number);
      else socket.send(JSON.stringify({ type: "error", status: 400, error: { code, message: "gone" } }));
    };
    const two = await client.create({
      model: "m",
      store: false,
      previous_response_id: idOf(one),
      input: "two",
    });
    assert.equal(idOf(two), "resp_3");
    const again = endpoint.asked[2]?.["input"] as SocketEvent[];
    assert.equal(again.length, 3);
  });

test("an error on the endpoint's socket is judged like one by HTTP: the next endpoint is asked, as its own words are", async (t) => {
  const [first, second] = [await socketEndpointFor(t), makeChatOnly(await fakeFor(t))];
  first.answer = (_frame, socket) => {
    const error = { type: "rate_limit_error", code: "rate_limit_exceeded", message: "slow down" };
    socket.send(JSON.stringify({ type: "error", status: 429, error, headers: { "retry-after": "7" } }));
  };
  const endpoints = [
    { name: "a", base_url: first.url, priority: 1 },
    { name: "b", base_url: second.url, priority: 2 },
  ];
  const { port, log } = await gatewayFor(t, { endpoints });
  const client = await socketFor(t, port);
  const events = await client.create({ model: "m", input: "x" });
  assert.equal(responseIn(events)["status"], "completed");
  const { attempts } = await log.nextSummary();
  assert.deepEqual(
    attempts.map(({ endpoint, outcome }) => [endpoint, outcome]),
    [
      ["a", "upstream_rate_limited"],
      ["b", "ok"],
    ],
  );
});

test("the only endpoint's own error is told as it is, with its status and what it says of waiting", async (t) => {
  const { endpoint, client } = await world(t);
  endpoint.answer = (_frame, socket) => {
    const error = {
      type: "invalid_request_error",
      code: "bad_tool",
      message: "no such tool",
      param: "tools",
    };
    socket.send(JSON.stringify({ type: "error", status: 400, error }));
  };
  const told = errorIn(await client.create({ model: "m", input: "x" }));
  assert.deepEqual([told["status"], told["code"], told["param"]], [400, "bad_tool", "tools"]);
  endpoint.answer = says;
  assert.equal(responseIn(await client.create({ model: "m", input: "x" }))["status"], "completed");
  assert.equal(endpoint.handshakes.length, 1);
});

test("a socket that breaks in the middle of an answer ends it with an error, and the next turn has a new one", async (t) => {
  const { endpoint, client, log } = await world(t);
  endpoint.answer = (frame, socket, number) => {
    for (const event of eventsOf(frame, number).slice(0, 2)) socket.send(JSON.stringify(event));
    socket.terminate();
  };
  const events = await client.create({ model: "m", input: "x" });
  assert.deepEqual(
    events.map(({ type }) => type),
    ["response.created", "response.output_text.delta", "error"],
  );
  assert.deepEqual([errorIn(events)["code"], errorIn(events)["status"]], ["upstream_cut_off", 502]);
  assert.equal((await log.nextSummary()).error, "upstream_cut_off");
  endpoint.answer = says;
  assert.equal(responseIn(await client.create({ model: "m", input: "x" }))["status"], "completed");
});

test("a client that leaves in the middle of an answer ends the endpoint's socket", async (t) => {
  const { endpoint, client, log } = await world(t);
  endpoint.answer = (frame, socket, number) => {
    for (const event of eventsOf(frame, number).slice(0, 2)) socket.send(JSON.stringify(event));
  };
  client.send({ type: "response.create", model: "m", input: "x" });
  await client.next();
  client.socket.terminate();
  await endpoint.until(() => endpoint.sockets[0]?.readyState === 3);
  assert.deepEqual([(await log.nextSummary()).status], [499]);
});

test("an endpoint that closes its socket just as it is used again costs no attempt", async (t) => {
  const { endpoint, client, log } = await world(t);
  const one = await client.create({ model: "m", store: false, input: [user("one")] });
  endpoint.answer = (frame, socket, number) => {
    if (number === 2) socket.terminate();
    else says(frame, socket, number);
  };
  const going = { previous_response_id: idOf(one) };
  const two = await client.create({ model: "m", store: false, input: [user("two")], ...going });
  assert.equal(idOf(two), "resp_3");
  const again = endpoint.asked[2]?.["input"] as SocketEvent[];
  assert.equal(again.length, 3);
  await log.nextSummary();
  assert.deepEqual(
    (await log.nextSummary()).attempts.map(({ outcome }) => outcome),
    ["ok"],
  );
});

test("a client that does not read stops the endpoint's socket too", async (t) => {
  const { endpoint, client } = await world(t);
  const delta = JSON.stringify({ type: "response.output_text.delta", delta: "x".repeat(60_000) });
  const count = 400;
  endpoint.answer = (frame, socket, number) => {
    const [created, , ...rest] = eventsOf(frame, number).map((event) => JSON.stringify(event));
    socket.send(created ?? "");
    for (let sent = 0; sent < count; sent += 1) socket.send(delta);
    for (const event of rest) socket.send(event);
  };
  client.send({ type: "response.create", model: "m", input: "x" });
  await client.next();
  client.socket.pause();
  const held = (): number => endpoint.sockets[0]?.bufferedAmount ?? 0;
  let last = Number.POSITIVE_INFINITY;
  // What the system and the gateway have room for flows; then it stands still.
  for (let same = 0; same < 20; same += held() === last ? 1 : 0) {
    last = held();
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  }
  assert.ok(held() > 2_000_000, `${held()} bytes are left with the endpoint`);
  client.socket.resume();
  const events = await client.answer();
  assert.equal(events.filter(({ type }) => type === "response.output_text.delta").length, count);
});

test("lanes that run beside one another have sockets of their own at the endpoint", async (t) => {
  const { endpoint, client } = await world(t);
  const waiting: (() => void)[] = [];
  endpoint.answer = (frame, socket, number) => {
    waiting.push(() => says(frame, socket, number));
    if (waiting.length === 2) for (const go of waiting) go();
  };
  for (const lane of ["a", "b"])
    client.send({ type: "response.create", model: "m", input: "x", stream_id: lane });
  const events = [...(await client.answer()), ...(await client.answer())];
  assert.deepEqual(new Set(events.map((event) => event["stream_id"])), new Set(["a", "b"]));
  assert.equal(endpoint.handshakes.length, 2);
  for (const { stream_id: lane } of endpoint.asked) assert.equal(lane, undefined);
});
