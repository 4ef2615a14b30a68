// Tests of anchors, of the `x-` keys that hold them, and of merge keys.

import assert from "node:assert/strict";
import { test } from "node:test";
import { englishText } from "../../test/support/config/english.ts";
import { placesOf, problemsOf } from "../../test/support/config/samples.ts";
import type { GatewayConfig } from "./compile.ts";
import { configFromText } from "./file/load.ts";

function compiled(text: string): GatewayConfig {
  const result = configFromText(text, { file: "config.yaml", env: { KEY: "sk-from-env" } });
  assert.ok(result.kind === "ok", result.kind === "broken" ? englishText(result.problems) : "");
  return result.config;
}

const TIMES = `x-timeouts: &t {connect: 2s}
x-common: &common
  api_key: \${KEY}
  weight: 3
  timeouts: *t
`;

test("a key of the file that begins with x- holds anchors, and is nothing itself", () => {
  const { plan } = compiled(`${TIMES}endpoints:\n  - {name: a, base_url: "http://h/v1", timeouts: *t}\n`);
  assert.equal(plan.endpoints[0]?.timeouts.connectMs, 2_000);
});

test("merge keys: a block, over it the block's own keys, and anchors within anchors", () => {
  const { plan } = compiled(
    `${TIMES}endpoints:\n  - <<: *common\n    name: a\n    base_url: http://h/v1\n    weight: 5\n  - {name: b, base_url: "http://i/v1", <<: *common}\n`,
  );
  const found = plan.endpoints.map(({ weight, credentials, timeouts }) => [
    weight,
    credentials[0].apiKey,
    timeouts.connectMs,
  ]);
  assert.deepEqual(found, [
    [5, "sk-from-env", 2_000],
    [3, "sk-from-env", 2_000],
  ]);
});

test("a list of blocks is merged, the first one wins, and blocks may merge others", () => {
  const { plan } = compiled(
    `x-1: &one {weight: 1, priority: 2}\nx-2: &two {<<: *one, weight: 7}\nx-3: &three {weight: 9, enabled: false}\nendpoints:\n  - {name: a, base_url: "http://h/v1", <<: [*two, *three, {priority: 9}]}\n`,
  );
  const [endpoint] = plan.endpoints;
  assert.deepEqual([endpoint?.weight, endpoint?.priority, endpoint?.enabled], [7, 2, false]);
});

test("a fault within an anchor is told once, at the anchor, however often it is used", () => {
  const text = `x-a: &a {weight: 1.5, api_key: "\${NOPE}"}\nendpoints:\n  - {name: a, base_url: "http://h/v1", <<: *a}\n  - {name: b, base_url: "http://h/v1", <<: *a}\n`;
  const places = placesOf(text);
  assert.deepEqual([...new Set(places)].sort(), ["OG113 1:18", "OG130 1:32"]);
  assert.equal(places.filter((place) => place.startsWith("OG130")).length, 1);
});

test("an anchor that nobody uses may name variables that are not set", () => {
  const text = `x-a: &a {api_key: "\${NOPE}"}\nendpoints:\n  - {name: a, base_url: "http://h/v1"}\n`;
  assert.deepEqual(placesOf(text), []);
});

test("what cannot be merged is refused, and x- counts at the top only", () => {
  const one = 'endpoints:\n  - {name: a, base_url: "http://h/v1"';
  assert.deepEqual(placesOf(`${one}, <<: 5}\n`), ["OG104 2:44"]);
  assert.deepEqual(placesOf(`${one}, <<: *nope}\n`), ["OG104 2:44"]);
  assert.deepEqual(placesOf(`x-a: &a [1]\n${one}, <<: *a}\n`), ["OG104 3:44"]);
  assert.deepEqual(placesOf(`x-a: &a {weight: 1}\n${one}, <<: *a, <<: *a}\n`), ["OG103 3:48"]);
  assert.deepEqual(placesOf(`${one}, x-note: 1}\n`), ["OG110 2:40"]);
  assert.deepEqual(placesOf(`${one}, "<<": {weight: 1}}\n`), ["OG110 2:40"]);
});

test("merges in circles, and merges that multiply, end with one problem", () => {
  assert.deepEqual(placesOf("x-a: &a {<<: *a}\nendpoints: []\n"), ["OG104 1:1"]);
  const wide = Array.from({ length: 200 }, (_, index) => `k${index}: 1`).join(", ");
  const uses = Array.from({ length: 900 }, () => "*a").join(", ");
  assert.deepEqual(placesOf(`x-a: &a {${wide}}\nx-b: {<<: [${uses}]}\nendpoints: []\n`), ["OG104 1:1"]);
});

test("two hundred endpoints may share one anchor", () => {
  const entries = Array.from(
    { length: 200 },
    (_, index) => `  - {name: e${index}, base_url: "http://h${index}/v1", <<: *a}\n`,
  );
  const { plan } = compiled(`x-a: &a {weight: 4}\nendpoints:\n${entries.join("")}`);
  assert.equal(plan.endpoints.filter((endpoint) => endpoint.weight === 4).length, 200);
});

test("a secret in an anchor is never shown", () => {
  const text =
    'x-a: &key hunter2-hunter2\nendpoints:\n  - {name: a, base_url: "http://h/v1", api_key: *key, wieght: 1}\n';
  assert.doesNotMatch(englishText(problemsOf(text)), /hunter2/);
});
