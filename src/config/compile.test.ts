// What a valid file becomes: the seed file unchanged, the example, defaults and conversions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { keyDigest } from "../accounts/client-key.ts";
import { BREAKER_DEFAULTS } from "../routing/health/breaker-options.ts";
import { RETRY_BUDGET_DEFAULTS } from "../routing/retry/retry-budget.ts";
import { RETRY_DEFAULTS } from "../routing/retry/retry-policy.ts";
import { USUAL_WIRE } from "../wires/registry/wires.ts";
import type { WireName } from "../wires/wire.ts";
import { compileEndpoint, configFromEndpoints, emptyConfig, type GatewayConfig } from "./compile.ts";
import { configFromText } from "./file/load.ts";
import { USUAL_ENGINE } from "./schema/engine-name.ts";
import { SCHEMA_URL } from "./schema/json-schema.ts";
import { decodeNothing } from "./schema/schema.ts";

const SEED = `# config.yaml

# Local address and port that the service listens on
server:
  host: "127.0.0.1"
  port: 8080

# List of backend API endpoints: your own OpenAI-compatible providers
endpoints:
  - name: "your-provider-1" # unique identifier of the endpoint
    base_url: "https://api.your-provider-1.com/v1" # base URL of the service
    api_key: "sk-your-provider-1-key" # your API key
    weight: 10 # weight in the weighted round-robin

  - name: "your-provider-2"
    base_url: "https://api.your-provider-2.com/v1"
    api_key: "sk-your-provider-2-key"
    weight: 5

# Model routing and merging strategy
routing:
  # 'merge': (recommended) merges the same-named models of all endpoints and rotates among them.
  # 'prefix': adds the endpoint's name in front of every model, e.g. 'your-provider-1/gpt-4'.
  mode: "merge"

  # Manual override and merge rules (only in effect with mode: 'merge')
  model_overrides:
    "claude-3-opus":
      - "your-provider-1/claude-3-opus-20240229"
      - "your-provider-2/claude-v3-opus"
    "gpt-4-turbo":
      - "your-provider-1/gpt-4-turbo-preview"
`;

/** `warnings` are the codes that are expected. */
function compiled(text: string, warnings: readonly string[] = []): GatewayConfig {
  const result = configFromText(text, { file: "config.yaml", env: {} });
  assert.ok(result.kind === "ok", JSON.stringify(result));
  assert.deepEqual(
    result.warnings.map((warning) => warning.code),
    warnings,
  );
  return result.config;
}

/** Both of its keys are placeholders. */
const KEYS_TO_FILL_IN = ["OG135", "OG135"];

test("the seed file works unchanged", () => {
  const { plan, server } = compiled(SEED, KEYS_TO_FILL_IN);
  assert.deepEqual([server.host, server.port, plan.mode], ["127.0.0.1", 8080, "merge"]);
  const endpoints = plan.endpoints.map(({ name, baseUrl, weight, credentials, definedAt }) => [
    name,
    baseUrl,
    weight,
    credentials[0].apiKey,
    definedAt,
  ]);
  assert.deepEqual(endpoints, [
    ["your-provider-1", "https://api.your-provider-1.com/v1", 10, "sk-your-provider-1-key", "config.yaml:10"],
    ["your-provider-2", "https://api.your-provider-2.com/v1", 5, "sk-your-provider-2-key", "config.yaml:15"],
  ]);
  assert.deepEqual(plan.overrides, [
    {
      name: "claude-3-opus",
      definedAt: "config.yaml:28",
      targets: [
        { kind: "one", endpointName: "your-provider-1", model: "claude-3-opus-20240229", weight: undefined },
        { kind: "one", endpointName: "your-provider-2", model: "claude-v3-opus", weight: undefined },
      ],
    },
    {
      name: "gpt-4-turbo",
      definedAt: "config.yaml:31",
      targets: [
        { kind: "one", endpointName: "your-provider-1", model: "gpt-4-turbo-preview", weight: undefined },
      ],
    },
  ]);
});

test("the example has the addresses and endpoints of the seed file, and points editors at the schema", () => {
  const text = readFileSync(new URL("../../config.yaml.example", import.meta.url), "utf8");
  assert.equal(text.split("\n")[0], `# yaml-language-server: $schema=${SCHEMA_URL}`);
  // Models come and go; the example has those of today.
  const withoutModels = (config: GatewayConfig) => {
    const { server, plan } = config;
    const shown = { server, endpoints: plan.endpoints, overrides: plan.overrides.length };
    return JSON.parse(JSON.stringify(shown).replace(/config\.yaml:\d+/g, "config.yaml"));
  };
  assert.deepEqual(
    withoutModels(compiled(text, KEYS_TO_FILL_IN)),
    withoutModels(compiled(SEED, KEYS_TO_FILL_IN)),
  );
});

test("defaults", () => {
  const { store, limits, budgets, alerts, admin, cache, metrics, statusPage, ...others } = emptyConfig();
  assert.partialDeepStrictEqual(decodeNothing(), { store, admin, cache, metrics, status_page: statusPage });
  assert.deepEqual(admin, { isEnabled: true, isRemote: false, token: undefined });
  assert.deepEqual([limits, budgets, alerts.webhooks], [{ all: {}, models: {}, tags: {} }, [], []]);
  assert.deepEqual(others, {
    server: {
      host: "127.0.0.1",
      port: 8080,
      tls: undefined,
      apiKeys: [],
      allowAnonymous: false,
      corsOrigins: [],
      passedHeaders: new Set(),
      passesUnknownPaths: undefined,
      requiresKeys: false,
      allowedHosts: [],
      maxBodyBytes: 67_108_864,
      maxConnections: 10_000,
      maxInFlight: 2_048,
      queue: { max: 1_024, timeoutMs: 5_000 },
      headMs: 10_000,
      bodyIdleMs: 30_000,
      bodyTotalMs: 1_800_000,
      bodyBytesPerSecond: 1_024,
      writeStallMs: 60_000,
      drainMs: 30_000,
      engine: USUAL_ENGINE,
      workers: 1,
    },
    plan: {
      mode: "merge",
      hideMerged: false,
      endpoints: [],
      overrides: [],
      models: [],
      defaults: {
        pattern: "*",
        strategy: "weighted",
        attempts: RETRY_DEFAULTS.maxAttempts,
        hedgeAfterMs: undefined,
        timeouts: {},
      },
      defaultEndpoint: undefined,
      fallbacks: [],
    },
    reliability: {
      budget: RETRY_BUDGET_DEFAULTS,
      breaker: BREAKER_DEFAULTS,
      activeProbes: true,
      failsOnEmptyAnswer: false,
      maxWaitMs: 2_000,
      streams: { keepAliveMs: undefined, holdsFirstEvent: false },
    },
    discovery: { intervalMs: 300_000, timeoutMs: 5_000, maxListBytes: 1_048_576 },
    usage: { asksInStreams: true },
    log: { level: "info", format: "auto" },
    traces: undefined,
    configFile: undefined,
  });
  const compiled = compileEndpoint({ name: "a", base_url: "http://h:1/v1/" }, "here");
  const { secrets, wire, ...endpoint } = compiled;
  assert.deepEqual([secrets.isEmpty, wire], [true, USUAL_WIRE]);
  assert.deepEqual(endpoint, {
    name: "a",
    baseUrl: "http://h:1/v1",
    origin: "http://h:1",
    basePath: "/v1",
    rootPath: "",
    weight: 1,
    priority: 1,
    enabled: true,
    maxInFlight: Number.POSITIVE_INFINITY,
    queue: { max: 100, timeoutMs: 5_000 },
    probe: undefined,
    caPem: undefined,
    clientCertificate: undefined,
    proxy: undefined,
    credentials: [{ id: 1, apiKey: undefined }],
    fixedHeaders: [],
    passesApiVersion: false,
    timeouts: {
      connectMs: 5_000,
      firstByteStreamMs: 120_000,
      firstBytePlainMs: 3_600_000,
      firstEventMs: 120_000,
      idleMs: 300_000,
      totalMs: 3_600_000,
    },
    models: { kind: "discovered", include: [], exclude: [] },
    definedAt: "here",
  });
  assert.deepEqual(configFromEndpoints([compiled]).plan.endpoints, [compiled]);
});

test("everything given is converted", () => {
  const { server, plan, discovery, log } = compiled(`
server: {host: "[::1]", port: 0, api_keys: [k1, k2], cors_origins: ["HTTPS://A.example/"], allowed_hosts: [AI.example], pass_headers: [X-Mine], max_body: 32MB, timeouts: {body_idle: 5, body: 1m, body_rate: off}}
endpoints:
  - name: a
    base_url: https://h.io/deep/v1
    api_key: ""
    headers: {X-One: "1"}
    organization: org
    project: prj
    timeouts: {connect: 250ms, first_byte: 90s, idle: 2m, total: 0.5h}
    models: [m, m, n]
  - {name: b, base_url: "http://h:2", models: {list: [x]}, timeouts: {first_byte: {stream: 1s}}, enabled: false}
  - {name: c, base_url: "http://h:3", models: {include: ["gpt-*"], exclude: ["*-x"]}}
routing: {hide_merged: true, model_overrides: {o: ["*", {target: a/x/y, weight: 3}]}}
discovery: {interval: 1m, timeout: 500ms, max_list: 2MiB}
log: {level: warn, format: json}
`);
  assert.deepEqual(
    server.apiKeys.map(({ name, digest }) => `${name} ${digest}`),
    [`#1 ${keyDigest("k1")}`, `#2 ${keyDigest("k2")}`],
  );
  assert.deepEqual(server, {
    host: "::1",
    port: 0,
    apiKeys: server.apiKeys,
    tls: undefined,
    allowAnonymous: false,
    corsOrigins: ["https://a.example"],
    passedHeaders: new Set(["x-mine"]),
    passesUnknownPaths: undefined,
    requiresKeys: false,
    allowedHosts: ["ai.example"],
    maxBodyBytes: 32_000_000,
    maxConnections: 10_000,
    maxInFlight: 2_048,
    queue: { max: 1_024, timeoutMs: 5_000 },
    headMs: 10_000,
    bodyIdleMs: 5_000,
    bodyTotalMs: 60_000,
    bodyBytesPerSecond: 0,
    writeStallMs: 60_000,
    drainMs: 30_000,
    engine: USUAL_ENGINE,
    workers: 1,
  });
  const [a, b, c] = plan.endpoints;
  assert.deepEqual(a?.fixedHeaders, ["x-one", "1", "openai-organization", "org", "openai-project", "prj"]);
  assert.deepEqual(a?.timeouts, {
    connectMs: 250,
    firstByteStreamMs: 90_000,
    firstBytePlainMs: 90_000,
    firstEventMs: 120_000,
    idleMs: 120_000,
    totalMs: 1_800_000,
  });
  assert.deepEqual([a?.rootPath, a?.basePath, a?.credentials[0].apiKey], ["/deep", "/deep/v1", undefined]);
  assert.deepEqual(a?.models, { kind: "static", names: ["m", "n"] });
  assert.deepEqual(b?.models, { kind: "static", names: ["x"] });
  assert.deepEqual(
    [b?.enabled, b?.timeouts.firstByteStreamMs, b?.timeouts.firstBytePlainMs],
    [false, 1_000, 3_600_000],
  );
  assert.deepEqual(c?.models, { kind: "discovered", include: ["gpt-*"], exclude: ["*-x"] });
  assert.deepEqual(plan.overrides[0]?.targets, [
    { kind: "every", weight: undefined },
    { kind: "one", endpointName: "a", model: "x/y", weight: 3 },
  ]);
  assert.deepEqual(
    [plan.hideMerged, discovery, log],
    [
      true,
      { intervalMs: 60_000, timeoutMs: 500, maxListBytes: 2_097_152 },
      { level: "warn", format: "json" },
    ],
  );
});

test("an endpoint's wire and the version in a query: as configured, else by its host", () => {
  const of = (
    baseUrl: string,
    given: { readonly api?: WireName; readonly pass_api_version?: boolean } = {},
  ) => {
    const { wire, passesApiVersion } = compileEndpoint({ name: "a", base_url: baseUrl, ...given }, "here");
    return [wire.name, passesApiVersion];
  };
  assert.deepEqual(of("https://api.anthropic.com/v1"), ["anthropic", false]);
  assert.deepEqual(of("https://api.anthropic.com/v1", { api: "openai" }), ["openai", false]);
  assert.deepEqual(of("http://127.0.0.1:9/v1", { api: "anthropic" }), ["anthropic", false]);
  assert.deepEqual(of("https://x.openai.azure.com/openai/v1"), ["azure", "undated"]);
  assert.deepEqual(of("https://x.services.ai.azure.com/models"), ["azure", true]);
  assert.deepEqual(of("https://llm.example/v1", { api: "azure", pass_api_version: false }), ["azure", false]);
});
