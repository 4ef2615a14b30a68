// Every metric and label that the alert rules and the dashboard of deploy/ name exists.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FAMILIES, type Family } from "../../src/observe/metrics/families.ts";

const RULES = readFileSync(
  new URL("../../deploy/prometheus/oai-gateway.rules.yaml", import.meta.url),
  "utf8",
);
const DASHBOARD = readFileSync(new URL("../../deploy/grafana/oai-gateway.json", import.meta.url), "utf8");

/** Labels that Prometheus adds itself. */
const ADDED = ["instance", "job", "le"];

type Used = { readonly name: string; readonly labels: readonly string[] };

function usedIn(text: string): Used[] {
  return [...text.matchAll(/\b((?:oai_gateway|gen_ai|process|nodejs)_[a-z_]+)(?:\{([^}]*)\})?/g)].flatMap(
    ([whole, name = "", labels = ""]) => {
      // A label of the conventions is no metric.
      if (/^gen_ai_(?:request_model|operation_name|provider_name|token_type)$/.test(name) || whole === "")
        return [];
      return [
        { name, labels: [...labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label) },
      ];
    },
  );
}

function rowOf(name: string): Family | undefined {
  const families: Readonly<Record<string, Family>> = FAMILIES;
  const bare = name.replace(/_(?:bucket|sum|count)$/, "");
  return families[name] ?? (families[bare]?.type === "histogram" ? families[bare] : undefined);
}

for (const [what, text] of [
  ["the alert rules", RULES],
  ["the dashboard", JSON.stringify(JSON.parse(DASHBOARD)).replaceAll('\\"', '"')],
] as const) {
  test(`${what} name metrics and labels that there are`, () => {
    const used = usedIn(text);
    assert.ok(used.length > 10);
    for (const { name, labels } of used) {
      const row = rowOf(name);
      assert.ok(row !== undefined, name);
      for (const label of labels) assert.ok([...row.labels, ...ADDED].includes(label), `${name}{${label}}`);
    }
  });
}

test("every alert has a severity and a sentence", () => {
  const alerts = RULES.split("- alert:").slice(1);
  assert.ok(alerts.length >= 10);
  for (const alert of alerts)
    assert.match(alert, /severity: (?:critical|warning|info)[\s\S]*summary: ".+\."/);
});
