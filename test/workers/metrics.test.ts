// Metrics over several processes: whichever is asked, all are told, and no counter goes back when one is replaced.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readExposition, valueIn } from "../support/exposition.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";
import { askOn, configOf, until, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

const CHATS = { model: "m", operation: "chat", status_class: "2xx" };

test("what all processes have served is in one answer, and stays there when one of them is killed", async (t) => {
  const fake = await fakeFor(t);
  const gateway = await workersFor(t, configOf({ fake }, { rest: { status_page: true } }));
  const told = async () => readExposition((await ask(gateway.port, { path: "/metrics" })).text);
  const [one, two] = [await gateway.openAt(1), await gateway.openAt(2)];
  for (const wire of [one, two, two]) assert.equal((await askOn(wire, chat())).status, 200);
  const all = await until(told, (seen) => valueIn(seen, "oai_gateway_requests_total", CHATS) === 3);
  assert.equal(valueIn(all, "oai_gateway_processes"), 2);
  const cpu = valueIn(all, "process_cpu_seconds_total") ?? 0;
  const pid = await gateway.pidOf(2);
  process.kill(pid, "SIGKILL");
  await gateway.replaced(2, pid);
  const later = await until(told, (seen) => valueIn(seen, "oai_gateway_processes") === 2);
  assert.equal(valueIn(later, "oai_gateway_requests_total", CHATS), 3);
  assert.ok((valueIn(later, "process_cpu_seconds_total") ?? 0) >= cpu);
  for (const path of ["/livez", "/readyz", "/startupz", "/status"])
    assert.equal((await ask(gateway.port, { path })).status, 200, path);
});
