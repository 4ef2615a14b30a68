// Tests of rules-default-endpoint.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configFromText } from "../file/load.ts";

function problemsOf(routing: string, keys = "[]"): readonly (readonly [string, number])[] {
  const text = `endpoints:
  - {name: alpha, base_url: "http://h:1/v1"}
  - {name: off, base_url: "http://h:2/v1", enabled: false}
routing: ${routing}
server:
  api_keys: ${keys}
`;
  const loaded = configFromText(text, { file: "test.yaml", env: {} });
  const problems = loaded.kind === "broken" ? loaded.problems : loaded.warnings;
  return problems.map(({ code, line }) => [code, line] as const).filter(([code]) => /OG16[23]/.test(code));
}

test("a default endpoint has to be there, and should be in use", () => {
  assert.deepEqual(problemsOf("{default_endpoint: alpha}"), []);
  assert.deepEqual(problemsOf("{default_endpoint: alpa}"), [["OG162", 4]]);
  assert.deepEqual(problemsOf("{default_endpoint: off}"), [["OG163", 4]]);
  const keys = "[{name: k, key: abc, default_endpoint: gone}, {name: l, key: abd, default_endpoint: alpha}]";
  assert.deepEqual(problemsOf("{}", keys), [["OG162", 6]]);
});
