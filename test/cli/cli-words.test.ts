// What the command line says of codes, options and itself: in both languages, and in as many columns as there are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runExplain } from "../../src/cli/commands/explain.ts";
import { textWidth } from "../../src/core/text-width.ts";
import { runCli } from "../support/cli.ts";
import { shownContext } from "../support/cli-context.ts";

/** Arguments, and what is said of them in English and in Chinese. */
const REFUSED: readonly (readonly [string, RegExp, RegExp])[] = [
  [
    "serve --prot 1",
    /unknown option '--prot'\.\n {2}fix: did you mean "--port"\?/,
    /沒有「--prot」這個選項。\n {2}修正：你是不是要輸入「--port」？/,
  ],
  ["route", /missing required argument 'model'/, /缺少必要的參數「model」/],
  ["serve --port", /option '-p, --port <number>' argument missing/, /選項「-p, --port <number>」後面缺少值/],
  [
    "check --format txt",
    /argument 'txt' is invalid\. Allowed choices are text, json, github\.\n {2}fix: did you mean "text"\?/,
    /不接受「txt」；可用的值：text, json, github。/,
  ],
  ["version a b", /too many arguments\. Expected 0 but got 2\./, /參數太多：需要 0 個，卻有 2 個。/],
];

for (const [args, english, chinese] of REFUSED)
  test(`wrong usage is told in the reader's language: ${args}`, async (t) => {
    const words = args.split(" ");
    const inEnglish = await runCli(t, words);
    assert.match(inEnglish.stderr, english);
    assert.match(inEnglish.stderr, new RegExp(`next: oai-gateway ${words[0]} --help\\n$`));
    const inChinese = await runCli(t, words, { env: { LANGUAGE: "zh_TW" } });
    assert.match(inChinese.stderr, chinese);
    assert.match(inChinese.stderr, new RegExp(`下一步：oai-gateway ${words[0]} --help\\n$`));
    assert.deepEqual([inEnglish.code, inChinese.code], [2, 2]);
    // A commander that says it in other words would be shown in English.
    assert.doesNotMatch(inChinese.stderr, /argument|invalid|unknown|missing|expected/i);
  });

test("a word that steers a terminal is made harmless in a refusal", async (t) => {
  const { stderr } = await runCli(t, ["serve", "--\u001b[2Jx"]);
  assert.match(stderr, /unknown option '--\\u001b\[2Jx'/);
});

test("a language that there is not is refused, with those that there are", async (t) => {
  const { code, stderr } = await runCli(t, ["check", "--lang", "xx"]);
  assert.equal(code, 2);
  assert.match(stderr, /--lang must be one of en, zh-TW, zh-CN, found "xx"\.\n {2}next: oai-gateway --help/);
  const chinese = await runCli(t, ["check", "--lang", "xx"], { env: { LANGUAGE: "zh_TW" } });
  assert.match(chinese.stderr, /--lang 必須是 en、zh-TW、zh-CN 其中之一，但得到「xx」。\n {2}下一步/);
  const mainland = await runCli(t, ["check", "--lang", "xx"], { env: { LANGUAGE: "zh_CN" } });
  assert.match(mainland.stderr, /--lang 必须是 en、zh-TW、zh-CN 之一，但得到“xx”。\n {2}下一步/);
  const equals = await runCli(t, ["--lang=fr", "version"]);
  assert.equal(equals.code, 2);
});

test("explain is Chinese as a whole, and its JSON is not", async (t) => {
  const lang = ["--lang", "zh-TW"];
  const config = await runCli(t, ["explain", "og110", ...lang]);
  assert.match(config.stdout, /^OG110（設定檔的錯誤）\n\n {2}[\s\S]*修正：/);
  const request = await runCli(t, ["explain", "upstream-reset", ...lang]);
  assert.match(
    request.stdout,
    /端點在回應之前就關閉了連線。\n\n {2}狀態 502，類型 upstream_error；問題出在：端點；會先改試其他端點；計入端點的失敗/,
  );
  const json = await runCli(t, ["explain", "upstream_reset", "--json", ...lang]);
  assert.match(JSON.parse(json.stdout).meaning, /^The endpoint closed/);
  const unknown = await runCli(t, ["explain", "upstream-rest", ...lang]);
  assert.equal(unknown.code, 1);
  assert.match(
    unknown.stderr,
    /沒有「upstream-rest」這個代碼。\n {2}修正：你是不是要輸入「upstream_reset」？\n {2}下一步：/,
  );
});

test("explain alone lists all codes, a line each, and as JSON", async (t) => {
  const listed = await runCli(t, ["explain"]);
  assert.equal(listed.code, 0);
  assert.match(
    listed.stdout,
    /^Codes of requests\n {2}invalid_api_key +The client key is missing or wrong\.\n/,
  );
  assert.match(listed.stdout, /\n\nCodes of the configuration\n {2}OG100 {3}/);
  const json = await runCli(t, ["explain", "--json"]);
  assert.equal(JSON.parse(json.stdout).length, listed.stdout.match(/^ {2}\w/gm)?.length);
});

test("explain fits the terminal, in both languages", async () => {
  for (const language of ["en", "zh-TW"] as const)
    for (const columns of [40, 80])
      for (const word of [undefined, "og110", "upstream_reset"]) {
        const { context, out } = shownContext(language, columns);
        assert.equal(await runExplain(context, word), 0);
        for (const line of out.join("").split("\n")) assert.ok(textWidth(line) <= columns, line);
      }
});

test("each command's help has examples in the form by which the program was started", async (t) => {
  const env = {
    npm_lifecycle_event: "oai-gateway",
    npm_lifecycle_script: "node bin/oai-gateway.cjs",
    npm_package_name: "oai-gateway",
  };
  for (const name of ["serve", "demo", "check", "doctor", "models", "route", "reset", "init", "explain"]) {
    const { stdout } = await runCli(t, [name, "--help"], { env });
    assert.match(stdout, /\nExamples:\n {2}npm (?:start|run oai-gateway -- )/, name);
    assert.doesNotMatch(stdout, /\[words/);
  }
  const chinese = await runCli(t, ["serve", "--help", "--lang", "zh-TW"]);
  assert.match(chinese.stdout, /^用法：oai-gateway serve \[選項\]\n[\s\S]*\n範例：\n {2}oai-gateway\n/);
});

test("help explains each word that a command takes, in the reader's language", async (t) => {
  for (const [name, pattern] of [
    ["keys", /list、create/],
    ["config", /export/],
    ["route", /模型/],
  ] as const) {
    const { code, stdout } = await runCli(t, [name, "--help", "--lang", "zh-TW"]);
    assert.equal(code, 0, name);
    const [, words = ""] = /參數：\n([\s\S]*?)\n\n/.exec(stdout) ?? [];
    assert.match(words, pattern);
    assert.doesNotMatch(words, /^ {2}[a-z]+$|choices/m, name);
    // A sentence of another command has names of other values.
    assert.doesNotMatch(stdout, /\{\w+\}|undefined/, name);
  }
});
