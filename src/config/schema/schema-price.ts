// `price` and `prices`: what models cost, where a person knows it better than the tables.

import { message } from "../../language/messages.ts";
import {
  type ConfiguredPrice,
  FREE,
  type ModelPrice,
  type RateName,
  type Rates,
  WHOLE_FACTOR,
} from "../../pricing/price.ts";
import { block, blockOf, dollars, either, KEYS, later, listOf, whole, word } from "./fields.ts";

const FORMS = message("kind.price");
const MILLION = 1_000_000;

/** Dollars for a million tokens. */
const tokenRateKeys = () => ({
  input: dollars("A million tokens of input.").optional(),
  output: dollars("A million tokens of output.").optional(),
  cached: dollars("A million tokens of input that came from a cache; as `input` when left out.").optional(),
  cache_write: dollars(
    "A million tokens of input that were written to a cache; as `input` when left out.",
  ).optional(),
  cache_write_1h: dollars(
    "The same, for caches that last an hour; as `cache_write` when left out.",
  ).optional(),
  reasoning: dollars("A million tokens of reasoning; as `output` when left out.").optional(),
  audio_input: dollars("A million tokens of sound that is heard; as `input` when left out.").optional(),
  audio_output: dollars("A million tokens of sound that is made; as `output` when left out.").optional(),
  image_input: dollars(
    "A million tokens of pictures that are looked at; as `input` when left out.",
  ).optional(),
  image_output: dollars("A million tokens of pictures that are made; as `output` when left out.").optional(),
});

/** Dollars for one. */
const unitRateKeys = () => ({
  per_image: dollars("A picture that is made.").optional(),
  per_second: dollars("A second of sound or film.").optional(),
  per_character: dollars("A character that is read aloud.").optional(),
  per_page: dollars("A page that is read.").optional(),
  per_search: dollars("A search of a reranker.").optional(),
  per_web_search: dollars("A search in the web that the endpoint makes.").optional(),
  per_request: dollars("Every request, besides all else.").optional(),
});

const TOKEN_NAMES: Readonly<Record<keyof ReturnType<typeof tokenRateKeys>, RateName>> = {
  input: "input",
  output: "output",
  cached: "cached",
  cache_write: "write5m",
  cache_write_1h: "write1h",
  reasoning: "reasoning",
  audio_input: "audioInput",
  audio_output: "audioOutput",
  image_input: "imageInput",
  image_output: "imageOutput",
};
const UNIT_NAMES: Readonly<Record<keyof ReturnType<typeof unitRateKeys>, RateName>> = {
  per_image: "image",
  per_second: "second",
  per_character: "character",
  per_page: "page",
  per_search: "search",
  per_web_search: "webSearch",
  per_request: "request",
};

function rates() {
  const perToken = tokenRateKeys();
  const above = whole("So many tokens of input; of a longer one all tokens are paid like this.", {
    min: 1,
    max: 100_000_000,
  });
  return block({
    ...perToken,
    ...unitRateKeys(),
    long: listOf(block({ above, ...perToken }), "Prices of long inputs.").optional(),
    discount: whole(
      "Percent that are taken off: off these prices, or off those of the tables where there are none here.",
      { min: 0, max: 100 },
    ).optional(),
  });
}

type Given = Readonly<Record<string, unknown>>;

function ratesOf(given: Given): Rates {
  return Object.fromEntries([...tokenRates(given), ...unitRates(given)]);
}

function tokenRates(given: Given): readonly (readonly [string, number])[] {
  return Object.entries(TOKEN_NAMES).flatMap(([key, name]) => {
    const amount = given[key];
    return typeof amount === "number" ? [[name, amount] as const] : [];
  });
}

function unitRates(given: Given): readonly (readonly [string, number])[] {
  return Object.entries(UNIT_NAMES).flatMap(([key, name]) => {
    const amount = given[key];
    return typeof amount === "number" ? [[name, amount * MILLION] as const] : [];
  });
}

const price = later(() =>
  either([word("free", "Nothing costs anything.", FORMS), rates()], FORMS).transform(
    (raw): ConfiguredPrice => {
      if (raw === "free") return FREE;
      const given = ratesOf(raw);
      const hasRates = Object.keys(given).length > 0;
      const long = (raw.long ?? [])
        .map(({ above, ...tokens }) => ({ above, rates: Object.fromEntries(tokenRates(tokens)) }))
        .sort((one, two) => one.above - two.above);
      return {
        price: hasRates ? { rates: given, long, isForAll: true } : undefined,
        factor: Math.round((WHOLE_FACTOR * (100 - (raw.discount ?? 0))) / 100),
      };
    },
  ),
);

/** `endpoints[].price`. */
export const endpointPrice = later(
  () => price,
  "What this endpoint's models cost, in US dollars: `free`, or prices for a million tokens and for other units, or a `discount` on those of the tables. Goes before what the endpoint itself and the tables say.",
).optional();

/** `routing.models.NAME.price`. */
export const modelPrice = later(
  () => price,
  "What the model costs, whichever endpoint serves it; goes before `price` of the endpoint.",
).optional();

/** `endpoints[].prices`. */
export const modelPrices = blockOf(
  KEYS.names,
  price,
  message("kind.prices"),
  "Prices of single models of this endpoint, by its own names or patterns (`*` any text, `?` one character), each as `price`. The first that matches counts, before any other price.",
)
  .transform((raw): readonly ModelPrice[] =>
    Object.entries(raw).map(([pattern, one]) => ({ pattern, price: one })),
  )
  .optional();
