// Targets that rest for a rate limit, and when they may be asked all the same because nobody else is left: a 429 may
// have been about one request, or about one client's. A different request is let through at once, then one after 5 s,
// 10 s … 60 s for as long as they are refused; those of clients who met no refusal yet need not wait behind the
// others'.

import type { Clock } from "../../core/clock.ts";
import { makeRoom } from "../make-room.ts";

/** Who asks: `identityOf` in `proxy/target/request-identity.ts`. */
export type Asker = {
  /** The client, as far as it can be told from others. */
  readonly client: string;
  /** Equal for a request and its own repetition. */
  readonly request: string;
};

const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 60_000;
/** Between two looks by clients that met no refusal. */
const OTHERS_PAUSE_MS = 1_000;
/** Clients told apart at one target; with more than these were refused it is no single one's fault. */
const MAX_CLIENTS = 8;
/** Clients choose the names of pinned models, so there must be a bound. */
const MAX_ENTRIES = 10_000;

type Recheck = {
  /** The request that was refused last: its own retry proves nothing. */
  request: string;
  readonly refused: Set<string>;
  nextMs: number;
  othersNextMs: number;
  looks: number;
};

/** By target. */
export class Rechecks {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Recheck>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A request met a 429. `wasResting`: the target rested already, so that the request was a look, or came late. */
  noteRefusal(targetKey: string, asker: Asker, wasResting: boolean): void {
    const entry = (wasResting ? this.#entries.get(targetKey) : undefined) ?? this.#begun(targetKey);
    entry.request = asker.request;
    if (entry.refused.size < MAX_CLIENTS) entry.refused.add(asker.client);
  }

  /** Whether this request may be sent there although it rests. Changes nothing. */
  mayCheck(targetKey: string, asker: () => Asker): boolean {
    const entry = this.#entries.get(targetKey);
    if (entry === undefined) return false;
    const nowMs = this.#clock.nowMs();
    if (nowMs < entry.nextMs && nowMs < entry.othersNextMs) return false;
    const { client, request } = asker();
    return entry.request !== request && nowMs >= (isOther(entry, client) ? entry.othersNextMs : entry.nextMs);
  }

  /** A look begins: nobody else takes one for a while. */
  begin(targetKey: string, asker: () => Asker): void {
    const entry = this.#entries.get(targetKey);
    if (entry === undefined) return;
    const nowMs = this.#clock.nowMs();
    entry.othersNextMs = nowMs + OTHERS_PAUSE_MS;
    if (isOther(entry, asker().client)) return;
    entry.nextMs = nowMs + Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** entry.looks);
    entry.looks = Math.min(entry.looks + 1, 20);
  }

  /** The target has served. */
  forget(targetKey: string): void {
    this.#entries.delete(targetKey);
  }

  retain(isKept: (targetKey: string) => boolean): void {
    for (const key of this.#entries.keys()) if (!isKept(key)) this.#entries.delete(key);
  }

  #begun(targetKey: string): Recheck {
    this.#entries.delete(targetKey);
    makeRoom(this.#entries, MAX_ENTRIES);
    const nowMs = this.#clock.nowMs();
    const entry = { request: "", refused: new Set<string>(), nextMs: nowMs, othersNextMs: nowMs, looks: 0 };
    this.#entries.set(targetKey, entry);
    return entry;
  }
}

function isOther(entry: Recheck, client: string): boolean {
  return entry.refused.size < MAX_CLIENTS && !entry.refused.has(client);
}
