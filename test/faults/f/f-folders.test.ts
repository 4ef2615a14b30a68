// Faults 181 to 183: the configuration's path comes to mean another file, busy neighbours, addresses that were changed
// and put back. Saves of the file itself are in `f-reload.test.ts`; each way of moving a path in `watch.test.ts`.

import assert from "node:assert/strict";
import { appendFile, mkdir, rename, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { statMark } from "../../../src/supervise/looks.ts";
import { watchConfig } from "../../../src/supervise/watch.ts";
import { type CliRun, startCli } from "../../support/cli.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { folderFor } from "../../support/folder.ts";
import { KeptLog } from "../../support/kept-log.ts";
import { configOf, gatewayFor } from "../../support/start-gateway.ts";
import { ask } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

function configText(endpoint: FakeEndpoint, names: readonly string[], server = {}): string {
  const endpoints = names.map((name) => ({ name, base_url: endpoint.url, models: ["m"] }));
  return JSON.stringify({ server: { port: 0, ...server }, endpoints }, null, 1);
}

/** Waits for the reload that brought this endpoint. */
async function brought(run: CliRun, name: string): Promise<void> {
  await run.says("stdout", new RegExp(`"event":"reload"[^\\n]*\\+1 endpoint \\(${name}\\)`));
}

test("fault 181: the folder replaced by a rename, then by a link that is switched: each save after it is live", async (t) => {
  const endpoint = await fakeFor(t);
  const folder = folderFor(t);
  const at = (name: string) => join(folder, name, "config.yaml");
  for (const [name, names] of Object.entries({ conf: ["a"], next: ["a", "b"], last: ["a", "b", "c", "d"] })) {
    await mkdir(join(folder, name));
    await writeFile(at(name), configText(endpoint, names));
  }
  const run = await startCli(t, ["--config", at("conf")]);
  const port = await run.port();
  await run.ready();
  await rename(join(folder, "conf"), join(folder, "old"));
  await rename(join(folder, "next"), join(folder, "conf"));
  await brought(run, "b");
  await writeFile(at("conf"), configText(endpoint, ["a", "b", "c"]));
  await brought(run, "c");
  await rename(join(folder, "conf"), join(folder, "older"));
  await symlink("last", join(folder, "conf"));
  await brought(run, "d");
  await writeFile(at("last"), configText(endpoint, ["a", "b", "c", "d", "e"]));
  await brought(run, "e");
  assert.equal((await ask(port, chat())).status, 200);
});

test("fault 181: after SIGHUP in a folder that was replaced the next save is live as well", async (t) => {
  const endpoint = await fakeFor(t);
  const folder = folderFor(t);
  const file = join(folder, "conf", "config.yaml");
  await mkdir(join(folder, "conf"));
  await writeFile(file, configText(endpoint, ["a"]));
  const run = await startCli(t, ["--config", file]);
  const port = await run.port();
  await run.ready();
  await rename(join(folder, "conf"), join(folder, "old"));
  await mkdir(join(folder, "conf"));
  await writeFile(file, configText(endpoint, ["a", "b"]));
  run.kill("SIGHUP");
  await brought(run, "b");
  await writeFile(file, configText(endpoint, ["a", "b", "c"]));
  await brought(run, "c");
  assert.equal((await ask(port, chat())).status, 200);
});

test("fault 182: what is written beside the configuration is not looked at, however much it is", async (t) => {
  const folder = folderFor(t);
  const path = join(folder, "config.yaml");
  await writeFile(path, "endpoints: []\n");
  const looked: string[] = [];
  const watch = watchConfig({
    path,
    onChange: () => undefined,
    log: new KeptLog(),
    mark: (given) => {
      looked.push(given);
      return statMark(given);
    },
  });
  t.after(() => watch.close());
  await watch.ready;
  const events = process.getActiveResourcesInfo().filter((kind) => kind.startsWith("FSEvent"));
  assert.deepEqual(events, [], "an event of the folder would wake the process for each write");
  // Time stands still from here on, so that a look would be one that a write has caused.
  t.mock.timers.enable({ apis: ["setTimeout"] });
  looked.length = 0;
  for (let line = 0; line < 500; line += 1) await appendFile(join(folder, "access.log"), "a line\n");
  for (let file = 0; file < 50; file += 1) {
    await writeFile(join(folder, `spool-${file}`), "x");
    await unlink(join(folder, `spool-${file}`));
  }
  // A look whose time had come before the clock was held may still have run: both files, twice.
  assert.ok(looked.length <= 4, `${looked.length} looks`);
  assert.ok(looked.every((given) => given === path || given === join(folder, ".env")));
  t.mock.timers.reset();
});

test("fault 183: an address that is changed is told once, and putting it back is not told at all", async (t) => {
  const endpoint = await fakeFor(t);
  const { gateway, port } = await gatewayFor(t, configText(endpoint, ["a"]));
  const withServer = (server: object) => configOf(configText(endpoint, ["a"], server));
  const told = ["server.host and server.port take effect at the next start"];
  assert.deepEqual(gateway.reload(withServer({ port: 1 })), told);
  assert.deepEqual(gateway.reload(withServer({ port: 1 })), []);
  assert.deepEqual(gateway.reload(withServer({ port: 0 })), []);
  assert.deepEqual(gateway.reload(withServer({ port: 0, host: "localhost" })), told);
  assert.equal(gateway.url, `http://127.0.0.1:${port}/v1`, "the address in force is the one that is bound");
  assert.deepEqual(gateway.reload(withServer({ port })), []);
});

test("fault 183: keys are never dropped on a bound address that others reach, whatever the file says its host is", async (t) => {
  const endpoint = await fakeFor(t);
  const open = { host: "0.0.0.0", api_keys: ["a-client-key"] };
  const run = await startCli(t, [], { files: { "config.yaml": configText(endpoint, ["a"], open) } });
  const port = await run.port();
  await run.ready();
  const file = join(run.folder, "config.yaml");
  // First the host, which only counts at the next start, and then the keys: the listener is still the open one.
  await writeFile(file, configText(endpoint, ["a"], { ...open, host: "127.0.0.1" }));
  await run.says("stdout", /"event":"reload"[^\n]*server settings/);
  await writeFile(file, configText(endpoint, ["a", "b"], { host: "127.0.0.1" }));
  await run.says("stdout", /"event":"reload_failed"/);
  assert.equal((await ask(Number(port), chat())).status, 401);
});
