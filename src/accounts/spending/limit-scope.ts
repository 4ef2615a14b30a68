// The limits of one key, tag, model or of all: its buckets, and what is under way.

import type { LimitSettings, WindowLimits } from "../key-rules.ts";
import type { CountChange, CountNews } from "./count-news.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Whose limits they are, for messages and for what is kept of them. */
export type ScopeName =
  | { readonly kind: "all" }
  | { readonly kind: "key"; readonly id: string; readonly name: string }
  | { readonly kind: "tag"; readonly tag: string }
  | { readonly kind: "model"; readonly pattern: string };

/** The windows, in the order in which buckets have their numbers: those of requests, then those of tokens. */
export const WINDOWS = [
  { name: "minute", ms: 60_000 },
  { name: "hour", ms: 3_600_000 },
  { name: "day", ms: 86_400_000 },
] as const;

/** What is counted. */
export type Counted = "requests" | "tokens";

/** A limit that lets nothing more through. */
export type Lacking = {
  readonly scope: LimitScope;
  readonly what: Counted | "parallel";
  readonly window: (typeof WINDOWS)[number]["name"] | undefined;
  readonly limit: number;
  /** Until it would let the request through; undefined where nobody knows. */
  readonly waitMs: number | undefined;
};

/** The limits. */
export class LimitScope {
  readonly id: string;
  readonly name: ScopeName;
  readonly requests: (TokenBucket | undefined)[] = [];
  readonly tokens: (TokenBucket | undefined)[] = [];
  #maxParallel = Number.POSITIVE_INFINITY;
  #parallel = 0;
  /** Told of what changes, where other processes have to know it. */
  readonly #news: CountNews | undefined;

  constructor(name: ScopeName, news: CountNews | undefined) {
    this.id = scopeId(name);
    this.name = name;
    this.#news = news;
  }

  /** Requests under way. */
  get parallel(): number {
    return this.#parallel;
  }

  /** Takes limits; what was used of those before is used of these. */
  configure({ requests, tokens, parallel }: LimitSettings, nowMs: number): void {
    configureBuckets(this.requests, requests, nowMs);
    configureBuckets(this.tokens, tokens, nowMs);
    this.#maxParallel = parallel ?? Number.POSITIVE_INFINITY;
  }

  /**
   * The first limit that lets no request of so many tokens through; of those that end, the one that lasts longest.
   * Undefined: it uses none, and goes through however many were used.
   */
  lacking(tokens: number | undefined, nowMs: number): Lacking | undefined {
    if (this.#parallel >= this.#maxParallel)
      return {
        scope: this,
        what: "parallel",
        window: undefined,
        limit: this.#maxParallel,
        waitMs: undefined,
      };
    const requests = this.#longest("requests", 1, nowMs);
    // Whoever has used nothing may ask for more than the limit at once: the size of a request is a guess.
    const inTokens = tokens === undefined ? undefined : this.#longest("tokens", Math.max(1, tokens), nowMs);
    if (requests === undefined || inTokens === undefined) return requests ?? inTokens;
    return (requests.waitMs ?? 0) >= (inTokens.waitMs ?? 0) ? requests : inTokens;
  }

  /** A request begins. */
  enter(tokens: number, nowMs: number): void {
    this.#add(1);
    this.#take("requests", 1, nowMs);
    this.#take("tokens", tokens, nowMs);
  }

  /** It is over. */
  leave(): void {
    this.#add(-1);
  }

  /** So many tokens more were used than was said, or fewer where that is below 0. */
  correct(moreTokens: number, nowMs: number): void {
    if (moreTokens !== 0) this.#take("tokens", moreTokens, nowMs);
  }

  /** Another process has counted. */
  apply(field: string, amount: number, nowMs: number): void {
    if (field === "parallel") this.#parallel = Math.max(0, this.#parallel + amount);
    else this.bucket(field)?.take(amount, nowMs);
  }

  /** All that was used and is not back yet, for another process. */
  changes(nowMs: number): readonly CountChange[] {
    const changes: CountChange[] = this.#parallel === 0 ? [] : [[this.id, "parallel", this.#parallel]];
    for (const what of ["requests", "tokens"] as const)
      for (const [index, bucket] of this[what].entries()) {
        const used = bucket === undefined ? 0 : bucket.capacity - bucket.level(nowMs);
        if (used > 0) changes.push([this.id, fieldOf(what, index), used]);
      }
    return changes;
  }

  /** The bucket of a field such as `requests.minute`. */
  bucket(field: string): TokenBucket | undefined {
    const [what, window] = field.split(".");
    const buckets = what === "requests" ? this.requests : this.tokens;
    return buckets[WINDOWS.findIndex(({ name }) => name === window)];
  }

  #add(count: number): void {
    this.#parallel += count;
    this.#news?.note(this.id, "parallel", count);
  }

  #take(what: Counted, count: number, nowMs: number): void {
    const buckets = this[what];
    for (let index = 0; index < buckets.length; index += 1) {
      const bucket = buckets[index];
      if (bucket === undefined) continue;
      bucket.take(count, nowMs);
      this.#news?.note(this.id, fieldOf(what, index), count);
    }
  }

  #longest(what: Counted, count: number, nowMs: number): Lacking | undefined {
    const buckets = this[what];
    let longest: Lacking | undefined;
    for (let index = 0; index < buckets.length; index += 1) {
      const bucket = buckets[index];
      const waitMs = bucket?.waitMs(count, nowMs) ?? 0;
      if (bucket === undefined || waitMs === 0 || waitMs <= (longest?.waitMs ?? 0)) continue;
      const window = WINDOWS[index]?.name;
      longest = { scope: this, what, window, limit: bucket.capacity, waitMs };
    }
    return longest;
  }
}

/** The field of a bucket, by its number. */
export function fieldOf(what: Counted, index: number): string {
  return `${what}.${WINDOWS[index]?.name}`;
}

/** By which the limits of somebody are known. */
export function scopeId(name: ScopeName): string {
  switch (name.kind) {
    case "all":
      return "all";
    case "key":
      return `key ${name.id}`;
    case "tag":
      return `tag ${name.tag}`;
    case "model":
      return `model ${name.pattern}`;
  }
}

function configureBuckets(
  buckets: (TokenBucket | undefined)[],
  limits: WindowLimits | undefined,
  nowMs: number,
): void {
  for (const [index, { name, ms }] of WINDOWS.entries()) {
    const capacity = limits?.[name];
    const known = buckets[index];
    if (capacity === undefined) buckets[index] = undefined;
    else if (known === undefined) buckets[index] = new TokenBucket(capacity, ms, nowMs);
    else if (known.capacity !== capacity) known.resize(capacity, nowMs);
  }
}
