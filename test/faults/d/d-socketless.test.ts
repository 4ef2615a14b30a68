// Endpoints that have no sockets, and how they say so.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { makeResponsesOnly } from "../../support/fakes/one-wire-endpoint.ts";
import { hangUp, neverAnswer, raw } from "../../support/faults.ts";
import { responseIn, socketFor } from "../../support/socket-client.ts";
import { gatewayFor, type TestGateway } from "../../support/start-gateway.ts";

type World = TestGateway & { readonly endpoint: FakeEndpoint };

async function world(t: TestContext): Promise<World> {
  const endpoint = makeResponsesOnly(await fakeFor(t));
  return { ...(await gatewayFor(t, { endpoints: [{ name: "a", base_url: endpoint.url }] })), endpoint };
}

const ASK = { type: "response.create", model: "m", input: "x" };

const WRONG_KEY = raw(
  "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: x\r\n\r\n",
);
for (const [name, handshakes] of [
  ["refuses", undefined],
  ["resets", hangUp()],
  ["answers with another key", WRONG_KEY],
] as const)
  test(`fault 353: an endpoint that ${name} is asked over HTTP in the same attempt, and once`, async (t) => {
    const { port, endpoint, log } = await world(t);
    if (handshakes !== undefined) endpoint.on(({ method }) => method === "GET", handshakes);
    for (let turn = 0; turn < 2; turn += 1) {
      const client = await socketFor(t, port);
      assert.equal(responseIn(await client.create(ASK))["status"], "completed");
      const { attempts } = await log.nextSummary();
      assert.deepEqual(
        attempts.map(({ outcome }) => outcome),
        ["ok"],
      );
    }
    assert.equal(endpoint.requests.filter(({ method }) => method === "GET").length, 1);
  });

test("fault 353: an endpoint that does not answer a handshake is asked over HTTP after three seconds", async (t) => {
  const { port, endpoint } = await world(t);
  endpoint.on(({ method }) => method === "GET", neverAnswer());
  const client = await socketFor(t, port);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  client.send(ASK);
  await endpoint.waitForRequest(1);
  t.mock.timers.tick(3_000);
  assert.equal((await endpoint.waitForRequest(2)).method, "POST");
  t.mock.timers.reset();
  assert.equal(responseIn(await client.answer())["status"], "completed");
});
