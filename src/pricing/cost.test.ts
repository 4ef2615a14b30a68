import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NO_USAGE, type TokenUsage } from "../core/usage.ts";
import { costOf } from "./cost.ts";
import type { Price, Rates } from "./price.ts";

const DOLLAR = 1_000_000_000;
const RATES: Rates = { input: 3 * DOLLAR, output: 15 * DOLLAR, cached: 0.3 * DOLLAR, write5m: 3.75 * DOLLAR };

function used(change: Partial<TokenUsage>): TokenUsage {
  return { ...NO_USAGE, ...change };
}

test("each part of the usage is paid at its own rate, once", () => {
  const rows: readonly (readonly [Price, Partial<TokenUsage>, number | undefined])[] = [
    [{ rates: RATES }, { input: 1_000, output: 100 }, 4_500_000],
    [
      { rates: RATES },
      { input: 1_000, cached: 400, cacheWrite5m: 100 },
      500 * 3_000 + 400 * 300 + 100 * 3_750,
    ],
    // A cache for an hour costs what a shorter one does where nobody says more; without a rate it is plain input.
    [{ rates: RATES }, { input: 100, cacheWrite1h: 100 }, 375_000],
    [{ rates: { ...RATES, write1h: 6 * DOLLAR } }, { input: 100, cacheWrite1h: 100 }, 600_000],
    [{ rates: { input: DOLLAR } }, { input: 100, cached: 60, cacheWrite30m: 10 }, 100_000],
    [
      { rates: { ...RATES, reasoning: 60 * DOLLAR } },
      { output: 100, reasoning: 40 },
      60 * 15_000 + 40 * 60_000,
    ],
    [
      { rates: { ...RATES, audioInput: 40 * DOLLAR, audioOutput: 80 * DOLLAR } },
      { input: 100, audioInput: 60, output: 50, audioOutput: 50 },
      40 * 3_000 + 60 * 40_000 + 50 * 80_000,
    ],
    [
      { rates: { input: 5 * DOLLAR, imageInput: 10 * DOLLAR, imageOutput: 40 * DOLLAR, image: 7e15 } },
      { input: 50, imageInput: 40, output: 1_000, imageOutput: 1_000, images: 1 },
      10 * 5_000 + 40 * 10_000 + 1_000 * 40_000,
    ],
    // What is no tokens: dollars for a million units.
    [{ rates: { image: 40_000 * DOLLAR } }, { images: 2 }, 80_000_000],
    [{ rates: { second: 100 * DOLLAR } }, { seconds: 8.47 }, 847_000],
    [{ rates: { character: 15 * DOLLAR } }, { characters: 8 }, 120_000],
    [{ rates: { page: 4_000 * DOLLAR } }, { pages: 3 }, 12_000_000],
    [{ rates: { search: 2_000 * DOLLAR, input: 0 } }, { searches: 1 }, 2_000_000],
    [{ rates: { ...RATES, webSearch: 10_000 * DOLLAR } }, { input: 1, webSearches: 2 }, 3_000 + 20_000_000],
    // Half a sum is a wrong one.
    [{ rates: { input: DOLLAR } }, { input: 1, output: 1 }, undefined],
    [{ rates: RATES }, { seconds: 12 }, undefined],
    [{ rates: RATES }, { input: 1, webSearches: 1 }, undefined],
    [{ rates: RATES }, {}, 0],
  ];
  for (const [price, usage, expected] of rows)
    assert.equal(costOf(used(usage), price), expected, JSON.stringify([price, usage]));
});

test("a long input is paid as such from the first token behind the border, and a service as it was answered", () => {
  const price: Price = {
    rates: { input: 2, output: 8 },
    long: [
      { above: 200_000, rates: { input: 4, output: 12 } },
      { above: 500_000, rates: { input: 8 } },
    ],
    services: { flex: { rates: { input: 1, output: 4 } } },
    factors: { us: 11_000, fast: 20_000 },
  };
  const million = { ...price, rates: scaled(price.rates) };
  const at = (input: number, more: Partial<TokenUsage> = {}): number | undefined =>
    costOf(used({ input, ...more }), {
      ...million,
      long: price.long?.map(({ above, rates }) => ({ above, rates: scaled(rates) })),
      services: { flex: { rates: scaled({ input: 1, output: 4 }) } },
    });
  assert.equal(at(200_000), 400_000);
  assert.equal(at(200_001), 800_004);
  assert.equal(at(500_001), 4_000_008);
  assert.equal(at(100, { serviceTier: "flex" }), 100);
  for (const serviceTier of ["default", "standard", "auto"]) assert.equal(at(100, { serviceTier }), 200);
  assert.equal(at(100, { serviceTier: "fast" }), 400);
  assert.equal(at(100, { inferenceGeo: "us" }), 220);
  // What a priority costs here nobody has said.
  assert.equal(at(100, { serviceTier: "priority" }), undefined);
  assert.equal(
    costOf(used({ input: 100, serviceTier: "priority" }), { rates: scaled({ input: 2 }), isForAll: true }),
    200,
  );
});

function scaled(rates: Rates): Rates {
  return Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, (rate ?? 0) * 1_000_000]));
}

const count = fc.oneof(fc.nat(100), fc.nat(10_000_000_000));
const rate = fc.oneof(fc.nat(1_000), fc.nat(600 * DOLLAR));

test("the sum is exact however large it is, and rounded once", () => {
  const usage = fc.record({ plain: count, cached: count, output: count });
  const rates = fc.record({ input: rate, cached: rate, output: rate });
  fc.assert(
    fc.property(
      usage,
      rates,
      fc.integer({ min: 0, max: 10_000 }),
      ({ plain, cached, output }, price, factor) => {
        const sum =
          (BigInt(plain) * BigInt(price.input) +
            BigInt(cached) * BigInt(price.cached) +
            BigInt(output) * BigInt(price.output)) *
          BigInt(factor);
        const divisor = 10_000_000_000n;
        const expected = Number((sum + divisor / 2n) / divisor);
        assert.equal(
          costOf(used({ input: plain + cached, cached, output }), { rates: price }, factor),
          expected,
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
