// Faults 162, 163, 165, 170: lists of models that hold a key, that are too large, whose fields are odd; and what is
// kept of them on the disk.

import assert from "node:assert/strict";
import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runCli } from "../../support/cli.ts";
import { body, json } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { folderFor } from "../../support/folder.ts";
import { gatewayFor } from "../../support/start-gateway.ts";
import { ask } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const KEY = "sk-CANARY/with+odd=chars-0123456789";

/** The list as the gateway shows it. */
async function listOf(port: number): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { data } = (await ask(port, { path: "/v1/models" })).json();
  assert.ok(Array.isArray(data));
  return data;
}

test("fault 162: a key in a list of models is not shown, not logged and not kept", async (t) => {
  const dataDir = folderFor(t);
  const { fakes, gateway, log, port } = await worldFor(
    t,
    { endpoints: { a: { config: { api_key: KEY } } } },
    { dataDir },
  );
  const data = [
    { id: "m" },
    { id: `x-${KEY}` },
    { id: "n", owned_by: KEY, deep: [{ url: encodeURIComponent(KEY) }] },
  ];
  fakes.a.on("GET /models", json(200, { data }));
  await gateway.catalogue.askAgain();
  const shown = await listOf(port);
  assert.deepEqual(
    shown.map(({ id, owned_by }) => [id, owned_by]),
    [
      ["m", "a"],
      ["n", "a"],
    ],
  );
  await gateway.close({ graceMs: 0 });
  const files = await readdir(join(dataDir, "catalogue"));
  const kept = await Promise.all(files.map((file) => readFile(join(dataDir, "catalogue", file), "utf8")));
  assert.ok(kept.length > 0 && kept.join("").includes('"n"'));
  for (const text of [JSON.stringify(shown), kept.join(""), JSON.stringify([log.lines, log.summaries])]) {
    assert.ok(!text.includes("CANARY"), text);
  }
});

test("fault 162: no command prints it either, nor an error in which it stands", async (t) => {
  const fake = await fakeFor(t);
  fake.on("GET /models", json(200, { data: [{ id: "m" }, { id: `x-${KEY}` }, { id: "n", owned_by: KEY }] }));
  fake.always(json(400, { error: { message: `${"x".repeat(60)} ${KEY}` } }));
  const config = JSON.stringify({ endpoints: [{ name: "a", base_url: fake.url, api_key: KEY }] });
  for (const args of [
    ["models", "--json"],
    ["models"],
    ["doctor"],
    ["doctor", "--json"],
    ["route", "n", "--json"],
  ]) {
    const ended = await runCli(t, args, { files: { "config.yaml": config } });
    assert.ok(ended.stdout.length > 10, ended.stderr);
    assert.ok(!/CANARY|with\+odd/.test(ended.stdout + ended.stderr), ended.stdout);
  }
});

test("fault 163: of a list over the limit nothing is taken, and the warning names the setting", async (t) => {
  const {
    ask: send,
    fakes,
    gateway,
    log,
  } = await worldFor(t, {
    endpoints: { a: {} },
    discovery: { max_list: "64KiB" },
  });
  fakes.a.on("GET /models", json(200, { data: [{ id: "large", text: "x".repeat(70_000) }] }));
  await gateway.catalogue.askAgain();
  const line = await log.line("models_not_listed");
  assert.equal(line.level, "warn");
  assert.match(line.message, /larger than discovery\.max_list \(64 KiB\); its last good list is kept/);
  assert.equal((await send(chat())).status, 200);
  assert.deepEqual(gateway.status()[0]?.modelCount, 1);
});

test("fault 163: a list of a hundred thousand names gives ten thousand, and is told", async (t) => {
  const {
    ask: send,
    fakes,
    gateway,
    log,
  } = await worldFor(t, {
    endpoints: { a: {} },
    discovery: { max_list: "16MiB" },
  });
  const data = Array.from({ length: 100_000 }, (_, index) => ({ id: `model-${index}`, object: "model" }));
  fakes.a.on("GET /models", json(200, { object: "list", data }));
  await gateway.catalogue.askAgain();
  assert.equal((await log.line("models_cut")).level, "warn");
  assert.equal(gateway.status()[0]?.modelCount, 10_000);
  assert.equal((await send(chat("model-9999"))).status, 200);
  assert.equal((await send(chat("model-10000"))).status, 404);
});

test("fault 163: other work goes on while a large list is read", async (t) => {
  const { fakes, gateway } = await worldFor(t, { endpoints: { a: {} }, discovery: { max_list: "64MiB" } });
  const data = Array.from({ length: 8_000 }, (_, index) => ({
    id: `model-${index}`,
    text: "x".repeat(2_000),
  }));
  fakes.a.on("GET /models", json(200, { data }));
  let turns = 0;
  const beat = (): void => {
    turns += 1;
    timer = setImmediate(beat);
  };
  let timer = setImmediate(beat);
  await gateway.catalogue.askAgain();
  clearImmediate(timer);
  assert.equal(gateway.status()[0]?.modelCount, 8_000);
  assert.ok(turns > 200, `${turns} turns`);
});

test("fault 165: entries with odd fields are passed on with a number and a text, in both shapes", async (t) => {
  const { fakes, gateway, port } = await worldFor(t, { endpoints: { a: {} } });
  const data = [
    { id: "two", object: null, created: null, owned_by: null, display_name: null },
    { id: "three", created: "2024-01-01T00:00:00Z", owned_by: null },
    { id: "four", created: [], owned_by: {} },
  ];
  fakes.a.on("GET /models", json(200, { error: { message: "", code: null }, data }));
  await gateway.catalogue.askAgain();
  assert.deepEqual(await listOf(port), [
    { created: 0, owned_by: "a", id: "two", object: "model" },
    { created: 1_704_067_200, owned_by: "a", id: "three", object: "model" },
    { created: 0, owned_by: "a", id: "four", object: "model" },
  ]);
  const headers = { "anthropic-version": "2023-06-01" };
  const anthropic = (await ask(port, { path: "/v1/models", headers })).json()["data"];
  assert.ok(Array.isArray(anthropic));
  for (const entry of anthropic) {
    assert.equal(typeof entry.created_at, "string");
    assert.equal(entry.display_name, entry.id);
  }
});

test("fault 170: a saved list that is larger than any list is not read, and the gateway serves", async (t) => {
  const dataDir = folderFor(t);
  const first = await worldFor(t, { endpoints: { a: {} } }, { dataDir });
  await first.gateway.close({ graceMs: 0 });
  const [file = ""] = await readdir(join(dataDir, "catalogue"));
  // A whole list all the same: only its size speaks against it.
  await appendFile(join(dataDir, "catalogue", file), " ".repeat(4_000_000));
  const { config } = first;
  first.fakes.a.on("GET /models", body(500, ""));
  const second = await gatewayFor(t, config, { dataDir });
  assert.ok((await readdir(join(dataDir, "catalogue"))).includes(`${file}.corrupt`));
  assert.equal((await ask(second.port, chat("a/m"))).status, 200);
});
