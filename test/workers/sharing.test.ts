// What processes of one gateway share: health, rests, bounds, counts, and what commands see of them.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { runCli } from "../support/cli.ts";
import { Condition, Gate } from "../support/condition.ts";
import { type DryRun, dryRun } from "../support/dry-run.ts";
import { apiError, behaviour, held, json } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { requestBytes, type Wire } from "../support/wire.ts";
import { askOn, configOf, until, type WorkersRun, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

/** A connection to each of the two processes. */
async function bothOf(gateway: WorkersRun): Promise<readonly [Wire, Wire]> {
  return [await gateway.openAt(1), await gateway.openAt(2)];
}

/** What the process behind a connection would do now. */
function planOn(wire: Wire): Promise<DryRun> {
  return dryRun({ ask: (request) => askOn(wire, request) });
}

test("fault 302: strikes in two processes eject for both, told once, and reset ends it in both", async (t) => {
  const [a, b] = [await fakeFor(t), await fakeFor(t)];
  const gateway = await workersFor(t, configOf({ a, b }));
  const [one, other] = await bothOf(gateway);
  a.always(apiError(500, null));
  // The first strikes are one process's, the last is the other's: none alone would have ejected it.
  while (a.requests.length < 2) assert.equal((await askOn(one, chat())).status, 200);
  while (a.requests.length < 3) assert.equal((await askOn(other, chat())).status, 200);
  for (const wire of [one, other])
    await until(
      () => planOn(wire),
      ({ skipped }) => skipped["a"] !== null,
    );
  const asked = a.requests.length;
  for (const wire of [one, other])
    for (let count = 0; count < 4; count++) assert.equal((await askOn(wire, chat())).status, 200);
  assert.equal(a.requests.length, asked);
  await gateway.run.says("stdout", /"event":"endpoint_ejected"/);
  assert.equal(gateway.run.stdout.match(/"event":"endpoint_ejected"/g)?.length, 1);
  a.behave();
  const { code, stdout } = await runCli(t, ["reset", ...gateway.at]);
  assert.equal(code, 0, stdout);
  for (const wire of [one, other])
    await until(
      () => planOn(wire),
      ({ skipped }) => skipped["a"] === null,
    );
});

test("fault 303: what rests in one process rests in the other, and outlives the death of the first", async (t) => {
  const [a, b] = [await fakeFor(t), await fakeFor(t)];
  const gateway = await workersFor(t, configOf({ a, b }));
  const [one, other] = await bothOf(gateway);
  a.always(apiError(429, null, { "retry-after": "600" }));
  while (a.requests.length < 1) assert.equal((await askOn(one, chat())).status, 200);
  await until(
    () => planOn(other),
    ({ skipped }) => skipped["a"] !== null,
  );
  await gateway.run.says("stdout", /"event":"rest_began"[^\n]*"endpoint":"a"/);
  const pid = await gateway.pidOf(1);
  process.kill(pid, "SIGKILL");
  await gateway.replaced(1, pid);
  assert.notEqual((await planOn(await gateway.openAt(1))).skipped["a"], null);
  assert.equal(a.requests.length, 1);
  const shown = await runCli(t, ["route", "m", ...gateway.at]);
  assert.match(shown.stdout + shown.stderr, /a[^\n]*rate limit/);
});

/** Opens requests on both processes; gives how many were ever under way at the endpoint at once. */
async function flood(t: TestContext, max: number, perProcess: readonly [number, number]) {
  const fake = await fakeFor(t);
  const gateway = await workersFor(
    t,
    configOf({ fake }, { endpoint: { fake: { max_in_flight: max, queue: { timeout: "60s" } } } }),
  );
  const gate = new Gate();
  const changed = new Condition();
  let now = 0;
  let most = 0;
  fake.always(
    behaviour(async (exchange) => {
      now += 1;
      most = Math.max(most, now);
      changed.notify();
      await gate.pass();
      now -= 1;
      await json(200, { id: "done" }).run(exchange);
    }),
  );
  const wires: Wire[] = [];
  for (const [at, count] of perProcess.entries())
    for (let opened = 0; opened < count; opened++) wires.push(await gateway.openAt(at + 1));
  for (const wire of wires) await wire.send(requestBytes(chat()));
  const underWay = (count: number): Promise<void> => changed.until(() => now === count);
  return { fake, gateway, gate, wires, underWay, most: () => most };
}

test("fault 304: max_in_flight holds over all processes, and nobody who waits is forgotten", async (t) => {
  const { gate, wires, most, fake } = await flood(t, 2, [4, 4]);
  await fake.waitForRequest(2);
  for (let done = 1; done <= wires.length; done++) {
    await fake.waitForRequest(Math.min(wires.length, done + 1));
    gate.open();
  }
  for (const wire of wires) assert.equal((await wire.answer()).status, 200);
  assert.equal(most(), 2);
});

test("fault 304: slots that one process does not use are the other's", async (t) => {
  const { gate, wires, underWay } = await flood(t, 4, [4, 0]);
  await underWay(4);
  gate.open(4);
  for (const wire of wires) assert.equal((await wire.answer()).status, 200);
});

test("the slots of a process that dies are free again", async (t) => {
  const { gate, wires, fake, gateway } = await flood(t, 2, [2, 0]);
  await fake.waitForRequest(2);
  const pid = await gateway.pidOf(1);
  process.kill(pid, "SIGKILL");
  await Promise.all(wires.map((wire) => wire.closed()));
  await gateway.replaced(1, pid);
  const [one, other] = await bothOf(gateway);
  await one.send(requestBytes(chat()));
  await other.send(requestBytes(chat()));
  await fake.waitForRequest(4);
  gate.open(4);
  for (const wire of [one, other]) assert.equal((await wire.answer()).status, 200);
});

test("what is under way in all processes shows to commands", async (t) => {
  const fake = await fakeFor(t);
  const gateway = await workersFor(t, configOf({ fake }));
  const gate = new Gate();
  // The doctor asks the endpoint as well, and would wait for what is held.
  fake.script([held(gate, json(200, {})), held(gate, json(200, {}))]);
  const wires = await bothOf(gateway);
  for (const wire of wires) await wire.send(requestBytes(chat()));
  await fake.waitForRequest(2);
  // Processes tell it twice a second, and a command takes about as long.
  await until(
    async () => (await runCli(t, ["doctor", "--json", ...gateway.at])).stdout,
    (stdout) => /"gate":\s*\{\s*"in_?flight":\s*2\b/i.test(stdout),
  );
  gateway.run.kill("SIGTERM");
  await gateway.run.stopping();
  gate.open(2);
  for (const wire of wires) assert.equal((await wire.answer()).status, 200);
  assert.equal((await gateway.run.ended).code, 0);
});
