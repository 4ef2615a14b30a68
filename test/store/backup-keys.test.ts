// `backup` and `restore` of a store that has client keys: without the file that their digests are made with, they would
// all be dead.

import assert from "node:assert/strict";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runCli, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { folderFor } from "../support/folder.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

/** A folder with a configuration and a store that has one key, made while no gateway runs. */
async function storeWithKey(t: TestContext) {
  const folder = folderFor(t);
  const fake = await fakeFor(t);
  const config = join(folder, "config.yaml");
  const data = join(folder, "data");
  const store = join(folder, "store");
  const endpoint = { name: "a", base_url: fake.url };
  await writeFile(
    config,
    JSON.stringify({ server: { port: 0 }, endpoints: [endpoint], store: { folder: store } }),
  );
  const run = (...args: readonly string[]) =>
    runCli(t, [...args, "--config", config, "--data-dir", data, "--json"]);
  const made = await run("keys", "create", "--name", "anna");
  assert.equal(made.code, 0, made.stderr);
  const key = String(JSON.parse(made.stdout).key);
  const statusOf = async (said: string): Promise<number> => {
    const gateway = await startCli(t, ["serve", "--config", config, "--data-dir", data]);
    const port = await gateway.port();
    await gateway.ready();
    const { status } = await ask(port, { ...chat(), headers: { authorization: `Bearer ${said}` } });
    gateway.kill("SIGTERM");
    await gateway.ended;
    return status;
  };
  return { folder, store, key, run, statusOf };
}

test("fault 306: a key that was made is known again after everything was lost and restored", async (t) => {
  const { folder, store, key, run, statusOf } = await storeWithKey(t);
  assert.equal(await statusOf(key), 200);
  const copy = join(folder, "copy.db");
  const done = await run("backup", copy);
  assert.equal(done.code, 0, done.stderr);
  const names = JSON.parse(done.stdout).files.map(({ file }: { file: string }) => file);
  assert.deepEqual(names, [copy, `${copy}.key-pepper`]);
  if (process.platform !== "win32") assert.equal((await stat(`${copy}.key-pepper`)).mode & 0o777, 0o600);
  // Neither copy has what the other one has, and none the key.
  const pepper = (await readFile(`${copy}.key-pepper`, "latin1")).trim();
  assert.ok(!(await readFile(copy)).includes(pepper));
  await rm(store, { recursive: true });
  const restored = await run("restore", copy);
  assert.equal(restored.code, 0, restored.stderr);
  assert.equal(await statusOf(key), 200);
  assert.equal(await statusOf("sk-oag-of-nobody"), 401);
  // Once more over what is there: the same file needs not be kept twice.
  assert.equal((await run("restore", copy, "--force")).code, 0);
  assert.deepEqual(
    (await readdir(store)).filter((name) => name.startsWith("key-pepper")),
    ["key-pepper"],
  );
});

test("fault 307: a damaged copy of what the keys are known by is refused, and nothing is changed", async (t) => {
  const { folder, store, key, run, statusOf } = await storeWithKey(t);
  const copy = join(folder, "copy.db");
  assert.equal((await run("backup", copy)).code, 0);
  await writeFile(`${copy}.key-pepper`, "no pepper at all");
  const before = await readFile(join(store, "usage.db"));
  const refused = await run("restore", copy, "--force");
  assert.equal(refused.code, 1);
  assert.match(refused.stdout + refused.stderr, /copy\.db\.key-pepper is damaged/);
  assert.deepEqual(await readFile(join(store, "usage.db")), before);
  assert.equal(await statusOf(key), 200);
});

test("a copy of a store that has no keys any more leaves none of an earlier one beside it", async (t) => {
  const { folder, run } = await storeWithKey(t);
  const copy = join(folder, "copy.db");
  assert.equal((await run("backup", copy)).code, 0);
  assert.equal((await run("keys", "delete", "anna")).code, 0);
  await rm(copy);
  assert.equal((await run("backup", copy)).code, 1);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name === "copy.db"),
    [],
  );
  assert.equal((await run("backup", copy, "--force")).code, 0);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith("copy")),
    ["copy.db"],
  );
});
