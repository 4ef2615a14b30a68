// What the keys about load and failure become: several keys, tiers, queues, retries, health, settings of models.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BREAKER_DEFAULTS } from "../routing/health/breaker-options.ts";
import { RETRY_BUDGET_DEFAULTS } from "../routing/retry/retry-budget.ts";
import type { GatewayConfig } from "./compile.ts";
import { configFromText } from "./file/load.ts";

function compiled(text: string): GatewayConfig {
  const result = configFromText(text, { file: "config.yaml", env: { KEY: "sk-env", EMPTY: "" } });
  assert.ok(result.kind === "ok", JSON.stringify(result));
  return result.config;
}

const ONE = 'endpoints: [{name: a, base_url: "http://h:1"}]\n';

test("keys keep their numbers where one is left out", () => {
  const { plan } = compiled(`
endpoints:
  - {name: a, base_url: "http://h:1", api_keys: [sk-1, "\${EMPTY}", "\${KEY}"]}
  - {name: b, base_url: "http://h:2", api_keys: ["\${EMPTY}"]}
  - {name: c, base_url: "http://h:3", api_key: sk-c}
`);
  assert.deepEqual(
    plan.endpoints.map((endpoint) => endpoint.credentials),
    [
      [
        { id: 1, apiKey: "sk-1" },
        { id: 3, apiKey: "sk-env" },
      ],
      [{ id: 1, apiKey: undefined }],
      [{ id: 1, apiKey: "sk-c" }],
    ],
  );
});

test("tiers, limits and probes of an endpoint", () => {
  const [a, b] = compiled(`
endpoints:
  - name: a
    base_url: "http://h:1"
    priority: 2
    max_in_flight: 4
    queue: {max: 0, timeout: 250ms}
    probe: {model: tiny}
    timeouts: {first_event: 7s}
  - {name: b, base_url: "http://h:2", max_in_flight: 0, probe: {model: tiny, interval: 5m}}
`).plan.endpoints;
  assert.deepEqual(
    [a?.priority, a?.maxInFlight, a?.queue, a?.probe, a?.timeouts.firstEventMs],
    [2, 4, { max: 0, timeoutMs: 250 }, { model: "tiny", intervalMs: 60_000 }, 7_000],
  );
  assert.deepEqual([b?.maxInFlight, b?.probe?.intervalMs], [Number.POSITIVE_INFINITY, 300_000]);
});

test("limits of the server", () => {
  const { server } = compiled(
    `${ONE}server: {max_connections: 7, max_in_flight: 0, timeouts: {head: 1s, write_stall: 3}, drain_timeout: 1m}\n`,
  );
  assert.deepEqual(
    [server.maxConnections, server.maxInFlight, server.headMs, server.writeStallMs, server.drainMs],
    [7, Number.POSITIVE_INFINITY, 1_000, 3_000, 60_000],
  );
  const { server: other } = compiled(`${ONE}server: {max_in_flight: 9, queue: {max: 2, timeout: 1s}}\n`);
  assert.deepEqual([other.maxInFlight, other.queue], [9, { max: 2, timeoutMs: 1_000 }]);
});

test("retries, health and streams", () => {
  const { reliability, plan } = compiled(`${ONE}
retries: {attempts: 2, budget_percent: 10, budget_min: 3, max_wait: 500ms, on_empty_answer: true}
health:
  {consecutive_failures: 5, failure_rate: 80, window: 1m, min_requests: 20, ejection: 30s, ejection_max: 10m, slow_start: off, active_probes: false}
streams: {keep_alive: 15s, hold_first_event: true}
`);
  assert.equal(plan.defaults.attempts, 2);
  assert.deepEqual(reliability, {
    budget: { ...RETRY_BUDGET_DEFAULTS, retryRatio: 0.1, activeRatio: 0.1, minimumRetries: 3 },
    breaker: {
      ...BREAKER_DEFAULTS,
      consecutiveStrikes: 5,
      failureRatio: 0.8,
      windowMs: 60_000,
      minimumRequests: 20,
      baseEjectionMs: 30_000,
      maxEjectionMs: 600_000,
      // An hour for a first byte by default, and half a minute.
      probeLeaseMs: 3_630_000,
      slowStartMs: 0,
    },
    activeProbes: false,
    failsOnEmptyAnswer: true,
    maxWaitMs: 500,
    streams: { keepAliveMs: 15_000, holdsFirstEvent: true },
  });
});

test("a probe is not taken for lost while it may still be waiting for its first byte", () => {
  const { reliability } = compiled(`${ONE}routing: {models: {slow: {timeouts: {first_byte: 1h}}}}\n`);
  assert.equal(reliability.breaker.probeLeaseMs, 3_630_000);
});

test("settings of models lie over the general ones, in the order of the file", () => {
  const { plan } = compiled(`${ONE}
retries: {attempts: 2}
routing:
  strategy: least_in_flight
  hedge: {after: 2s}
  models:
    gpt-4: {hedge: {after: off}, timeouts: {first_byte: {stream: 10s}, idle: 1m}}
    "gpt-*": {strategy: sticky, attempts: 1, timeouts: {first_byte: 20s, connect: 1s, first_event: 2s, total: 3s}}
    "*": {hedge: {after: 1s}}
`);
  assert.deepEqual(plan.defaults, {
    pattern: "*",
    strategy: "least_in_flight",
    attempts: 2,
    hedgeAfterMs: 2_000,
    timeouts: {},
  });
  assert.deepEqual(plan.models, [
    {
      pattern: "gpt-4",
      strategy: "least_in_flight",
      attempts: 2,
      hedgeAfterMs: undefined,
      timeouts: { firstByteStreamMs: 10_000, idleMs: 60_000 },
    },
    {
      pattern: "gpt-*",
      strategy: "sticky",
      attempts: 1,
      hedgeAfterMs: 2_000,
      timeouts: {
        connectMs: 1_000,
        firstByteStreamMs: 20_000,
        firstBytePlainMs: 20_000,
        firstEventMs: 2_000,
        totalMs: 3_000,
      },
    },
    { pattern: "*", strategy: "least_in_flight", attempts: 2, hedgeAfterMs: 1_000, timeouts: {} },
  ]);
});

test("fallbacks are steps with the failures that lead to each", () => {
  const { plan } = compiled(`${ONE}
routing:
  fallbacks:
    a: [b, {to: big, on: [context_length]}]
    c: {to: [d, e], on: [any]}
    f: [{to: g, on: [rate_limited, credentials]}]
`);
  const usual = ["rate_limited", "unavailable", "credentials", "model_missing"];
  assert.deepEqual(plan.fallbacks, [
    {
      name: "a",
      steps: [
        { model: "b", on: usual },
        { model: "big", on: ["context_length"] },
      ],
      definedAt: "config.yaml:5",
    },
    {
      name: "c",
      steps: [
        { model: "d", on: [...usual, "context_length"] },
        { model: "e", on: [...usual, "context_length"] },
      ],
      definedAt: "config.yaml:6",
    },
    { name: "f", steps: [{ model: "g", on: ["rate_limited", "credentials"] }], definedAt: "config.yaml:7" },
  ]);
});

test("fallbacks and settings also hold in mode prefix", () => {
  const { plan } = compiled(
    `${ONE}routing: {mode: prefix, fallbacks: {a/m: [b/m]}, models: {"a/*": {attempts: 1}}}\n`,
  );
  assert.equal(plan.fallbacks[0]?.name, "a/m");
  assert.equal(plan.models[0]?.attempts, 1);
});
