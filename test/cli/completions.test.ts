// Completions: what the shells themselves make of the scripts, those that are installed.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { programTree } from "../../src/cli/program.ts";
import { asStarted } from "../../src/language/launch.ts";
import { translator } from "../../src/language/messages.ts";
import { runCli } from "../support/cli.ts";
import { folderFor } from "../support/folder.ts";
import { askZsh } from "../support/zsh.ts";

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
  const folder = folderFor(t);
  writeFileSync(join(folder, "script"), text);
  writeFileSync(join(folder, "a file.yaml"), "");
  return join(folder, "script");
}

function has(shell: string): boolean {
  return spawnSync(shell, ["-c", "exit"]).error === undefined;
}

/** What the tests of all shells ask, with the answers; `a file.yaml` lies in the folder. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  mod: ["models"],
  "--lang en che": ["check"],
  "serve --log-format ": ["json", "pretty"],
  "--log-level de": ["debug"],
  "serve --port ": [],
  "explain OG110": ["OG110"],
  "completions f": ["fish"],
  "keys r": ["rotate"],
  "keys show ": [],
  "keys --per d": ["day"],
  "--config mine prices ": ["import", "recalculate"],
  "logs --key import t": ["tail"],
  "route gp": [],
};

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
  for (const [typed, answers] of Object.entries(ASKED))
    assert.deepEqual(ask(...typed.split(" ")).toSorted(), answers, typed);
  assert.deepEqual(ask("--lang", "=", "z"), ["zh-TW", "zh-CN"]);
  assert.deepEqual(ask("--lang", "=", "en", "import", "a "), ["a file.yaml"]);
  for (const typed of ["check --config", "prices import", "restore"])
    assert.deepEqual(ask(...typed.split(" "), "a "), ["a file.yaml"], typed);
  for (const { name, options } of TREE.commands) {
    const flags = ask(name, "--");
    for (const { long } of [...options, ...TREE.options]) assert.ok(flags.includes(long), `${name} ${long}`);
  }
});

test("zsh completes what is typed", { skip: !has("zsh") }, async (t) => {
  const files = ["check --config a", "serve --config=a", "import a", "prices import a", "restore a"];
  const commands = TREE.commands.map(({ name }) => `${name} --`);
  const typed = ["", ...Object.keys(ASKED), "serve --lang=z", ...files, ...commands];
  const script = await fileOf(t, await scriptOf(t, "zsh"));
  const answerTo = askZsh(script, "source", typed);
  assert.deepEqual(
    answerTo(""),
    TREE.commands.map(({ name }) => name),
  );
  for (const [line, wanted] of Object.entries(ASKED))
    assert.deepEqual(answerTo(line).toSorted(), wanted, line);
  assert.deepEqual(answerTo("serve --lang=z"), ["zh-TW", "zh-CN"]);
  for (const line of files) assert.deepEqual(answerTo(line), ["a\\ file.yaml"], line);
  for (const { name, options } of TREE.commands) {
    const flags = answerTo(`${name} --`);
    for (const { long } of [...options, ...TREE.options]) assert.ok(flags.includes(long), `${name} ${long}`);
  }
});

test("zsh finds the script in its path of functions", { skip: !has("zsh") }, async (t) => {
  const script = await fileOf(t, await scriptOf(t, "zsh", "zh-TW"));
  const answerTo = askZsh(script, "autoload", ["mod", "keys r"]);
  assert.deepEqual([answerTo("mod"), answerTo("keys r")], [["models"], ["rotate"]]);
});

test("fish completes commands, options, choices and codes", { skip: !has("fish") }, async (t) => {
  const script = await fileOf(t, await scriptOf(t, "fish"));
  const ask = (typed: string): string[] => {
    const home = join(script, "..");
    const run = spawnSync("fish", ["--no-config", "-c", `source ${script}; complete -C '${typed}'`], {
      encoding: "utf8",
      cwd: home,
      env: { PATH: process.env["PATH"] ?? "", HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home },
    });
    assert.equal(run.stderr, "");
    return run.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split("\t")[0] ?? "");
  };
  assert.deepEqual(ask("oai-gateway ").toSorted(), TREE.commands.map(({ name }) => name).toSorted());
  for (const [line, answers] of Object.entries(ASKED))
    assert.deepEqual(ask(`oai-gateway ${line}`).toSorted(), answers, line);
  assert.deepEqual(ask("oai-gateway serve --lang=zh-T"), ["--lang=zh-TW"]);
  for (const line of ["check --config a", "import a", "prices import a", "restore a"])
    assert.deepEqual(ask(`oai-gateway ${line}`), ["a file.yaml"], line);
  assert.deepEqual(ask("oai-gateway serve --data-dir=/et"), ["--data-dir=/etc/"]);
  assert.ok(!ask("oai-gateway prices import --").includes("--force"), "an option of another command");
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
  const git = { SHELL: "C:\\Program Files\\Git\\usr\\bin\\bash.exe" };
  assert.match((await runCli(t, ["completions"], { env: git })).stdout, /^# bash completions/);
});
