// The status page: off unless it is asked for, for whom it is, in whose language, and what is never in it.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";

const FORWARDED = { "x-forwarded-for": "192.0.2.1" };
const SECRETS = ["sk-endpoint-0123456789", "sk-client-0123456789abcdef", "hidden-endpoint"];

async function start(t: TestContext, statusPage: unknown): Promise<number> {
  const fake = await fakeFor(t, { models: ["good", "<script>alert(1)</script>", "a\u202eb"] });
  const config = {
    server: { port: 0, api_keys: ["sk-client-0123456789abcdef"] },
    endpoints: [{ name: "hidden-endpoint", base_url: fake.url, api_key: "sk-endpoint-0123456789" }],
    ...(statusPage === undefined ? {} : { status_page: statusPage }),
  };
  const run = await startCli(t, [], { files: { "config.yaml": JSON.stringify(config) } });
  const port = await run.port();
  await run.ready();
  return port;
}

test("there is no status page unless it is asked for", async (t) => {
  const port = await start(t, undefined);
  assert.equal((await ask(port, { path: "/status" })).status, 401);
});

test("a public one tells models and nothing else, without a key and without a script", async (t) => {
  const port = await start(t, true);
  const answer = await ask(port, { path: "/status", headers: { ...FORWARDED, accept: "text/html" } });
  assert.equal(answer.status, 200);
  assert.match(answer.header("content-security-policy") ?? "", /^default-src 'none';.*style-src 'sha256-/);
  assert.match(answer.text, /<bdi>good<\/bdi><\/td><td class="up">available/);
  assert.match(answer.text, /&lt;script&gt;alert\(1\)/);
  assert.match(answer.text, /a\\u202eb/);
  assert.doesNotMatch(answer.text, /<script|https?:|127\.0\.0\.1/);
  for (const secret of SECRETS) assert.ok(!answer.text.includes(secret), secret);
  assert.equal(answer.text.match(/<i class="b-/g)?.length, 3 * 24);
});

test("a local one is for this machine only", async (t) => {
  const port = await start(t, "local");
  assert.equal((await ask(port, { path: "/status" })).status, 200);
  assert.equal((await ask(port, { path: "/status", headers: FORWARDED })).status, 403);
});

test("it speaks the language that the reader likes best", async (t) => {
  const port = await start(t, true);
  const languages = {
    "fr, en;q=0.8, zh-TW;q=0.9": "zh-TW",
    "zh-CN": "zh-CN",
    "zh-Hant-HK": "zh-TW",
    de: "en",
    "en;q=0.5, zh-cn;q=0.4": "en",
  };
  for (const [accept, lang] of Object.entries(languages)) {
    const answer = await ask(port, { path: "/status", headers: { "accept-language": accept } });
    assert.match(answer.text, new RegExp(`<html lang="${lang}">`), accept);
  }
});
