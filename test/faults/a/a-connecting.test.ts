// Faults 141 and 142: connections that are not wanted any more, and what connections to one endpoint share.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Condition, Gate } from "../../support/condition.ts";
import { held, json } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { blackHole } from "../../support/ports.ts";
import { configOf, gatewayFor } from "../../support/start-gateway.ts";
import { certificate } from "../../support/tls.ts";
import { ask, openWire, requestBytes } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const CA_FILE = fileURLToPath(new URL("../../support/certs/ca.crt", import.meta.url));

/** Sockets of this process that wait for the other side to answer their SYN. */
function connecting(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "ConnectWrap").length;
}

/** Turns of the event loop until something holds; a bounded number of them. */
async function turnsUntil(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000_000 && !holds(); turn += 1) await new Promise(setImmediate);
  assert.ok(holds());
}

test("fault 141: a client that leaves while the endpoint's TCP connection is being made ends it", async (t) => {
  const hole = await blackHole();
  t.after(() => hole.close());
  const base_url = `http://127.0.0.1:${hole.port}/v1`;
  const timeouts = { connect: "60s" };
  const { port, log } = await gatewayFor(t, {
    endpoints: [{ name: "a", base_url, models: ["m"], timeouts }],
  });
  const wire = await openWire(port);
  await wire.send(requestBytes(chat()));
  await turnsUntil(() => connecting() > 0);
  wire.close();
  assert.equal((await log.nextSummary()).error, "client_closed");
  await turnsUntil(() => connecting() === 0);
});

test("fault 141: in the middle of the TLS handshake too", async (t) => {
  const changed = new Condition();
  const open = new Set<Socket>();
  const silent = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", () => undefined);
    socket.on("close", () => {
      open.delete(socket);
      changed.notify();
    });
    changed.notify();
  }).listen(0, "127.0.0.1");
  await once(silent, "listening");
  t.after(() => silent.close());
  const address = silent.address();
  assert.ok(address !== null && typeof address === "object");
  const base_url = `https://127.0.0.1:${address.port}/v1`;
  const timeouts = { connect: "60s" };
  const { port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url, models: ["m"], timeouts }] });
  const wire = await openWire(port);
  await wire.send(requestBytes(chat()));
  await changed.until(() => open.size === 1);
  wire.close();
  await changed.until(() => open.size === 0);
});

test("fault 142: a reload that changes timeouts.connect keeps the connections that there are", async (t) => {
  const fake = await fakeFor(t, { tls: certificate("good") });
  fake.always(GOOD);
  const endpoint = { name: "a", base_url: fake.url, models: ["m"], ca_file: CA_FILE };
  const { port, gateway } = await gatewayFor(t, { endpoints: [endpoint] });
  for (let time = 0; time < 50; time += 1) {
    gateway.reload(configOf({ endpoints: [{ ...endpoint, timeouts: { connect: `${time + 1}s` } }] }));
    assert.equal((await ask(port, chat())).status, 200);
  }
  assert.equal(fake.totalConnections(), 1);
});

test("fault 142: a reload that drops an endpoint, or its ca_file, closes its idle connections", async (t) => {
  const [secure, plain] = [await fakeFor(t, { tls: certificate("good") }), await fakeFor(t)];
  for (const fake of [secure, plain]) fake.always(GOOD);
  const first = { name: "a", base_url: secure.url, models: ["m"], ca_file: CA_FILE };
  const other = { name: "b", base_url: plain.url, models: ["n"] };
  const { port, gateway } = await gatewayFor(t, { endpoints: [first, other] });
  for (const model of ["m", "n"]) assert.equal((await ask(port, chat(model))).status, 200);
  const { ca_file: _, ...untrusting } = first;
  gateway.reload(configOf({ endpoints: [untrusting, other] }));
  await secure.whenOpenConnections(0);
  gateway.reload(configOf({ endpoints: [untrusting] }));
  await plain.whenOpenConnections(0);
});

test("fault 142: endpoints with one ca_file have it parsed once, however often the configuration is reloaded", async (t) => {
  const parsed = t.mock.method(process.getBuiltinModule("node:tls"), "createSecureContext");
  const fakes = [
    await fakeFor(t, { tls: certificate("good") }),
    await fakeFor(t, { tls: certificate("good"), models: ["n"] }),
  ];
  for (const fake of fakes) fake.always(GOOD);
  const endpoints = fakes.map(({ url, models }, index) => ({
    name: `e${index}`,
    base_url: url,
    models,
    ca_file: CA_FILE,
  }));
  const before = parsed.mock.callCount();
  const { port, gateway } = await gatewayFor(t, { endpoints });
  for (let time = 0; time < 5; time += 1) {
    for (const model of ["m", "n"]) assert.equal((await ask(port, chat(model))).status, 200);
    gateway.reload(configOf({ endpoints }));
  }
  assert.equal(parsed.mock.callCount() - before, 1);
});

test("fault 142: many TLS connections at once are made, whatever session they are offered", async (t) => {
  const fake = await fakeFor(t, { tls: certificate("good") });
  const endpoint = { name: "a", base_url: fake.url, models: ["m"], ca_file: CA_FILE };
  const { port } = await gatewayFor(t, { endpoints: [endpoint] });
  fake.always(GOOD);
  assert.equal((await ask(port, chat())).status, 200);
  const gate = new Gate();
  fake.always(held(gate, GOOD));
  const asked = Array.from({ length: 8 }, () => ask(port, chat()));
  await turnsUntil(() => fake.requests.length === 9);
  gate.open(Number.POSITIVE_INFINITY);
  for (const answer of await Promise.all(asked)) assert.equal(answer.status, 200);
  assert.equal(fake.totalConnections(), 8);
});
