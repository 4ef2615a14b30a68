// `init` of the installed package at a terminal: it asks, tests what was typed, and overwrites nothing unasked. Run by
// `npm run test:package`, under each version of Node that is promised.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CliRun, MAIN, NODE } from "../support/cli.ts";
import { apiError } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { folderFor } from "../support/folder.ts";
import { homeEnvironment } from "../support/npm.ts";

// util-linux's `script` gives a command a terminal; others have options of their own.
const skip = process.platform === "linux" && existsSync("/usr/bin/script") ? false : "no terminal to be had";

/** A person at a terminal, who answers what is asked. */
class Person {
  readonly run: CliRun;
  readonly #child: ChildProcess;
  #read = 0;

  constructor(t: TestContext, home: string, language: string) {
    const command = `"${NODE}" "${MAIN}" init --lang ${language}`;
    this.#child = spawn("/usr/bin/script", ["-qec", command, "/dev/null"], {
      cwd: home,
      env: { ...homeEnvironment(home), TERM: "dumb", LC_ALL: "C.UTF-8" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.run = new CliRun(this.#child, home);
    t.after(async () => {
      this.#child.kill("SIGKILL");
      await this.run.ended;
    });
  }

  /** Waits for words that were not answered yet, and types. */
  async answer(words: string, typed: string): Promise<void> {
    const [all] = await this.run.says("stdout", new RegExp(`^[\\s\\S]{${this.#read},}${words}`));
    this.#read = all.length;
    this.#child.stdin?.write(`${typed}\r`);
  }
}

for (const [language, words] of [
  [
    "en",
    {
      first: "Add an endpoint\\? \\[Y/n\\]",
      whose: "Number or name, or an address[^:]*:[^:]*:",
      name: "A name for it \\[[^\\]]*\\]:",
      variable: "Environment variable with its key[^:]*:[^:]*:",
      weight: "Its weight \\[1\\]:",
      rejected: "401 key rejected[\\s\\S]*\\[a\\]:",
      another: "Add another endpoint\\? \\[y/N\\]",
    },
  ],
  [
    "zh-TW",
    {
      first: "要加一個端點嗎？ \\[Y/n\\]",
      whose: "編號或名稱[^：]*：",
      name: "名稱[^：]*\\[[^\\]]*\\]：",
      variable: "環境變數[^：]*：",
      weight: "權重[^：]*\\[1\\]：",
      rejected: "401[\\s\\S]*\\[a\\]：",
      another: "要再加一個端點嗎？ \\[y/N\\]",
    },
  ],
] as const) {
  test(`init at a terminal tests what was typed, and writes what answers (${language})`, {
    skip,
  }, async (t) => {
    const endpoint = await fakeFor(t, { models: ["m"] });
    const home = folderFor(t);
    const person = new Person(t, home, language);
    await person.answer(words.first, "perhaps");
    await person.answer(words.first, "");
    await person.answer(words.whose, endpoint.url);
    await person.answer(words.name, "mine");
    await person.answer(words.variable, "");
    await person.answer(words.weight, "");
    await person.answer(words.another, "");
    const { code } = await person.run.ended;
    assert.equal(code, 0, person.run.stdout);
    assert.match(readFileSync(join(home, "config.yaml"), "utf8"), /name: mine[\s\S]*base_url/);
  });

  test(`an endpoint that refuses is not written unasked (${language})`, { skip }, async (t) => {
    const endpoint = await fakeFor(t);
    endpoint.on(() => true, apiError(401, "invalid_api_key"));
    const home = folderFor(t);
    const person = new Person(t, home, language);
    await person.answer(words.first, "");
    await person.answer(words.whose, endpoint.url);
    await person.answer(words.name, "mine");
    await person.answer(words.variable, "");
    await person.answer(words.weight, "");
    await person.answer(words.rejected, "l");
    await person.answer(words.first, "n");
    await person.run.ended;
    assert.equal(existsSync(join(home, "config.yaml")), false);
  });
}

test("a file that is there is kept, whatever is typed but yes", { skip }, async (t) => {
  const home = folderFor(t);
  const file = join(home, "config.yaml");
  writeFileSync(file, "# mine\n");
  const person = new Person(t, home, "en");
  await person.answer("\\[y/N\\]", "");
  await person.run.ended;
  assert.equal(readFileSync(file, "utf8"), "# mine\n");
});
