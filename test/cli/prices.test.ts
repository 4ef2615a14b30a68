// `prices`: what models cost and who says so, and tables that a person imports.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";

const TABLE = {
  "gpt-4o": { litellm_provider: "openai", input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 },
};

test("a table is imported into the data folder", async (t) => {
  const files = { "table.json": JSON.stringify(TABLE) };
  const imported = await runCli(t, ["prices", "import", "table.json", "--data-dir", "data"], { files });
  assert.equal(imported.code, 0, imported.stderr);
  assert.match(imported.stdout, /^1 prices imported from table\.json/);
});

test("prices are listed with who says so, and what has none is named", async (t) => {
  const { url } = await fakeFor(t, { models: ["gpt-4o", "mine", "unheard-of"] });
  const config = `endpoints: [{name: one, base_url: "${url}", prices: {mine: {input: 3, output: 15, discount: 50}}}]`;
  const listed = await runCli(t, ["prices", "--json", "--data-dir", "data"], {
    files: { "config.yaml": config },
  });
  assert.equal(listed.code, 0, listed.stderr);
  const { currency, tables, models } = JSON.parse(listed.stdout);
  assert.equal(currency, "USD");
  assert.match(tables.table.source, /^LiteLLM/);
  assert.equal(tables.imported, null);
  const rows = models.map((row: Readonly<Record<string, unknown>>) => [
    row["model"],
    row["input"],
    row["source"],
  ]);
  assert.deepEqual(rows, [
    ["gpt-4o", 2.5, "table"],
    ["mine", 1.5, "config"],
    ["unheard-of", null, "unpriced"],
  ]);
  const shown = await runCli(t, ["prices", "--data-dir", "data"], { files: { "config.yaml": config } });
  assert.match(shown.stdout, /gpt-4o +one +2\.5/);
  assert.match(shown.stderr, /without a price: one\/unheard-of/);
});

test("what cannot be imported is said, with what to do", async (t) => {
  const files = { "bad.json": "[1]", "broken.json": "{" };
  const rows = [
    ["bad.json", /bad\.json is no table of prices/],
    ["broken.json", /broken\.json is no table of prices/],
    ["gone.json", /gone\.json cannot be read: ENOENT/],
  ] as const;
  for (const [file, words] of rows) {
    const ended = await runCli(t, ["prices", "import", file, "--data-dir", "data"], { files });
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, words);
    assert.match(ended.stderr, /fix: name a JSON file/);
  }
  const word = await runCli(t, ["prices", "sell"], { files });
  assert.equal(word.code, 2);
  assert.match(word.stderr, /what is "sell"/);
});
