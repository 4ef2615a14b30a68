// What a command that is asked for JSON prints where it has no answer: JSON too, in English, with the problem.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runCli } from "../support/cli.ts";

const FILES = {
  "config.yaml": "endpoints: [{name: a, base_url: http://127.0.0.1:1/v1, models: [m]}]\n",
  "broken.yaml": "endpoints: 7\n",
};

/** Arguments, the exit code, and what the first problem says. */
const REFUSED: readonly (readonly [string, number, RegExp])[] = [
  ["models --json --config nope.yaml", 1, /^the file does not exist$/],
  ["models --json --config broken.yaml", 1, /endpoints/],
  ["route nope --json", 1, /^no endpoint serves "nope"\.$/],
  ["route nope --json --config nope.yaml", 1, /^the file does not exist$/],
  ["route --json", 2, /missing required argument 'model'/],
  ["reset --json", 1, /^no gateway of yours runs/],
  ["doctor --json --endpoint b", 2, /--endpoint must be one of a, found "b"/],
  ["explain og999 --json", 1, /og999/],
  ["check --format json --wat", 2, /unknown option '--wat'/],
  ["version x --json", 2, /too many arguments/],
  ["version --json --lang xx", 2, /--lang must be one of en, zh-TW, zh-CN, found "xx"/],
  ["check --format=json --lang=xx", 2, /--lang must be one of en, zh-TW/],
  ["check --lang xx --format json", 2, /--lang must be one of en, zh-TW/],
];

for (const [args, code, said] of REFUSED)
  test(`a refusal is JSON where JSON is asked for: ${args}`, async (t) => {
    const words = args.split(" ");
    const refused = await runCli(t, words, {
      files: FILES,
      env: { LC_ALL: "zh_TW.UTF-8" },
    });
    const { ok, problems } = JSON.parse(refused.stdout);
    assert.deepEqual([ok, refused.code], [false, code]);
    assert.match(problems[0].message, said);
    assert.notEqual(refused.stderr, "");
  });

test("without a configuration check says so as JSON, and a variable that is wrong is told as well", async (t) => {
  const none = await runCli(t, ["check", "--json"], {
    env: { npm_command: "exec", npm_lifecycle_event: "npx", npm_lifecycle_script: "oai-gateway" },
  });
  assert.match(JSON.parse(none.stdout).problems[0].message, /^no configuration found/);
  assert.equal(JSON.parse(none.stdout).problems[0].next, "oai-gateway init");
  const env = { OAI_GATEWAY_PORT: "x" };
  const variable = await runCli(t, ["models", "--json"], { files: FILES, env });
  assert.match(JSON.parse(variable.stdout).problems[0].message, /OAI_GATEWAY_PORT/);
  const text = await runCli(t, ["models", "--config", "nope.yaml"], { files: FILES });
  assert.equal(text.stdout, "");
});
