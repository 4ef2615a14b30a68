// The layout of diagnostics, to the character.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chineseText, englishText } from "../../../test/support/config/english.ts";
import { textWidth } from "../../core/text-width.ts";
import { translator } from "../../language/messages.ts";
import { configFromText } from "../file/load.ts";
import { renderGithub } from "./render.ts";

function problemsOf(text: string) {
  const result = configFromText(text, { file: "config.yaml", env: {} });
  return result.kind === "ok" ? result.warnings : result.problems;
}

const TYPO = `endpoints:
  - name: local
    weight: 1
    base_url: http://127.0.0.1:11434/v1
    wieght: 2
`;

test("a block has the code, the place, the lines, a caret and the fix", () => {
  assert.equal(
    englishText(problemsOf(TYPO)),
    `error[OG110]: unknown key "wieght" in endpoints[0] (local)
 --> config.yaml:5:5
4 |     base_url: http://127.0.0.1:11434/v1
5 |     wieght: *
  |     ^^^^^^
  = fix: did you mean "weight"?

docs: oai-gateway explain OG110`,
  );
});

test("a misplaced line is shown with its neighbour", () => {
  const text =
    "endpoints:\n  - name: a\n    base_url: https://api.openai.com/v1\n     api_key: ${OPENAI_API_KEY}\n";
  assert.equal(
    englishText(problemsOf(text)),
    `error[OG101]: this line is indented 5 spaces but its neighbours use 4
 --> config.yaml:4:6
3 |     base_url: *************************
4 |      api_key: \${OPENAI_API_KEY}
  |      ^^^^^^^
  = fix: remove 1 space before "api_key"

docs: oai-gateway explain OG101`,
  );
});

test("the caret stays below its place after wide characters, which take two columns", () => {
  const text = 'endpoints: [{name: 本地, base_url: "http://h/v1", 權重: 1}]\n';
  const lines = englishText(problemsOf(text)).split("\n");
  assert.equal(lines[2], '1 | endpoints: [{name: 本地, base_url: "http://h/v1", 權重: *}]');
  assert.equal(
    lines[3],
    `  | ${" ".repeat('endpoints: [{name: 1234, base_url: "http://h/v1", '.length)}^^^^`,
  );
});

test("line numbers of two digits, notes, a limit and colour", () => {
  const text = `${"\n".repeat(9)}server: {port: 1}\nserver: {port: 2}\nx: 1\n`;
  const problems = problemsOf(text).filter((problem) => problem.severity === "error");
  assert.equal(
    englishText(problems, { limit: 1 }),
    `error[OG103]: the key "server" appears twice in this block
  --> config.yaml:11:1
10 | server: {port: 1}
11 | server: {port: 2}
   | ^^^^^^
   = note: config.yaml:10:1: first given here
   = fix: keep one of the two

1 more problem: oai-gateway check    docs: oai-gateway explain OG103`,
  );
  assert.match(
    englishText(problems, { colour: true }),
    /\u001b\[1m\u001b\[31merror\[OG103\]\u001b\[39m\u001b\[22m/,
  );
});

test("long lines are cut around the caret, and nothing steers the terminal", () => {
  const text = `endpoints: [{name: a, base_url: "http://h/v1", headers: {x: "${"y".repeat(400)}"}, wieght: 1}]\n`;
  const lines = englishText(problemsOf(text)).split("\n");
  const column = lines[3]?.indexOf("^") ?? 0;
  assert.equal(lines[2]?.slice(column, column + 6), "wieght");
  assert.ok((lines[2]?.length ?? 0) < 180);
  const hostile = englishText(problemsOf('"a\\e[2J\\u202eb": 1\n'));
  assert.doesNotMatch(hostile, /[\u001b\u202e]/);
});

test("JSON and GitHub", () => {
  const problems = problemsOf(TYPO);
  assert.equal(
    renderGithub(problems, translator("en")),
    '::error file=config.yaml,line=5,col=5,endColumn=11,title=OG110::unknown key "wieght" in endpoints[0] (local)%0Afix: did you mean "weight"?',
  );
});

test("in Chinese: the same block, with the words and the marks of that language", () => {
  assert.equal(
    chineseText(problemsOf(TYPO)),
    `錯誤[OG110]：endpoints[0] (local) 有不認得的鍵「wieght」
 --> config.yaml:5:5
4 |     base_url: http://127.0.0.1:11434/v1
5 |     wieght: *
  |     ^^^^^^
  = 修正：是不是要寫 "weight"？

說明：oai-gateway explain OG110`,
  );
  const twice = problemsOf(`${TYPO}endpoints: []\nx: 1\n`);
  assert.match(chineseText(twice), /= 附註：config\.yaml:1:1：第一次出現在這裡\n/);
  assert.match(chineseText(twice, { limit: 1 }), /另有 \d 個問題：oai-gateway check {4}說明：/);
});

test("sentences are wrapped to the terminal and lines of the file are cut to it, with the caret at its place", () => {
  const text = `endpoints: [{name: a, base_url: "http://h/v1", headers: {x: "${"y".repeat(90)}"}, wieght: 1, xyz: 2}]\n`;
  for (const columns of [40, 60, 80]) {
    const shown = englishText(problemsOf(text), { columns });
    for (const line of shown.split("\n").slice(0, -1)) assert.ok(textWidth(line) <= columns, line);
    const lines = shown.split("\n");
    const marks = lines.findIndex((line) => line.includes("^"));
    const column = lines[marks]?.indexOf("^") ?? 0;
    assert.equal(lines[marks - 1]?.slice(column, column + 6), "wieght");
    assert.match(shown, /= fix: remove it; [\s\S]*\n {4}\S/);
  }
});

test("the words of a fix keep within the terminal, what stands before them counted", () => {
  const open = problemsOf("server: {host: 0.0.0.0}\nendpoints: [{name: a, base_url: http://h/v1}]\n");
  for (let columns = 60; columns < 90; columns++)
    for (const line of `${englishText(open, { columns })}\n${chineseText(open, { columns })}`.split("\n"))
      assert.ok(textWidth(line) <= columns, `${columns}: ${line}`);
});

test("a command at the end of a fix stays on one line", () => {
  const shown = englishText(problemsOf("endpoints: []\n"), { columns: 34 });
  assert.match(shown, /\n {4,6}oai-gateway init$/m);
});
