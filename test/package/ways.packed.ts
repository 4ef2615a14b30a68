// The ways in which the package is started: for everybody, for one time, as a demo, in a home that is read-only or not
// there, in odd locales. Run by `npm run test:package`, under several versions of Node.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { test } from "node:test";
import { MAIN, NODE, runCli, startCli } from "../support/cli.ts";
import { folderFor } from "../support/folder.ts";
import { npm } from "../support/npm.ts";

const TARBALL = process.env["OAI_GATEWAY_TEST_TARBALL"] ?? "";
/** Signals, locales and folders in the manner of POSIX; what Windows has of the rest is in `forms.packed.ts`. */
const POSIX = process.platform === "win32" ? { skip: "POSIX only" } : {};
const CHAT = JSON.stringify({ model: "demo-model", messages: [{ role: "user", content: "hello" }] });

for (const [language, title] of [
  ["en", /DEMO/],
  ["zh-TW", /示範模式/],
] as const) {
  test(`the demo answers, and ends by SIGTERM (${language})`, POSIX, async (t) => {
    const run = await startCli(t, [
      "demo",
      "--port",
      "0",
      "--traffic",
      "0",
      "--log-format",
      "pretty",
      "--lang",
      language,
    ]);
    const url = `http://127.0.0.1:${await run.port()}/v1`;
    const models = (await (await fetch(`${url}/models`)).json()) as { data: { id: string }[] };
    const body = CHAT.replace("demo-model", models.data[0]?.id ?? "");
    const answer = await fetch(`${url}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /"content"/);
    run.kill("SIGTERM");
    const { code, stderr } = await run.ended;
    assert.equal(code, 0);
    assert.match(stderr, title);
  });
}

test("npm install --global puts the command on the path", (t) => {
  const prefix = folderFor(t);
  npm(t, "install", "--global", "--offline", "--silent", "--prefix", prefix, TARBALL);
  const command = join(prefix, process.platform === "win32" ? "oai-gateway.cmd" : "bin/oai-gateway");
  const env = { ...process.env, PATH: [dirname(NODE), process.env["PATH"]].join(delimiter) };
  const said = execFileSync(command, ["version"], { encoding: "utf8", cwd: prefix, env });
  const node = execFileSync(NODE, ["--version"], { encoding: "utf8" }).trim().slice(1);
  assert.match(said, new RegExp(`^oai-gateway \\d+\\.\\d+\\.\\d+ \\(Node ${node.replaceAll(".", "\\.")},`));
});

test("npm exec runs the tarball, and hints then begin with npx", (t) => {
  const said = npm(t, "exec", "--offline", "--yes", "--package", TARBALL, "--", "oai-gateway", "--help");
  assert.match(said, /oai-gateway/);
  try {
    npm(t, "exec", "--offline", "--yes", "--package", TARBALL, "--", "oai-gateway", "check");
    assert.fail("there is no configuration to check");
  } catch (error) {
    assert.match(String((error as { stderr?: string }).stderr), /next: npx oai-gateway init/);
  }
});

test("odd locales get what they can show", POSIX, async (t) => {
  for (const [locale, pattern] of [
    ["zh_TW.Big5", /^[\x00-\x7f]+$/],
    ["C", /^[\x00-\x7f]+$/],
    ["POSIX", /^[\x00-\x7f]+$/],
    ["", /Usage/],
    ["zh_TW.UTF-8", /用法/],
    ["xx_YY", /Usage/],
  ] as const) {
    const { code, stdout } = await runCli(t, ["--help"], { env: { LC_ALL: locale } });
    assert.equal(code, 0, locale);
    assert.match(stdout, pattern, locale);
  }
});

test("a cache that cannot be written, and a home that is not there, change nothing", POSIX, async (t) => {
  const full = { XDG_CACHE_HOME: "/dev/null", HOME: "/nonexistent/home" };
  for (const env of [
    full,
    { ...full, XDG_CACHE_HOME: "relative" },
    { ...full, NODE_DISABLE_COMPILE_CACHE: "1" },
  ]) {
    const { code, stdout, stderr } = await runCli(t, ["version"], { env });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^oai-gateway \d/);
    assert.equal(stderr, "");
  }
});

test("a data folder that cannot be written is said, and the gateway serves", POSIX, async (t) => {
  const nowhere = { XDG_DATA_HOME: "/dev/null", XDG_CACHE_HOME: "/dev/null", HOME: "/dev/null" };
  const run = await startCli(t, ["--no-detect", "--port", "0"], { env: nowhere });
  const alive = await fetch(`http://127.0.0.1:${await run.port()}/livez`);
  assert.equal(alive.status, 200);
  run.kill("SIGTERM");
  const { code, stderr } = await run.ended;
  assert.equal(code, 0);
  assert.doesNotMatch(stderr, /\n {4}at /);
});

test("the files of the package may be read-only, and optional ones may be gone", async (t) => {
  const folder = folderFor(t);
  mkdirSync(join(folder, "dist"));
  for (const file of [
    "oai-gateway.js",
    "compile-cache.cjs",
    "compiled-code.cjs",
    "main.cjs",
    "sentences.en.json",
    "undici.cjs",
    "package.json",
  ]) {
    writeFileSync(join(folder, "dist", file), readFileSync(join(dirname(MAIN), file)));
    chmodSync(join(folder, "dist", file), 0o444);
  }
  chmodSync(join(folder, "dist"), 0o555);
  for (const args of [["version"], ["schema"], ["explain", "OG110"], ["--help"]]) {
    execFileSync(NODE, [join(folder, "dist/oai-gateway.js"), ...args], { stdio: "pipe" });
  }
  // So that it can be removed.
  chmodSync(join(folder, "dist"), 0o755);
});
