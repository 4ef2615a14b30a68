// How the command is started: by npm, by a Node that is too old, from files of which one is missing.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { chooseLanguage } from "../../../src/language/language.ts";
import { CliRun, MAIN, NODE, runCli } from "../../support/cli.ts";
import { folderFor } from "../../support/folder.ts";

/** A checkout has no files that the build makes, and an executable is one file. */
const BUNDLE_ONLY = { skip: !/[/\\]dist[/\\][^/\\]*\.c?js$/.test(MAIN) };

test("fault 244: SIGTERM to npm stops the gateway that it has started, in order", async (t) => {
  const home = folderFor(t);
  const child = spawn("npm", ["run", "demo", "--", "--port", "0", "--traffic", "0", "--lang", "en"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HOME: home },
    // A group of its own, so that nothing is left over where this fails.
    detached: true,
  });
  const run = new CliRun(child, home);
  t.after(async () => {
    try {
      process.kill(-(child.pid ?? 0), "SIGKILL");
    } catch {
      // All are gone, as they should be.
    }
    await run.ended;
  });
  await run.port();
  run.kill("SIGTERM");
  // The pipes close when the last process that has them is gone: the gateway.
  const { stdout } = await run.ended;
  assert.match(stdout, /"event":"stopped"/);
});

test("fault 245: an older Node gets one sentence with a fix, in the reader's language, and code 1", async (t) => {
  const folder = folderFor(t);
  const pretend = join(folder, "old.cjs");
  writeFileSync(pretend, 'Object.defineProperty(process.versions, "node", { value: "18.19.1" });\n');
  const env = { NODE_OPTIONS: `--require=${pretend}` };
  const english = await runCli(t, ["demo"], { env });
  assert.equal(english.code, 1);
  assert.match(
    english.stderr,
    /^\S oai-gateway needs Node 22\.22 or newer, and this is 18\.19\.1\.\n {2}fix: [^\n]+\n$/,
  );
  const chinese = await runCli(t, ["demo"], { env: { ...env, LC_ALL: "zh_TW.UTF-8" } });
  assert.match(
    chinese.stderr,
    /^\S oai-gateway 需要 Node 22\.22 或更新的版本，目前是 18\.19\.1。\n {2}修正：[^\n]+\n$/,
  );
  assert.equal((await runCli(t, ["--lang", "zh-TW"], { env })).stderr, chinese.stderr);
  assert.equal(
    (await runCli(t, ["--lang=en"], { env: { ...env, LANG: "zh_TW.UTF-8" } })).stderr,
    english.stderr,
  );
  // A terminal of another coding would show other signs.
  assert.equal((await runCli(t, [], { env: { ...env, LC_ALL: "zh_TW.Big5" } })).stderr, english.stderr);
});

test("fault 245: the words for an older Node are in the language that the program would have", (t) => {
  const folder = folderFor(t);
  const pretend = join(folder, "old.cjs");
  writeFileSync(pretend, 'Object.defineProperty(process.versions, "node", { value: "18.19.1" });\n');
  const fixes = { en: /^ {2}fix: /m, "zh-TW": /^ {2}修正：.*安裝/m, "zh-CN": /^ {2}修复：.*安装/m } as const;
  const rows: readonly (readonly [string | undefined, Readonly<Record<string, string>>])[] = [
    ["zh-CN", {}],
    ["zh-Hans", { LANG: "zh_TW.UTF-8" }],
    ["zh", { LANG: "en_US.UTF-8" }],
    ["zh-TW", { LC_ALL: "C" }],
    ["en", { LANG: "zh_CN.UTF-8" }],
    [undefined, { LANG: "zh_CN.UTF-8" }],
    [undefined, { LC_ALL: "zh_SG.UTF-8", LANG: "en_US.UTF-8" }],
    [undefined, { LANG: "zh.UTF-8" }],
    [undefined, { LANG: "zh-Hant-CN.UTF-8" }],
    [undefined, { LANG: "zh_CN.GB18030" }],
    [undefined, { LANG: "en_US.UTF-8", LANGUAGE: "ja:zh_CN:en" }],
    [undefined, { LANG: "zh_CN.UTF-8", LANGUAGE: "ja" }],
    [undefined, { LANG: "C", LANGUAGE: "zh_CN" }],
    [undefined, { LANG: "zh_CN.UTF-8", LC_MESSAGES: "en_US.UTF-8" }],
    [undefined, { LANG: "zh_CN.UTF-8", LC_CTYPE: "C" }],
    [undefined, {}],
  ];
  const said = new Set<string>();
  for (const [flag, env] of rows) {
    const args = ["--require", pretend, MAIN, ...(flag === undefined ? [] : ["--lang", flag])];
    const { stderr } = spawnSync(NODE, args, { env, encoding: "utf8" });
    const language = chooseLanguage(flag, env);
    said.add(language);
    assert.match(stderr, fixes[language], JSON.stringify([flag, env]));
  }
  assert.equal(said.size, 3);
});

test("fault 246: so is a bundle without the sentences of the reader's language", BUNDLE_ONLY, (t) => {
  const folder = folderFor(t);
  cpSync(dirname(MAIN), folder, {
    recursive: true,
    filter: (file) => !file.endsWith("sentences.zh-TW.json"),
  });
  const args = [join(folder, "oai-gateway.js"), "--lang", "zh-TW", "check"];
  const { status, stderr } = spawnSync(NODE, args, { cwd: folder, encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, /^✖ oai-gateway 不完整，找不到 \S*sentences\.zh-TW\.json。\n {2}修正：[^\n]+\n$/);
});

test("fault 246: a file of the package that is missing is a sentence with a fix", (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, "oai-gateway.js"), readFileSync(MAIN));
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }');
  try {
    execFileSync(NODE, [join(folder, "oai-gateway.js"), "version"], { stdio: "pipe", encoding: "utf8" });
    assert.fail("it cannot run");
  } catch (error) {
    const { status, stderr } = error as { status?: number; stderr?: string };
    assert.equal(status, 1);
    assert.match(String(stderr), /^\S oai-gateway is not complete[^\n]+\n {2}fix: [^\n]+\n$/);
  }
});
