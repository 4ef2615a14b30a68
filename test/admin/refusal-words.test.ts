// Refusals of the admin API in the language that a reader asks for, over HTTP.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readerLanguage } from "../../src/language/refusal-words.ts";
import { adminFor } from "../support/admin-rig.ts";
import { sourcesOf } from "../support/sources.ts";

test("the language that is preferred counts, of those that there are", () => {
  const rows: readonly (readonly [string | undefined, string])[] = [
    [undefined, "en"],
    ["", "en"],
    ["zh-TW", "zh-TW"],
    ["zh", "zh-TW"],
    ["zh-CN,zh;q=0.9", "zh-CN"],
    ["zh-TW;q=0.5, zh-Hans;q=0.6", "zh-CN"],
    ["zh-Hant-HK;q=0.9, en;q=0.8", "zh-TW"],
    ["en;q=0.8, zh-TW;q=0.9", "zh-TW"],
    ["en-GB, zh-TW;q=0.9", "en"],
    ["fr, zh;q=0.3", "zh-TW"],
    ["zh;q=0, en", "en"],
    ["*", "en"],
    ["zh;q=x", "en"],
    ["zh-CN;Q=0.1, en;q=0.5", "en"],
    [",;,=;q".repeat(10_000), "en"],
  ];
  for (const [accepted, language] of rows) assert.equal(readerLanguage(accepted), language, accepted);
});

test("a refusal is told in the reader's language, with the same code and what is wrong with this request", async (t) => {
  const { ask, logIn } = await adminFor(t);
  const token = await logIn();
  const headers = { "accept-language": "zh-TW,zh;q=0.9" };
  const told = await ask("GET", "/admin/v1/keys/nobody", { token, headers });
  const { message, code } = Object(told.value).error;
  assert.deepEqual([told.status, code, told.headers["content-language"]], [404, "admin_not_found", "zh-TW"]);
  assert.match(message, /^請求所指的東西不存在，或已經不在了。（.+）$/);
  const english = await ask("GET", "/admin/v1/keys/nobody", { token });
  assert.match(Object(english.value).error.message, /^[\x20-\x7e]+$/);
  const invalid = await ask("GET", "/admin/v1/audit?limit=0", { token, headers });
  assert.match(Object(invalid.value).error.message, /`problems`.*query\.limit/);
});

test("a reader of the mainland is told in the words and the characters of the mainland", async (t) => {
  const { ask, logIn } = await adminFor(t);
  const token = await logIn();
  const headers = { "accept-language": "zh-CN,zh;q=0.9" };
  const told = await ask("GET", "/admin/v1/keys/nobody", { token, headers });
  assert.equal(told.headers["content-language"], "zh-CN");
  assert.equal(
    Object(told.value).error.message,
    "请求所指的东西不存在，或已经不在了。（没有这个 id 或名称的客户端密钥。）",
  );
  const bad = await ask("PUT", "/admin/v1/aliases/x", { token, headers, body: { targets: 1, more: 2 } });
  assert.deepEqual(
    Object(bad.value).error.problems.map(({ at, message }: Record<string, string>) => `${at}：${message}`),
    ["body.targets：必须是列表", 'body：有无法识别的成员："more"'],
  );
  const locked = await ask("GET", "/admin/v1/config/file", { headers });
  assert.match(Object(locked.value).error.message, /（请用 POST \/admin\/v1\/session 登录/);
});

test("no refusal of the admin API has words in English alone", () => {
  const own = sourcesOf("src").filter(
    ({ room, path }) => room.startsWith("admin") && !path.includes(".test."),
  );
  assert.ok(own.length > 20);
  const english = own.filter(({ text }) => /new GatewayError\([^)]*\bmessage\b/s.test(text));
  assert.deepEqual(
    english.map(({ path }) => path),
    [],
  );
});
