// Tests of `doctor-report.ts` and `progress.ts`: what is said, once, in both languages, and in how many columns.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shownContext } from "../../../test/support/cli-context.ts";
import { textWidth } from "../../core/text-width.ts";
import { message } from "../../language/messages.ts";
import { type DoctorReport, doctorLines, type EndpointReport } from "./doctor-report.ts";
import { Progress } from "./progress.ts";

const NOT_ASKED = { kind: "skipped", why: undefined } as const;
const GOOD: EndpointReport = {
  name: "local",
  definedAt: "config.yaml:2",
  isEnabled: true,
  reachMs: 12.4,
  auth: "none",
  modelCount: 3,
  chat: { kind: "ok", firstByteMs: 30 },
  stream: { kind: "ok", firstByteMs: 30 },
  maskedKey: undefined,
  short: undefined,
  problem: undefined,
  fix: undefined,
};
const REJECTED: EndpointReport = {
  ...GOOD,
  name: "openai",
  auth: "rejected",
  modelCount: undefined,
  chat: NOT_ASKED,
  stream: NOT_ASKED,
  maskedKey: "sk-…a1b2",
  short: message("doctor.short.rejected"),
  problem: message("doctor.problem.rejected", { reason: message("reason.rejected_key", { status: 401 }) }),
  fix: message("doctor.fix.renew", { at: "config.yaml:3" }),
};
const SILENT: EndpointReport = {
  ...REJECTED,
  name: "a-rather-long-name",
  reachMs: undefined,
  auth: "unknown",
  maskedKey: undefined,
  short: message("doctor.short.silent"),
  problem: message("doctor.problem", { reason: message("reason.timeout", { seconds: 10 }) }),
  fix: message("doctor.mend.wait", { at: "config.yaml:4" }),
};
const REPORT: DoctorReport = {
  runtime: [
    { label: message("doctor.node", { version: "24.0.0" }), isOk: true },
    { label: message("doctor.folder"), isOk: true },
    { label: message("doctor.portFree", { port: 8080 }), isOk: true },
    { label: message("doctor.clock"), isOk: true },
  ],
  config: message("doctor.configFile", { file: "config.yaml", count: 3 }),
  gateways: [],
  endpoints: [GOOD, REJECTED, SILENT],
  aliases: [
    { name: "fast", targets: ["local/qwen3:8b"], problem: undefined, fix: undefined },
    {
      name: "big",
      targets: [],
      problem: message("doctor.alias.none"),
      fix: message("doctor.fix.targets", { at: "config.yaml:9" }),
    },
  ],
};

function linesAt(language: "en" | "zh-TW", columns: number | undefined): string[] {
  return doctorLines(shownContext(language, columns).context, REPORT);
}

test("a report for a pipe is a table, and each problem stands in it once, with its fix", () => {
  const text = linesAt("en", undefined).join("\n");
  assert.match(text, /^ {2}Runtime {3}✔ Node 24\.0\.0 {3}✔ data folder writable/m);
  assert.match(text, /^ {2}openai +12 ms +✖ .*key sk-…a1b2; key rejected$/m);
  assert.match(
    text,
    /^ {2}✖ openai +401 key rejected: the endpoint rejects this key\. +fix: renew api_key \(config\.yaml:3\)$/m,
  );
  assert.equal(text.split("no answer within 10 s").length, 2);
  assert.equal(text.split("no endpoint can serve it").length, 2);
  assert.match(text, /^ {2}3 endpoints: 1 usable, 2 failing\. Chat requests sent: 2, of one token each\.$/m);
});

test("a report in Chinese has no English sentence in it", () => {
  const text = linesAt("zh-TW", undefined).join("\n");
  const names =
    /Node 24\.0\.0|config\.yaml|local|openai|a-rather-long-name|fast|big|qwen3:8b|api_key|base_url|enabled: false|sk-…a1b2|ms\b|\bs\b|token/g;
  assert.doesNotMatch(text.replace(names, ""), /[A-Za-z]{2,}/);
  assert.match(
    text,
    /執行環境[\s\S]*設定檔[\s\S]*端點 +連線 +金鑰[\s\S]*別名[\s\S]*修正：更換 api_key（config\.yaml:3）/,
  );
  assert.match(text, /3 個端點：1 個可用，2 個失敗。送出 2 個聊天請求，各一個 token。/);
});

test("a report fits the terminal, and no word of it is broken", () => {
  for (const language of ["en", "zh-TW"] as const) {
    const words = new Set(
      linesAt(language, undefined)
        .join(" ")
        .match(/[\w.:/-]+/g),
    );
    for (const columns of [40, 80, 120])
      for (const line of linesAt(language, columns).flatMap((one) => one.split("\n"))) {
        assert.ok(textWidth(line) <= columns, `${columns}: ${line}`);
        for (const [word] of line.matchAll(/[\w.:/-]+/g)) assert.ok(words.has(word), word);
      }
  }
});

test("whom a test waits for stands in one line, which is gone in the end", () => {
  const { context, err } = shownContext("en", 60);
  const progress = new Progress(context, ["a", "b"]);
  progress.done("a");
  progress.done("b");
  progress.close();
  assert.deepEqual(err, [
    "\r\u001b[2Ktesting: 0 of 2 done; waiting for a, b",
    "\r\u001b[2Ktesting: 1 of 2 done; waiting for b",
    "\r\u001b[2K",
    "\r\u001b[2K",
  ]);
});

test("where lines cannot be replaced each that is done has one, and a pipe has none", () => {
  const dumb = shownContext("zh-TW", 60, { TERM: "dumb" });
  new Progress(dumb.context, ["a", "b"]).done("b");
  assert.deepEqual(dumb.err, ["b：測試完成\n"]);
  const pipe = shownContext("en", undefined);
  new Progress(pipe.context, ["a"]).done("a");
  assert.deepEqual(pipe.err, []);
});
