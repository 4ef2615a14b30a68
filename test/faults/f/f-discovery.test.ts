// Faults 84, 91, 92: what endpoints may answer when they are asked for their models, and what the disk may do to what
// is kept of it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { MAIN, SHARED_ENV } from "../../support/cli.ts";
import { body, json } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { endless, hangUp, htmlPage, neverAnswer, redirect } from "../../support/faults.ts";
import { folderFor } from "../../support/folder.ts";
import { deadPort } from "../../support/ports.ts";
import { gatewayFor } from "../../support/start-gateway.ts";
import { ask } from "../../support/wire.ts";
import { chat, errorOf } from "../../support/world.ts";

const DISCOVERY = { timeout: "300ms" };

/** Lists that are none, each of an endpoint that answers everything else. */
const NO_LISTS: Readonly<Record<string, Behaviour>> = {
  "a page": htmlPage(200),
  "an error": json(500, "{}"),
  "a rejected key": json(401, "{}"),
  "a redirect": redirect("http://169.254.169.254/"),
  "no JSON": body(200, "models", { "content-type": "application/json" }),
  "JSON of another shape": json(200, { models: 7 }),
  "a reset": hangUp(),
  silence: neverAnswer(),
  "no end": endless(Buffer.alloc(1 << 20, " "), 200, { "content-type": "application/json" }),
  "a deep list": body(200, "[".repeat(100_000), { "content-type": "application/json" }),
};

test("fault 84: endpoints that are down or answer nonsense stop neither the start nor the others", async (t) => {
  const good = await fakeFor(t);
  const endpoints: Record<string, unknown>[] = [{ name: "good", base_url: good.url }];
  for (const [name, behaviour] of Object.entries(NO_LISTS)) {
    const bad = await fakeFor(t);
    bad.on("GET /models", behaviour);
    endpoints.push({ name: name.replaceAll(" ", "-"), base_url: bad.url });
  }
  endpoints.push({ name: "dead", base_url: `http://127.0.0.1:${await deadPort()}/v1` });
  // The good one must not be late where the machine is busy.
  const { port, gateway } = await gatewayFor(t, { endpoints, discovery: { timeout: "1s" } });
  const { data } = (await ask(port, { path: "/v1/models" })).json();
  assert.ok(Array.isArray(data));
  assert.deepEqual(
    data.map((model: { id: unknown }) => model.id),
    ["m"],
  );
  assert.equal((await ask(port, chat())).status, 200);
  assert.equal(
    gateway.status().filter(({ state }) => state === "failed" || state === "rejected_key").length,
    11,
  );
});

test("fault 84: ten thousand models, doubled ids, ids with slashes and colons are served", async (t) => {
  const one = await fakeFor(t);
  const odd = [
    "org/model",
    "qwen3:8b",
    "a/b/c:d",
    "\u6a21\u578b",
    "with space",
    "__proto__",
    "twice",
    "twice",
  ];
  const many = Array.from({ length: 9_000 }, (_, index) => ({ id: `model-${index}`, object: "model" }));
  const list = [...odd.map((id) => ({ id })), ...many];
  one.on("GET /models", json(200, { object: "list", data: list }));
  const { port } = await gatewayFor(t, { endpoints: [{ name: "one", base_url: one.url }] });
  for (const id of [...odd, "model-8999", "one/org/model"]) {
    const answer = await ask(port, chat(id));
    assert.equal(answer.status, 200, id);
  }
  const { data } = (await ask(port, { path: "/v1/models" })).json();
  assert.ok(Array.isArray(data));
  assert.equal(data.filter((model: { id: unknown }) => model.id === "twice").length, 1);
});

test("fault 84: an answer that is empty once, or broken, erases nothing", async (t) => {
  const one = await fakeFor(t);
  const { port, gateway } = await gatewayFor(t, {
    endpoints: [{ name: "one", base_url: one.url }],
    discovery: DISCOVERY,
  });
  for (const behaviour of [json(200, { object: "list", data: [] }), ...Object.values(NO_LISTS)]) {
    one.on("GET /models", behaviour);
    await gateway.catalogue.askAgain();
    assert.equal((await ask(port, chat())).status, 200);
  }
});

test("fault 84: the last good list serves an endpoint that is silent at the next start", async (t) => {
  const one = await fakeFor(t);
  const dataDir = folderFor(t);
  const config = { endpoints: [{ name: "one", base_url: one.url }], discovery: DISCOVERY };
  const first = await gatewayFor(t, config, { dataDir });
  await first.gateway.close({ graceMs: 0 });
  one.on("GET /models", neverAnswer());
  const second = await gatewayFor(t, config, { dataDir });
  assert.equal((await ask(second.port, chat())).status, 200);
});

test("fault 91: what a kill left half written is not believed, and a start goes on from what is whole", async (t) => {
  const one = await fakeFor(t);
  const dataDir = folderFor(t);
  const config = { endpoints: [{ name: "one", base_url: one.url }], discovery: DISCOVERY };
  const first = await gatewayFor(t, config, { dataDir });
  await first.gateway.close({ graceMs: 0 });
  const [name = ""] = await readdir(join(dataDir, "catalogue"));
  const file = join(dataDir, "catalogue", name);
  const whole = await readFile(file);
  one.on("GET /models", hangUp());
  // Cut in the middle of the file that is written aside: the old one is still whole.
  await writeFile(`${file}.99999.tmp`, whole.subarray(0, 20));
  const second = await gatewayFor(t, config, { dataDir });
  assert.equal((await ask(second.port, chat())).status, 200);
  await second.gateway.close({ graceMs: 0 });
  for (const left of [whole.subarray(0, whole.length - 7), Buffer.alloc(0), Buffer.alloc(whole.length)]) {
    await writeFile(file, left);
    const later = await gatewayFor(t, config, { dataDir });
    const answer = await ask(later.port, chat());
    assert.equal(answer.status, 503);
    assert.equal(errorOf(answer).code, "no_available_target");
    await later.gateway.close({ graceMs: 0 });
  }
});

test("fault 92: a disk that takes nothing is said once and stops nothing", async (t) => {
  const one = await fakeFor(t);
  const folder = folderFor(t);
  // A file where a folder should be fails for every user; a mode that forbids writing does not for root.
  const dataDir = join(folder, "data");
  await mkdir(dataDir);
  await writeFile(join(dataDir, "catalogue"), "no folder");
  const { port, gateway, log } = await gatewayFor(
    t,
    { endpoints: [{ name: "one", base_url: one.url }] },
    { dataDir },
  );
  for (let time = 0; time < 3; time += 1) {
    one.models = ["m", `n${time}`];
    await gateway.catalogue.askAgain();
    assert.equal((await ask(port, chat())).status, 200);
  }
  await log.line("saved_lists_failed");
  assert.equal(log.lines.filter(({ event }) => event === "saved_lists_failed").length, 1);
});

test("fault 92: a log pipe that breaks loses the log and no request", async (t) => {
  const one = await fakeFor(t);
  const folder = folderFor(t);
  const file = join(folder, "config.yaml");
  await writeFile(
    file,
    JSON.stringify({ server: { port: 0 }, endpoints: [{ name: "one", base_url: one.url }] }),
  );
  const child = spawn(process.execPath, [MAIN, "serve", "--config", file], {
    env: { PATH: "/usr/bin:/bin", HOME: folder, ...SHARED_ENV },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  let told = "";
  const port = await new Promise<number>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      told += text;
      const match = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(told);
      if (match !== null) resolve(Number(match[1]));
    });
  });
  child.stdout.destroy();
  for (let time = 0; time < 20; time += 1) assert.equal((await ask(port, chat())).status, 200);
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  assert.equal(code, 0);
});
