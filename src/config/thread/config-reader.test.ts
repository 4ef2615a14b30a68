// Tests of config-reader.ts: a large text is read in a thread, and what comes of it is what comes of a small one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { configFromText } from "../file/load.ts";
import { sourcesOf } from "../file/value-sources.ts";
import { ConfigReader } from "./config-reader.ts";

const OPTIONS = { file: "config.yaml", path: "/nowhere/config.yaml", env: { KEY: "sk-of-the-environment" } };
const HEAD = `server: { port: 0, api_keys: ["client-key-0123456789"] }
routing: { model_overrides: { mine: ["one/m", { target: "*", weight: 2 }] } }
alerts: { webhooks: [{ url: "https://hooks.example.com/secret" }] }
endpoints:
  - { name: one, base_url: "http://127.0.0.1:1/v1", api_key: "\${KEY}", proxy: "http://u:p@127.0.0.1:2" }
`;
/** So long that nobody reads it beside requests. */
const LARGE = `${HEAD}${Array.from(
  { length: 250 },
  (_, at) => `  - { name: e${at}, base_url: "http://127.0.0.1:1/v1", api_key: sk-of-endpoint-${at} }\n`,
).join("")}`;

test("a large text comes to the same configuration as one that is read at once", async (t) => {
  const reader = new ConfigReader();
  t.after(() => reader.close());
  const [there, here] = [await reader.load(LARGE, OPTIONS), configFromText(LARGE, OPTIONS)];
  assert.ok(there.kind === "ok" && here.kind === "ok");
  assert.deepEqual(there.config, here.config);
  for (const [at, endpoint] of here.config.plan.endpoints.entries())
    assert.equal(there.config.plan.endpoints[at]?.wire, endpoint.wire);
  const [first] = there.config.plan.endpoints;
  assert.equal(first?.secrets.mask("it said sk-of-the-environment"), "it said ***");
  assert.equal(there.settings.definedAt(["endpoints", 0]), here.settings.definedAt(["endpoints", 0]));
  assert.deepEqual(there.settings.placeOf(["server", "port"]), here.settings.placeOf(["server", "port"]));
  assert.deepEqual(await reader.sources(LARGE, OPTIONS), sourcesOf(here.settings));
  assert.deepEqual([there.contentHash, there.warnings], [here.contentHash, here.warnings]);
});

test("requests go on while a large text is read", async (t) => {
  const reader = new ConfigReader();
  t.after(() => reader.close());
  const turns = { count: 0, isOver: false };
  const turn = (): void => {
    turns.count += 1;
    if (!turns.isOver) setImmediate(turn);
  };
  turn();
  await reader.load(LARGE, OPTIONS);
  turns.isOver = true;
  // What is read at once leaves the event loop a turn or two.
  assert.ok(turns.count > 50, `${turns.count} turns`);
});

test("problems of a large text are those of one that is read at once", async (t) => {
  const reader = new ConfigReader();
  t.after(() => reader.close());
  const broken = LARGE.replace("name: e7,", "nmae: e7,");
  assert.deepEqual(await reader.load(broken, OPTIONS), configFromText(broken, OPTIONS));
  assert.deepEqual(await reader.sources(broken, OPTIONS), []);
});

test("a mark means the same whoever reads it, before and after the thread", async (t) => {
  const reader = new ConfigReader();
  t.after(() => reader.close());
  const masked = await reader.mask(LARGE);
  assert.doesNotMatch(masked, /sk-of-endpoint/);
  assert.deepEqual(await reader.restore(masked, LARGE), { text: LARGE, unclear: [] });
  await reader.close();
  assert.deepEqual(await reader.restore(masked, LARGE), { text: LARGE, unclear: [] });
  assert.ok(masked.startsWith(await reader.mask(HEAD)));
});

test("what a thread has not done when it is ended is done all the same", async () => {
  const reader = new ConfigReader();
  const loaded = reader.load(LARGE, OPTIONS);
  await reader.close();
  assert.equal((await loaded).kind, "ok");
});

test("a large text is read where there may be no thread", () => {
  const program = `
    import { ConfigReader } from ${JSON.stringify(new URL("./config-reader.ts", import.meta.url))};
    const { kind } = await new ConfigReader().load(process.env.TEXT, { file: "config.yaml", env: {} });
    process.stdout.write(kind);
  `;
  const flags = ["--permission", "--allow-fs-read=*", "--input-type=module", "--eval", program];
  const env = { ...process.env, TEXT: LARGE.replace("${KEY}", "sk") };
  assert.equal(execFileSync(process.execPath, flags, { env, encoding: "utf8" }), "ok");
});
