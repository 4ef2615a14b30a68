// About what a stream has used that broke off, or whose endpoint does not tell: by what the same model's own figures were
// for each byte of its streams before. They are right for every vendor's tokenizer, which no tokenizer of another one is.
// Before there are any, characters are counted.

import { NO_USAGE, type TokenUsage } from "../../core/usage.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import { estimateTokens, tokensOf } from "../translate/estimate-tokens.ts";

/** How much a new figure counts. */
const SHARE = 0.2;
/** Shorter streams tell more of their frame than of their text. */
const MIN_BYTES = 256;
/** To read a longer request would hold others up. */
const MAX_READ_BYTES = 64 * 1024;
const BYTES_PER_TOKEN = 4;
/** More models than a gateway has. */
const MAX_KNOWN = 2_000;
/** What a model wrote, in the events of any API. */
const WRITTEN =
  /"(?:content|text|delta|thinking|reasoning|reasoning_content|arguments|partial_json|refusal)"\s*:\s*"((?:[^"\\]|\\.)*)"/g;

/** What is known of one model at one endpoint. */
export class UsageRatio {
  #inputPerByte: number | undefined;
  #outputPerByte: number | undefined;

  /** Whether an answer has told what it used, so that nothing of others has to be looked at. */
  get isKnown(): boolean {
    return this.#outputPerByte !== undefined;
  }

  /** Takes the endpoint's own figures for a whole stream. Hidden reasoning has no bytes. */
  learn(bodyBytes: number, streamBytes: number, usage: TokenUsage): void {
    if (streamBytes < MIN_BYTES || bodyBytes === 0 || usage.output === 0) return;
    this.#inputPerByte = mixed(this.#inputPerByte, usage.input / bodyBytes);
    const written = Math.max(1, usage.output - usage.reasoning);
    this.#outputPerByte = mixed(this.#outputPerByte, written / streamBytes);
  }

  /** Undefined where nothing was learnt. */
  inputOf(bodyBytes: number): number | undefined {
    return this.#inputPerByte === undefined ? undefined : Math.round(this.#inputPerByte * bodyBytes);
  }

  /** The same for what came of a stream. */
  outputOf(streamBytes: number): number | undefined {
    return this.#outputPerByte === undefined ? undefined : Math.round(this.#outputPerByte * streamBytes);
  }
}

/** All of them, by target. Bounded. */
export class UsageRatios {
  readonly #known = new Map<string, UsageRatio>();

  of(key: string): UsageRatio {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const fresh = new UsageRatio();
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(key, fresh);
    return fresh;
  }
}

/** About how many tokens a request has, in whatever API's words; 0 for what is no JSON. Of a long one the length counts. */
export function guessedInput(body: Buffer): number {
  if (body.length > MAX_READ_BYTES) return Math.round(body.length / BYTES_PER_TOKEN);
  try {
    const { system, instructions, messages, input, prompt, tools } = JSON.parse(
      body.toString(),
    ) as JsonObject;
    return estimateTokens({ system: system ?? instructions, messages: messages ?? input ?? prompt, tools });
  } catch {
    return 0;
  }
}

/** About how many tokens were written in the beginning of a stream. */
export function guessedOutput(beginning: string): number {
  const text = Buffer.from(beginning, "latin1").toString();
  let tokens = 0;
  for (const [, written = ""] of text.matchAll(WRITTEN)) tokens += tokensOf(written);
  return tokens;
}

/** Tokens that nobody has told, and how they were found. */
export type TokenGuess = Pick<TokenUsage, "input" | "output"> & {
  readonly by: NonNullable<TokenUsage["estimatedBy"]>;
};

/** The estimate as usage, over what was told before the stream ended. */
export function estimated(told: TokenUsage | undefined, { input, output, by }: TokenGuess): TokenUsage {
  const known = told ?? NO_USAGE;
  return {
    ...known,
    input: known.input === 0 ? input : known.input,
    output: Math.max(known.output, output),
    isEstimate: true,
    estimatedBy: by,
  };
}

function mixed(before: number | undefined, now: number): number {
  return before === undefined ? now : before * (1 - SHARE) + now * SHARE;
}
