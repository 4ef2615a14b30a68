// The seam of counting tokens: what is asked of the thread that does it, and what it says. Plain data.

import type { TokenEncoding } from "../wires/usage/token-encoding.ts";

/** What is to be counted. */
export type CountWish = {
  readonly encoding: TokenEncoding;
  /** The body of the request; undefined where it was not kept. */
  readonly asked: Uint8Array | undefined;
  /** The bytes of a stream, each a character; undefined where not all of them were kept. */
  readonly answered: string | undefined;
};

/** To the thread. */
export type CountQuestion = CountWish & {
  readonly id: number;
  /** The vocabulary, packed, for a thread that has not got it yet; undefined as well where it finds it by itself. */
  readonly vocabulary: Uint8Array | undefined;
};

/** How many tokens there are; undefined where that cannot be said. */
export type TokenCounts = { readonly input: number | undefined; readonly output: number | undefined };

/** From the thread. */
export type CountAnswer = TokenCounts & { readonly id: number };

/** Counts tokens, within bounds. */
export interface TokenCounting {
  /** Whether there is room to keep so many more bytes for a count; they are given back by `release`. */
  hold(bytes: number): boolean;
  release(bytes: number): void;
  /** Never rejects; undefined where nothing can be counted now. */
  count(wish: CountWish): Promise<TokenCounts | undefined>;
  /** Whoever waits has an answer when this resolves; nothing is counted any more. Never rejects. */
  close(): Promise<void>;
}
