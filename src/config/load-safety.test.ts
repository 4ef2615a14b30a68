// What no configuration may do, however broken: throw, or show a secret. And what becomes of unreadable files.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { englishOf, toldOf } from "../../test/support/config/english.ts";
import { endpoint, overrides, placesOf, problemsOf, server } from "../../test/support/config/samples.ts";
import { folderFor } from "../../test/support/folder.ts";
import { configFromText, loadConfig } from "./file/load.ts";

test("a file that cannot be read is a diagnostic; a .env beside it is read", async (t) => {
  const folder = folderFor(t);
  const codeOf = async (path: string) => {
    const result = await loadConfig(path, {});
    return result.kind === "broken"
      ? result.problems.map((problem) => problem.code)
      : result.config.plan.endpoints[0]?.credentials[0].apiKey;
  };
  const path = join(folder, "config.yaml");
  assert.deepEqual(await codeOf(path), ["OG100"]);
  assert.deepEqual(await codeOf(folder), ["OG100"]);
  await writeFile(path, Buffer.from([0xff, 0xfe, 0x61, 0x00]));
  assert.deepEqual(await codeOf(path), ["OG100"]);
  await writeFile(path, `\ufeff${endpoint("api_key: ${FILE_KEY}")}`);
  assert.deepEqual(await codeOf(path), ["OG130"]);
  await writeFile(join(folder, ".env"), "FILE_KEY=sk-file\n");
  assert.equal(await codeOf(path), "sk-file");
});

test("no secret is shown, whatever is wrong with the file", () => {
  const secret = "sUpErSeCrEt0123456789";
  // Of no form by which it could be known: the place alone makes it a key.
  const odd = "correct-horse-battery-staple";
  const texts = [
    endpoint(`api_key: ${secret}`, "wieght: 1"),
    endpoint(`api_key: "${secret}`),
    endpoint(`api_kye: ${secret}`, "x: 1"),
    endpoint(`api_key: ${secret}`, `api_key: ${secret}`),
    endpoint(`api_key: "${secret} x"`),
    endpoint(`headers: {x-key: "${secret}\\n"}`),
    endpoint(` api_key: ${secret}`),
    endpoint().replace("http://", `http://u:${secret}@`),
    endpoint().replace("/v1", `/v1?key=${secret}`),
    server(`api_keys: [${secret}, ${secret}]`, "prot: 1"),
    server("api_keys:", `  - ${secret}`, '  - ""'),
    server("api_keys:", "  - other", ` - ${odd}`),
    server("api_keys:", "  - other", ` - "${odd}"`),
    endpoint("api_keys:", "  - other", `   - ${odd}`),
    endpoint("api_keys:", "  - other", `\t- ${odd}`),
    endpoint("api_keys:", `\t${odd}`),
    endpoint("api_key:", odd).replace("    base_url", "   base_url"),
    `${endpoint("api_key:", odd)}   weight: 1\n`,
    endpoint("api_keys:", `-${odd}`, "- x"),
    endpoint(`api_key: *${secret}`),
    secret,
    `- ${secret}`,
  ];
  for (const text of texts) {
    const problems = problemsOf(text);
    assert.ok(problems.length > 0, text);
    const output = toldOf(problems);
    for (const key of [secret, odd]) assert.ok(!output.includes(key), `${text}\n${output}`);
  }
});

test("a key is known by its looks where its place says nothing", () => {
  const glued = "xsk-fuzz-0123456789abcdef";
  const token = "ab12-cd34-ef56-gh78";
  const random = "AbCdEfGhIjKlMnOp0123456789";
  const texts = [
    ...[glued, token, random].flatMap((key) => [
      `${key}:`,
      `${key}: 1`,
      `: \n${key}`,
      `: : ${key}`,
      `- ${key}`,
      `endpoints: ${key}`,
      `endpoints:\n  - ${key}`,
      `server: ${key}`,
      `other: {deeper: {still: ${key}}, x: 1}`,
      `endpoints: [{name: a, base_url: http://h/v1, wrong: {key: ${key}}}]`,
      `a: "${key}\nb: 1`,
      `\tx: ${key}\n`,
    ]),
    ...[glued, random].flatMap((key) => [
      endpoint().replace("http://h:1/v1", key),
      server(`host: ${key}/x`),
      server(`cors_origins: [${key}]`),
      endpoint(`timeouts: {connect: ${key}}`),
      overrides("m:", `  - ${key}/x`),
    ]),
  ];
  for (const text of texts) {
    const problems = problemsOf(text);
    assert.ok(problems.length > 0, text);
    const output = toldOf(problems);
    for (const key of [glued, token, random].filter((one) => text.includes(one)))
      assert.ok(!output.includes(key), `${text}\n${output}`);
  }
});

test("names of models and endpoints are no secrets", () => {
  for (const name of [
    "gpt-4o-mini-2024-07-18",
    "qwen2.5-coder:32b-instruct-q4_K_M",
    "task-runner-for-agents",
  ]) {
    const problems = problemsOf(overrides(`${name}:`, `  - none/${name}`));
    assert.match(toldOf(problems), new RegExp(`none/${name}`));
  }
});

test("random text and mutated files never throw", () => {
  const base =
    overrides("m:", "  - a/x", '  - {target: "*", weight: 2}') +
    server("port: 1", 'api_keys: ["${KEY}"]').replace(/^endpoints[\s\S]*?server/, "server");
  const mutated = fc
    .tuple(
      fc.nat(base.length),
      fc.nat(12),
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          "[",
          "{",
          "- ",
          ": ",
          '"',
          "\t",
          "\n",
          "&a ",
          "*a",
          "<<: ",
          "${",
          "!!",
          "|",
          "\u0000",
          "本",
        ),
      ),
    )
    .map(([at, count, text]) => base.slice(0, at) + text + base.slice(at + count));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), mutated), (text) => {
      const problems = problemsOf(text);
      toldOf(problems);
    }),
    { numRuns: 500 },
  );
  assert.deepEqual(placesOf("[".repeat(20_000)).length, 1);
  assert.equal(placesOf(`a: ${"{a: ".repeat(2_000)}1${"}".repeat(2_000)}`).length, 1);
});

const BOMBS: Readonly<Record<string, string>> = {
  "aliases of aliases": `a: &a [x]\n${lines(20, (index) => `b${index}: &a [${"*a,".repeat(9)}*a]`)}`,
  "an anchor that is used too often": `a: &a x\nb: [${"*a, ".repeat(1_000)}*a]`,
  "more values than anybody writes": `a: [${"1,".repeat(100_001)}]`,
  "lists in lists on one line": `${"- ".repeat(64)}x`,
  "lists in lists, with a key": `a:\n  ${"- ".repeat(64)}x`,
};

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

for (const [name, text] of Object.entries(BOMBS)) {
  test(`refused as a whole, before it costs anything: ${name}`, () => {
    assert.deepEqual(placesOf(text), ["OG104 1:1"]);
    assert.match(englishOf(problemsOf(text)[0]?.fix), /anchors/);
  });
}

test("a hundred aliases are used, each for the last anchor of its name before it", () => {
  const models = ["&m one", ...Array.from({ length: 99 }, () => "*m"), "&m two", "*m"];
  const text = endpoint(`models: [${models.join(", ")}]`);
  const result = configFromText(text, { file: "config.yaml", env: {} });
  assert.ok(result.kind === "ok", JSON.stringify(result));
  const [first] = result.config.plan.endpoints;
  assert.ok(first?.models.kind === "static");
  assert.deepEqual([...new Set(first.models.names)], ["one", "two"]);
});

test("a file larger than 1 MiB is not read", async (t) => {
  const folder = folderFor(t);
  const path = join(folder, "config.yaml");
  await writeFile(path, `# ${"x".repeat(1024 * 1024)}`);
  const result = await loadConfig(path, {});
  assert.ok(result.kind === "broken");
  assert.match(englishOf(result.problems[0]?.message), /larger than 1 MiB/);
});

test("a thousand problems are told, and long lines are not repeated with each", () => {
  const unknown = lines(1_200, (index) => `k${index}: 1`);
  assert.equal(problemsOf(unknown).length, 1_000);
  const problems = problemsOf(`{${lines(1_200, (index) => `k${index}: 1,`).replaceAll("\n", " ")}}`);
  assert.equal(problems.length, 1_000);
  assert.ok(problems.every((problem) => problem.excerpt.length === 0 && problem.line === 1));
});

test("an error counts, however many warnings come before it", () => {
  const overrides = lines(1_100, (index) => `    m${index}: [off/x]`);
  const off = "  - {name: off, base_url: http://h/v1, enabled: false}";
  const text = `endpoints:\n${off}\nrouting:\n  model_overrides:\n${overrides}\n    bad: [none/x]\n`;
  assert.equal(configFromText(text, { file: "config.yaml", env: {} }).kind, "broken");
});

test("the command line may allow what a file does not: a host that others can reach", async (t) => {
  const folder = folderFor(t);
  const path = join(folder, "config.yaml");
  await writeFile(path, server("host: 0.0.0.0"));
  const refused = await loadConfig(path, {});
  assert.ok(refused.kind === "broken");
  assert.deepEqual(
    refused.problems.map((problem) => problem.code),
    ["OG140"],
  );
  const allowed = await loadConfig(path, {}, { allowAnonymous: true });
  assert.ok(allowed.kind === "ok");
  assert.deepEqual([allowed.config.server.host, allowed.config.server.allowAnonymous], ["0.0.0.0", false]);
});
