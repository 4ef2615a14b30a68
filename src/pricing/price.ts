// What a model costs: rates by what is used, longer prompts and kinds of service that have rates of their own. Money is whole
// numbers of nano-dollars; a rate is for a million units, so that the cheapest token is a whole number too.

/** Tokens; `cached`, `write…` and the rest of their kind are parts of the input. */
const TOKEN_RATES = [
  "input",
  "output",
  "cached",
  "write5m",
  "write30m",
  "write1h",
  "write12h",
  "reasoning",
  "audioInput",
  "audioOutput",
  "imageInput",
  "imageOutput",
] as const;
/** What is paid for one and not for a token. */
export const UNIT_RATES = [
  "image",
  "second",
  "character",
  "page",
  "search",
  "webSearch",
  "webFetch",
  "request",
] as const;
const RATE_NAMES = [...TOKEN_RATES, ...UNIT_RATES] as const;
/** What has a rate. */
export type RateName = (typeof RATE_NAMES)[number];

/** Nano-dollars for a million units; what is left out has no rate of its own. */
export type Rates = { readonly [name in RateName]?: number };

/** Rates that hold where the input is longer than so many tokens, for all of it; sorted, the shortest first. */
export type LongRates = readonly { readonly above: number; readonly rates: Rates }[];

/** The price of a model. */
export type Price = {
  readonly rates: Rates;
  readonly long?: LongRates | undefined;
  /** By the service as it was answered: flex, priority, batch … What such rates leave out is as usual. */
  readonly services?:
    | Readonly<Record<string, { readonly rates: Rates; readonly long?: LongRates }>>
    | undefined;
  /** Services and places of inference that cost so many ten-thousandths of the usual. */
  readonly factors?: Readonly<Record<string, number>> | undefined;
  /** It holds for every service: a person has set it. */
  readonly isForAll?: boolean | undefined;
};

/** The whole of a factor. */
export const WHOLE_FACTOR = 10_000;

/** What the configuration says of an endpoint's or a model's price. */
export type ConfiguredPrice = {
  /** Undefined: those of the tables. */
  readonly price: Price | undefined;
  /** What is left of it, in ten-thousandths: 8,000 for a discount of 20 %. */
  readonly factor: number;
};

/** The price of an endpoint's models whose own names match. */
export type ModelPrice = { readonly pattern: string; readonly price: ConfiguredPrice };

/** Nothing costs anything. */
export const FREE: ConfiguredPrice = {
  price: {
    rates: Object.fromEntries(RATE_NAMES.map((name) => [name, 0])),
    isForAll: true,
  },
  factor: WHOLE_FACTOR,
};
