// Faults 125, 126 and 128: what is kept in the data folder belongs to one configuration and one address, and nothing
// that lies there holds the gateway up or is followed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, lstat, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runCli, startCli } from "../../support/cli.ts";
import { dryRun } from "../../support/dry-run.ts";
import { apiError, json } from "../../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { folderFor } from "../../support/folder.ts";
import { configOf, gatewayFor, type TestGateway } from "../../support/start-gateway.ts";
import { ask } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const LIMITED = apiError(429, "rate_limit_exceeded", { "retry-after": "600" });
const FORTY_DAYS_S = 40 * 86_400;

type Told = { readonly config: object; readonly dataDir: string; readonly configFile: string };

/** Starts a gateway, lets the limit of `a` make it rest, and stops it. */
async function restOnce(t: TestContext, fake: FakeEndpoint, told: Told): Promise<void> {
  const first = await gatewayFor(t, told.config, told);
  fake.script([LIMITED]);
  await ask(first.port, chat());
  await first.gateway.close({ graceMs: 0 });
}

async function whyNotA(running: TestGateway): Promise<string | null | undefined> {
  return (await dryRun({ ask: (request) => ask(running.port, request) })).skipped["a"];
}

function configFor(fake: FakeEndpoint, url = fake.url) {
  return { endpoints: [{ name: "a", base_url: url, models: ["m"], api_key: "sk-test" }] };
}

test("fault 125: a rest is there again for the same configuration, and for no other", async (t) => {
  const dataDir = folderFor(t);
  const fake = await fakeFor(t);
  fake.always(GOOD);
  const config = configFor(fake);
  await restOnce(t, fake, { config, dataDir, configFile: "/one/config.yaml" });
  const again = await gatewayFor(t, config, { dataDir, configFile: "/one/config.yaml" });
  assert.equal(await whyNotA(again), "rate limited");
  assert.match(
    (await again.log.line("rest_began")).message,
    /^a\/m rests for \d+ s: it is over its rate limit\.$/,
  );
  const other = await gatewayFor(t, config, { dataDir, configFile: "/two/config.yaml" });
  assert.equal(await whyNotA(other), null);
  const none = await gatewayFor(t, config, { dataDir });
  assert.equal(await whyNotA(none), null);
});

test("fault 125: another base_url under the same name takes nothing over, at a start and at a reload", async (t) => {
  const dataDir = folderFor(t);
  const fake = await fakeFor(t);
  fake.always(GOOD);
  const configFile = "/one/config.yaml";
  await restOnce(t, fake, { config: configFor(fake), dataDir, configFile });
  const moved = configFor(fake, fake.url.replace("127.0.0.1", "localhost"));
  const later = await gatewayFor(t, moved, { dataDir, configFile });
  assert.equal(await whyNotA(later), null);

  fake.script([LIMITED]);
  await ask(later.port, chat());
  assert.equal(await whyNotA(later), "rate limited");
  later.gateway.reload(configOf(configFor(fake)));
  assert.equal(await whyNotA(later), null);
});

test("fault 125: whose turn it is belongs to the address too", async (t) => {
  const dataDir = folderFor(t);
  const fakes = [await fakeFor(t), await fakeFor(t)] as const;
  for (const fake of fakes) fake.always(GOOD);
  const configFile = "/one/config.yaml";
  const config = (first: string) => ({
    endpoints: [
      { name: "a", base_url: first, models: ["m"], weight: 3 },
      { name: "b", base_url: fakes[1].url, models: ["m"] },
    ],
  });
  const turns = async (first: string): Promise<string> => {
    const running = await gatewayFor(t, config(first), { dataDir, configFile });
    const names: string[] = [];
    for (let time = 0; time < 2; time += 1)
      names.push((await ask(running.port, chat())).header("x-oai-gateway-endpoint") ?? "");
    await running.gateway.close({ graceMs: 0 });
    return names.join("");
  };
  // a a b a: the second two of four go on where the first two stopped.
  assert.equal(await turns(fakes[0].url), "aa");
  assert.equal(await turns(fakes[0].url), "ba");
  assert.equal(await turns(fakes[0].url), "aa");
  const moved = fakes[0].url.replace("127.0.0.1", "localhost");
  // With the turns of both it would be "ba" again: b has kept its own, and a begins anew.
  assert.equal(await turns(moved), "ab");
});

test("fault 125: the state of an earlier version is used where it fits, and ignored where it does not", async (t) => {
  const { createHash } = await import("node:crypto");
  const fingerprint = createHash("sha256").update("oai-gateway sk-test").digest("hex").slice(0, 16);
  const rest = { credential: 1, class: "dead_key", untilWallMs: Date.now() + 500_000 };
  const fits = { ...rest, endpoint: "a", fingerprint };
  const rests = {
    fits: [[fits], "its key is rejected"],
    "another key": [[{ ...fits, fingerprint: "0123456789abcdef" }], null],
    "no key": [[{ ...rest, endpoint: "a" }], null],
    "another endpoint": [[{ ...fits, endpoint: "b" }], null],
  } as const;
  const fake = await fakeFor(t);
  for (const [what, [cooldowns, why]] of Object.entries(rests)) {
    const dataDir = folderFor(t);
    const document = { version: 1, state: { rotation: [["m", [["x/m", 5]]]], cooldowns } };
    await writeFile(join(dataDir, "state.json"), JSON.stringify(document));
    const running = await gatewayFor(t, configFor(fake), { dataDir, configFile: "/one/config.yaml" });
    assert.equal(await whyNotA(running), why, what);
  }
});

test("fault 125: two processes with the same configuration run beside each other, and the last state is whole", async (t) => {
  const dataDir = folderFor(t);
  const fake = await fakeFor(t);
  fake.always(GOOD);
  const told = { dataDir, configFile: "/one/config.yaml" };
  const running = [await gatewayFor(t, configFor(fake), told), await gatewayFor(t, configFor(fake), told)];
  for (const { port } of running) assert.equal((await ask(port, chat())).status, 200);
  await Promise.all(running.map(({ gateway }) => gateway.close({ graceMs: 0 })));
  const [folder = ""] = await readdir(join(dataDir, "gateways"));
  const text = await readFile(join(dataDir, "gateways", folder, "state.json"), "utf8");
  assert.equal(JSON.parse(text).version, 1);
  assert.ok(running.every(({ log }) => log.lines.every(({ level }) => level === "info")));
});

/** What may lie where the state should be. */
const ODD: Readonly<Record<string, (path: string, folder: string) => Promise<unknown> | unknown>> = {
  "a pipe that nobody writes to": (path) => execFileSync("mkfifo", [path]),
  "a link to a file": async (path, folder) => {
    await writeFile(join(folder, "else.json"), '{"version":1,"state":{}}');
    await symlink(join(folder, "else.json"), path);
  },
  "a link to a device": (path) => symlink("/dev/zero", path),
  "a folder": (path) => mkdir(path),
  "a file that is far too large": async (path) => {
    await writeFile(path, "{");
    const { truncate } = await import("node:fs/promises");
    await truncate(path, 3_000_000_000);
  },
};

for (const [what, make] of Object.entries(ODD)) {
  test(`fault 126: ${what} in place of the state: listens at once, says so once, and follows nothing`, async (t) => {
    const dataDir = folderFor(t);
    const fake = await fakeFor(t);
    fake.always(GOOD);
    const told = { dataDir, configFile: "/one/config.yaml" };
    const first = await gatewayFor(t, configFor(fake), told);
    await ask(first.port, chat());
    fake.script([LIMITED]);
    await ask(first.port, chat());
    await first.gateway.close({ graceMs: 0 });
    const [name = ""] = await readdir(join(dataDir, "gateways"));
    const path = join(dataDir, "gateways", name, "state.json");
    await rm(path);
    await make(path, dataDir);
    const running = await gatewayFor(t, configFor(fake), told);
    assert.equal((await ask(running.port, chat())).status, 200);
    const warnings = running.log.lines.filter(({ event }) => event === "saved_state_failed");
    assert.equal(warnings.length, 1);
    fake.script([LIMITED]);
    await ask(running.port, chat("m", { user: "somebody else" }));
    await running.gateway.close({ graceMs: 0 });
    if (what.includes("link")) assert.ok((await lstat(path)).isFile(), "the link was replaced, not followed");
    if (what === "a link to a file")
      assert.equal(await readFile(join(dataDir, "else.json"), "utf8"), '{"version":1,"state":{}}');
  });
}

test("fault 126: a folder of ours that is a link to somewhere else is not written to", async (t) => {
  const dataDir = folderFor(t);
  const elsewhere = folderFor(t);
  const fake = await fakeFor(t);
  await symlink(elsewhere, join(dataDir, "catalogue"));
  await symlink(elsewhere, join(dataDir, "gateways"));
  const config = { endpoints: [{ name: "a", base_url: fake.url }] };
  const running = await gatewayFor(t, config, { dataDir, configFile: "/one/config.yaml" });
  assert.equal((await ask(running.port, chat())).status, 200);
  await running.gateway.close({ graceMs: 0 });
  const left = await readdir(elsewhere, { recursive: true });
  assert.deepEqual(
    left.filter((name) => name.endsWith(".json") || name.endsWith(".tmp")),
    [],
  );
});

test("fault 126: a data folder that is open to all is told by the gateway, by check and by doctor", async (t) => {
  const fake = await fakeFor(t);
  const dataDir = folderFor(t);
  await chmod(dataDir, 0o777);
  const text = `server: {port: 0}\nendpoints:\n  - {name: a, base_url: "${fake.url}"}\n`;
  const files = { "config.yaml": text };
  const run = await startCli(t, ["--data-dir", dataDir], { files });
  await run.says("stdout", /"event":"data_folder_open"/);
  const checked = await runCli(t, ["check", "--data-dir", dataDir], { files });
  assert.equal(checked.code, 0);
  assert.match(
    checked.stderr,
    /other users of this machine may write to the data folder .*mode 777[\s\S]*fix: chmod 700/,
  );
  const doctor = await runCli(t, ["doctor", "--data-dir", dataDir], { files });
  assert.match(doctor.stdout, /other users of this machine may write to .*mode 777/);
  await chmod(dataDir, 0o700);
  const quiet = await runCli(t, ["check", "--data-dir", dataDir], { files });
  assert.doesNotMatch(quiet.stderr, /other users/);
});

test("fault 128: lists and states that nobody has used for 30 days are removed, and none that is in use", async (t) => {
  const dataDir = folderFor(t);
  const fake = await fakeFor(t);
  const config = { endpoints: [{ name: "a", base_url: fake.url }] };
  const told = { dataDir, configFile: "/one/config.yaml" };
  const first = await gatewayFor(t, config, told);
  await ask(first.port, chat());
  await first.gateway.close({ graceMs: 0 });
  const lists = join(dataDir, "catalogue");
  const [own = ""] = await readdir(lists);
  const [state = ""] = await readdir(join(dataDir, "gateways"));
  const old = Date.now() / 1_000 - FORTY_DAYS_S;
  const gone = join(dataDir, "gateways", "00000000deadbeef");
  await mkdir(gone);
  for (const path of [join(lists, "old.json"), join(lists, "old.json.corrupt"), join(gone, "state.json")])
    await writeFile(path, "{}");
  await writeFile(join(lists, "young.json"), "{}");
  await writeFile(join(lists, "notes.txt"), "mine");
  for (const name of ["old.json", "old.json.corrupt", "notes.txt", own])
    await utimes(join(lists, name), old, old);
  for (const path of [join(gone, "state.json"), join(dataDir, "gateways", state, "state.json")])
    await utimes(path, old, old);
  const second = await gatewayFor(t, config, told);
  await second.gateway.kept.pruned;
  assert.deepEqual((await readdir(lists)).sort(), [own, "notes.txt", "young.json"].sort());
  assert.deepEqual(await readdir(join(dataDir, "gateways")), [state]);
});

test("fault 128: what is served after keepNothing leaves no file: the demo of the start screen", async (t) => {
  const dataDir = folderFor(t);
  const fake = await fakeFor(t);
  const running = await gatewayFor(t, { endpoints: [] }, { dataDir, configFile: "/one/config.yaml" });
  running.gateway.kept.keepNothing();
  running.gateway.reload(configOf({ endpoints: [{ name: "mock", base_url: fake.url }] }));
  await running.gateway.catalogue.firstAnswers();
  assert.equal((await ask(running.port, chat())).status, 200);
  await running.gateway.close({ graceMs: 0 });
  assert.deepEqual(await readdir(dataDir, { recursive: true }), []);
});
