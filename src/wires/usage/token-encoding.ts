// By which vocabulary OpenAI's models count tokens. Of all others nobody has published one that fits: their own figures say
// more (`usage-ratios.ts`).

/** A vocabulary, as OpenAI calls it. */
export type TokenEncoding = "o200k_base" | "cl100k_base";

/** By the beginning of a model's name; the first that fits counts. */
const ENCODINGS: readonly (readonly [RegExp, TokenEncoding])[] = [
  [/^(?:gpt-4o|gpt-4\.|gpt-[5-9]|gpt-oss|chatgpt-|codex|o[1-9](?:-|$)|computer-use)/, "o200k_base"],
  [/^(?:gpt-4|gpt-3\.5|gpt-35|text-embedding-)/, "cl100k_base"],
];

/** The vocabulary of a model, by the name that its endpoint has for it; undefined where it is none of OpenAI's. */
export function encodingOf(upstreamModel: string): TokenEncoding | undefined {
  // `openai/gpt-4o`, as brokers have it; and what was made of one, `ft:gpt-4o:…`.
  const name = upstreamModel.toLowerCase().replace(/^.*\//, "").replace(/^ft:/, "");
  return ENCODINGS.find(([pattern]) => pattern.test(name))?.[1];
}
