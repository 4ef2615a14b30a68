import assert from "node:assert/strict";
import { test } from "node:test";
import { folderFor } from "../../test/support/folder.ts";
import { NO_USAGE } from "../core/usage.ts";
import { priceOfRow } from "./litellm-row.ts";
import { costAt, openPriceBook, PriceBook, type PricedTarget } from "./price-book.ts";
import { importPrices } from "./price-tables.ts";
import { slimTable } from "./slim-table.ts";

const CLOCK = { nowMs: () => 0 };

function at(origin: string, upstreamModel: string): PricedTarget {
  return { endpoint: { origin }, upstreamModel };
}

test("a row of LiteLLM's table: dollars for one, by service and by length", () => {
  const price = priceOfRow({
    input_cost_per_token: 1.25e-7,
    output_cost_per_token: 5e-7,
    cache_read_input_token_cost: 1e-8,
    cache_creation_input_token_cost_above_1hr: 2e-7,
    input_cost_per_token_above_200k_tokens: 2.5e-7,
    input_cost_per_token_flex: 6.25e-8,
    input_cost_per_token_above_200k_tokens_flex: 1.25e-7,
    search_context_cost_per_query: { search_context_size_medium: 0.01 },
    provider_specific_entry: { us: 1.1 },
    supports_vision: true,
    mode: "chat",
  });
  assert.deepEqual(price, {
    rates: {
      input: 125_000_000,
      output: 500_000_000,
      cached: 10_000_000,
      write1h: 200_000_000,
      webSearch: 10_000_000_000_000,
    },
    long: [{ above: 200_000, rates: { input: 250_000_000 } }],
    services: {
      flex: { rates: { input: 62_500_000 }, long: [{ above: 200_000, rates: { input: 125_000_000 } }] },
    },
    factors: { us: 11_000 },
  });
  const tiered = priceOfRow({
    tiered_pricing: [
      { range: [0, 32_000], input_cost_per_token: 1.2e-6, output_cost_per_token: 6e-6 },
      { range: [32_000, 128_000], input_cost_per_token: 2.4e-6, output_cost_per_token: 1.2e-5 },
    ],
  });
  assert.equal(tiered?.rates.input, 1_200_000_000);
  assert.deepEqual(tiered?.long, [
    { above: 32_000, rates: { input: 2_400_000_000, output: 12_000_000_000 } },
  ]);
  // Whisper's second is there twice, and is paid once.
  assert.equal(
    priceOfRow({ input_cost_per_second: 0.0001, output_cost_per_second: 0.0001 })?.rates.second,
    1e11,
  );
});

test("what is odd, negative or nothing but zeros is no price", () => {
  for (const row of [
    {},
    { input_cost_per_token: 0, output_cost_per_token: 0 },
    { input_cost_per_token: "1" },
    { input_cost_per_token: -1 },
    { input_cost_per_token: Number.NaN },
    { input_cost_per_token: 1e9 },
    { tiered_pricing: 7, search_context_cost_per_query: null },
  ])
    assert.equal(priceOfRow(row), undefined, JSON.stringify(row));
  assert.equal(slimTable([]), undefined);
  assert.equal(slimTable({ a: 1 }), undefined);
  assert.equal(slimTable({ __proto__: null, m: { litellm_provider: "openai" } }), undefined);
});

test("a host's own prices are its own, elsewhere the maker's count, and days are no other models", () => {
  const book = openPriceBook(undefined, CLOCK);
  const input = (origin: string, model: string): number | undefined =>
    book.find(at(origin, model))?.price.rates.input;
  assert.equal(input("https://api.openai.com", "gpt-4o"), 2_500_000_000);
  assert.equal(input("https://api.openai.com", "GPT-4o-2024-08-06"), 2_500_000_000);
  assert.equal(input("http://10.0.0.9:4000", "gpt-4o"), 2_500_000_000);
  assert.equal(input("https://my.openai.azure.com", "gpt-4o"), 2_500_000_000);
  assert.equal(input("https://api.anthropic.com", "claude-sonnet-4-5-20250929"), 3_000_000_000);
  assert.equal(input("https://api.groq.com", "gpt-4o"), undefined);
  assert.equal(input("http://127.0.0.1:11434", "llama3.2:3b"), undefined);
  assert.equal(input("https://api.openai.com", 'gpt-4o":{}'), undefined);
  assert.equal(input("https://api.openai.com", "x".repeat(10_000)), undefined);
});

test("an imported table goes before that of the program, and says its own day", (t) => {
  const folder = folderFor(t);
  const head = { date: "2026-11-20", source: "mine.json" };
  const row = { litellm_provider: "openai", input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 };
  const table = { sample_spec: row, "gpt-4o": row, free: { litellm_provider: "openai" } };
  assert.deepEqual(importPrices(folder, table, head), { models: 1, left: 1 });
  const book = openPriceBook(folder, CLOCK);
  const found = book.find(at("https://api.openai.com", "gpt-4o"));
  assert.deepEqual(
    [found?.source, found?.date, found?.price.rates.input],
    ["imported", "2026-11-20", 1_000_000_000],
  );
  assert.equal(book.find(at("https://api.openai.com", "gpt-4o-mini"))?.source, "table");
  assert.equal(importPrices(folder, { a: 1 }, head), undefined);
});

test("a price that is not known yet is found without a table only where the configuration has it", () => {
  const read: string[] = [];
  const none = (name: string) => {
    read.push(name);
    return undefined;
  };
  const book = new PriceBook(
    {
      get imported() {
        return none("imported");
      },
      get snapshot() {
        return none("snapshot");
      },
      version: () => 1,
      look: () => undefined,
    },
    CLOCK.nowMs,
  );
  const target = at("https://api.openai.com", "gpt-4o");
  const price = { rates: { input: 1 } };
  assert.equal(book.findKnown(target, { price, factor: 1 })?.source, "config");
  assert.equal(book.findKnown(target), undefined);
  assert.deepEqual(read, []);
  book.find(target);
  assert.deepEqual(read, ["imported", "snapshot"]);
  assert.equal(book.findKnown(target), undefined);
  assert.deepEqual(read, ["imported", "snapshot"]);
});

test("the table of the program says its day, and is old after sixty", () => {
  const book = openPriceBook(undefined, CLOCK);
  const { head } = book.tables.snapshot ?? {};
  assert.match(head?.source ?? "", /^LiteLLM \d/);
  const dayMs = Date.parse(head?.date ?? "");
  assert.equal(book.oldAge(dayMs + 61 * 86_400_000), 61);
  // Told once.
  assert.equal(book.oldAge(dayMs + 62 * 86_400_000), undefined);
  assert.equal(openPriceBook(undefined, CLOCK).oldAge(dayMs + 60 * 86_400_000), undefined);
});

test("unknown is null, and never 0", () => {
  const usage = { input: 1, output: 1 };
  const none = costAt(undefined, { ...NO_USAGE, ...usage });
  assert.deepEqual(none, { nanoDollars: null, source: "unpriced", date: undefined });
});
