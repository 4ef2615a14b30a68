// Sockets where several processes serve on one port: each keeps its own conversations, and a stop ends them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { makeChatOnly } from "../support/fakes/one-wire-endpoint.ts";
import { responseIn, socketFor } from "../support/socket-client.ts";
import { configOf, ENGINES, workersFor } from "../support/workers.ts";

for (const engine of ENGINES)
  test(`${engine}: conversations over sockets with two processes, and the end of them at a stop`, async (t) => {
    const gateway = await workersFor(
      t,
      configOf({ a: makeChatOnly(await fakeFor(t)) }, { server: { engine } }),
    );
    const clients = [];
    for (let count = 0; count < 6; count += 1) clients.push(await socketFor(t, gateway.port));
    for (const client of clients) {
      const first = responseIn(await client.create({ model: "m", store: false, input: "one" }));
      const going = { previous_response_id: first["id"] };
      const second = await client.create({ model: "m", store: false, input: "two", ...going });
      assert.equal(responseIn(second)["status"], "completed");
    }
    gateway.run.kill("SIGTERM");
    for (const client of clients) assert.equal((await client.end()).code, 1001);
  });
