// The live view over several processes: whichever serves the stream, it tells of requests to all of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { listenLive } from "../support/live-events.ts";
import { requestBytes } from "../support/wire.ts";
import { configOf, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

const TOKEN = "program-token-0123456789";

for (const mode of ["on", "off"] as const)
  test(`requests to each process are told, and the stream ends with the gateway (store ${mode})`, async (t) => {
    const fake = await fakeFor(t, { models: ["m"] });
    const rest = { admin: { token: TOKEN }, ...(mode === "off" ? { store: { mode } } : {}) };
    const gateway = await workersFor(t, configOf({ one: fake }, { rest }));
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { status, live } = await listenLive(gateway.port, headers);
    t.after(() => live.close());
    assert.equal(status, 200);
    await live.next("state");
    for (const worker of [1, 2]) {
      const wire = await gateway.openAt(worker);
      const id = `asked-of-${worker}`;
      await wire.send(requestBytes({ ...chat("m"), headers: { "x-request-id": id } }));
      assert.equal((await wire.answer()).status, 200);
      await live.next("request", ({ data }) => data["id"] === id);
    }
    // A second one: the process that serves it is one of two.
    const second = await listenLive(gateway.port, headers);
    t.after(() => second.live.close());
    await second.live.next("state");
    gateway.run.kill("SIGTERM");
    await Promise.all([live.over(), second.live.over()]);
    assert.equal((await gateway.run.ended).code, 0);
  });
