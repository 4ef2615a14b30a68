// Faults 1 to 5, 7, 9: an endpoint that cannot be reached, or is gone without a word. Nothing is configured for it: two
// endpoints that list the same model are enough.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { type TestContext, test } from "node:test";
import { Gate } from "../../support/condition.ts";
import { dryRun } from "../../support/dry-run.ts";
import { behaviour, json, stream } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { neverAnswer } from "../../support/faults.ts";
import { blackHole, deadPort } from "../../support/ports.ts";
import { type Resolution, resolverFor } from "../../support/resolver.ts";
import { gatewayFor } from "../../support/start-gateway.ts";
import { certificate } from "../../support/tls.ts";
import { ask, requestBytes, type WireRequest, wireFor } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const SOON = { timeouts: { connect: "100ms" } };

/** A gateway with an endpoint `bad` at an address and a good one after it; both have the model without being asked. */
async function besideGood(t: TestContext, base_url: string, config: object = {}) {
  const good = await fakeFor(t);
  good.always(GOOD);
  const endpoints = [
    { name: "bad", base_url, models: ["m"], ...config },
    { name: "good", base_url: good.url, models: ["m"] },
  ];
  const gateway = await gatewayFor(t, { endpoints });
  return { ...gateway, good, ask: (request: WireRequest) => ask(gateway.port, request) };
}

test("fault 1: a refused connection goes on to the next endpoint at once, and is a strike", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
  world.fakes.b.always(GOOD);
  await world.fakes.a.close();
  const answer = await world.ask(chat());
  assert.deepEqual([answer.status, answer.text], [200, '{"good":true}']);
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_connect_failed; b=ok");
  const { attempts, error } = await world.log.nextSummary();
  assert.deepEqual(
    attempts.map(({ endpoint, outcome, reason }) => [endpoint, outcome, reason]),
    [
      ["a", "upstream_connect_failed", "ECONNREFUSED"],
      ["b", "ok", undefined],
    ],
  );
  assert.equal(error, undefined);
  for (let time = 0; time < 5; time += 1) assert.equal((await world.ask(chat())).status, 200);
  const { next, skipped } = await dryRun(world);
  assert.deepEqual([next, skipped], ["b", { a: "failing, ejected for now", b: null }]);
});

test("fault 1: with no other endpoint the error says who refused, and why", async (t) => {
  const endpoints = [{ name: "lonely", base_url: `http://127.0.0.1:${await deadPort()}/v1`, models: ["m"] }];
  const { port } = await gatewayFor(t, { endpoints, retries: { attempts: 1 } });
  const answer = await ask(port, chat());
  assert.equal(answer.status, 502);
  assert.match(errorOf(answer).message, /^lonely: upstream_connect_failed \(ECONNREFUSED\)\./);
});

test("fault 2: a connection that meets silence is given up at timeouts.connect", async (t) => {
  const hole = await blackHole();
  t.after(() => hole.close());
  const { ask: send } = await besideGood(t, `http://127.0.0.1:${hole.port}/v1`, SOON);
  const answer = await send(chat());
  assert.equal(answer.text, '{"good":true}');
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; bad=upstream_connect_timeout; good=ok");
});

test("fault 2: where there is no other endpoint it is 504", async (t) => {
  const hole = await blackHole();
  t.after(() => hole.close());
  const endpoint = { name: "a", base_url: `http://127.0.0.1:${hole.port}/v1`, models: ["m"], ...SOON };
  const { port } = await gatewayFor(t, { endpoints: [endpoint], retries: { attempts: 1 } });
  const answer = await ask(port, chat());
  assert.deepEqual([answer.status, errorOf(answer).code], [504, "upstream_connect_timeout"]);
});

const RESOLVER_FAULTS: Readonly<Record<string, readonly [Resolution, string]>> = {
  "a name that does not exist": ["ENOTFOUND", "upstream_dns_failed"],
  "a resolver that fails": ["EAI_AGAIN", "upstream_dns_failed"],
  "a resolver that does not answer": ["silence", "upstream_connect_timeout"],
};

for (const [what, [resolution, code]] of Object.entries(RESOLVER_FAULTS)) {
  test(`fault 3: ${what}: the next endpoint, and others do not wait for it`, async (t) => {
    resolverFor(t, { "gone.example": resolution });
    const { ask: send } = await besideGood(t, "http://gone.example/v1", SOON);
    // The first goes to the name, the second straight to the other endpoint while the first may still be waiting.
    const [first, second] = await Promise.all([send(chat()), send(chat())]);
    assert.equal(first.text, '{"good":true}');
    assert.equal(first.header("x-oai-gateway-attempts"), `2; bad=${code}; good=ok`);
    assert.equal(second.header("x-oai-gateway-attempts"), "1");
  });
}

test("fault 3: that a name did not exist is not remembered", async (t) => {
  const fake = await fakeFor(t);
  const resolver = resolverFor(t, { "late.example": "ENOTFOUND" });
  const base_url = `http://late.example:${fake.port}/v1`;
  const { port } = await gatewayFor(t, {
    endpoints: [{ name: "late", base_url, models: ["m"] }],
    retries: { attempts: 1 },
  });
  const answer = await ask(port, chat());
  assert.deepEqual([answer.status, errorOf(answer).code], [502, "upstream_dns_failed"]);
  resolver.names.set("late.example", ["127.0.0.1"]);
  assert.equal((await ask(port, chat())).status, 200);
});

/** Leads connections to another address of this machine on to a fake endpoint, so that it seems to have moved. */
async function doorAt(t: TestContext, host: string, port: number, toPort: number): Promise<Server> {
  const door = createServer((socket) => {
    const behind = connect(toPort, "127.0.0.1");
    for (const end of [socket, behind]) end.on("error", () => {});
    socket.pipe(behind).pipe(socket);
    socket.on("close", () => behind.destroy());
    behind.on("close", () => socket.destroy());
  }).listen(port, host);
  t.after(() => door.close());
  await once(door, "listening");
  return door;
}

test("fault 4: when a name's address changes old streams finish, new connections go to the new one", async (t) => {
  const [before, after] = [await fakeFor(t), await fakeFor(t)];
  await doorAt(t, "127.0.0.2", before.port, after.port);
  const resolver = resolverFor(t, { "moves.example": ["127.0.0.1"] });
  const base_url = `http://moves.example:${before.port}/v1`;
  const { port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url, models: ["m"] }] });
  const gate = new Gate();
  before.always(stream(["data: 1\n\n", "data: [DONE]\n\n"], { gate }));
  after.always(GOOD);
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat("m", { stream: true })));
  await wire.head();
  resolver.names.set("moves.example", ["127.0.0.2"]);
  assert.equal((await ask(port, chat())).text, '{"good":true}');
  gate.open(3);
  assert.equal((await wire.body()).toString(), "data: 1\n\ndata: [DONE]\n\n");
  assert.deepEqual([before.requests.length, after.requests.length], [1, 1]);
});

test("fault 5: an IPv6 address that swallows connections costs no attempt while the IPv4 one works", async (t) => {
  const fake = await fakeFor(t);
  fake.always(GOOD);
  // An IPv6 address all the same, and one that can be made dead on a machine without IPv6.
  const hole = await blackHole("127.0.0.2", fake.port);
  t.after(() => hole.close());
  resolverFor(t, { "both.example": ["::ffff:127.0.0.2", "127.0.0.1"] });
  const base_url = `http://both.example:${fake.port}/v1`;
  const timeouts = { connect: "3s" };
  const { port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url, models: ["m"], timeouts }] });
  const answer = await ask(port, chat());
  assert.deepEqual([answer.text, answer.header("x-oai-gateway-attempts")], ['{"good":true}', "1"]);
});

test("fault 7: a handshake that stalls ends with timeouts.connect", async (t) => {
  const silent = await fakeFor(t, { tls: certificate("good") });
  silent.welcome = "silent";
  const { ask: send } = await besideGood(t, silent.url, SOON);
  const answer = await send(chat());
  assert.equal(answer.text, '{"good":true}');
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; bad=upstream_connect_timeout; good=ok");
});

test("fault 9: a peer that is gone without a word is left at the limit of the first byte", async (t) => {
  const config = { timeouts: { first_byte: "60ms" } };
  const world = await worldFor(t, { endpoints: { a: { config }, b: {} } });
  world.fakes.a.script([GOOD, neverAnswer()]);
  world.fakes.b.always(GOOD);
  for (let time = 0; time < 2; time += 1) await world.ask(chat());
  // On the connection that has served before and looks as good as ever.
  const answer = await world.ask(chat());
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_first_byte_timeout; b=ok");
  const [first, second] = world.fakes.a.requests;
  assert.equal(first?.connection, second?.connection);
  await second?.aborted;
});

test("fault 294: name servers that fail after they have answered: the known address serves on", async (t) => {
  const fake = await fakeFor(t);
  fake.always(
    behaviour(async (exchange) => {
      exchange.isReusable = false;
      await GOOD.run(exchange);
    }),
  );
  const resolver = resolverFor(t, { "known.example": ["127.0.0.1"] });
  const base_url = `http://known.example:${fake.port}/v1`;
  const { port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url, models: ["m"] }] });
  assert.equal((await ask(port, chat())).status, 200);
  resolver.names.set("known.example", "EAI_AGAIN");
  for (let time = 0; time < 3; time += 1) assert.equal((await ask(port, chat())).status, 200);
  assert.equal(fake.totalConnections(), 4);
});
