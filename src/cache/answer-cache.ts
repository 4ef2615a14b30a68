// Answers that were given, for later requests that are the same: in memory, bounded in bytes, those used least recently
// going first. One per process; nothing of it outlives that.

import type { FlatHeaders } from "../http/message.ts";

/** One answer, as clients are to get it again. */
export type CachedAnswer = {
  /** Without those that belong to one request, and without a length. */
  readonly headers: FlatHeaders;
  readonly body: Buffer;
  readonly isStream: boolean;
  /** The model that was asked for, as the client named it. */
  readonly modelName: string;
  /** Who could have answered when it was kept, by `targetsMark`. */
  readonly mark: string;
  /** Milliseconds on the clock of the process. */
  readonly keptMs: number;
  readonly untilMs: number;
};

/** How much is kept. */
export type CacheBounds = { readonly maxBytes: number; readonly maxAnswerBytes: number };

/** What became of answers that outlive the process, since the start. */
export type LastingAnswersSnapshot = {
  /** Requests answered from it; these are hits of the cache too. */
  readonly hits: number;
  /** Questions that were not answered in time, or not asked since too many waited. */
  readonly late: number;
  /** Questions that could not be answered. */
  readonly failed: number;
  /** Answers that could not be written. */
  readonly lost: number;
};

/** What there is. */
export type AnswerCacheSnapshot = {
  readonly entries: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Since the start: requests answered from it, and those that might have been. */
  readonly hits: number;
  readonly misses: number;
  /** Left out where answers do not outlive the process. */
  readonly stored?: LastingAnswersSnapshot | undefined;
};

/** Key, map and objects of an entry, about. */
const ENTRY_BYTES = 512;

/** The answers. */
export class AnswerCache {
  /** Those used least recently first. */
  readonly #entries = new Map<string, CachedAnswer>();
  #bounds: CacheBounds = { maxBytes: 0, maxAnswerBytes: 0 };
  #bytes = 0;
  /** Of answers that are still coming. */
  #comingBytes = 0;
  #hits = 0;
  #misses = 0;

  /** Takes bounds; what is too much goes at once. */
  configure(bounds: CacheBounds): void {
    this.#bounds = bounds;
    this.#makeRoom();
  }

  /** The answer of a key that is not older than so many milliseconds. Counts as a hit or as a miss. */
  find(key: string, nowMs: number, maxAgeMs: number): CachedAnswer | undefined {
    const found = this.#entries.get(key);
    if (found !== undefined && nowMs >= found.untilMs) this.#drop(key, found);
    else if (found !== undefined && nowMs - found.keptMs <= maxAgeMs) {
      this.#entries.delete(key);
      this.#entries.set(key, found);
      this.#hits += 1;
      return found;
    }
    this.#misses += 1;
    return undefined;
  }

  /** Keeps an answer that was found elsewhere for a request that counts as a miss by now: it is a hit in its place. */
  keepFound(key: string, answer: CachedAnswer): void {
    this.#misses -= 1;
    this.#hits += 1;
    this.keep(key, answer);
  }

  /** Keeps an answer in place of the one before it. One that is larger than an answer may be is not kept. */
  keep(key: string, answer: CachedAnswer): void {
    const before = this.#entries.get(key);
    if (before !== undefined) this.#drop(key, before);
    const bytes = bytesOf(answer);
    if (answer.body.length > this.#bounds.maxAnswerBytes || bytes > this.#bounds.maxBytes) return;
    this.#entries.set(key, answer);
    this.#bytes += bytes;
    this.#makeRoom();
  }

  /** Counts bytes of an answer that is still coming, which is `size` long with them; false where it is to be given up. */
  take(bytes: number, size: number): boolean {
    if (size > this.#bounds.maxAnswerBytes) return false;
    if (this.#comingBytes + bytes > this.#bounds.maxBytes) return false;
    this.#comingBytes += bytes;
    return true;
  }

  /** So many bytes are not coming any more: the answer is whole, or was given up. */
  release(bytes: number): void {
    this.#comingBytes -= bytes;
  }

  /** Empties it of answers for models whose mark is another one now; `markOf` gives undefined for a model without a cache. */
  retain(markOf: (modelName: string) => string | undefined): void {
    if (this.#entries.size === 0) return;
    const marks = new Map<string, string | undefined>();
    for (const [key, answer] of this.#entries) {
      const { modelName } = answer;
      if (!marks.has(modelName)) marks.set(modelName, markOf(modelName));
      if (marks.get(modelName) !== answer.mark) this.#drop(key, answer);
    }
  }

  /** Empties it. */
  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  snapshot(): AnswerCacheSnapshot {
    return {
      entries: this.#entries.size,
      bytes: this.#bytes,
      maxBytes: this.#bounds.maxBytes,
      hits: this.#hits,
      misses: this.#misses,
    };
  }

  #makeRoom(): void {
    for (const [key, answer] of this.#entries) {
      if (this.#bytes <= this.#bounds.maxBytes) return;
      this.#drop(key, answer);
    }
  }

  #drop(key: string, answer: CachedAnswer): void {
    this.#entries.delete(key);
    this.#bytes -= bytesOf(answer);
  }
}

function bytesOf({ body, headers }: CachedAnswer): number {
  let bytes = body.length + ENTRY_BYTES;
  for (const item of headers) bytes += item.length;
  return bytes;
}
