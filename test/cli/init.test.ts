// The questions of `init`, answered line by line: presets, a test of what was typed, and nothing overwritten unasked.

import assert from "node:assert/strict";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import { runInit } from "../../src/cli/init/init.ts";
import type { CommandContext } from "../../src/cli/terminal/command.ts";
import { createTerminal } from "../../src/cli/terminal/terminal.ts";
import type { Language } from "../../src/language/language.ts";
import { translator } from "../../src/language/messages.ts";
import { Condition } from "../support/condition.ts";
import { json } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { folderFor } from "../support/folder.ts";

const KEY = "sk-canary-of-init-0123456789";

type Setting = {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly language?: Language;
  readonly output?: string;
};

/** A person who reads each question before the answer is typed. */
class Person {
  readonly folder: string;
  readonly ended: Promise<number>;
  said = "";
  readonly #input = new PassThrough();
  readonly #heard = new Condition();
  #read = 0;

  constructor(folder: string, setting: Setting) {
    this.folder = folder;
    const output = new PassThrough();
    const listen = (text: string): boolean => {
      this.said += text;
      // A server of the machine that the tests run on is none of theirs.
      if (/^(?:Use |要使用).*\[Y\/n\] $/.test(text)) this.#input.write("n\n");
      this.#heard.notify();
      return true;
    };
    output.setEncoding("utf8").on("data", listen);
    const stream = { isTTY: false, write: listen };
    const context: CommandContext = {
      terminal: createTerminal(
        { stdin: { isTTY: false }, stdout: stream, stderr: stream },
        { LC_ALL: "C.UTF-8" },
      ),
      text: translator(setting.language ?? "en"),
      language: setting.language ?? "en",
      env: setting.env ?? {},
      cwd: folder,
      command: "oai-gateway",
      isJson: false,
    };
    this.ended = runInit(
      context,
      { output: setting.output ?? "config.yaml" },
      { input: this.#input, output, isTerminal: false },
    );
  }

  async answer(question: RegExp, line: string): Promise<void> {
    await this.#until(question);
    this.#input.write(`${line}\n`);
  }

  async breakOff(question: RegExp): Promise<void> {
    await this.#until(question);
    this.#input.end();
  }

  async #until(question: RegExp): Promise<void> {
    await this.#heard.until(() => question.test(this.said.slice(this.#read)));
    const match = question.exec(this.said.slice(this.#read));
    this.#read += (match?.index ?? 0) + (match?.[0].length ?? 0);
  }
}

async function personFor(t: TestContext, setting: Setting = {}): Promise<Person> {
  const folder = folderFor(t);
  for (const [name, text] of Object.entries(setting.files ?? {})) await writeFile(join(folder, name), text);
  return new Person(folder, setting);
}

/** Says no to what is found on the machine that runs this, and yes to one more. */
async function addOne(person: Person): Promise<void> {
  await person.answer(/Add an endpoint\? \[Y\/n\] /, "");
}

test("a key that is typed goes into .env for its owner alone, is tried, and is never shown", async (t) => {
  const endpoint = await fakeFor(t, { models: ["a", "b"] });
  const person = await personFor(t, { files: { ".env": "OTHER=1" } });
  await addOne(person);
  await person.answer(/1 OpenAI[\s\S]*LiteLLM[\s\S]*Number or name[^\n]*: /, endpoint.url);
  await person.answer(/A name for it \[local\]: /, "mine");
  await person.answer(/Environment variable with its key/, KEY);
  await person.answer(/no name of a variable[^\n]*\n/, "MINE_API_KEY");
  await person.answer(/MINE_API_KEY is not set\./, `${KEY} `);
  await person.answer(/Its weight \[1\]/, "3");
  await person.answer(/✔ mine answers: 2 models[\s\S]*Add another endpoint\? \[y\/N\] /, "");
  assert.equal(await person.ended, 0, person.said);
  const text = await readFile(join(person.folder, "config.yaml"), "utf8");
  assert.match(text, /- name: mine\n {4}base_url: [^\n]*\n {4}api_key: \$\{MINE_API_KEY\}\n {4}weight: 3\n/);
  assert.equal(await readFile(join(person.folder, ".env"), "utf8"), `OTHER=1\nMINE_API_KEY=${KEY}\n`);
  assert.deepEqual((await readdir(person.folder)).sort(), [".env", "config.yaml"]);
  assert.equal((await stat(join(person.folder, "config.yaml"))).mode & 0o777, 0o600);
  assert.equal(endpoint.discoveries.at(-1)?.header("authorization"), `Bearer ${KEY}`);
  assert.match(person.said, /\.env could be read by other users[^\n]*\(mode 600\)/);
  assert.equal((await stat(join(person.folder, ".env"))).mode & 0o777, 0o600);
  assert.doesNotMatch(person.said + text, /canary/);
});

test("what does not answer can be typed again, kept, or left out", async (t) => {
  const endpoint = await fakeFor(t, { models: ["a"] });
  const broken = await fakeFor(t);
  broken.on("/models", json(500, { error: { message: "made up" } }));
  const person = await personFor(t);
  await addOne(person);
  await person.answer(/Number or name/, "ollama");
  await person.answer(/Its base URL[^\n]*\[http:\/\/127\.0\.0\.1:11434\/v1\]: /, "http://127.0.0.1:1/v1");
  await person.answer(/A name for it \[ollama\]/, "");
  await person.answer(/variable with its key \(empty: none\)/, "");
  await person.answer(/Its weight/, "");
  await person.answer(/✖ ollama: [^\n]+\n[^\n]*\[a\]: /, "a");
  await person.answer(/Its base URL[^\n]*\[http:\/\/127\.0\.0\.1:1\/v1\]: /, endpoint.url);
  for (const question of [/A name for it \[ollama\]/, /variable with its key/, /Its weight/])
    await person.answer(question, "");
  await person.answer(/✔ ollama answers: 1 model [\s\S]*\[y\/N\] /, "y");
  await person.answer(/Number or name/, broken.url);
  for (const question of [/A name for it/, /variable with its key/, /Its weight/])
    await person.answer(question, "");
  await person.answer(/✖ local: answered 500/, "l");
  await person.answer(/Add another endpoint\? \[y\/N\] /, "");
  assert.equal(await person.ended, 0, person.said);
  const text = await readFile(join(person.folder, "config.yaml"), "utf8");
  assert.deepEqual(text.match(/base_url: .*/g), [`base_url: ${endpoint.url}`]);
});

test("a preset brings its address and its variable, in Chinese as well", async (t) => {
  const person = await personFor(t, { language: "zh-TW" });
  await person.answer(/要加一個端點嗎？ \[Y\/n\] /, "");
  await person.answer(/輸入編號或名稱/, "nothing such");
  await person.answer(/請輸入 1 到 \d+ 的編號/, "https://api.example.com/v1?key=1");
  await person.answer(/這個網址含有查詢字串；/, "Azure OpenAI");
  await person.answer(/在 Azure OpenAI 的資源名稱：/, "my-resource");
  await person.answer(/名稱 \[azure\]：/, "");
  await person.answer(/環境變數（輸入 - 表示不需要） \[AZURE_OPENAI_API_KEY\]：/, "");
  await person.answer(/AZURE_OPENAI_API_KEY 尚未設定/, "");
  await person.answer(/權重 \[1\]：/, "");
  await person.answer(/沒有測試 azure[\s\S]*\[y\/N\] /, "");
  // The variable is not set yet: it works in part.
  assert.equal(await person.ended, 3, person.said);
  const text = await readFile(join(person.folder, "config.yaml"), "utf8");
  assert.match(text, /base_url: https:\/\/my-resource\.openai\.azure\.com\/openai\/v1\n/);
  assert.match(text, /# 多個端點的同名模型/);
});

test("an existing file is replaced only when that is said", async (t) => {
  const person = await personFor(t, { files: { "config.yaml": "endpoints: []\n" } });
  await person.answer(/config\.yaml exists already\. Replace it\? \[y\/N\] /, "");
  assert.equal(await person.ended, 1);
  assert.match(person.said, /exists already\.\n {2}fix: pass --force/);
  assert.equal(await readFile(join(person.folder, "config.yaml"), "utf8"), "endpoints: []\n");
});

test("init that is broken off writes nothing", async (t) => {
  const person = await personFor(t);
  await addOne(person);
  await person.answer(/Number or name/, "openai");
  await person.breakOff(/A name for it/);
  assert.equal(await person.ended, 1);
  assert.match(person.said, /Stopped; nothing was written\./);
  assert.deepEqual(await readdir(person.folder), []);
});

test("init in a folder that cannot be written says so before it asks", async (t) => {
  const missing = await personFor(t, { output: "no/such/config.yaml" });
  assert.equal(await missing.ended, 1);
  assert.match(missing.said, /cannot be written into [^\n]*no\/such \(ENOENT\)\.\n {2}fix: /);
  if (process.getuid?.() === 0) return;
  const folder = folderFor(t);
  await chmod(folder, 0o500);
  const person = new Person(folder, {});
  assert.equal(await person.ended, 1);
  assert.match(person.said, /\(EACCES\)/);
});
