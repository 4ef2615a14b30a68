// Faults 83, 85, 86, 90: what a configuration file may get wrong, read from real files. Reloads are in
// `f-reload.test.ts`.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type LoadResult, loadConfig } from "../../../src/config/file/load.ts";
import { runCli } from "../../support/cli.ts";
import { englishText } from "../../support/config/english.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { folderFor } from "../../support/folder.ts";
import { gatewayFor } from "../../support/start-gateway.ts";
import { ask } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

/** Writes the files and loads the configuration among them. */
async function load(
  t: TestContext,
  config: unknown,
  options: { readonly env?: Readonly<Record<string, string>>; readonly dotEnv?: string } = {},
): Promise<LoadResult> {
  const folder = folderFor(t);
  const file = join(folder, "config.yaml");
  await writeFile(file, typeof config === "string" ? config : JSON.stringify(config, null, 1));
  if (options.dotEnv !== undefined) await writeFile(join(folder, ".env"), options.dotEnv);
  return loadConfig(file, options.env ?? {});
}

/** The codes of all that is wrong; empty for a file that loads. */
function problemsOf(result: LoadResult): readonly string[] {
  return result.kind === "ok" ? [] : result.problems.map((problem) => problem.code);
}

function one(base_url: string): unknown {
  return { endpoints: [{ name: "a", base_url }] };
}

const REFUSED: Readonly<Record<string, string>> = {
  "https://user:CANARY@api.example.com/v1": "OG122",
  "https://user@api.example.com/v1": "OG122",
  "file:///etc/passwd": "OG122",
  "gopher://api.example.com/v1": "OG122",
  "ftp://api.example.com/v1": "OG122",
  "https://api.example.com/v1?key=CANARY": "OG122",
  "https://api.example.com/v1#top": "OG122",
  "http://2130706433/v1": "OG122",
  "http://0x7f000001/v1": "OG122",
  "http://127.1/v1": "OG122",
  "http://169.254.169.254/v1": "OG123",
  "http://169.254.169.254./v1": "OG12[23]",
  "http://[::ffff:169.254.169.254]/v1": "OG123",
  "http://[fe80::1]/v1": "OG123",
  "http://2852039166/v1": "OG12[23]",
  "http://metadata.google.internal/v1": "OG123",
};

test("fault 83: addresses with credentials, other schemes, queries or link-local hosts are refused with the reason", async (t) => {
  for (const [address, code] of Object.entries(REFUSED)) {
    const result = await load(t, one(address));
    assert.equal(problemsOf(result).length, 1, address);
    assert.match(problemsOf(result)[0] ?? "", new RegExp(`^${code}$`), address);
    assert.ok(result.kind === "broken" && !JSON.stringify(result.problems).includes("CANARY"), address);
  }
});

test("fault 83: what is meant well is joined in its normal form, with a warning where it was mended", async (t) => {
  const endpoint = await fakeFor(t);
  const root = `http://127.0.0.1:${endpoint.port}`;
  const forms = ["/v1", "/v1/", "/v1///", "//v1", "/v1/v1", "/v1/chat/completions", "/v1/models"];
  for (const form of forms) {
    const result = await load(t, { ...Object(one(root + form)), server: { port: 0 } });
    assert.ok(result.kind === "ok", form);
    const isMended = ["//v1", "/v1/v1", "/v1/chat/completions", "/v1/models"].includes(form);
    assert.deepEqual(
      result.warnings.map((warning) => warning.code),
      isMended ? ["OG124"] : [],
      form,
    );
    const { port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url: root + form }] });
    assert.equal((await ask(port, chat())).status, 200);
    assert.equal(endpoint.requests.at(-1)?.path, "/v1/chat/completions", form);
  }
});

const TWO = [
  { name: "a", base_url: "http://127.0.0.1:1/v1" },
  { name: "b", base_url: "http://127.0.0.1:2/v1" },
];

test("fault 85: an alias given twice, and aliases in a circle, are refused with both places", async (t) => {
  const twice = `endpoints: [{name: a, base_url: "http://127.0.0.1:1/v1"}]
routing:
  model_overrides:
    nick: [a/m]
    nick: [a/n]
`;
  const repeated = await load(t, twice);
  assert.deepEqual(problemsOf(repeated), ["OG103"]);
  assert.ok(repeated.kind === "broken");
  assert.match(englishText(repeated.problems), /5:5[\s\S]*4:5/);
  for (const overrides of [{ x: ["x"] }, { x: ["y"], y: ["x"] }, { x: ["y"], y: ["z"], z: ["x"] }]) {
    const result = await load(t, { endpoints: TWO, routing: { model_overrides: overrides } });
    assert.ok(problemsOf(result).length > 0 && problemsOf(result).every((code) => code === "OG152"));
  }
});

test("fault 85: an alias of targets at two endpoints is served by both, one like a pin wins over it with a warning", async (t) => {
  const shared = await worldFor(t, {
    endpoints: { a: {}, b: {} },
    routing: { model_overrides: { nick: ["a/m", "b/m"], "a/m": ["b/m"] } },
  });
  for (let time = 0; time < 4; time += 1) assert.equal((await shared.ask(chat("nick"))).status, 200);
  assert.deepEqual([shared.fakes.a.requests.length, shared.fakes.b.requests.length], [2, 2]);
  const pinned = await shared.ask(chat("a/m"));
  assert.equal(pinned.header("x-oai-gateway-endpoint"), "b");
  const result = await load(t, { endpoints: TWO, routing: { model_overrides: { "a/m": ["b/m"] } } });
  assert.ok(result.kind === "ok");
  assert.deepEqual(
    result.warnings.map((warning) => warning.code),
    ["OG157"],
  );
});

test("fault 86: two endpoints of one name are refused with both places", async (t) => {
  const text = "endpoints:\n- {name: a, base_url: http://h/v1}\n- {name: a, base_url: http://i/v1}\n";
  const result = await load(t, text);
  assert.deepEqual(problemsOf(result), ["OG121"]);
  assert.ok(result.kind === "broken");
  assert.match(JSON.stringify(result.problems), /"line": ?3[\s\S]*"line": ?2|"line": ?2[\s\S]*"line": ?3/);
});

test("fault 86: weights below zero, too large, fractions and no numbers are refused", async (t) => {
  const weights: Readonly<Record<string, string>> = {
    "-1": "OG113",
    "1001": "OG113",
    "1e9": "OG113",
    "1.5": "OG113",
    ".nan": "OG113",
    ".inf": "OG113",
    '"two"': "OG112",
  };
  for (const [weight, code] of Object.entries(weights)) {
    const text = `endpoints:\n  - name: a\n    base_url: http://h/v1\n    weight: ${weight}\n`;
    assert.deepEqual(problemsOf(await load(t, text)), [code], weight);
  }
});

test("fault 86: weight 0 drains: nothing new goes there unless nothing else serves the model", async (t) => {
  const { ask: send, fakes } = await worldFor(t, {
    endpoints: { a: { config: { weight: 0 }, fake: { models: ["m", "only"] } }, b: {} },
  });
  for (let time = 0; time < 4; time += 1) await send(chat());
  assert.deepEqual([fakes.a.requests.length, fakes.b.requests.length], [0, 4]);
  assert.equal((await send(chat("only"))).header("x-oai-gateway-endpoint"), "a");
});

const KEYED = { endpoints: [{ name: "a", base_url: "http://h/v1", api_key: "${FAULT_KEY}" }] };

test("fault 90: a secret that is not set is named, with the place", async (t) => {
  const result = await load(t, KEYED);
  assert.deepEqual(problemsOf(result), ["OG130"]);
  assert.ok(result.kind === "broken");
  assert.match(JSON.stringify(result.problems), /FAULT_KEY/);
});

test("fault 90: a secret with line ends, spaces or quotes is refused, its value never printed", async (t) => {
  const values = [
    "sk-CANARY\n",
    "sk-CANARY\r\nx: 1",
    '"sk-CANARY"',
    "Bearer sk-CANARY",
    "sk CANARY",
    "sk-CANARY\u0000",
  ];
  for (const value of values) {
    const result = await load(t, KEYED, { env: { FAULT_KEY: value } });
    const told = result.kind === "ok" ? JSON.stringify(result.warnings) : JSON.stringify(result.problems);
    assert.ok(!told.includes("CANARY"), told);
    // A line end at the very end is what `$(cat file)` leaves out: it may be forgiven, never sent.
    if (result.kind === "broken") assert.deepEqual(problemsOf(result), ["OG132"], JSON.stringify(value));
    else assert.equal(result.config.plan.endpoints[0]?.credentials[0]?.apiKey, "sk-CANARY");
  }
});

test("fault 90: quotes of the .env file are no part of a value; the command prints no value either", async (t) => {
  const result = await load(t, KEYED, { dotEnv: "FAULT_KEY='sk-CANARY'\n" });
  assert.ok(result.kind === "ok");
  assert.equal(result.config.plan.endpoints[0]?.credentials[0]?.apiKey, "sk-CANARY");
  const files = { "config.yaml": JSON.stringify(KEYED) };
  const { code, stdout, stderr } = await runCli(t, [], { files, env: { FAULT_KEY: "Bearer sk-CANARY" } });
  assert.equal(code, 1);
  assert.match(stderr, /OG132/);
  assert.ok(!(stdout + stderr).includes("CANARY"), stderr);
});
