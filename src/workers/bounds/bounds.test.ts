// Tests of bounds.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configFromText } from "../../config/file/load.ts";
import { boundsOf, CONNECTIONS, dividedConfig, endpointBound, REQUESTS } from "./bounds.ts";

const TEXT = `
server: {max_in_flight: 10, max_connections: 7}
endpoints:
  - {name: a, base_url: "https://api.example.com/v1", max_in_flight: 3, queue: {max: 5}}
  - {name: b, base_url: "https://api.example.org/v1"}
retries: {budget_min: 5}
`;

function compiled() {
  const result = configFromText(TEXT, { file: "config.yaml", env: {} });
  assert.equal(result.kind, "ok");
  return result.config;
}

test("bounds are those that there are, and what is counted apart is divided", () => {
  const config = compiled();
  const bounds = boundsOf(config);
  assert.deepEqual(
    [...bounds],
    [
      [CONNECTIONS, 7],
      [REQUESTS, 10],
      [endpointBound("a"), 3],
    ],
  );
  const quotas = new Map([
    [CONNECTIONS, 4],
    [REQUESTS, 0],
    [endpointBound("a"), 2],
  ]);
  const { server, plan, reliability } = dividedConfig(config, 2, (name) => quotas.get(name) ?? -1);
  const [a, b] = plan.endpoints;
  assert.deepEqual([server.maxConnections, server.maxInFlight, server.queue.max], [4, 0, 512]);
  assert.deepEqual([a?.maxInFlight, a?.queue.max, b?.maxInFlight], [2, 3, Number.POSITIVE_INFINITY]);
  assert.deepEqual([reliability.budget.minimumRetries, reliability.budget.minimumActive], [3, 2]);
});
