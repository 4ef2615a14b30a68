// The live view over several processes: whichever serves the stream, it tells of requests to all of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { readExposition, valueIn } from "../support/exposition.ts";
import { held, json } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { listenLive } from "../support/live-events.ts";
import { ask, requestBytes } from "../support/wire.ts";
import { configOf, until, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

const TOKEN = "program-token-0123456789";

for (const mode of ["on", "off"] as const)
  test(`requests to each process are told while they are under way and once they are over, and the stream ends with the gateway (store ${mode})`, async (t) => {
    const fake = await fakeFor(t, { models: ["m"] });
    const rest = { admin: { token: TOKEN }, ...(mode === "off" ? { store: { mode } } : {}) };
    const gateway = await workersFor(t, configOf({ one: fake }, { rest }));
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { status, live } = await listenLive(gateway.port, headers);
    t.after(() => live.close());
    assert.equal(status, 200);
    await live.next("state");
    const gate = new Gate();
    fake.always(held(gate, json(200, {})));
    const wires = [await gateway.openAt(1), await gateway.openAt(2)];
    for (const [worker, wire] of wires.entries())
      await wire.send(requestBytes({ ...chat("m"), headers: { "x-request-id": `asked-of-${worker}` } }));
    await live.next("state", ({ data }) => Object(data)["endpoints"][0].in_flight === 2);
    const isHeld = { endpoint: "one" };
    await until(
      async () => readExposition((await ask(gateway.port, { path: "/metrics" })).text),
      (seen) => valueIn(seen, "oai_gateway_endpoint_requests_in_flight", isHeld) === 2,
    );
    gate.open(Number.POSITIVE_INFINITY);
    for (const wire of wires) assert.equal((await wire.answer()).status, 200);
    const told = [(await live.next("request")).data["id"], (await live.next("request")).data["id"]];
    assert.deepEqual(told.toSorted(), ["asked-of-0", "asked-of-1"]);
    // A second one: the process that serves it is one of two.
    const second = await listenLive(gateway.port, headers);
    t.after(() => second.live.close());
    await second.live.next("state");
    gateway.run.kill("SIGTERM");
    await Promise.all([live.over(), second.live.over()]);
    assert.equal((await gateway.run.ended).code, 0);
  });
