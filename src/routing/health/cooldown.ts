// Who must not be asked for a while although it is alive: a key over its rate limit, a dead key, an empty
// account, a model that an endpoint does not have. Not the health of endpoints (`breaker.ts`).

import type { Clock } from "../../core/clock.ts";
import {
  type CooldownClass,
  type CooldownScope,
  type FingerprintOf,
  readSavedCooldown,
  type SavedCooldown,
} from "../saved-cooldown.ts";
import { COOLDOWN_DEFAULTS, type CooldownOptions, type CooldownState } from "./cooldown-state.ts";

/** One cool-down. */
export type Cooldown = CooldownScope & {
  readonly class: CooldownClass;
  /** End, on the monotonic clock. */
  readonly untilMs: number;
};

type CooldownEntry = {
  endpoint: string;
  credential: number;
  model: string | undefined;
  class: CooldownClass;
  untilMs: number;
  setMs: number;
  /** Guesses in a row; outlives the end of the cool-down, until a success. */
  guesses: number;
};

/** Entries of one key: its own, and those of its models. */
type KeyEntries = { whole: CooldownEntry | undefined; readonly models: Map<string, CooldownEntry> };

/** All cool-downs. Look-ups and `recordSuccess` are O(1) and allocate nothing. */
export class Cooldowns {
  readonly #clock: Clock;
  readonly #options: CooldownOptions;
  readonly #byEndpoint = new Map<string, Map<number, KeyEntries>>();
  /** Every entry, oldest first. */
  readonly #entries = new Set<CooldownEntry>();

  constructor(clock: Clock, options: CooldownOptions = COOLDOWN_DEFAULTS) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Entries held, ended ones that remember their growth included; never more than `maxEntries`. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Starts a cool-down and says how long it now lasts, in milliseconds. `hintMs` is the server's word
   * (`waitHintMs`) and counts for rate limits and quotas. One that runs is never shortened, nor does it grow when
   * requests that were under way are refused as well.
   */
  set(scope: CooldownScope, cooldownClass: CooldownClass, hintMs?: number): number {
    const nowMs = this.#clock.nowMs();
    const entry = this.#entryOf(scope) ?? this.#insert(scope, cooldownClass);
    const isRunning = nowMs < entry.untilMs;
    const isGuess = cooldownClass === "rate_limited" && hintMs === undefined;
    if (isGuess && isRunning) return entry.untilMs - nowMs;
    if (isGuess) entry.guesses++;
    const untilMs = nowMs + this.#lengthMs(cooldownClass, hintMs, entry.guesses);
    if (untilMs > entry.untilMs) {
      entry.untilMs = untilMs;
      entry.class = cooldownClass;
      entry.setMs = nowMs;
    }
    return entry.untilMs - nowMs;
  }

  /** When the model may be asked for under this key again, on the monotonic clock; 0 when it may be now. */
  untilMs(endpoint: string, credential: number, model: string): number {
    return this.#running(endpoint, credential, model)?.untilMs ?? 0;
  }

  /** Why it may not be asked for; undefined when it may. */
  reason(endpoint: string, credential: number, model: string): CooldownClass | undefined {
    return this.#running(endpoint, credential, model)?.class;
  }

  /**
   * The model was served under this key by an attempt that began at `startedMs`: growth starts anew, and a
   * cool-down that was set before the attempt began is over.
   */
  recordSuccess(scope: CooldownScope, startedMs: number): void {
    if (this.#entries.size === 0) return;
    const key = this.#byEndpoint.get(scope.endpoint)?.get(scope.credential);
    if (key === undefined) return;
    if (key.whole !== undefined) this.#succeed(key.whole, startedMs);
    const entry = scope.model === undefined ? undefined : key.models.get(scope.model);
    if (entry !== undefined) this.#succeed(entry, startedMs);
  }

  /** The endpoint's list was read: what it has is not missing. */
  forgetMissingModels(endpoint: string, isListed: (model: string) => boolean): void {
    for (const entry of this.#entries) {
      if (entry.endpoint !== endpoint || entry.class !== "model_missing") continue;
      if (entry.model !== undefined && isListed(entry.model)) this.#remove(entry);
    }
  }

  /** When exactly this ends or ended, on the monotonic clock; 0 when there is none. */
  endMs(scope: CooldownScope): number {
    return this.#entryOf(scope)?.untilMs ?? 0;
  }

  /** All of one entry; undefined where there is none. One that has ended may be there for its growth. */
  stateOf(scope: CooldownScope): CooldownState | undefined {
    const entry = this.#entryOf(scope);
    if (entry === undefined) return undefined;
    return { class: entry.class, untilMs: entry.untilMs, setMs: entry.setMs, guesses: entry.guesses };
  }

  /** Takes over what another process has set; the later end counts. True where it lasts longer now. */
  adopt(scope: CooldownScope, state: CooldownState): boolean {
    const entry = this.#entryOf(scope) ?? this.#insert(scope, state.class);
    entry.guesses = Math.max(entry.guesses, state.guesses);
    if (state.untilMs <= entry.untilMs) return false;
    entry.untilMs = state.untilMs;
    entry.class = state.class;
    entry.setMs = state.setMs;
    return true;
  }

  /** Every entry, the oldest first. */
  *scopes(): Iterable<CooldownScope> {
    for (const { endpoint, credential, model } of this.#entries) yield { endpoint, credential, model };
  }

  /** Ends it now, with all memory of how it grew. */
  end(scope: CooldownScope): void {
    const entry = this.#entryOf(scope);
    if (entry !== undefined) this.#remove(entry);
  }

  /** Forgets all of an endpoint, or of one of its keys: it was removed, or its key was replaced. */
  forget(endpoint: string, credential?: number): void {
    for (const entry of this.#entries) {
      if (entry.endpoint !== endpoint) continue;
      if (credential === undefined || entry.credential === credential) this.#remove(entry);
    }
  }

  /** Forgets the endpoints that are gone. */
  retain(isEndpointKept: (name: string) => boolean): void {
    for (const name of this.#byEndpoint.keys()) if (!isEndpointKept(name)) this.forget(name);
  }

  /** All cool-downs that run now, the oldest first. */
  snapshot(): readonly Cooldown[] {
    const nowMs = this.#clock.nowMs();
    const running = [...this.#entries].filter((entry) => nowMs < entry.untilMs);
    return running.map(({ endpoint, credential, model, untilMs, class: why }) => {
      return { endpoint, credential, model, untilMs, class: why };
    });
  }

  /** Running cool-downs for the disk, ready for `JSON.stringify`. */
  exportState(fingerprintOf: FingerprintOf): readonly SavedCooldown[] {
    const offsetMs = this.#clock.wallMs() - this.#clock.nowMs();
    return this.snapshot().map(({ untilMs, ...rest }) => ({
      ...rest,
      untilWallMs: Math.round(untilMs + offsetMs),
      fingerprint: fingerprintOf(rest.endpoint, rest.credential),
    }));
  }

  /**
   * Takes back what `exportState` gave, from JSON that may be anything; says how many it took. What is over, is
   * malformed or belongs to a key that was replaced is left out; a wall clock that jumped cannot make a cool-down
   * longer than its class allows.
   */
  importState(saved: unknown, fingerprintOf: FingerprintOf): number {
    if (!Array.isArray(saved)) return 0;
    let taken = 0;
    for (const item of saved.slice(0, this.#options.maxEntries)) {
      const cooldown = readSavedCooldown(item);
      if (cooldown === undefined) continue;
      const now = fingerprintOf(cooldown.endpoint, cooldown.credential);
      if (now === undefined || cooldown.fingerprint !== now) continue;
      const leftMs = cooldown.untilWallMs - this.#clock.wallMs();
      if (leftMs <= 0) continue;
      this.set(cooldown, cooldown.class, leftMs);
      taken++;
    }
    return taken;
  }

  #lengthMs(cooldownClass: CooldownClass, hintMs: number | undefined, guesses: number): number {
    const options = this.#options;
    switch (cooldownClass) {
      case "rate_limited": {
        const guessMs = Math.min(options.maxGuessMs, options.firstGuessMs * 2 ** (guesses - 1));
        return Math.min(options.maxRateLimitMs, Math.max(options.minRateLimitMs, hintMs ?? guessMs));
      }
      case "dead_key":
        return Math.min(options.deadKeyMs, hintMs ?? options.deadKeyMs);
      case "quota":
        return Math.min(options.quotaMs, hintMs ?? options.quotaMs);
      case "model_missing":
        return Math.min(options.modelMissingMs, hintMs ?? options.modelMissingMs);
    }
  }

  /** The running cool-down that ends last, of the key and of the model under it. */
  #running(endpoint: string, credential: number, model: string): CooldownEntry | undefined {
    if (this.#entries.size === 0) return undefined;
    const key = this.#byEndpoint.get(endpoint)?.get(credential);
    if (key === undefined) return undefined;
    const nowMs = this.#clock.nowMs();
    const entry = key.models.get(model);
    const isModelRunning = entry !== undefined && nowMs < entry.untilMs;
    const isWholeRunning = key.whole !== undefined && nowMs < key.whole.untilMs;
    if (!isModelRunning) return isWholeRunning ? key.whole : undefined;
    return isWholeRunning && key.whole !== undefined && key.whole.untilMs > entry.untilMs ? key.whole : entry;
  }

  #entryOf(scope: CooldownScope): CooldownEntry | undefined {
    const key = this.#byEndpoint.get(scope.endpoint)?.get(scope.credential);
    return scope.model === undefined ? key?.whole : key?.models.get(scope.model);
  }

  #insert(scope: CooldownScope, cooldownClass: CooldownClass): CooldownEntry {
    this.#makeRoom(this.#options.maxEntries - 1);
    const keys = this.#byEndpoint.get(scope.endpoint) ?? new Map<number, KeyEntries>();
    this.#byEndpoint.set(scope.endpoint, keys);
    const key = keys.get(scope.credential) ?? { whole: undefined, models: new Map<string, CooldownEntry>() };
    keys.set(scope.credential, key);
    const { endpoint, credential, model } = scope;
    const entry: CooldownEntry = {
      endpoint,
      credential,
      model,
      class: cooldownClass,
      untilMs: 0,
      setMs: 0,
      guesses: 0,
    };
    if (model === undefined) key.whole = entry;
    else key.models.set(model, entry);
    this.#entries.add(entry);
    return entry;
  }

  #succeed(entry: CooldownEntry, startedMs: number): void {
    if (startedMs >= entry.setMs) this.#remove(entry);
    else if (this.#clock.nowMs() >= entry.untilMs) entry.guesses = 0;
  }

  #remove(entry: CooldownEntry): void {
    this.#entries.delete(entry);
    const keys = this.#byEndpoint.get(entry.endpoint);
    const key = keys?.get(entry.credential);
    if (keys === undefined || key === undefined) return;
    if (entry.model === undefined) key.whole = undefined;
    else key.models.delete(entry.model);
    if (key.whole !== undefined || key.models.size > 0) return;
    keys.delete(entry.credential);
    if (keys.size === 0) this.#byEndpoint.delete(entry.endpoint);
  }

  /** Leaves at most `maxEntries`: those that are over go first, then the oldest. */
  #makeRoom(maxEntries: number): void {
    if (this.#entries.size <= maxEntries) return;
    const nowMs = this.#clock.nowMs();
    for (const entry of this.#entries) {
      if (nowMs >= entry.untilMs) this.#remove(entry);
    }
    for (const entry of this.#entries) {
      if (this.#entries.size <= maxEntries) return;
      this.#remove(entry);
    }
  }
}
