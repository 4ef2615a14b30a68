// What a serving gateway keeps: a line for each request that reached a model, the log of all that were asked, and nothing
// of its own pages; in one process and in several.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import type { RunningStore, UsageQuestion } from "../../src/store/store.ts";
import { openStore } from "../../src/store/threads/open-store.ts";
import { runCli, startCli } from "../support/cli.ts";
import { apiError } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { folderFor } from "../support/folder.ts";
import { KeptLog } from "../support/kept-log.ts";
import { KEEP_LONG } from "../support/store-entries.ts";
import { ask } from "../support/wire.ts";
import { askOn, configOf, workersFor } from "../support/workers.ts";
import { chat, worldFor } from "../support/world.ts";

const all = (): UsageQuestion => ({ groups: ["model", "endpoint"], fromMs: 0, toMs: Date.now() + 60_000 });

function memoryStore(t: TestContext): RunningStore {
  const store = openStore({ place: "memory", folder: undefined, keep: KEEP_LONG }, undefined, new KeptLog());
  t.after(() => store.close());
  return store;
}

test("requests that reach a model are in the ledger, with who answered and how it failed", async (t) => {
  const store = memoryStore(t);
  const world = await worldFor(t, { endpoints: { alpha: {} } }, { store });
  await world.ask(chat());
  await world.ask(chat());
  world.fakes.alpha.script([apiError(400, null)]);
  await world.ask(chat());
  const rows = await store.usage(all());
  assert.deepEqual(
    rows.map(({ values, requests, failed }) => [...values, requests, failed]),
    [["m", "alpha", 3, 1]],
  );
  const { entries } = await store.requests({ limit: 10 });
  assert.deepEqual(
    entries.map((entry) => [
      entry.status,
      entry.operation,
      entry.request.path,
      entry.request.attempts.length,
    ]),
    [
      [400, "chat", "/v1/chat/completions", 1],
      [200, "chat", "/v1/chat/completions", 1],
      [200, "chat", "/v1/chat/completions", 1],
    ],
  );
});

test("lists, health and pages of the gateway itself are not kept; what was refused is in the log alone", async (t) => {
  const store = memoryStore(t);
  const world = await worldFor(t, { endpoints: { alpha: {} } }, { store });
  for (const path of ["/v1/models", "/healthz", "/"]) await world.ask({ method: "GET", path });
  await world.ask({ ...chat(), headers: { "x-oai-gateway-dry-run": "true" } });
  await world.ask(chat("x".repeat(500)));
  const { entries } = await store.requests({ limit: 10 });
  assert.deepEqual(
    entries.map(({ status, error }) => [status, error]),
    [[404, "model_not_found"]],
  );
  assert.deepEqual(await store.usage(all()), []);
});

test("the snapshot says how the store is, and a reload changes how long is kept", async (t) => {
  const store = memoryStore(t);
  const world = await worldFor(t, { endpoints: { alpha: {} }, store: { mode: "memory" } }, { store });
  await world.ask(chat());
  await store.flush();
  const { health, kind, lost } = world.gateway.snapshot().store;
  assert.deepEqual({ health, kind, lost }, { health: "ok", kind: "memory", lost: 0 });
  const kept = {
    ...world.gateway.config(),
    store: { ...world.gateway.config().store, place: "off" as const },
  };
  assert.deepEqual(world.gateway.reload(kept), ["store.mode and store.folder take effect at the next start"]);
});

test("a gateway that is stopped has everything on the disk, in the folder that is configured", async (t) => {
  const fake = await fakeFor(t);
  const config = JSON.stringify({
    server: { port: 0 },
    endpoints: [{ name: "a", base_url: fake.url }],
    store: { folder: "kept" },
  });
  const run = await startCli(t, [], { files: { "config.yaml": config } });
  const port = await run.port();
  await run.ready();
  for (let count = 0; count < 5; count += 1) await ask(port, chat());
  run.kill("SIGTERM");
  assert.equal((await run.ended).code, 0);
  assert.equal(countIn(join(run.folder, "kept", "usage.db"), "ledger"), 5);
  assert.equal(countIn(join(run.folder, "kept", "requests.db"), "request", "sum(id - first + 1)"), 5);
});

test("a gateway whose store is off writes no file", async (t) => {
  const fake = await fakeFor(t);
  const config = JSON.stringify({
    server: { port: 0 },
    endpoints: [{ name: "a", base_url: fake.url }],
    store: { mode: "off" },
  });
  const run = await startCli(t, [], { files: { "config.yaml": config } });
  await ask(await run.port(), chat());
  run.kill("SIGTERM");
  await run.ended;
  assert.throws(() => countIn(join(run.folder, "xdg-data", "oai-gateway", "usage.db"), "ledger"));
});

test("fault 373: what several processes serve is in one store, also when one of them is killed", async (t) => {
  const fake = await fakeFor(t);
  const gateway = await workersFor(t, configOf({ fake }));
  const [one, two] = [await gateway.openAt(1), await gateway.openAt(2)];
  for (let count = 0; count < 10; count += 1) for (const wire of [one, two]) await askOn(wire, chat());
  const pid = await gateway.pidOf(1);
  // A batch is on its way within a tenth of a second; the log of requests goes the same way, and later.
  await gateway.run.says("stdout", /(?:"event":"request"[^\n]*"worker":1[\s\S]*){10}/);
  process.kill(pid, "SIGKILL");
  await gateway.replaced(1, pid);
  const again = await gateway.openAt(2);
  for (let count = 0; count < 5; count += 1) await askOn(again, chat());
  gateway.run.kill("SIGTERM");
  await gateway.run.ended;
  const kept = countIn(join(gateway.run.folder, "xdg-data", "oai-gateway", "usage.db"), "ledger");
  assert.ok(kept >= 15 && kept <= 25, `${kept} of 25 are kept`);
});

test("a folder that cannot be used keeps nobody from being served", async (t) => {
  const folder = folderFor(t);
  await writeFile(join(folder, "file"), "");
  const log = new KeptLog();
  const settings = { place: "folder", folder: join(folder, "file", "below"), keep: KEEP_LONG } as const;
  const store = openStore(settings, undefined, log);
  t.after(() => store.close());
  const world = await worldFor(t, { endpoints: { alpha: {} } }, { store });
  assert.equal((await world.ask(chat())).status, 200);
  await log.line("store_failed");
  assert.equal((await world.ask(chat())).status, 200);
});

test("doctor says what is wrong with the store of the running gateway", async (t) => {
  const fake = await fakeFor(t);
  const config = JSON.stringify({
    server: { port: 0 },
    endpoints: [{ name: "a", base_url: fake.url }],
    store: { folder: "config.yaml" },
  });
  const run = await startCli(t, [], { files: { "config.yaml": config } });
  assert.equal((await ask(await run.port(), chat())).status, 200);
  await run.says("stdout", /"event":"store_failed"/);
  const at = [
    "--config",
    join(run.folder, "config.yaml"),
    "--data-dir",
    join(run.folder, "xdg-data", "oai-gateway"),
  ];
  const doctor = await runCli(t, ["doctor", ...at]);
  assert.match(doctor.stdout, /the store: its file cannot be used; 1 entries wait, 0 are lost/);
});

function countIn(path: string, table: string, what = "count(*)"): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const count = Number(database.prepare(`SELECT ${what} AS n FROM ${table}`).get()?.["n"]);
  database.close();
  return count;
}
