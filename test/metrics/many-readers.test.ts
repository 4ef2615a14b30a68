// Many who read the figures at once cost one text, not one each; and the status page is put together once a second.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { configFromText } from "../../src/config/file/load.ts";
import { systemClock } from "../../src/core/clock.ts";
import { startGateway } from "../../src/gateway.ts";
import { Monitor } from "../../src/monitor/monitor.ts";
import { KeptLog } from "../support/kept-log.ts";
import { ask } from "../support/wire.ts";

async function monitored(t: TestContext) {
  const text = JSON.stringify({
    server: { port: 0 },
    status_page: true,
    endpoints: [{ name: "a", base_url: "http://127.0.0.1:1/v1", models: ["m"] }],
  });
  const loaded = configFromText(text, { file: "config.yaml", path: "config.yaml", env: {} });
  assert.equal(loaded.kind, "ok");
  const { config } = loaded;
  const clock = { ...systemClock, nowMs: () => 0 };
  const log = new KeptLog();
  const monitor = new Monitor({ clock, config, droppedLines: () => 0 });
  const gateway = await startGateway({ config, log, sinks: [], dataDir: undefined, parts: [monitor.part] });
  t.after(() => gateway.close({ graceMs: 0 }));
  monitor.serve(gateway, { log, configHash: () => undefined });
  return { monitor, gateway };
}

test("who asks for the figures while they are put together gets the same ones", async (t) => {
  const { monitor, gateway } = await monitored(t);
  const held = Promise.withResolvers<string>();
  let asked = 0;
  const all = Promise.withResolvers<void>();
  const { handle } = monitor.part;
  t.mock.method(monitor.part, "handle", (...given: Parameters<typeof handle>) => {
    const answered = handle(...given);
    asked += 1;
    if (asked === 20) all.resolve();
    return answered;
  });
  const made = t.mock.method(monitor.metrics, "text", () => held.promise);
  const answers = Array.from({ length: 20 }, () => ask(gateway.port, { path: "/metrics" }));
  await all.promise;
  held.resolve("the figures\n");
  for (const { status, text } of await Promise.all(answers))
    assert.deepEqual([status, text], [200, "the figures\n"]);
  assert.equal(made.mock.callCount(), 1);
  await ask(gateway.port, { path: "/metrics" });
  assert.equal(made.mock.callCount(), 2);
});

test("the status page looks at the models once a second, however often it is asked for", async (t) => {
  const { gateway } = await monitored(t);
  const looks = t.mock.method(gateway.targets.chooser, "availability");
  for (let count = 0; count < 5; count += 1)
    assert.equal((await ask(gateway.port, { path: "/status" })).status, 200);
  assert.equal(looks.mock.callCount(), 1);
});
