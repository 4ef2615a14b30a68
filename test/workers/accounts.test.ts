// Fault 394: limits in several processes. What one counts the others know within a tenth of a second; what one that is
// killed had under way is given back.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Gate } from "../support/condition.ts";
import { held, json } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { type Answer, requestBytes } from "../support/wire.ts";
import { configOf, until, type WorkersRun, type WorkerWire, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

const KEY = "sk-phone-0123456789";
const REQUEST = requestBytes({ ...chat(), headers: { authorization: `Bearer ${KEY}` } });

async function start(t: TestContext, limits: object): Promise<{ fake: FakeEndpoint; gateway: WorkersRun }> {
  const fake = await fakeFor(t);
  const server = { api_keys: [{ name: "phone", key: KEY, limits }] };
  return { fake, gateway: await workersFor(t, configOf({ fake }, { server })) };
}

/** A connection to each of the two processes. */
async function both(gateway: WorkersRun): Promise<readonly [WorkerWire, WorkerWire]> {
  const first = await gateway.open();
  let second = await gateway.open();
  while (second.worker === first.worker) second = await gateway.open();
  return [first, second];
}

async function askOver({ wire }: WorkerWire): Promise<Answer> {
  await wire.send(REQUEST);
  return wire.answer();
}

test("fault 394: what one process lets through counts in the other", async (t) => {
  const { gateway } = await start(t, { requests: { day: 4 } });
  const [first, second] = await both(gateway);
  for (let count = 0; count < 3; count += 1) assert.equal((await askOver(first)).status, 200);
  // A request of the other process that is told what is left shows what it knows.
  const list = async (): Promise<number> => {
    const answer = await askOver(second);
    return answer.status;
  };
  assert.ok([200, 429].includes(await list()));
  // Four were let through by now: whoever is asked next says no, as soon as it has heard of the last one.
  await until(
    async () => [(await askOver(first)).status, (await askOver(second)).status],
    ([one, other]) => one === 429 && other === 429,
  );
});

test("fault 394: what a process that is killed had under way is given back", async (t) => {
  const { fake, gateway } = await start(t, { parallel: 1 });
  const [first, second] = await both(gateway);
  const gate = new Gate();
  fake.script([held(gate, json(200, {}))]);
  await first.wire.send(REQUEST);
  await fake.waitForRequest(1);
  await until(
    async () => (await askOver(second)).status,
    (status) => status === 429,
  );
  process.kill(await gateway.pidOf(first.worker), "SIGKILL");
  await until(
    async () => (await askOver(second)).status,
    (status) => status === 200,
  );
});
