// Faults 282 to 285, 287: client keys that contradict one another, files of keys in odd shapes and in motion, and many
// different lists of models.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { keyDigest } from "../../../src/accounts/client-key.ts";
import { configFromText } from "../../../src/config/file/load.ts";
import { Rotations } from "../../../src/routing/balancer.ts";
import { ModelPages } from "../../../src/routing/table/model-pages.ts";
import { ModelScope } from "../../../src/routing/table/model-scope.ts";
import { RoutingTable } from "../../../src/routing/table/table.ts";
import { WIRES } from "../../../src/wires/registry/wires.ts";
import { startCli } from "../../support/cli.ts";
import { english, englishText } from "../../support/config/english.ts";
import { server } from "../../support/config/samples.ts";
import { apiError } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { folderFor } from "../../support/folder.ts";
import { listedBy, makeEndpoint, makePlan } from "../../support/routing-fixtures.ts";
import { ask } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const KEY = "sk-Canary-in-a-file-1234";
const OTHER = "sk-Canary-of-another-5678";

function problemsOf(text: string, folder = "/nowhere") {
  const result = configFromText(text, { file: "config.yaml", path: join(folder, "config.yaml"), env: {} });
  return result.kind === "ok" ? result.warnings : result.problems;
}

/** `CODE line:col message`, and that nothing of a value is told. */
function toldOf(text: string, folder?: string): readonly string[] {
  const problems = problemsOf(text, folder);
  const told = englishText(problems);
  assert.ok(!told.includes("Canary") && !/[0-9a-f]{40}/i.test(told), told);
  return english(problems).map(({ code, line, col, message }) => `${code} ${line}:${col} ${message}`);
}

const keys = (...entries: readonly string[]) =>
  server("api_keys:", ...entries.map((entry) => `  - ${entry}`));

const DIGEST = keyDigest(KEY);
const CONTRADICTIONS: readonly (readonly [what: string, text: string, told: readonly RegExp[]])[] = [
  [
    "all is well",
    keys("plain", `{name: a, key: ${KEY}, models: ["*"]}`, "{name: 甲 乙, key: k, expires: 2999-12-31}"),
    [],
  ],
  ["a key twice", keys(KEY, `{name: a, key: ${KEY}}`), [/^OG141 7:22 .*same key as server.api_keys\[0\]/]],
  ["a key and its digest", keys(`{name: a, sha256: ${DIGEST}}`, KEY), [/^OG141 7:7 /]],
  [
    "two of one name",
    keys("{name: a, key: x}", "{name: a, key: y}"),
    [/^OG149 7:14 two client keys are called "a"/],
  ],
  ["no key", keys("{name: a}"), [/^OG149 6:7 .* has no key/]],
  ["two keys", keys(`{name: a, key: x, sha256: ${DIGEST}}`), [/^OG149 6:7 .*key, sha256/]],
  ["no name", keys("{key: x}"), [/^OG111 6:7 .*no name/]],
  ["an empty name", keys('{name: "", key: x}'), [/^OG120 /]],
  ["a name with a line end", keys('{name: "a\\nb", key: x}'), [/^OG120 /]],
  ["a name of another direction", keys('{name: "a\\u202eb", key: x}'), [/^OG120 /]],
  ["the name of a number", keys('{name: "#2", key: x}'), [/^OG120 .*number/]],
  ["a long name", keys(`{name: ${"n".repeat(65)}, key: x}`), [/^OG120 /]],
  ["no digest", keys("{name: a, sha256: Canary}"), [/^OG149 .*64 hexadecimal/]],
  ["a digest that is cut", keys(`{name: a, sha256: ${DIGEST.slice(1)}}`), [/^OG149 /]],
  ["a digest of nothing", keys(`{name: a, sha256: ${keyDigest("")}}`), [/^OG149 .*empty/]],
  ["an empty key", keys('{name: a, key: ""}'), [/^OG141 .*empty/]],
  ["a key with a space", keys('{name: a, key: "Canary b"}'), [/^OG132 /]],
  ["a key that is a placeholder", keys("{name: a, key: YOUR_API_KEY}"), [/^OG135 /]],
  ["no model", keys("{name: a, key: x, models: []}"), [/^OG149 .*models is empty/]],
  ["models that are no list", keys("{name: a, key: x, models: m}"), [/^OG112 .*a list/]],
  [
    "an end in the past",
    keys("{name: a, key: x, expires: 2001-02-03}"),
    [/^OG147 .*"a" expired at 2001-02-04T00:00:00.000Z/],
  ],
  ["no day", keys("{name: a, key: x, expires: 2027-02-30}"), [/^OG112 .*a day such as/]],
  ["a moment of no place", keys('{name: a, key: x, expires: "2027-02-03T10:00:00"}'), [/^OG112 /]],
  ["a key in place of an end", keys("{name: a, key: x, expires: sk-Canary-0123456789-0123}"), [/^OG112 /]],
  ["an unknown word", keys("{name: a, key: x, model: [m]}"), [/^OG110 .*"model"/]],
  ["a number", keys("1234"), [/^OG112 .*found/]],
];

for (const [what, text, told] of CONTRADICTIONS) {
  test(`fault 282: client keys with a problem are told, and no value: ${what}`, () => {
    const found = toldOf(text);
    assert.equal(found.length, told.length, found.join("\n"));
    for (const [index, pattern] of told.entries()) assert.match(found[index] ?? "", pattern);
  });
}

const FILE = { "key_file of a client": keys("{name: a, key_file: the-key}") } as const;
const ENDPOINT = "endpoints:\n  - name: a\n    base_url: http://h:1/v1\n";
const PLACES: Readonly<Record<string, string>> = {
  ...FILE,
  api_key_file: `${ENDPOINT}    api_key_file: the-key\n`,
  "an entry of api_keys": `${ENDPOINT}    api_keys: [x, {file: the-key}]\n`,
};

const GOOD: readonly (string | Buffer)[] = [KEY, `${KEY}\n`, `${KEY}\r\n`, `\ufeff${KEY}\r\n`, `${KEY}\n\n`];
const BAD: readonly (readonly [content: string | Buffer, told: RegExp])[] = [
  ["", /^OG142 .* is empty/],
  ["\ufeff\n\n", /^OG142 .* is empty/],
  ["  \n", /^OG142 .* is empty/],
  [`${KEY}\n${OTHER}\n`, /^OG142 .*several lines/],
  [`\n${KEY}`, /^OG142 .*several lines/],
  [Buffer.from(`\ufeff${KEY}\r\n`, "utf16le"), /^OG142 .*UTF-16/],
  ["x".repeat(16 * 1024 + 1), /^OG142 .*larger than 16 KiB/],
  [`Bearer ${KEY}`, /^OG132 .*Bearer/],
  [`"${KEY}"`, /^OG132 .*quotes/],
  [` ${KEY}`, /^OG132 .*space/],
];

for (const [place, text] of Object.entries(PLACES)) {
  test(`fault 283: ${place}: what stands around the key in its file does not count, all else is told`, async (t) => {
    const folder = folderFor(t);
    const path = join(folder, "the-key");
    assert.match(toldOf(text, folder).join(), /^OG142 .*does not exist: "the-key"/);
    for (const content of GOOD) {
      await writeFile(path, content);
      assert.deepEqual(toldOf(text, folder), [], JSON.stringify(content));
      const result = configFromText(text, { file: "c", path: join(folder, "c"), env: {} });
      assert.ok(result.kind === "ok");
      const { server: read, plan } = result.config;
      const digests = read.apiKeys.map(({ digest }) => digest);
      const sent = plan.endpoints.flatMap(({ credentials }) => credentials.map(({ apiKey }) => apiKey));
      assert.ok(digests.includes(DIGEST) || sent.includes(KEY));
    }
    for (const [content, told] of BAD) {
      await writeFile(path, content);
      assert.match(toldOf(text, folder).join(), told);
    }
    await rm(path);
    execFileSync("mkfifo", [path]);
    assert.match(toldOf(text, folder).join(), /^OG142 .*pipe/);
    await rm(path);
    await mkdir(path);
    assert.match(toldOf(text, folder).join(), /^OG142 .*folder/);
  });
}

test("fault 283: a file that may not be read is told", { skip: process.getuid?.() === 0 }, async (t) => {
  const folder = folderFor(t);
  await writeFile(join(folder, "the-key"), KEY);
  await chmod(join(folder, "the-key"), 0);
  assert.match(toldOf(FILE["key_file of a client"], folder).join(), /^OG142 .*may not be read/);
});

test("fault 283: an endpoint has its key in one way", () => {
  for (const more of ["    api_key: x\n    api_key_file: y\n", "    api_key_file: y\n    api_keys: [x]\n"])
    assert.match(toldOf(ENDPOINT + more).join(), /OG133 .*has both/);
});

test("fault 284: a key file that changes, goes and comes back is in force without a word, and a broken one is not", async (t) => {
  const fake = await fakeFor(t);
  const config = {
    server: { port: 0, api_keys: [{ name: "alice", key_file: "secrets/alice" }] },
    endpoints: [{ name: "a", base_url: fake.url, api_key_file: "secrets/a" }],
  };
  const files = { "config.yaml": JSON.stringify(config), "secrets/alice": KEY, "secrets/a": `${KEY}\n` };
  const run = await startCli(t, ["serve", "--config", "config.yaml"], { files });
  const port = await run.port();
  const send = async (key: string) =>
    (await ask(port, { ...chat(), headers: { authorization: `Bearer ${key}` } })).status;
  assert.deepEqual([await send(KEY), await send(OTHER)], [200, 401]);
  assert.equal(fake.requests[0]?.header("authorization"), `Bearer ${KEY}`);
  const path = join(run.folder, "secrets/alice");
  await writeFile(`${path}.new`, OTHER);
  await rename(`${path}.new`, path);
  await run.says("stdout", /\+1 client key, -1 client key/);
  assert.deepEqual([await send(KEY), await send(OTHER)], [401, 200]);
  await rm(path);
  await run.says("stderr", /OG142/);
  assert.equal(await send(OTHER), 200);
  await writeFile(path, KEY);
  await run.says("stdout", /(?:\+1 client key, -1 client key[\s\S]*){2}/);
  assert.equal(await send(KEY), 200);
  await writeFile(join(run.folder, "secrets/a"), OTHER);
  await run.says("stdout", /a: new api_key/);
  assert.equal(await send(KEY), 200);
  assert.equal(fake.requests.at(-1)?.header("authorization"), `Bearer ${OTHER}`);
  run.kill("SIGTERM");
  const { stdout, stderr } = await run.ended;
  assert.ok(!(stdout + stderr).includes("Canary"));
  assert.ok(!(stdout + stderr).includes("nothing changed"));
});

test("fault 285: a key out of a file is masked in what its endpoint says", async (t) => {
  const folder = folderFor(t);
  await writeFile(join(folder, "a"), `${KEY}\n`);
  const { ask: send, fakes } = await worldFor(t, {
    endpoints: { a: { config: { api_keys: [{ file: join(folder, "a") }] } } },
    retries: { attempts: 1 },
  });
  fakes.a.always(apiError(400, `no ${KEY} here`));
  const answer = await send(chat());
  assert.equal(fakes.a.requests[0]?.header("authorization"), `Bearer ${KEY}`);
  assert.ok(!answer.text.includes("Canary"), answer.text);
  assert.match(answer.text, /\*\*\*/);
});

test("fault 287: pages for hundreds of different keys are kept up to a number", () => {
  const table = new RoutingTable(makePlan([makeEndpoint("a")]), [listedBy("a", "m", "n")], new Rotations());
  const pages = new ModelPages(table);
  const scope = (index: number) => new ModelScope(["m", `x-${index}`]);
  const first = pages.listFor(WIRES.openai, scope(0));
  assert.equal(pages.listFor(WIRES.openai, scope(0)), first);
  for (let index = 1; index < 64; index += 1) pages.listFor(WIRES.openai, scope(index));
  assert.equal(pages.listFor(WIRES.openai, scope(0)), first);
  for (let index = 64; index < 500; index += 1) pages.listFor(WIRES.openai, scope(index));
  const again = pages.listFor(WIRES.openai, scope(0));
  assert.notEqual(again, first);
  assert.equal(again.etag, first.etag);
});
