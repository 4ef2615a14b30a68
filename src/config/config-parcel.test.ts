// Tests of config-parcel.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { packConfig, unpackConfig } from "./config-parcel.ts";
import { configFromText } from "./file/load.ts";

const TEXT = `
server: {api_keys: [key-of-a-client], max_in_flight: 10, max_connections: 7, pass_headers: [x-mine]}
endpoints:
  - name: a
    base_url: https://api.example.com/v1
    api_key: sk-of-the-endpoint
    proxy: http://user:p%40ss@proxy.example.com:3128
    max_in_flight: 3
    queue: {max: 5}
    models: {include: ["gpt-*"], exclude: [old]}
  - {name: b, base_url: "https://my.openai.azure.com/openai/v1", api_key: sk-azure-of-mine}
  - {name: c, base_url: "https://api.anthropic.com/v1", api: openai}
alerts: {webhooks: [{url: "https://hooks.example.com/secret", headers: {x-token: abc}}]}
traces: {endpoint: "http://127.0.0.1:4318"}
`;

function compiled() {
  const result = configFromText(TEXT, { file: "config.yaml", env: {} });
  assert.equal(result.kind, "ok");
  return result.config;
}

test("a configuration is the same after the way to another process", () => {
  const config = compiled();
  const there = unpackConfig(structuredClone(packConfig(config)));
  assert.deepEqual(there, config);
  for (const [at, endpoint] of there.plan.endpoints.entries()) {
    assert.equal(endpoint.wire, config.plan.endpoints[at]?.wire);
    assert.equal(endpoint.proxy?.authorization(), config.plan.endpoints[at]?.proxy?.authorization());
  }
  const [first] = there.plan.endpoints;
  assert.equal(first?.secrets.mask("it said sk-of-the-endpoint and p@ss"), "it said *** and p@ss");
  assert.equal(first?.secrets.isIn(first.proxy?.authorization() ?? ""), true);
});
