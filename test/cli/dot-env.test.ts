// A `.env` in the working folder counts where there is no configuration file as well: for the start, for looking
// again, and for every command that looks around.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, startCli } from "../support/cli.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

const KEY = "sk-canary-of-dot-env-0123456789";

function dotEnv(endpoint: FakeEndpoint): string {
  return `OPENAI_API_KEY=${KEY}\nOPENAI_BASE_URL=${endpoint.url}\n`;
}

test("serve uses the key of .env without a configuration file, and the environment wins over it", async (t) => {
  const endpoint = await fakeFor(t, { models: ["of-dot-env"] });
  const files = { ".env": dotEnv(endpoint) };
  const run = await startCli(t, ["--port", "0", "--log-format", "pretty"], {
    files,
    env: { OPENAI_API_KEY: "sk-of-the-environment" },
  });
  const port = await run.port();
  await run.says("stderr", /✔ openai +OPENAI_API_KEY/);
  assert.equal((await ask(port, chat("of-dot-env"))).status, 200);
  assert.equal(endpoint.requests.at(-1)?.header("authorization"), "Bearer sk-of-the-environment");
});

test("a .env that is written while the gateway runs is found when it looks again", async (t) => {
  const endpoint = await fakeFor(t, { models: ["of-dot-env"] });
  const run = await startCli(t, ["--port", "0"]);
  const port = await run.port();
  await run.says("stdout", /"event":"(?:no_endpoints"[^\n]*\.env|ready")/);
  await writeFile(join(run.folder, ".env"), dotEnv(endpoint));
  run.kill("SIGHUP");
  await run.says(
    "stdout",
    /"event":"models_listed"[^\n]*"endpoint":"openai"|"openai"[^\n]*"event":"models_listed"/,
  );
  assert.equal((await ask(port, chat("of-dot-env"))).status, 200);
  assert.doesNotMatch(run.stderr + run.stdout, new RegExp(KEY));
});

test("init --from-detected, models, route and doctor read it too", async (t) => {
  const endpoint = await fakeFor(t, { models: ["of-dot-env"] });
  const files = { ".env": dotEnv(endpoint) };
  const init = await startCli(t, ["init", "--from-detected"], { files });
  assert.equal((await init.ended).code, 0, init.stderr);
  assert.match(await readFile(join(init.folder, "config.yaml"), "utf8"), /api_key: \$\{OPENAI_API_KEY\}/);
  const models = await runCli(t, ["models"], { files });
  assert.match(models.stdout, /of-dot-env/);
  const route = await runCli(t, ["route", "of-dot-env"], { files });
  assert.match(route.stdout, /openai/);
  const doctor = await runCli(t, ["doctor"], { files });
  assert.match(doctor.stdout, /openai/);
  for (const { stdout, stderr } of [init, models, route, doctor])
    assert.doesNotMatch(stdout + stderr, new RegExp(KEY));
});

test("a .env that cannot be read, as PowerShell writes it, is told by every command that looks around", async (t) => {
  const files = { ".env": Buffer.from(`\ufeffOPENAI_API_KEY=${KEY}\r\n`, "utf16le") };
  for (const args of [["doctor"], ["models"], ["init", "--from-detected"]]) {
    const { stderr, stdout } = await runCli(t, args, { files });
    assert.match(stderr, /OG105[^\n]*UTF-16[^\n]*ignored\n --> \.env\n[\s\S]*save it as UTF-8/, args[0]);
    assert.doesNotMatch(stdout + stderr, new RegExp(KEY));
  }
  const run = await startCli(t, ["--port", "0"], { files });
  await run.says("stderr", /OG105[^\n]*UTF-16/);
});
