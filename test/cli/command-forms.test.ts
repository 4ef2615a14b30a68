// What depends on how the program was started: hints that can be pasted, and the process that is begun anew.

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runProgram } from "../../src/cli/program.ts";
import { configJsonSchema } from "../../src/config/schema/json-schema.ts";
import { LOG_LEVELS } from "../../src/core/summary.ts";
import { asStarted, startedAs } from "../../src/language/launch.ts";
import { runCli } from "../support/cli.ts";

const NPM = { npm_lifecycle_event: "start", npm_package_name: "oai-gateway" };

test("hints name the command by which the program was started", async (t) => {
  const installed = await runCli(t, ["check"]);
  assert.match(installed.stderr, /next: oai-gateway init/);
  const checkout = await runCli(t, ["check"], { env: NPM });
  assert.match(checkout.stderr, /next: npm run oai-gateway -- init/);
  const files = { "config.yaml": "endpoints: []\nwieght: 1\n" };
  const broken = await runCli(t, ["check"], { env: NPM, files });
  assert.match(broken.stdout, /fix: add one, or run: npm run oai-gateway -- init/);
  assert.match(broken.stdout, /docs: npm run oai-gateway -- explain OG/);
  // Data for programs is the same whoever asks.
  const asked = await runCli(t, ["check", "--json"], { env: NPM, files });
  assert.match(asked.stdout, /run: oai-gateway init/);
});

test("only commands are put into npm's form, and only in a script of this package", () => {
  assert.equal(startedAs({}), "oai-gateway");
  assert.equal(startedAs({ ...NPM, npm_package_name: "another" }), "oai-gateway");
  const command = startedAs(NPM);
  assert.equal(asStarted("oai-gateway", command), "npm start");
  assert.equal(asStarted("oai-gateway --port 1", command), "npm run oai-gateway -- --port 1");
  assert.equal(asStarted("another oai-gateway is there", command), "another oai-gateway is there");
  assert.equal(asStarted("oai-gateway: a text", command), "oai-gateway: a text");
});

/** How often the process would be begun anew for these arguments; the configuration that they name does not exist. */
async function anew(t: TestContext, args: readonly string[]): Promise<number> {
  const { execve, send, env, execArgv } = process;
  let count = 0;
  const begin = () => {
    count += 1;
  };
  const { NODE_COMPILE_CACHE: _, NODE_DISABLE_COMPILE_CACHE: __, ...rest } = env;
  Object.assign(process, { execve: begin, send: undefined, env: rest, execArgv: [] });
  // What the runner of the tests reports of earlier ones comes as bytes and must pass.
  const write = process.stdout.write.bind(process.stdout);
  t.mock.method(process.stderr, "write", () => true);
  t.mock.method(process.stdout, "write", (said: string | Uint8Array) =>
    typeof said === "string" ? true : write(said),
  );
  try {
    await runProgram(args);
    return count;
  } finally {
    t.mock.restoreAll();
    Object.assign(process, { execve, send, env, execArgv });
  }
}

test("the process is begun anew for every spelling of the commands that last, and for no other", async (t) => {
  const file = ["-c", join(tmpdir(), "oai-gateway-no-such-file.yaml")];
  const lasting = [
    ["serve", ...file],
    file,
    ["--lang", "en", "serve", ...file],
    ["--lang=en", ...file],
    ["--log-level", "debug", ...file],
    ["demo", "--port", "none"],
    ["--lang", "zh-TW", "demo", "--port", "none"],
  ];
  for (const args of lasting) assert.equal(await anew(t, args), 1, args.join(" "));
  const others = [
    ["check", ...file],
    ["--lang", "serve", "version"],
    ["--help"],
    ["serve", "--help"],
    ["demo", "-h"],
    ["srve"],
    ["serve", "--no-such-option"],
  ];
  for (const args of others) assert.equal(await anew(t, args), 0, args.join(" "));
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
