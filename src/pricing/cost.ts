// What an exchange costs at a price. Pure. Every token is counted at one rate, and the sum is rounded once.

import { sumOfWrites, type TokenUsage } from "../core/usage.ts";
import { type LongRates, type Price, type Rates, WHOLE_FACTOR } from "./price.ts";

/** Services by which nothing costs more or less. */
const USUAL_SERVICES: ReadonlySet<string> = new Set([
  "default",
  "standard",
  "auto",
  "scale",
  "on_demand",
  "standard_only",
]);
const MILLION = 1_000_000;
/** Below it the sum and its rounding are exact in floating point. */
const MAX_EXACT = 1_000_000_000_000_000;
const MS = 1_000;

/** A count and its rate; the rate is undefined where nobody knows it. */
type Term = readonly [count: number, rate: number | undefined];

/** Whole nano-dollars; undefined where a part of the usage has no rate, since half a sum is a wrong one. */
export function costOf(usage: TokenUsage, price: Price, factor = WHOLE_FACTOR): number | undefined {
  const rates = ratesFor(usage, price);
  if (rates === undefined) return undefined;
  const terms = termsOf(usage, rates);
  let sum = 0;
  for (const [count, rate] of terms) {
    if (count === 0) continue;
    if (rate === undefined) return undefined;
    sum += count * rate;
  }
  const whole = factorFor(usage, price, factor);
  if (whole.every((one) => one === WHOLE_FACTOR) && sum < MAX_EXACT)
    return Math.floor((sum + MILLION / 2) / MILLION);
  return exactly(terms, whole);
}

/** Those of the service that answered and of the length of its input; undefined for a service whose rates nobody knows. */
function ratesFor(usage: TokenUsage, price: Price): Rates | undefined {
  const { rates, long, services, factors, isForAll } = price;
  const usual = { ...rates, ...longRates(usage.input, long) };
  const { serviceTier } = usage;
  if (isForAll === true || serviceTier === undefined || USUAL_SERVICES.has(serviceTier)) return usual;
  const service = services?.[serviceTier];
  if (service !== undefined) return { ...usual, ...service.rates, ...longRates(usage.input, service.long) };
  return factors?.[serviceTier] === undefined ? undefined : usual;
}

function longRates(input: number, long: LongRates | undefined): Rates | undefined {
  return long?.findLast(({ above }) => input > above)?.rates;
}

function factorFor(
  { serviceTier, inferenceGeo }: TokenUsage,
  { factors }: Price,
  factor: number,
): readonly number[] {
  if (factors === undefined) return [factor];
  const of = (name: string | undefined): number =>
    (name === undefined ? undefined : factors[name]) ?? WHOLE_FACTOR;
  return [factor, of(serviceTier), of(inferenceGeo)];
}

/** Each token of input and of output once, at the rate of the smallest group that it is of. */
function termsOf(usage: TokenUsage, rates: Rates): readonly Term[] {
  const { input, output, cached, reasoning, audioInput, audioOutput, imageInput, imageOutput } = usage;
  const write = rates.write5m ?? rates.input;
  const written = sumOfWrites(usage);
  // What of sound and pictures came from a cache is not told; text is what is cached.
  const heard = Math.min(audioInput, input - cached - written);
  const seen = Math.min(imageInput, Math.max(0, input - cached - written - heard));
  const drawn = Math.min(imageOutput, output);
  const spoken = Math.min(audioOutput, output - drawn);
  const thought = Math.min(reasoning, output - drawn - spoken);
  return [
    [Math.max(0, input - cached - written - Math.max(0, heard) - seen), rates.input],
    [cached, rates.cached ?? rates.input],
    [usage.cacheWrite5m, write],
    [usage.cacheWrite30m, rates.write30m ?? write],
    [usage.cacheWrite1h, rates.write1h ?? write],
    [usage.cacheWrite12h, rates.write12h ?? rates.write1h ?? write],
    [Math.max(0, heard), rates.audioInput ?? rates.input],
    [seen, rates.imageInput ?? rates.input],
    [output - drawn - spoken - thought, rates.output],
    [drawn, rates.imageOutput ?? rates.output],
    [spoken, rates.audioOutput ?? rates.output],
    [thought, rates.reasoning ?? rates.output],
    ...unitsOf(usage, rates),
  ];
}

/** What is no tokens. Pictures whose tokens were told are paid by these. */
function unitsOf(usage: TokenUsage, rates: Rates): readonly Term[] {
  const hasTokens = usage.input + usage.output > 0;
  const { images, seconds, characters, pages, searches, webSearches, webFetches } = usage;
  if (images + seconds + characters + pages + searches + webSearches + webFetches === 0)
    return rates.request === undefined ? NONE : [[1, rates.request]];
  // A second may be a part of one: its thousandths are counted.
  const perMs = rates.second === undefined ? undefined : rates.second / MS;
  return [
    [images, hasTokens ? (rates.imageOutput === undefined ? (rates.image ?? 0) : 0) : rates.image],
    [Math.round(seconds * MS), hasTokens ? (perMs ?? 0) : perMs],
    [characters, hasTokens ? (rates.character ?? 0) : rates.character],
    [pages, rates.page],
    [searches, hasTokens ? (rates.search ?? 0) : rates.search],
    [webSearches, rates.webSearch],
    [webFetches, rates.webFetch ?? 0],
    [1, rates.request ?? 0],
  ];
}

const NONE: readonly Term[] = [];

/** In whole numbers of any size; a rate for a millisecond may be a fraction of one. */
function exactly(terms: readonly Term[], factors: readonly number[]): number {
  let sum = 0n;
  for (const [count, rate = 0] of terms) sum += BigInt(Math.round(count)) * BigInt(Math.round(rate * MS));
  let divisor = BigInt(MILLION * MS);
  for (const factor of factors) {
    sum *= BigInt(factor);
    divisor *= BigInt(WHOLE_FACTOR);
  }
  return Number((sum + divisor / 2n) / divisor);
}
