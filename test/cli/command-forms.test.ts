// What depends on how the program was started: hints that can be pasted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configJsonSchema } from "../../src/config/schema/json-schema.ts";
import { LOG_LEVELS } from "../../src/core/summary.ts";
import { asStarted, reloadHint, startedAs } from "../../src/language/launch.ts";
import { runCli } from "../support/cli.ts";

const NPM = {
  npm_lifecycle_event: "start",
  npm_lifecycle_script: "node bin/oai-gateway.cjs serve",
  npm_package_name: "oai-gateway",
};

test("hints name the command by which the program was started", async (t) => {
  const installed = await runCli(t, ["check"]);
  assert.match(installed.stderr, /next: oai-gateway init/);
  const checkout = await runCli(t, ["check"], { env: NPM });
  assert.match(checkout.stderr, /next: npm run oai-gateway -- init/);
  const files = { "config.yaml": "endpoints: []\nwieght: 1\n" };
  const broken = await runCli(t, ["check"], { env: NPM, files });
  assert.match(broken.stdout, /fix: add one, or run: npm run oai-gateway -- init/);
  assert.match(broken.stdout, /docs: npm run oai-gateway -- explain OG/);
  const wrong = await runCli(t, ["route"], { env: NPM });
  assert.match(wrong.stderr, /next: npm run oai-gateway -- route --help/);
  // Data for programs is the same whoever asks.
  const asked = await runCli(t, ["check", "--json"], { env: NPM, files });
  assert.match(asked.stdout, /run: oai-gateway init/);
});

test("only commands are put into npm's form, and only in a script of this package", () => {
  assert.equal(startedAs({}), "oai-gateway");
  assert.equal(startedAs({ ...NPM, npm_package_name: "another" }), "oai-gateway");
  // In a shell that was itself started by npm.
  for (const shell of ["bash", "code .", undefined]) {
    const below = { ...NPM, npm_lifecycle_script: shell };
    assert.equal(startedAs(below), "oai-gateway");
    assert.equal(startedAs({ ...below, npm_command: "exec" }), "oai-gateway");
  }
  const command = startedAs(NPM);
  assert.equal(asStarted("oai-gateway", command), "npm start");
  assert.equal(asStarted("oai-gateway --port 1", command), "npm run oai-gateway -- --port 1");
  assert.equal(asStarted("another oai-gateway is there", command), "another oai-gateway is there");
  assert.equal(asStarted("oai-gateway: a text", command), "oai-gateway: a text");
});

test("what is installed for one folder or one time is started by npx, and an executable by its own name", () => {
  const exec = { npm_command: "exec", npm_lifecycle_event: "npx", npm_lifecycle_script: "'oai-gateway'" };
  assert.equal(startedAs(exec), "npx oai-gateway");
  assert.equal(startedAs({ ...exec, npm_package_name: "oai-gateway" }), "npx oai-gateway");
  assert.equal(startedAs({}, { script: "/app/node_modules/.bin/oai-gateway" }), "npx oai-gateway");
  assert.equal(startedAs({}, { script: "/usr/local/bin/oai-gateway" }), "oai-gateway");
  assert.equal(asStarted("oai-gateway", "npx oai-gateway"), "npx oai-gateway");
  assert.equal(asStarted("oai-gateway check", "npx oai-gateway"), "npx oai-gateway check");
  assert.equal(startedAs(exec, { executable: "./oai-gateway-linux-x64" }), "./oai-gateway-linux-x64");
  const odd = startedAs({}, { executable: "/my $& programs/gateway" });
  assert.equal(asStarted("oai-gateway check", odd), '"/my \\$& programs/gateway" check');
});

test("--log-level takes what log.level takes", async (t) => {
  const help = await runCli(t, ["serve", "--help"]);
  const refused = await runCli(t, ["serve", "--log-level", "loud"]);
  for (const level of LOG_LEVELS) {
    assert.match(help.stdout, new RegExp(`least important lines to write:[^-]*\\b${level}\\b`));
    assert.match(refused.stderr, new RegExp(`\\b${level}\\b`));
  }
  assert.match(JSON.stringify(configJsonSchema()), new RegExp(JSON.stringify(LOG_LEVELS).slice(1, -1)));
});

test("help names the variables and the exit codes, in both languages", async (t) => {
  for (const language of ["en", "zh-TW"]) {
    const { stdout } = await runCli(t, ["--help", "--lang", language]);
    assert.match(stdout, /OAI_GATEWAY_DATA_DIR[\s\S]*OAI_GATEWAY_DEBUG/, language);
    assert.match(stdout, /(?:Exit codes|結束代碼)[:：] ?0 /, language);
  }
});

test("where there are no signals to send, a key is named in their place", () => {
  assert.equal(reloadHint("linux"), "send SIGHUP");
  assert.equal(reloadHint("win32"), "press r");
});
