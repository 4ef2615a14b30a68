// `doctor` as a process: advice that fits what an endpoint did, JSON whatever is missing, and both languages.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { runCli } from "../support/cli.ts";
import { apiError, body } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { hasNoLocalServers } from "../support/local-servers.ts";
import { deadPort } from "../support/ports.ts";

const LIST = "/v1/models";

async function failing(t: TestContext): Promise<readonly FakeEndpoint[]> {
  const [broken, page, locked] = [await fakeFor(t), await fakeFor(t), await fakeFor(t)];
  broken.on(LIST, apiError(500, null));
  page.on(LIST, body(200, "<!doctype html><title>Login</title>", { "content-type": "text/html" }));
  locked.on(LIST, apiError(401, "invalid_api_key"));
  return [broken, page, locked];
}

function configOf(endpoints: readonly FakeEndpoint[]): Readonly<Record<string, string>> {
  const lines = endpoints.map(({ url }, at) => `  - {name: e${at}, base_url: "${url}"}`);
  return { "config.yaml": `server: {port: 0}\nendpoints:\n${lines.join("\n")}\n` };
}

test("doctor advises what fits a 500, a web page and a missing key, in both languages", async (t) => {
  const files = configOf(await failing(t));
  const english = await runCli(t, ["doctor"], { files });
  assert.equal(english.code, 1);
  assert.match(
    english.stdout,
    /✖ e0 +answered 500\. +fix: the fault is the endpoint's own: .*config\.yaml:3/,
  );
  assert.match(english.stdout, /✖ e1 +answered 200 with a web page .* fix: base_url must lead to the API/);
  assert.match(english.stdout, /✖ e2 +401 key rejected: the endpoint wants a key\. +fix: set api_key/);
  assert.doesNotMatch(english.stdout, /start it/);
  assert.equal(english.stderr, "");
  const chinese = await runCli(t, ["doctor", "--lang", "zh-TW"], { files });
  assert.match(chinese.stdout, /✖ e0 +回應 500。 +修正：問題出在端點本身/);
  assert.match(chinese.stdout, /✖ e1 +回應 200，但內容是網頁/);
  assert.match(chinese.stdout, /3 個端點：0 個可用，3 個失敗。這些檢查不產生費用。/);
  // What scripts read is the same whoever looks.
  const json = await runCli(t, ["doctor", "--json", "--lang", "zh-TW"], { files });
  const { endpoints, exit_code: code } = JSON.parse(json.stdout);
  assert.deepEqual([endpoints[0].problem, endpoints[0].short, code], ["answered 500.", "server error", 1]);
  assert.equal(json.stderr, "");
});

test("doctor without a configuration looks at the rest, and says so as JSON", async (t) => {
  if (!(await hasNoLocalServers(t))) return;
  const shown = await runCli(t, ["doctor"]);
  assert.equal(shown.code, 1);
  assert.match(shown.stdout, /Runtime +✔ Node [\s\S]*Config +✖ no file, and nothing found/);
  assert.match(shown.stdout, /✖ Config +found no API keys .* fix: oai-gateway init/);
  const json = await runCli(t, ["doctor", "--json"]);
  const { runtime, endpoints, configProblem } = JSON.parse(json.stdout);
  assert.match(runtime[0].label, /^Node \d/);
  assert.deepEqual([endpoints, configProblem.fix, json.code], [[], "oai-gateway init", 1]);
});

test("doctor with a broken file, or one that names no endpoint, looks at the rest as well", async (t) => {
  const broken = { files: { "config.yaml": "endpoints: 7\n" } };
  const shown = await runCli(t, ["doctor"], broken);
  assert.equal(shown.code, 1);
  assert.match(shown.stdout, /Runtime +✔ Node [\s\S]*Config +✖ config\.yaml: 1 problem/);
  assert.match(shown.stderr, /OG112/);
  const json = await runCli(t, ["doctor", "--json"], broken);
  assert.equal(JSON.parse(json.stdout).configProblem.fix, "oai-gateway check");
  const none = { files: { "config.yaml": `server: {port: ${await deadPort()}}\nendpoints: []\n` } };
  const empty = await runCli(t, ["doctor", "--lang", "zh-TW"], none);
  assert.match(
    empty.stdout,
    /設定檔 +✖ config\.yaml：0 個端點[\s\S]*設定檔沒有列出任何端點。 +修正：在 config\.yaml 加上一個/,
  );
  assert.equal(empty.code, 1);
});
