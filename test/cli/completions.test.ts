// Completions: what the shells themselves make of the scripts. Bash is asked for answers; zsh and fish, where they are
// installed, for fish's answers and zsh's reading of the script.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { programTree } from "../../src/cli/program.ts";
import { asStarted } from "../../src/language/launch.ts";
import { translator } from "../../src/language/messages.ts";
import { runCli } from "../support/cli.ts";

const TREE = programTree(translator("en"));

async function scriptOf(t: TestContext, shell: string, language = "en"): Promise<string> {
  const { code, stdout, stderr } = await runCli(t, ["--lang", language, "completions", shell]);
  assert.equal(code, 0, stderr);
  return stdout;
}

test("every command of a text can be pasted in a checkout", () => {
  for (const { name } of TREE.commands)
    assert.equal(asStarted(`oai-gateway ${name}`, "npm run x --"), `npm run x -- ${name}`);
});

async function fileOf(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "oai-gateway-shell-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "script"), text);
  writeFileSync(join(folder, "a file.yaml"), "");
  return join(folder, "script");
}

function has(shell: string): boolean {
  return spawnSync(shell, ["-c", "exit"]).error === undefined;
}

test("bash completes commands, options, choices, codes and files", { skip: !has("bash") }, async (t) => {
  const script = await fileOf(t, await scriptOf(t, "bash"));
  const ask = (...typed: string[]): string[] => {
    const words = ["oai-gateway", ...typed];
    const run = spawnSync(
      "bash",
      [
        "--norc",
        "-c",
        `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _oai_gateway; printf '%s\\n' "\${COMPREPLY[@]}"`,
        "-",
        script,
        ...words,
      ],
      { encoding: "utf8", cwd: join(script, "..") },
    );
    // `compopt` may only be called while a person completes.
    assert.doesNotMatch(run.stderr, /syntax|not found/);
    return run.stdout.split("\n").filter((line) => line !== "");
  };
  assert.deepEqual(
    ask(""),
    TREE.commands.map(({ name }) => name),
  );
  assert.deepEqual(ask("mod"), ["models"]);
  assert.deepEqual(ask("serve", "--log-format", ""), ["pretty", "json"]);
  assert.deepEqual(ask("--log-level", "de"), ["debug"]);
  assert.deepEqual(ask("--lang", "=", "z"), ["zh-TW", "zh-CN"]);
  assert.deepEqual(ask("explain", "OG110"), ["OG110"]);
  assert.deepEqual(ask("completions", "f"), ["fish"]);
  assert.deepEqual(ask("check", "--config", "a "), ["a file.yaml"]);
  assert.deepEqual(ask("serve", "--port", ""), []);
  for (const { name, options } of TREE.commands) {
    const flags = ask(name, "--");
    for (const { long } of [...options, ...TREE.options]) assert.ok(flags.includes(long), `${name} ${long}`);
  }
});

test("zsh reads its script", { skip: !has("zsh") }, async (t) => {
  const english = await scriptOf(t, "zsh");
  for (const text of [english, await scriptOf(t, "zsh", "zh-TW")]) {
    const script = await fileOf(t, text);
    const { status, stderr } = spawnSync("zsh", ["-n", script], { encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
  }
  for (const { name } of TREE.commands) assert.match(english, new RegExp(`'${name}:`));
});

test("fish completes commands, options, choices and codes", { skip: !has("fish") }, async (t) => {
  const script = await fileOf(t, await scriptOf(t, "fish"));
  const ask = (typed: string): string[] => {
    const home = join(script, "..");
    const run = spawnSync("fish", ["--no-config", "-c", `source ${script}; complete -C '${typed}'`], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home },
    });
    assert.equal(run.stderr, "");
    return run.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split("\t")[0] ?? "");
  };
  assert.deepEqual(ask("oai-gateway ").toSorted(), TREE.commands.map(({ name }) => name).toSorted());
  assert.deepEqual(ask("oai-gateway serve --log-format "), ["json", "pretty"]);
  assert.deepEqual(ask("oai-gateway --log-level de"), ["debug"]);
  assert.deepEqual(ask("oai-gateway explain OG110"), ["OG110"]);
  const flags = ask("oai-gateway doctor --");
  for (const long of ["--spend", "--endpoint", "--lang", "--help"]) assert.ok(flags.includes(long), long);
  assert.ok(!flags.includes("--port"));
});

test("an unknown shell is refused with the known ones; SHELL stands in for one that is not named", async (t) => {
  const refused = await runCli(t, ["completions", "tcsh"]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /one of bash, zsh, fish, found "tcsh"/);
  const guessed = await runCli(t, ["completions"], { env: { SHELL: "/usr/bin/fish" } });
  assert.match(guessed.stdout, /^# fish completions/);
});
