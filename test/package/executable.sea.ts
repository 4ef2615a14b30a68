// The single executable: says its version, serves the demo, checks, and its hints name it. Run by `npm run test:sea`.

import assert from "node:assert/strict";
import { basename } from "node:path";
import { test } from "node:test";
import { MAIN, runCli, startCli } from "../support/cli.ts";

test("it says its version and the Node in it, also in Chinese", async (t) => {
  assert.match((await runCli(t, ["version"])).stdout, /^oai-gateway \d+\.\d+\.\d+ \(Node 26\./);
  assert.match((await runCli(t, ["--help", "--lang", "zh-TW"])).stdout, /用法/);
});

test("the demo answers, and ends by SIGTERM", async (t) => {
  const run = await startCli(t, ["demo", "--port", "0", "--traffic", "0"]);
  const url = `http://127.0.0.1:${await run.port()}/v1`;
  const { data } = (await (await fetch(`${url}/models`)).json()) as { data: { id: string }[] };
  const answer = await fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: data[0]?.id, messages: [{ role: "user", content: "hello" }] }),
  });
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /"content"/);
  run.kill("SIGTERM");
  assert.equal((await run.ended).code, 0);
});

test("it checks a configuration, and its hints begin with its own name", async (t) => {
  const files = { "config.yaml": "endpoints:\n  - name: up\n    base_url: http://127.0.0.1:9/v1\n" };
  assert.equal((await runCli(t, ["check"], { files })).code, 0);
  const none = await runCli(t, ["check"]);
  assert.ok(none.stderr.includes(`${basename(MAIN)} init`), none.stderr);
});

test("Node's own options are not taken from the command line", async (t) => {
  const { code, stderr } = await runCli(t, ["--inspect"]);
  assert.equal(code, 2);
  assert.match(stderr, /--inspect/);
});
