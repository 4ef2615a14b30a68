// Saves while the gateway serves: many, under load, broken, half, empty, gone. No client notices any, and what a save
// changes is in force for the next request. Faults 87 to 89 are held in `faults/f/f-reload.test.ts`, each by itself.

import assert from "node:assert/strict";
import { rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type CliRun, startCli } from "../support/cli.ts";
import { Gate } from "../support/condition.ts";
import { held, json } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { heldAnswer } from "../support/held-answer.ts";
import { headerOf } from "../support/socket-reader.ts";
import { type ConfigObject, configOf } from "../support/start-gateway.ts";
import { ask, openWire, requestBytes } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

/** One endpoint of a file. */
type Row = { readonly name: string; readonly url: string; readonly more?: string };

/** A file as people write it: comments first, then the server, then the endpoints. */
function fileText(rows: readonly Row[], tail = ""): string {
  const endpoints = rows.map(
    ({ name, url, more = "" }) => `  - name: ${name}\n    base_url: ${url}\n${more}`,
  );
  return `# yaml-language-server: $schema=./config.schema.json\n\nserver:\n  port: 0\nendpoints:\n${endpoints.join("")}${tail}`;
}

/** The command line serving this file. */
async function serveFile(t: TestContext, text: string) {
  const run = await startCli(t, [], { files: { "config.yaml": text } });
  return { run, port: await run.port(), file: join(run.folder, "config.yaml") };
}

/** Waits for a reload whose line says this. */
async function reloaded(run: CliRun, what: string): Promise<void> {
  await run.says("stdout", new RegExp(`"event":"reload"[^\\n]*${what}`));
}

/** Sends requests, plain and streamed, on connections that are used again, until `stop`; which tells their ends. */
function load(port: number, models: readonly string[]): () => Promise<Record<string, number>> {
  const ends: Record<string, number> = {};
  let isOver = false;
  const worker = async (number: number): Promise<void> => {
    const wire = await openWire(port);
    for (let at = number; !isOver; at += 1) {
      await wire.send(requestBytes(chat(models[at % models.length], { stream: at % 3 === 0 })));
      const answer = await wire.answer();
      const isWhole = at % 3 !== 0 || answer.text.endsWith("data: [DONE]\n\n");
      const end = isWhole ? String(answer.status) : "broken";
      ends[end] = (ends[end] ?? 0) + 1;
      if (answer.status !== 200) ends[answer.text] = (ends[answer.text] ?? 0) + 1;
    }
    wire.close();
  };
  const workers = Promise.all(Array.from({ length: 6 }, (_, number) => worker(number)));
  return async () => {
    isOver = true;
    await workers;
    return ends;
  };
}

async function endsWell(stop: () => Promise<Record<string, number>>): Promise<void> {
  assert.deepEqual(Object.keys(await stop()), ["200"]);
}

/** Opens a stream at the endpoint and has its first event; what ends it and looks at the rest. */
async function openStream(t: TestContext, port: number, endpoint: FakeEndpoint, model: string) {
  const { wire, exchange, live } = await heldAnswer(t, port, endpoint, chat(model, { stream: true }));
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece("data: 1\n\n");
  await wire.head();
  await wire.readUntil("data: 1\n\n");
  return async (): Promise<void> => {
    await exchange.piece("data: 2\n\n");
    await exchange.piece("data: [DONE]\n\n");
    await exchange.finish();
    live.release();
    assert.equal((await wire.body()).toString(), "data: 2\n\ndata: [DONE]\n\n");
  };
}

/** An endpoint whose model only it has can be renamed, moved and given other keys and headers. */
function changesOf(one: FakeEndpoint, two: FakeEndpoint): ConfigObject[] {
  return [
    { endpoints: [{ name: "a", base_url: one.url }] },
    { endpoints: [{ name: "renamed", base_url: one.url }] },
    { endpoints: [{ name: "renamed", base_url: two.url }] },
    { endpoints: [{ name: "renamed", base_url: two.url, api_key: "sk-1" }] },
    { endpoints: [{ name: "renamed", base_url: two.url, api_key: "sk-2", headers: { "x-a": "1" } }] },
    { endpoints: [{ name: "a", base_url: two.url, weight: 3, priority: 2 }] },
  ];
}

test("reloads under load that rename, move and change the only endpoint of a model fail no request", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
  const { a, b } = world.fakes;
  const configs = changesOf(a, b).map((config) => configOf(config));
  const stop = load(world.port, ["m"]);
  for (let round = 0; round < 8; round += 1) {
    for (const config of configs) {
      world.gateway.reload(config);
      assert.equal((await world.ask(chat())).status, 200);
    }
  }
  await endsWell(stop);
});

test("an alias of every endpoint waits for the list of an endpoint that a reload has moved", async (t) => {
  const routing = { model_overrides: { m: ["*"] } };
  const world = await worldFor(t, { endpoints: { a: {} }, routing });
  assert.equal((await world.ask(chat())).status, 200);
  const moved = await fakeFor(t);
  const gate = new Gate();
  moved.on("GET /models", held(gate, json(200, { object: "list", data: [{ id: "m", object: "model" }] })));
  world.gateway.reload(configOf({ endpoints: [{ name: "a", base_url: moved.url }], routing }));
  const answers = [world.ask(chat()), world.ask(chat("m", { stream: true }))];
  await moved.waitForDiscovery();
  await gate.reached();
  gate.open(Number.POSITIVE_INFINITY);
  for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200, answer.text);
});

test("a hundred saves within a second, under load, fail no request, and the last one is what is served", async (t) => {
  const [a, b] = [await fakeFor(t), await fakeFor(t, { models: ["m", "only-b"] })];
  const rows = [
    { name: "a", url: a.url },
    { name: "b", url: b.url },
  ];
  const { run, port, file } = await serveFile(t, fileText(rows));
  const end = await openStream(t, port, a, "a/m");
  const stop = load(port, ["m", "only-b"]);
  const orders = [rows, [...rows].reverse(), rows.slice(1)];
  for (let save = 1; save <= 100; save += 1) {
    const text = fileText(orders[save % 3] ?? rows, `discovery: {interval: ${save + 100}s}\n`);
    // In place and by a rename, as editors differ.
    const target = save % 2 === 0 ? file : `${file}.tmp`;
    await writeFile(target, text);
    if (target !== file) await rename(target, file);
  }
  await writeFile(file, fileText([{ name: "last", url: b.url }]));
  await reloaded(run, "\\+1 endpoint \\(last\\)");
  assert.equal((await ask(port, chat("only-b"))).header("x-oai-gateway-endpoint"), "last");
  await endsWell(stop);
  await end();
});

test("an endpoint that a save removes while its streams are open sends them to their end", async (t) => {
  const [a, b] = [await fakeFor(t), await fakeFor(t)];
  const rows = [
    { name: "a", url: a.url },
    { name: "b", url: b.url },
  ];
  const { run, port, file } = await serveFile(t, fileText(rows));
  const ends = [await openStream(t, port, a, "a/m"), await openStream(t, port, a, "a/m")];
  await writeFile(file, fileText(rows.slice(1)));
  await reloaded(run, "-1 endpoint \\(a\\)");
  for (let time = 0; time < 3; time += 1)
    assert.equal((await ask(port, chat())).header("x-oai-gateway-endpoint"), "b");
  for (const end of ends) await end();
  await a.whenOpenConnections(0);
});

test("a file that is half written, emptied, removed and back is noticed by no client", async (t) => {
  const [a, b] = [await fakeFor(t), await fakeFor(t)];
  const before = fileText([{ name: "a", url: a.url }]);
  const { run, port, file } = await serveFile(t, before);
  const stop = load(port, ["m"]);
  const told = async (what: RegExp): Promise<void> => {
    await run.says("stdout", what);
    assert.equal((await ask(port, chat())).status, 200);
  };
  // Cut in the address: no valid file.
  await writeFile(file, before.slice(0, before.indexOf("base_url") + 3));
  await told(/"event":"reload_failed"/);
  await writeFile(file, "");
  await told(/"event":"config_removed"/);
  await writeFile(file, before);
  // Cut before the endpoints: such files say nothing wrong, and would take everything away.
  const cuts = ["# yaml", "config.schema.json\n", "server:", "endpoints:\n"];
  for (const [number, cut] of cuts.entries()) {
    await writeFile(file, before.slice(0, before.indexOf(cut) + cut.length));
    await told(new RegExp(`(?:"event":"config_without_endpoints"[\\s\\S]*){${number + 1}}`));
    await writeFile(file, fileText([{ name: `a${number}`, url: a.url }]));
    await reloaded(run, `\\+1 endpoint \\(a${number}\\)`);
  }
  await unlink(file);
  await writeFile(file, fileText([{ name: "back", url: b.url }]));
  await reloaded(run, "\\+1 endpoint \\(back\\)");
  assert.equal((await ask(port, chat())).header("x-oai-gateway-endpoint"), "back");
  await endsWell(stop);
});

test("weights, priorities and keys that a save changes hold for the next request", async (t) => {
  const [a, b] = [await fakeFor(t), await fakeFor(t)];
  const text = (moreA: string, moreB: string): string =>
    fileText([
      { name: "a", url: a.url, more: moreA },
      { name: "b", url: b.url, more: moreB },
    ]);
  const { run, port, file } = await serveFile(t, text("    api_key: sk-old\n", ""));
  const names = async (count: number): Promise<string> => {
    let found = "";
    for (let at = 0; at < count; at += 1)
      found += (await ask(port, chat())).header("x-oai-gateway-endpoint") ?? "?";
    return [...found].sort().join("");
  };
  const keyAtA = (): string | undefined => headerOf(a.requests.at(-1)?.headers ?? [], "authorization");
  assert.equal(await names(4), "aabb");
  assert.equal(keyAtA(), "Bearer sk-old");
  await writeFile(file, text("    api_key: sk-old\n    weight: 3\n", ""));
  await reloaded(run, "weight a 1.{1,3}3");
  assert.equal(await names(8), "aaaaaabb");
  await writeFile(file, text("    api_key: sk-new\n    weight: 3\n", ""));
  await reloaded(run, "a: new api_key");
  assert.equal(await names(4), "aaab");
  assert.equal(keyAtA(), "Bearer sk-new");
  await writeFile(file, text("    api_key: sk-new\n    priority: 2\n", ""));
  await reloaded(run, "a: new priority");
  assert.equal(await names(4), "bbbb");
  assert.doesNotMatch(run.stdout + run.stderr, /sk-(?:old|new)/);
});
