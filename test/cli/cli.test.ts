// The commands that print and end: run as processes, judged by exit code, standard output and standard error.

import assert from "node:assert/strict";
import { test } from "node:test";
import { textWidth } from "../../src/core/text-width.ts";
import { runCli } from "../support/cli.ts";

test("version says which, also as JSON", async (t) => {
  const plain = await runCli(t, ["version"]);
  assert.match(plain.stdout, /^oai-gateway \d+\.\d+\.\d+ \(Node /);
  assert.equal(plain.code, 0);
  const json = await runCli(t, ["version", "--json"]);
  const value: unknown = JSON.parse(json.stdout);
  assert.ok(typeof value === "object" && value !== null && "name" in value);
  assert.equal(value.name, "oai-gateway");
  assert.equal(json.stderr, "");
});

test("an unknown command, option or code is met with a hint and exit code 2 or 1", async (t) => {
  const command = await runCli(t, ["modles"]);
  assert.equal(command.code, 2);
  assert.match(command.stderr, /unknown command "modles"\.\n {2}fix: did you mean "models"\?/);
  const option = await runCli(t, ["serve", "--prot", "1"]);
  assert.equal(option.code, 2);
  assert.match(option.stderr, /unknown option '--prot'[\s\S]*next: oai-gateway serve --help\n/);
  const port = await runCli(t, ["serve", "--port", "http"]);
  assert.equal(port.code, 2);
  assert.match(port.stderr, /--port must be a whole number from 0 to 65535, found "http"/);
  assert.match(port.stderr, /next: oai-gateway serve --help\n/);
  const word = await runCli(t, ["route"]);
  assert.match(word.stderr, /missing required argument 'model'[\s\S]*next: oai-gateway route --help\n/);
  const traffic = await runCli(t, ["demo", "--traffic", "much"]);
  assert.match(traffic.stderr, /next: oai-gateway demo --help\n/);
  const code = await runCli(t, ["explain", "OG111X"]);
  assert.equal(code.code, 1);
  assert.match(code.stderr, /did you mean "OG111"/);
});

test("explain knows codes of requests and of the configuration", async (t) => {
  const config = await runCli(t, ["explain", "og110"]);
  assert.match(config.stdout, /^OG110 \(error in the configuration\)[\s\S]*fix: /);
  const request = await runCli(t, ["explain", "model-not-found", "--json"]);
  const value: unknown = JSON.parse(request.stdout);
  assert.ok(typeof value === "object" && value !== null && "status" in value && "code" in value);
  assert.deepEqual([value.code, value.status], ["model_not_found", 404]);
});

test("schema prints a JSON Schema that knows the sections", async (t) => {
  const { stdout, code } = await runCli(t, ["schema"]);
  assert.equal(code, 0);
  const value: unknown = JSON.parse(stdout);
  assert.ok(typeof value === "object" && value !== null && "properties" in value);
  assert.deepEqual(Object.keys(value.properties ?? {}).slice(0, 3), ["server", "endpoints", "routing"]);
});

test("help speaks the language that is asked for", async (t) => {
  const flag = await runCli(t, ["--help", "--lang", "zh-TW"]);
  assert.match(flag.stdout, /用法：[\s\S]*指令：/);
  assert.equal(flag.code, 0);
  const locale = await runCli(t, ["--help"], { env: { LC_ALL: "zh_TW.UTF-8" } });
  assert.match(locale.stdout, /用法：/);
  const english = await runCli(t, ["--help"]);
  assert.match(english.stdout, /Usage: oai-gateway/);
});

test("help fits into 80 columns and says everything once, in both languages", async (t) => {
  for (const language of ["en", "zh-TW"]) {
    for (const command of [[], ["serve"], ["check"], ["init"], ["demo"]]) {
      const { stdout } = await runCli(t, [...command, "--help", "--lang", language]);
      for (const line of stdout.split("\n")) assert.ok(textWidth(line) <= 80, line);
      assert.doesNotMatch(stdout, /choices:/);
      if (language === "zh-TW") assert.doesNotMatch(stdout, /default/);
    }
  }
  const init = await runCli(t, ["init", "--help"]);
  assert.match(init.stdout, /file to write \(default: config\.yaml\)/);
});
