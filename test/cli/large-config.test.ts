// A large configuration text that is checked by a gateway of the command line, however the program was started: it is
// read in a thread, which runs the sources or the bundle again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startCli } from "../support/cli.ts";
import { ask } from "../support/wire.ts";

const TOKEN = "token-of-the-admin-api-0123456789";

test("a large text is checked, in the reader's language", async (t) => {
  const endpoints = Array.from(
    { length: 200 },
    (_, at) => `  - { name: e${at}, base_url: "http://127.0.0.1:1/v1", models: [m${at}] }\n`,
  );
  const text = `server: { port: 0 }\nadmin: { token: ${TOKEN} }\nendpoints:\n${endpoints.join("")}`;
  const run = await startCli(t, ["serve", "-c", "config.yaml"], { files: { "config.yaml": text } });
  const port = await run.port();
  const check = async (changed: string) => {
    const answer = await ask(port, {
      method: "POST",
      path: "/admin/v1/config/check",
      headers: {
        authorization: `Bearer ${TOKEN}`,
        "content-type": "application/json",
        "accept-language": "zh-CN",
      },
      body: JSON.stringify({ text: changed }),
    });
    assert.equal(answer.status, 200, answer.text);
    return Object(answer.json());
  };
  const good = await check(text.replace("models: [m7]", "models: [n7]"));
  assert.deepEqual([good.is_good, good.change.models], [true, { appear: ["n7"], vanish: ["m7"] }]);
  const bad = await check(text.replace("name: e7,", "nmae: e7,"));
  assert.deepEqual([bad.is_good, bad.problems[0].line], [false, 11]);
  assert.match(bad.problems[0].message, /有无法识别的键“nmae”/);
});
