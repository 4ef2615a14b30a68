// Faults in what the surroundings of a service give: variables in place of flags, and places of the configuration.

import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, startCli } from "../../support/cli.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { folderFor } from "../../support/folder.ts";
import { ask } from "../../support/wire.ts";

const KEYED = "server:\n  api_keys: [k-0123456789abcdef]\nendpoints: []\n";

test("fault 250: a variable with nonsense in it is named with its fix, and nothing starts", async (t) => {
  const cases = [
    { name: "OAI_GATEWAY_PORT", value: "80x", wanted: /whole number from 0 to 65535/ },
    { name: "OAI_GATEWAY_PORT", value: "65536", wanted: /whole number from 0 to 65535/ },
    { name: "OAI_GATEWAY_HOST", value: "http://0.0.0.0", wanted: /without scheme/ },
    { name: "OAI_GATEWAY_HOST", value: "0.0.0.0:8080", wanted: /without scheme/ },
    { name: "OAI_GATEWAY_LOG_LEVEL", value: "loud", wanted: /one of debug, info/ },
    { name: "OAI_GATEWAY_CONFIG", value: "none.yaml", wanted: /configuration file that exists/ },
    { name: "OAI_GATEWAY_CONFIG", value: ".", wanted: /configuration file that exists/ },
  ];
  for (const { name, value, wanted } of cases) {
    for (const command of ["serve", "check"]) {
      const ended = await runCli(t, [command], { env: { [name]: value } });
      assert.equal(ended.code, 2, `${name}=${value} ${command}: ${ended.stderr}`);
      assert.match(ended.stderr, new RegExp(`${name} must be .*found "${value}"`));
      assert.match(ended.stderr, wanted);
      assert.match(ended.stderr, /\n {2}fix: .+\n$/);
    }
  }
  const chinese = await runCli(t, ["--lang", "zh-TW"], { env: { OAI_GATEWAY_PORT: "80x" } });
  assert.match(chinese.stderr, /環境變數 OAI_GATEWAY_PORT 必須是 0 到 65535 的整數，但得到「80x」。/);
  // What does not read them is not held up by them.
  const version = await runCli(t, ["version"], { env: { OAI_GATEWAY_CONFIG: "none.yaml" } });
  assert.equal(version.code, 0);
});

test("a variable that is nearly one of the gateway's is told with the one that was meant", async (t) => {
  const files = { "config.yaml": "endpoints: []\n" };
  const env = {
    OAI_GATEWAY_PROT: "1",
    OAI_GATEWAY_LOGLEVEL: "warn",
    OAI_GATEWAY_SERVICE_HOST: "10.0.0.1",
    OAI_GATEWAY_PORT: "tcp://10.0.0.1:8080",
    OAI_GATEWAY_PORT_8080_TCP: "tcp://10.0.0.1:8080",
    OAI_GATEWAY_KEY: "k",
  };
  const { code, stderr } = await runCli(t, ["check"], { files, env });
  // Those of the service that Kubernetes links are nobody's wish.
  assert.equal(code, 0, stderr);
  assert.match(stderr, /OAI_GATEWAY_PROT is not read here; did you mean OAI_GATEWAY_PORT\?/);
  assert.match(stderr, /OAI_GATEWAY_LOGLEVEL is not read here; did you mean OAI_GATEWAY_LOG_LEVEL\?/);
  assert.doesNotMatch(stderr, /SERVICE_HOST|8080_TCP|GATEWAY_KEY/);
});

test("fault 250: the flag wins over the variable, the variable over the file, and empty is unset", async (t) => {
  const endpoint = await fakeFor(t, { models: ["m"] });
  const config = `server: {host: "::1", port: 1}\nlog: {level: silent}\nendpoints:\n  - {name: e, base_url: "${endpoint.url}"}\n`;
  const files = { "named.yaml": config, "config.yaml": "broken: [" };
  const env = {
    OAI_GATEWAY_CONFIG: "named.yaml",
    OAI_GATEWAY_HOST: "127.0.0.1",
    OAI_GATEWAY_PORT: "0",
    OAI_GATEWAY_LOG_LEVEL: "INFO",
  };
  const run = await startCli(t, [], { files, env });
  const port = await run.port();
  assert.equal((await ask(port, { path: "/v1/models" })).status, 200);
  await run.says("stdout", /"event":"request"/);
  const flagged = { ...env, OAI_GATEWAY_CONFIG: "none.yaml", OAI_GATEWAY_PORT: "80x" };
  const other = await startCli(t, ["-c", "named.yaml", "--port", "0"], { files, env: flagged });
  await other.port();
  const empty = { OAI_GATEWAY_CONFIG: "", OAI_GATEWAY_HOST: " ", OAI_GATEWAY_PORT: "" };
  const check = await runCli(t, ["check", "--config", "named.yaml"], { files, env: empty });
  assert.equal(check.code, 0, check.stderr);
});

test("fault 250: a host of the variable that others can reach is refused without keys, by check as by serve", async (t) => {
  const env = { OAI_GATEWAY_HOST: "0.0.0.0", OAI_GATEWAY_PORT: "0" };
  const bare = { "config.yaml": "endpoints: []\n" };
  for (const command of ["serve", "check"]) {
    const refused = await runCli(t, [command], { files: bare, env });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /0\.0\.0\.0 can be reached[\s\S]*server\.api_keys into config\.yaml/);
  }
  const nothing = await runCli(t, [], { env });
  assert.match(nothing.stderr, /server\.api_keys into \/etc\/oai-gateway\/config\.yaml/);
  const demo = await runCli(t, ["demo"], { env });
  assert.equal(demo.code, 1);
  assert.match(demo.stderr, /fix: the demo has no client keys: pass --host 127\.0\.0\.1/);
  const keyed = await runCli(t, ["check"], { files: { "config.yaml": KEYED }, env });
  assert.equal(keyed.code, 0, keyed.stderr);
  const run = await startCli(t, [], { files: { "config.yaml": KEYED }, env });
  await run.port();
});

test("fault 250: an address that cannot be had is mended where it was said", async (t) => {
  // No machine has an address of the blocks for documentation.
  const env = { OAI_GATEWAY_HOST: "203.0.113.5", OAI_GATEWAY_PORT: "0" };
  const away = await runCli(t, [], { files: { "config.yaml": KEYED }, env });
  assert.match(away.stderr, /cannot listen on 203\.0\.113\.5[\s\S]*fix: set OAI_GATEWAY_HOST/);
  const endpoint = await fakeFor(t, { models: ["m"] });
  const taken = await runCli(t, ["--no-detect"], { env: { OAI_GATEWAY_PORT: String(endpoint.port) } });
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /is already in use[\s\S]*fix: set OAI_GATEWAY_PORT to another port/);
});

test("fault 251: a configuration that cannot be looked at is reported, not passed over", async (t) => {
  const folder = folderFor(t);
  await symlink("circle", join(folder, "circle"));
  const ended = await runCli(t, ["check"], { env: { XDG_CONFIG_HOME: join(folder, "circle") } });
  assert.equal(ended.code, 1);
  assert.match(ended.stderr + ended.stdout, /error\[OG100\][^\n]*ELOOP/);
});
