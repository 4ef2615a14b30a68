// Faults 87 to 89: saves that are broken, half, renamed, swapped, many or in the middle of traffic.

import assert from "node:assert/strict";
import { mkdir, rename, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig } from "../../../src/config/file/load.ts";
import { watchConfig } from "../../../src/supervise/watch.ts";
import { type CliRun, startCli } from "../../support/cli.ts";
import { Condition } from "../../support/condition.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { folderFor } from "../../support/folder.ts";
import { heldAnswer } from "../../support/held-answer.ts";
import { KeptLog } from "../../support/kept-log.ts";
import { configOf, gatewayFor } from "../../support/start-gateway.ts";
import { ask, openWire, requestBytes } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

/** A configuration with these names for one endpoint. */
function configText(endpoint: FakeEndpoint, names: readonly string[]): string {
  const endpoints = names.map((name) => ({ name, base_url: endpoint.url, models: ["m"] }));
  return JSON.stringify({ server: { port: 0 }, endpoints }, null, 1);
}

async function serves(port: number): Promise<void> {
  assert.equal((await ask(port, chat())).status, 200);
}

/** Waits for the reload that brought this endpoint. */
async function brought(run: CliRun, name: string): Promise<void> {
  await run.says("stdout", new RegExp(`"event":"reload"[^\\n]*\\+1 endpoint \\(${name}\\)`));
}

test("fault 87: a broken save changes nothing and is told once; the next good one is taken", async (t) => {
  const endpoint = await fakeFor(t);
  const run = await startCli(t, [], { files: { "config.yaml": configText(endpoint, ["a"]) } });
  const port = await run.port();
  const file = join(run.folder, "config.yaml");
  const broken = configText(endpoint, ["a"]).replace('"name"', '"nmae"');
  await writeFile(file, broken);
  await run.says("stdout", /"event":"reload_failed"/);
  await serves(port);
  await writeFile(file, broken);
  await writeFile(file, configText(endpoint, ["a", "b"]));
  await brought(run, "b");
  await serves(port);
  assert.equal(run.stdout.match(/"event":"reload_failed"/g)?.length, 1);
});

test("fault 87: a file that is half written, renamed over, removed and written again never stops the service", async (t) => {
  const endpoint = await fakeFor(t);
  const run = await startCli(t, [], { files: { "config.yaml": configText(endpoint, ["a"]) } });
  const port = await run.port();
  const file = join(run.folder, "config.yaml");
  const second = configText(endpoint, ["a", "b"]);
  await writeFile(file, second.slice(0, second.length / 2));
  await run.says("stdout", /"event":"reload_failed"/);
  await serves(port);
  await writeFile(file, second);
  await brought(run, "b");
  // As editors save: aside, then over it.
  await writeFile(`${file}.swp`, configText(endpoint, ["a", "b", "c"]));
  await rename(`${file}.swp`, file);
  await brought(run, "c");
  await unlink(file);
  await run.says("stdout", /"event":"config_removed"/);
  await serves(port);
  await writeFile(file, configText(endpoint, ["a", "b", "c", "d"]));
  await brought(run, "d");
  await serves(port);
});

test("fault 87: a file that is empty for a moment, as in the middle of a save, takes no endpoint away", async (t) => {
  const endpoint = await fakeFor(t);
  const run = await startCli(t, [], { files: { "config.yaml": configText(endpoint, ["a"]) } });
  const port = await run.port();
  const file = join(run.folder, "config.yaml");
  await writeFile(file, "");
  await run.says("stdout", /"event":"(?:reload|config)[a-z_]*"/);
  await serves(port);
  await writeFile(file, configText(endpoint, ["a", "b"]));
  await brought(run, "b");
  await serves(port);
});

test("fault 87: a link that is swapped, as a mounted ConfigMap is, is taken", async (t) => {
  const endpoint = await fakeFor(t);
  const folder = folderFor(t);
  for (const [version, names] of Object.entries({ "..v1": ["a"], "..v2": ["a", "b"] })) {
    await mkdir(join(folder, version));
    await writeFile(join(folder, version, "config.yaml"), configText(endpoint, names));
  }
  await symlink("..v1", join(folder, "..data"));
  await symlink("..data/config.yaml", join(folder, "config.yaml"));
  const run = await startCli(t, ["--config", join(folder, "config.yaml")]);
  const port = await run.port();
  await run.ready();
  await symlink("..v2", join(folder, "..data_tmp"));
  await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  await brought(run, "b");
  await serves(port);
});

test("fault 88: reloads under load fail no request; a stream at a removed endpoint finishes", async (t) => {
  const [a, b] = [await fakeFor(t), await fakeFor(t)];
  const both = [
    { name: "a", base_url: a.url },
    { name: "b", base_url: b.url },
  ];
  const { gateway, port } = await gatewayFor(t, { endpoints: both });
  const { wire, exchange } = await heldAnswer(t, port, a, chat("a/m", { stream: true }));
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece("data: 1\n\n");
  await wire.head();
  await wire.readUntil("data: 1\n\n");
  const statuses = new Set<number>();
  let isOver = false;
  const worker = async (): Promise<void> => {
    const own = await openWire(port);
    while (!isOver) {
      await own.send(requestBytes(chat("m", { stream: true })));
      statuses.add((await own.answer()).status);
    }
    own.close();
  };
  const load = Promise.all(Array.from({ length: 8 }, worker));
  const plans = [both.slice(1), both, [...both].reverse(), both.slice(1)].map((endpoints) =>
    configOf({ endpoints }),
  );
  for (let round = 0; round < 10; round += 1) {
    for (const plan of plans) {
      gateway.reload(plan);
      await ask(port, chat());
    }
  }
  isOver = true;
  await load;
  assert.deepEqual([...statuses], [200]);
  await exchange.piece("data: [DONE]\n\n");
  await exchange.finish();
  assert.equal((await wire.body()).toString(), "data: [DONE]\n\n");
});

test("fault 89: a hundred saves in a row are gathered, and the last one is what is loaded", async (t) => {
  const endpoint = await fakeFor(t);
  const folder = folderFor(t);
  const file = join(folder, "config.yaml");
  await writeFile(file, configText(endpoint, ["first"]));
  const changed = new Condition();
  let loads = 0;
  let loaded = "first";
  const watch = watchConfig({
    path: file,
    onChange: () => {
      loads += 1;
      void loadConfig(file, {}).then((result) => {
        if (result.kind === "ok") loaded = result.config.plan.endpoints[0]?.name ?? "";
        changed.notify();
      });
    },
    log: new KeptLog(),
  });
  t.after(() => watch.close());
  await watch.ready;
  for (let save = 1; save <= 100; save += 1) await writeFile(file, configText(endpoint, [`e${save}`]));
  await changed.until(() => loaded === "e100");
  assert.ok(loads < 50, `${loads} loads`);
});

test("fault 89: a hundred reloads leave neither timers nor connections behind", async (t) => {
  const endpoint = await fakeFor(t);
  const configs = ["a", "b"].map((name) => configOf({ endpoints: [{ name, base_url: endpoint.url }] }));
  const [first, second] = configs;
  assert.ok(first !== undefined && second !== undefined);
  const { gateway, port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url: endpoint.url }] });
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const settle = async (): Promise<void> => {
    for (const config of configs) gateway.reload(config);
    await gateway.catalogue.firstAnswers();
    await serves(port);
  };
  await settle();
  const before = { timers: timers(), connections: endpoint.openConnections() };
  for (let round = 0; round < 50; round += 1) {
    gateway.reload(first);
    gateway.reload(second);
  }
  await settle();
  await gateway.catalogue.askAgain();
  assert.ok(timers() <= before.timers + 5, `${before.timers} timers, then ${timers()}`);
  assert.ok(
    endpoint.openConnections() <= before.connections + 5,
    `${endpoint.openConnections()} connections`,
  );
});
