// What commands say of the running gateway, which is asked over its socket. Each is a process of its own.

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type CliRun, runCli, startCli } from "../support/cli.ts";
import { apiError } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { deadPort } from "../support/ports.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

type Running = { readonly run: CliRun; readonly port: number; readonly at: readonly string[] };

/** `at` names the gateway's configuration and data folder to another command. */
async function running(t: TestContext, fake: FakeEndpoint, more = ""): Promise<Running> {
  const config = `server: {port: 0}\nendpoints:\n  - {name: a, base_url: "${fake.url}", api_key: sk-CANARY-key}\n${more}`;
  const run = await startCli(t, [], { files: { "config.yaml": config } });
  const port = await run.port();
  await run.ready();
  const dataDir = join(run.folder, "xdg-data", "oai-gateway");
  return { run, port, at: ["--config", join(run.folder, "config.yaml"), "--data-dir", dataDir] };
}

test("models lists what the running gateway serves, without asking the endpoints again", async (t) => {
  const fake = await fakeFor(t, { models: ["m", "n"] });
  const { at } = await running(t, fake);
  const asked = fake.discoveries.length;
  const shown = await runCli(t, ["models", ...at]);
  assert.equal(shown.code, 0);
  assert.match(shown.stdout, /^m +a 100 %\s+^n +a 100 %/m);
  assert.match(shown.stderr, /as the running gateway has it now \(process \d+\)/);
  assert.equal(fake.discoveries.length, asked);
  const json = await runCli(t, ["models", "--json", ...at]);
  const { live, failed, models } = JSON.parse(json.stdout);
  assert.deepEqual([live, failed, models.length], [true, [], 2]);
});

test("models of a gateway one of whose endpoints does not answer says so, with exit code 3", async (t) => {
  const fake = await fakeFor(t);
  const down = `  - {name: down, base_url: "http://127.0.0.1:${await deadPort()}/v1"}\n`;
  const { at } = await running(t, fake, down);
  const shown = await runCli(t, ["models", ...at]);
  assert.equal(shown.code, 3);
  assert.match(
    shown.stderr,
    /! down: [\s\S]*next: oai-gateway doctor[\s\S]*as the running gateway has it now/,
  );
});

test("route of a name that the running gateway does not know asks no endpoint", async (t) => {
  const fake = await fakeFor(t, { models: ["model-one"] });
  const { at } = await running(t, fake);
  const asked = fake.discoveries.length;
  const shown = await runCli(t, ["route", "model-onne", ...at]);
  assert.equal(shown.code, 1);
  assert.match(
    shown.stderr,
    /no endpoint serves "model-onne"\.\n {2}fix: did you mean "model-one"\?\n {2}next: oai-gateway models/,
  );
  assert.equal(fake.discoveries.length, asked);
});

test("models where no gateway runs asks the endpoints", async (t) => {
  const fake = await fakeFor(t, { models: ["m"] });
  const files = { "config.yaml": `endpoints:\n  - {name: a, base_url: "${fake.url}"}\n` };
  const { stdout, stderr } = await runCli(t, ["models", "--json"], { files });
  assert.deepEqual([JSON.parse(stdout).live, stderr], [false, ""]);
  assert.equal(fake.discoveries.length, 1);
});

test("doctor shows the running gateway and what rests in it, and no secret", async (t) => {
  const fake = await fakeFor(t);
  const { port, at } = await running(t, fake);
  fake.always(apiError(429, "rate_limit_exceeded", { "retry-after": "600" }));
  assert.equal((await ask(port, chat())).status, 429);
  const shown = await runCli(t, ["doctor", ...at]);
  assert.match(shown.stdout, /Gateway +✔ running \(process \d+, version [\d.]+\) for 0 min: 0 requests/);
  assert.match(shown.stdout, / a\/m: rate limited; until \d{4}-/);
  const json = await runCli(t, ["doctor", "--json", ...at]);
  const { gateways } = JSON.parse(json.stdout);
  assert.deepEqual([gateways.length, gateways[0].config.kind, gateways[0].listener.port], [1, "file", port]);
  assert.equal(gateways[0].endpoints[0].rests.length, 1);
  for (const { stdout } of [shown, json]) assert.ok(!stdout.includes("CANARY"));
  const chinese = await runCli(t, ["doctor", "--lang", "zh-TW", ...at]);
  assert.match(chinese.stdout, /執行中（處理程序 \d+/);
});

test("doctor where no gateway runs says nothing of one", async (t) => {
  const fake = await fakeFor(t);
  const files = { "config.yaml": `endpoints:\n  - {name: a, base_url: "${fake.url}"}\n` };
  const shown = await runCli(t, ["doctor"], { files });
  assert.doesNotMatch(shown.stdout, /Gateway/);
  const json = await runCli(t, ["doctor", "--json"], { files });
  assert.deepEqual(JSON.parse(json.stdout).gateways, []);
});
