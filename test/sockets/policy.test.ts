// Each turn of a socket is a request like others: keys, models, aliases, failover, limits, the log, and where it goes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError, json, stream } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { makeChatOnly, makeResponsesOnly } from "../support/fakes/one-wire-endpoint.ts";
import { cutAfter } from "../support/faults.ts";
import { errorIn, responseIn, type SocketEvent, socketFor } from "../support/socket-client.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { MESSAGE_EVENTS } from "../support/two-apis.ts";

const user = (text: string): SocketEvent => ({ type: "message", role: "user", content: text });
const idOf = (events: readonly SocketEvent[]): unknown => responseIn(events)["id"];

test("a key that may use some models only is held to that with each turn, a warm-up among them", async (t) => {
  const endpoint = makeResponsesOnly(await fakeFor(t, { models: ["m", "secret"] }));
  const { port, log } = await gatewayFor(t, {
    server: { api_keys: [{ name: "ann", key: "sk-ann", models: ["m"] }] },
    endpoints: [{ name: "a", base_url: endpoint.url }],
  });
  const client = await socketFor(t, port, { headers: { authorization: "Bearer sk-ann" } });
  for (const fields of [{}, { generate: false }]) {
    const error = errorIn(await client.create({ model: "secret", input: "x", ...fields }));
    assert.deepEqual([error["status"], error["code"]], [403, "model_not_allowed"]);
    const line = await log.nextSummary();
    assert.deepEqual([line.clientKey, line.error, line.path], ["ann", "model_not_allowed", "/v1/responses"]);
  }
  assert.equal(responseIn(await client.create({ model: "m", input: "x" }))["status"], "completed");
  const unknown = errorIn(await client.create({ model: "nobody", generate: false, input: "x" }));
  assert.equal(unknown["code"], "model_not_allowed");
});

test("a browser's key among the subprotocols opens a socket; of these the key is not told back", async (t) => {
  const endpoint = makeResponsesOnly(await fakeFor(t));
  const { port } = await gatewayFor(t, {
    server: { api_keys: ["sk-caller"] },
    endpoints: [{ name: "a", base_url: endpoint.url }],
  });
  const subprotocols = ["responses", "openai-insecure-api-key.sk-caller"];
  const client = await socketFor(t, port, { subprotocols });
  assert.equal(client.socket.protocol, "responses");
  assert.equal(responseIn(await client.create({ model: "m", input: "x" }))["status"], "completed");
  assert.equal(JSON.stringify(endpoint.requests.map(({ headers }) => headers)).includes("sk-caller"), false);
});

test("a conversation stays where it was begun, and goes on at another endpoint when that one fails", async (t) => {
  const [first, second] = [makeResponsesOnly(await fakeFor(t)), makeChatOnly(await fakeFor(t))];
  const { port, log } = await gatewayFor(t, {
    endpoints: [
      { name: "a", base_url: first.url },
      { name: "b", base_url: second.url },
    ],
  });
  const client = await socketFor(t, port);
  let previous: unknown;
  const served: unknown[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    const going = previous === undefined ? {} : { previous_response_id: previous };
    previous = idOf(
      await client.create({ model: "m", store: false, input: [user(`turn ${turn}`)], ...going }),
    );
    served.push((await log.nextSummary()).endpoint);
  }
  assert.equal(new Set(served).size, 1);
  const [home, other] = served[0] === "a" ? [first, second] : [second, first];
  home
    .always(apiError(500, null))
    .on("/responses", apiError(500, null))
    .on("/chat/completions", apiError(500, null));
  const moved = await client.create({
    model: "m",
    store: false,
    input: [user("turn 4")],
    previous_response_id: previous,
  });
  assert.equal(responseIn(moved)["status"], "completed");
  assert.notEqual((await log.nextSummary()).endpoint, served[0]);
  const body = JSON.stringify(other.requests.at(-1)?.json());
  for (let turn = 0; turn < 5; turn += 1) assert.ok(body.includes(`turn ${turn}`), `turn ${turn}`);
});

test("an endpoint's error is told in the socket's shape, with its status and when to come again", async (t) => {
  const endpoint = await fakeFor(t);
  endpoint.on("/responses", apiError(429, "rate_limit_exceeded", { "retry-after": "70" }));
  const { port } = await gatewayFor(t, {
    endpoints: [{ name: "a", base_url: endpoint.url, speaks: ["responses"] }],
  });
  const client = await socketFor(t, port);
  const [event] = await client.create({ model: "m", input: "x" });
  assert.deepEqual([event?.["type"], event?.["status"]], ["error", 429]);
  const headers = event?.["headers"] as SocketEvent;
  assert.ok(Number(headers["retry-after"]) > 60, JSON.stringify(event));
  assert.equal(typeof headers["x-request-id"], "string");
});

test("a stream that is cut ends with an error that has a status, which clients look for", async (t) => {
  const endpoint = await fakeFor(t);
  const created = 'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1"}}\n\n';
  const delta =
    'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"a"}\n\n';
  endpoint.on(
    "/responses",
    cutAfter(stream([created, delta, delta]), { of: "pieces", count: 2, how: "reset" }),
  );
  const { port } = await gatewayFor(t, {
    endpoints: [{ name: "a", base_url: endpoint.url, speaks: ["responses"] }],
  });
  const client = await socketFor(t, port);
  const events = await client.create({ model: "m", input: "x" });
  const last = events.at(-1);
  assert.deepEqual(
    [last?.["type"], last?.["status"], errorIn(events)["code"]],
    ["error", 502, "upstream_cut_off"],
  );
});

test("an endpoint that answers whole although a stream was asked for is told as events", async (t) => {
  const endpoint = await fakeFor(t);
  const content = [{ type: "output_text", text: "whole", annotations: [] }];
  const output = [{ type: "message", id: "msg_1", role: "assistant", status: "completed", content }];
  endpoint.on(
    "/responses",
    json(200, { id: "resp_9", object: "response", status: "completed", model: "m", output }),
  );
  const { port } = await gatewayFor(t, {
    endpoints: [{ name: "a", base_url: endpoint.url, speaks: ["responses"] }],
  });
  const client = await socketFor(t, port);
  const events = await client.create({ model: "m", store: false, input: [user("x")] });
  assert.deepEqual(
    events.map(({ type }) => type),
    ["response.created", "response.completed"],
  );
  await client.create({ model: "m", store: false, input: [user("y")], previous_response_id: "resp_9" });
  const input = endpoint.requests.at(-1)?.json()["input"] as SocketEvent[];
  assert.deepEqual(input, [user("x"), output[0], user("y")]);
});

test("a turn over an endpoint of Anthropic's messages", async (t) => {
  const endpoint = await fakeFor(t);
  endpoint.on("/v1/messages", stream(MESSAGE_EVENTS));
  const { port } = await gatewayFor(t, {
    endpoints: [{ name: "a", base_url: endpoint.url, api: "anthropic", models: ["m"], speaks: ["messages"] }],
  });
  const client = await socketFor(t, port);
  const events = await client.create({ model: "m", store: false, input: [user("hi")], max_output_tokens: 9 });
  const text = events.filter(({ type }) => type === "response.output_text.delta").map(({ delta }) => delta);
  assert.deepEqual([text.join(""), responseIn(events)["status"]], ["Hello", "completed"]);
  await client.create({
    model: "m",
    store: false,
    input: [user("more")],
    previous_response_id: idOf(events),
  });
  const messages = endpoint.requests.at(-1)?.json()["messages"] as readonly unknown[];
  assert.equal(messages.length, 3);
});

test("what a warm-up has made ready need not be sent again; reasoning without content is not sent back", async (t) => {
  const endpoint = makeResponsesOnly(await fakeFor(t));
  const { port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url: endpoint.url }] });
  const client = await socketFor(t, port);
  const ready = { instructions: "Be brief.", tools: [{ type: "function", name: "f", parameters: {} }] };
  const warm = await client.create({ model: "m", store: false, generate: false, input: [], ...ready });
  const one = await client.create({
    model: "m",
    store: false,
    input: [user("x")],
    previous_response_id: idOf(warm),
  });
  const body = endpoint.requests.at(-1)?.json() ?? {};
  assert.deepEqual([body["instructions"], body["tools"]], [ready.instructions, ready.tools]);
  endpoint.script([
    stream([
      'data: {"type":"response.output_item.done","item":{"type":"reasoning","id":"rs_1","summary":[]}}\n\n',
      'data: {"type":"response.output_item.done","item":{"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":"abc"}}\n\n',
      'data: {"type":"response.output_item.done","item":{"type":"message","id":"msg_2","role":"assistant","content":[{"type":"output_text","text":"hm"}]}}\n\n',
      'data: {"type":"response.completed","response":{"id":"resp_2","status":"completed","output":[]}}\n\n',
    ]),
  ]);
  await client.create({ model: "m", store: false, input: [user("y")], previous_response_id: idOf(one) });
  await client.create({ model: "m", store: false, input: [user("z")], previous_response_id: "resp_2" });
  const input = JSON.stringify(endpoint.requests.at(-1)?.json()["input"]);
  assert.deepEqual(
    [input.includes("rs_1"), input.includes("rs_2"), input.includes("hm")],
    [false, true, true],
  );
});

test("every spelling of the path, and a query beside it", async (t) => {
  const endpoint = makeResponsesOnly(await fakeFor(t));
  const { port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url: endpoint.url }] });
  for (const path of ["/responses", "/v1/responses?beta=true", "/openai/v1/responses"]) {
    const client = await socketFor(t, port, { path });
    assert.equal(responseIn(await client.create({ model: "m", input: "x" }))["status"], "completed");
  }
});

test("a response that an endpoint keeps is found there afterwards, by its id", async (t) => {
  const [first, second] = [makeResponsesOnly(await fakeFor(t)), makeResponsesOnly(await fakeFor(t))];
  const kept = json(200, { id: "resp_1", object: "response" });
  for (const endpoint of [first, second]) endpoint.on("/responses/resp_1", kept);
  const { port, url } = await gatewayFor(t, {
    endpoints: [
      { name: "a", base_url: first.url, priority: 2 },
      { name: "b", base_url: second.url, priority: 1 },
    ],
  });
  const client = await socketFor(t, port);
  assert.equal(idOf(await client.create({ model: "m", input: "x" })), "resp_1");
  const answer = await fetch(`${url}/responses/resp_1`);
  assert.equal(answer.headers.get("x-oai-gateway-endpoint"), "b");
  assert.equal(first.requests.length, 0);
});

test("a socket on which nothing is asked is closed after a quarter of an hour", async (t) => {
  const endpoint = makeResponsesOnly(await fakeFor(t));
  const { port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url: endpoint.url }] });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const client = await socketFor(t, port);
  t.mock.timers.tick(899_999);
  assert.equal(responseIn(await client.create({ model: "m", input: "x" }))["status"], "completed");
  t.mock.timers.tick(899_999);
  assert.equal(client.closed, undefined);
  t.mock.timers.tick(1);
  assert.equal((await client.end()).code, 1000);
});

test("each turn is counted and bounded as a request of its key: limits, tokens, budget", async (t) => {
  const [responses, chats] = [makeResponsesOnly(await fakeFor(t)), makeChatOnly(await fakeFor(t))];
  for (const endpoint of [responses, chats]) {
    const { port, log } = await gatewayFor(t, {
      server: { api_keys: [{ name: "ann", key: "sk-ann-of-the-test", limits: { requests: { day: 2 } } }] },
      endpoints: [{ name: "a", base_url: endpoint.url, price: { input: 1, output: 2 } }],
    });
    const client = await socketFor(t, port, { headers: { authorization: "Bearer sk-ann-of-the-test" } });
    for (let turn = 0; turn < 2; turn += 1) {
      const { usage } = responseIn(await client.create({ model: "m", input: "x" }));
      const { input_tokens: input, output_tokens: output } = Object(usage);
      const line = await log.nextSummary();
      assert.ok(input > 0 && output > 0);
      assert.deepEqual([line.usage?.input, line.usage?.output, line.clientKey], [input, output, "ann"]);
      assert.deepEqual([line.cost?.nanoDollars, line.cost?.source], [(input + 2 * output) * 1_000, "config"]);
    }
    const error = errorIn(await client.create({ model: "m", input: "x" }));
    assert.deepEqual([error["status"], error["code"]], [429, "rate_limit_exceeded"]);
    assert.equal((await log.nextSummary()).error, "rate_limit_exceeded");
  }
});
