// The forms in which a stranger starts the package, each to its first answer: npx and npm exec with the demo, a global
// installation that serves. Run by `npm run test:package`, under each version of Node that is promised.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { json } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { folderFor } from "../support/folder.ts";
import { npm, startIn } from "../support/npm.ts";

const TARBALL = process.env["OAI_GATEWAY_TEST_TARBALL"] ?? "";
const QUIET = ["--port", "0", "--traffic", "0", "--log-format", "pretty"];

for (const [form, command, before] of [
  ["npx", "npx", ["--offline", "--yes", "--package", TARBALL, "--"]],
  ["npm exec", "npm", ["exec", "--offline", "--yes", "--package", TARBALL, "--"]],
] as const) {
  for (const [language, title] of [
    ["en", /Try:/],
    ["zh-TW", /試試看：/],
  ] as const)
    test(`${form} runs the demo from the tarball, and what it says to try is answered (${language})`, async (t) => {
      const args = [...before, "oai-gateway", "demo", ...QUIET, "--lang", language];
      const run = startIn(t, folderFor(t), command, args);
      const [, url = "", body = ""] = await run.says(
        "stderr",
        /curl (http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions) -H 'content-type: application\/json' \\\n +-d '([^\n]*)'/,
      );
      assert.match(run.stderr, title);
      const headers = { "content-type": "application/json", connection: "close" };
      const answer = await fetch(url, { method: "POST", headers, body });
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /"content"/);
      run.kill("SIGTERM");
      await run.ended;
      // npm's end is the gateway's: nothing stays behind on the port.
      if (process.platform !== "win32") assert.match(run.stdout + run.stderr, /Stopped|已結束|stopp/);
    });
}

test("npm install --global gives a command that serves a configuration and answers", async (t) => {
  const prefix = folderFor(t);
  npm(t, "install", "--global", "--offline", "--silent", "--prefix", prefix, TARBALL);
  const command = join(prefix, process.platform === "win32" ? "oai-gateway.cmd" : "bin/oai-gateway");
  const endpoint = await fakeFor(t, { models: ["m"] });
  endpoint.always(json(200, '{"choices":[{"message":{"content":"hello"}}]}'));
  const home = folderFor(t);
  writeFileSync(join(home, ".env"), "UP_KEY=sk-canary-0123456789\n");
  writeFileSync(
    join(home, "config.yaml"),
    `server: {port: 0}\nendpoints:\n  - name: up\n    base_url: ${endpoint.url}\n    api_key: \${UP_KEY}\n`,
  );
  const run = startIn(t, home, command, ["serve"]);
  const url = `http://127.0.0.1:${await run.port()}/v1/chat/completions`;
  await run.ready();
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "hi" }] });
  const headers = { "content-type": "application/json", connection: "close" };
  const answer = await fetch(url, { method: "POST", headers, body });
  assert.deepEqual([answer.status, /hello/.test(await answer.text())], [200, true]);
  assert.equal(endpoint.requests[0]?.header("authorization"), "Bearer sk-canary-0123456789");
  run.kill("SIGTERM");
  const { code, stdout, stderr } = await run.ended;
  if (process.platform !== "win32") assert.equal(code, 0);
  assert.doesNotMatch(stdout + stderr, /canary/);
});
