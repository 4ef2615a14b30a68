// An endpoint that is drained is drained in every process; and a question of the dashboard is answered whichever is asked.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { askOn, configOf, until, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

const TOKEN = "program-token-0123456789";

test("a drained endpoint gets nothing from any process until it is enabled", async (t) => {
  const fake = await fakeFor(t, { models: ["m"] });
  const gateway = await workersFor(t, configOf({ one: fake }, { rest: { admin: { token: TOKEN } } }));
  const wires = [await gateway.openAt(1), await gateway.openAt(2)];
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const post = (at: number, path: string, body?: object) => {
    const wire = wires[at];
    assert.ok(wire !== undefined);
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    return askOn(wire, { method: "POST", path: `/admin/v1${path}`, headers, ...text });
  };
  const statusIs = (wanted: number) =>
    Promise.all(
      wires.map((wire) =>
        until(
          async () => (await askOn(wire, chat("m"))).status,
          (status) => status === wanted,
        ),
      ),
    );
  await statusIs(200);
  assert.equal((await post(0, "/endpoints/one/drain")).status, 200);
  await statusIs(503);
  assert.equal((await post(1, "/endpoints/one/test?model=m")).status, 200);
  assert.equal((await post(1, "/endpoints/one/enable")).status, 200);
  await statusIs(200);
  for (const at of [0, 1]) {
    const question = { model: "m", stream: true, messages: [{ role: "user", content: "hi" }] };
    const answer = await post(at, "/playground", question);
    assert.equal(answer.status, 200);
    assert.match(answer.body.toString(), /\[DONE\]/);
  }
});
