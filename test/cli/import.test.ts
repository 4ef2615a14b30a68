// `import`: what other gateways' configurations become, and that it answers.

import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { loadConfig } from "../../src/config/file/load.ts";
import { runCli, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { folderFor } from "../support/folder.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

test("a LiteLLM configuration becomes a gateway that answers by the same names", async (t) => {
  const fake = await fakeFor(t, { models: ["upstream-a", "upstream-b"] });
  const root = fake.url.replace(/\/v1$/, "");
  const folder = folderFor(t);
  const litellm = `
model_list:
  - model_name: fast
    litellm_params: {model: openai/upstream-a, api_base: "${fake.url}", api_key: sk-CANARY-one, weight: 2}
    model_info: {input_cost_per_token: 0.00000015, output_cost_per_token: 0.0000006}
  - model_name: fast
    litellm_params: {model: hosted_vllm/upstream-b, api_base: "${root}/v1", api_key: sk-CANARY-two, weight: 1, rpm: 60}
  - model_name: upstream-b
    litellm_params: {model: openai/upstream-b, api_base: "${fake.url}", api_key: sk-CANARY-one}
  - model_name: claude
    litellm_params: {model: bedrock/anthropic.claude, aws_region_name: eu}
litellm_settings: {drop_params: true, success_callback: [langfuse], fallbacks: [{fast: [upstream-b]}]}
router_settings: {num_retries: 2, model_group_alias: {quick: fast}, routing_strategy: least-busy}
general_settings: {master_key: sk-CANARY-master, database_url: "postgres://x"}
`;
  const made = await runCli(t, ["import", "litellm.yaml", "-o", join(folder, "config.yaml")], {
    files: { "litellm.yaml": litellm },
  });
  assert.equal(made.code, 3, made.stderr);
  assert.match(made.stderr, /bedrock\/anthropic\.claude\): this provider/);
  for (const left of ["rpm", "success_callback", "database_url"]) assert.match(made.stderr, new RegExp(left));
  const text = await readFile(join(folder, "config.yaml"), "utf8");
  assert.match(text, /strategy: least_in_flight/);
  assert.doesNotMatch(made.stderr, /routing_strategy/);
  const secrets = await readFile(join(folder, ".env"), "utf8");
  for (const said of [text, made.stdout, made.stderr]) assert.doesNotMatch(said, /CANARY/);
  assert.match(secrets, /CANARY-one[\s\S]*CANARY-two[\s\S]*CANARY-master/);
  assert.equal((await stat(join(folder, ".env"))).mode & 0o777, 0o600);
  const loaded = await loadConfig(join(folder, "config.yaml"), {});
  if (loaded.kind === "broken") throw new Error(JSON.stringify(loaded.problems));

  const gateway = await startCli(t, ["--config", join(folder, "config.yaml"), "--port", "0"]);
  const port = await gateway.port();
  await gateway.ready();
  const headers = { authorization: "Bearer sk-CANARY-master" };
  for (const model of ["fast", "upstream-b", "quick"])
    assert.equal((await ask(port, { ...chat(model), headers })).status, 200, model);
  assert.equal((await ask(port, chat("fast"))).status, 401);
});

test("what is there is not overwritten unasked", async (t) => {
  const litellm = "model_list: [{model_name: m, litellm_params: {model: gpt-5.4}}]\n";
  const files = { "litellm.yaml": litellm, "config.yaml": "endpoints: []\n" };
  const refused = await runCli(t, ["import", "litellm.yaml"], { files });
  assert.equal(refused.code, 1);
  const forced = await runCli(t, ["import", "litellm.yaml", "--force", "--json"], { files });
  assert.equal(JSON.parse(forced.stdout).endpoints, 1);
});

test("a database of new-api becomes endpoints with tiers, aliases and client keys", async (t) => {
  const folder = folderFor(t);
  const database = new DatabaseSync(join(folder, "one-api.db"));
  database.exec(`
    CREATE TABLE channels (id INTEGER, type INTEGER, key TEXT, status INTEGER, name TEXT, weight INTEGER,
      base_url TEXT, models TEXT, model_mapping TEXT, priority INTEGER, tag TEXT, param_override TEXT);
    CREATE TABLE tokens (id INTEGER, key TEXT, status INTEGER, name TEXT, expired_time INTEGER,
      remain_quota INTEGER, unlimited_quota INTEGER, model_limits_enabled INTEGER, model_limits TEXT);
    INSERT INTO channels VALUES
      (1, 1, 'sk-CANARY-1' || char(10) || 'sk-CANARY-2', 1, '主要 Main', 5, 'https://api.example.com', 'gpt-5.4,fast', '{"fast":"gpt-5.4-mini"}', 10, NULL, '{"a":1}'),
      (2, 43, 'sk-CANARY-3', 2, 'deepseek', 0, '', 'deepseek-chat', '', 0, NULL, ''),
      (3, 2, 'x', 1, 'midjourney', 1, '', 'mj', '', 0, NULL, '');
    INSERT INTO tokens VALUES (7, 'abc123', 1, 'anna', -1, 5, 0, 1, 'fast'), (8, 'old', 2, 'ben', -1, 0, 1, 0, '');
  `);
  database.close();
  const output = join(folder, "config.yaml");
  const made = await runCli(t, ["import", join(folder, "one-api.db"), "-o", output, "--json"]);
  const { source, left_out: leftOut, problems } = JSON.parse(made.stdout);
  assert.equal(source, "new-api");
  assert.deepEqual(problems, []);
  assert.deepEqual(
    leftOut.map(({ at, reason }: { at: string; reason: string }) => `${at.replace(/ \(.*\)/, "")} ${reason}`),
    [
      "channel 1.param_override unknown",
      "channel 2 disabled",
      "channel 3 provider",
      "token 7.remain_quota otherwise",
      "token 8 disabled",
    ],
  );
  const loaded = await loadConfig(output, {});
  if (loaded.kind === "broken") throw new Error(JSON.stringify(loaded.problems));
  const { endpoints } = loaded.config.plan;
  assert.deepEqual(
    endpoints.map(({ name, priority, credentials, enabled }) => [
      name,
      priority,
      credentials.length,
      enabled,
    ]),
    [
      ["Main", 1, 2, true],
      ["deepseek", 2, 1, false],
    ],
  );
  const [key] = loaded.config.server.apiKeys;
  assert.deepEqual(key?.models, ["fast"]);
  assert.match(await readFile(join(folder, ".env"), "utf8"), /sk-abc123/);
});

test("a database of GPT-Load becomes an endpoint for each address, and says of keys that cannot be read", async (t) => {
  const folder = folderFor(t);
  const database = new DatabaseSync(join(folder, "gpt-load.db"));
  database.exec(`
    CREATE TABLE groups (id INTEGER, name TEXT, proxy_keys TEXT, upstreams TEXT, channel_type TEXT, param_overrides TEXT);
    CREATE TABLE api_keys (id INTEGER, group_id INTEGER, key_value TEXT, status TEXT);
    INSERT INTO groups VALUES
      (1, 'openai', 'sk-client-1,sk-client-2', '[{"url":"https://api.openai.com","weight":2},{"url":"https://b.example.com/v1","weight":1}]', 'openai', '{}'),
      (2, 'sealed', '', '[{"url":"https://api.anthropic.com","weight":1}]', 'anthropic', '{"x":1}');
    INSERT INTO api_keys VALUES (1, 1, 'sk-CANARY-1', 'active'), (2, 1, 'sk-CANARY-2', 'invalid'), (3, 2, '${"ab".repeat(60)}', 'active');
  `);
  database.close();
  const output = join(folder, "config.yaml");
  const made = await runCli(t, ["import", join(folder, "gpt-load.db"), "-o", output, "--json"]);
  const { source, left_out: leftOut, problems } = JSON.parse(made.stdout);
  assert.deepEqual([source, problems], ["GPT-Load", []]);
  assert.deepEqual(
    leftOut.map(({ at }: { at: string }) => at),
    ["group sealed.api_keys", "group sealed.param_overrides"],
  );
  const loaded = await loadConfig(output, {});
  if (loaded.kind === "broken") throw new Error(JSON.stringify(loaded.problems));
  assert.deepEqual(
    loaded.config.plan.endpoints.map(({ name, weight, basePath }) => [name, weight, basePath]),
    [
      ["openai", 2, "/v1"],
      ["openai-2", 1, "/v1"],
      ["sealed", 1, "/v1"],
    ],
  );
  assert.equal(loaded.config.server.apiKeys.length, 2);
});

test("what is no such file is refused, and nothing is written", async (t) => {
  const files = {
    "a.yaml": "a: 1\n",
    "b.yaml": "{{{",
    "c.db": "SQLite format 3\0garbage",
    "d.json": "[1,2]",
  };
  for (const name of [...Object.keys(files), "missing.yaml"]) {
    const folder = folderFor(t);
    const output = join(folder, "config.yaml");
    const { code } = await runCli(t, ["import", name, "-o", output], { files });
    assert.equal(code, 1, name);
    await assert.rejects(stat(output));
  }
});

test("what the import writes for Azure is the address of its API, and a strategy that is unknown is told", async (t) => {
  const folder = folderFor(t);
  const litellm = `
model_list:
  - model_name: gpt
    litellm_params: {model: azure/mine, api_base: "https://mine.openai.azure.com/", api_key: sk-azure-key-0123456789}
  - model_name: other
    litellm_params: {model: azure/mine, api_base: "https://proxy.example", api_key: sk-azure-key-0123456789}
router_settings: {routing_strategy: usage-based-routing}
`;
  const made = await runCli(t, ["import", "litellm.yaml", "-o", join(folder, "config.yaml")], {
    files: { "litellm.yaml": litellm },
  });
  const text = await readFile(join(folder, "config.yaml"), "utf8");
  assert.match(text, /base_url: https:\/\/mine\.openai\.azure\.com\/openai\/v1\n/);
  assert.match(text, /base_url: https:\/\/proxy\.example\n/);
  assert.doesNotMatch(made.stderr, /OG124/);
  assert.match(made.stderr, /routing_strategy/);
});
