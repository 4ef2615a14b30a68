// How many retries a model may have: the guard against retry storms. It counts; whether a retry makes sense is
// for `retry-policy.ts`, how long to wait for `backoff.ts`. There is one for each model.

import type { Clock } from "../../core/clock.ts";
import { RingCounter } from "../health/ring-counter.ts";

/** All constants of a `RetryBudget`. */
export type RetryBudgetOptions = {
  /** Window in which retries are compared with requests, in milliseconds. */
  readonly windowMs: number;
  /** Retries that are always allowed in a window, so that a quiet model can fail over. */
  readonly minimumRetries: number;
  /** Retries per request in a window, 0 to 1. */
  readonly retryRatio: number;
  /** Retries that are always allowed at once. */
  readonly minimumActive: number;
  /** Retries at once per request under way, 0 to 1. */
  readonly activeRatio: number;
};

/** The defaults: Finagle's window with Envoy's limit of retries at once. */
export const RETRY_BUDGET_DEFAULTS: RetryBudgetOptions = {
  windowMs: 10_000,
  minimumRetries: 10,
  retryRatio: 0.2,
  minimumActive: 3,
  activeRatio: 0.2,
};

/** A budget as it stands at one moment. */
export type RetryBudgetSnapshot = {
  readonly requestsInWindow: number;
  readonly retriesInWindow: number;
  readonly activeRequests: number;
  readonly activeRetries: number;
  /** Since the start of the process. */
  readonly retriesGranted: number;
  readonly retriesDenied: number;
};

const BUCKETS = 10;

/** The budget of one model. O(1), no allocation, `snapshot` and `configure` excepted. */
export class RetryBudget {
  readonly #clock: Clock;
  #options: RetryBudgetOptions;
  #requests: RingCounter;
  #retries: RingCounter;
  /**
   * The same since the storm began, which is at the first retry after the last answer. It may be that everything fails
   * since then, and the retries that earlier, good requests allow would only add to the load.
   */
  #stormRequests: RingCounter;
  #stormRetries: RingCounter;
  #isStorm = false;
  #activeRequests = 0;
  #activeRetries = 0;
  #granted = 0;
  #denied = 0;

  constructor(clock: Clock, options: RetryBudgetOptions = RETRY_BUDGET_DEFAULTS) {
    this.#clock = clock;
    this.#options = options;
    this.#requests = new RingCounter(options.windowMs, BUCKETS);
    this.#retries = new RingCounter(options.windowMs, BUCKETS);
    this.#stormRequests = new RingCounter(options.windowMs, BUCKETS);
    this.#stormRetries = new RingCounter(options.windowMs, BUCKETS);
  }

  /** Takes new constants, at a reload; a new window starts empty. */
  configure(options: RetryBudgetOptions): void {
    if (options.windowMs !== this.#options.windowMs) {
      this.#requests = new RingCounter(options.windowMs, BUCKETS);
      this.#retries = new RingCounter(options.windowMs, BUCKETS);
      this.#stormRequests = new RingCounter(options.windowMs, BUCKETS);
      this.#stormRetries = new RingCounter(options.windowMs, BUCKETS);
    }
    this.#options = options;
  }

  /** A client's request begins. */
  beginRequest(): void {
    const nowMs = this.#clock.nowMs();
    this.#requests.add(nowMs);
    if (this.#isStorm) this.#stormRequests.add(nowMs);
    this.#activeRequests++;
  }

  /** A request was answered: not everything fails, and a storm is over. */
  noteAnswer(): void {
    this.#isStorm = false;
  }

  /** It is over, exactly once for each `beginRequest`. */
  endRequest(): void {
    this.#activeRequests--;
  }

  /**
   * Takes a retry from the budget; `endRetry` when its attempt is over. `isProven` says that the target it goes
   * to is in use and has no strike: such a retry is counted but never denied. When one endpoint of several dies,
   * a whole wave of requests fails at once and must fail over at once; in a storm, where every endpoint fails,
   * none stays proven for longer than its first failure, and the limits hold.
   */
  tryBeginRetry(isProven: boolean): boolean {
    const nowMs = this.#clock.nowMs();
    if (!isProven && !this.#hasRoom(nowMs)) {
      this.#denied++;
      return false;
    }
    this.#retries.add(nowMs);
    this.#beginStorm();
    this.#stormRetries.add(nowMs);
    this.#activeRetries++;
    this.#granted++;
    return true;
  }

  /** The retry is over, exactly once for each `tryBeginRetry` that was granted. */
  endRetry(): void {
    this.#activeRetries--;
  }

  /** All of it as it stands now. Takes nothing. */
  snapshot(): RetryBudgetSnapshot {
    const nowMs = this.#clock.nowMs();
    return {
      requestsInWindow: this.#requests.sum(nowMs),
      retriesInWindow: this.#retries.sum(nowMs),
      activeRequests: this.#activeRequests,
      activeRetries: this.#activeRetries,
      retriesGranted: this.#granted,
      retriesDenied: this.#denied,
    };
  }

  /** A storm begins with the first retry after an answer: from then on it may be that everything fails. */
  #beginStorm(): void {
    if (this.#isStorm) return;
    this.#isStorm = true;
    this.#stormRequests.clear();
    this.#stormRetries.clear();
  }

  #allowedInWindow(nowMs: number): number {
    return this.#allowedOf(this.#requests.sum(nowMs));
  }

  #allowedOf(requests: number): number {
    const { minimumRetries, retryRatio } = this.#options;
    return Math.max(minimumRetries, Math.floor(retryRatio * requests));
  }

  #hasRoom(nowMs: number): boolean {
    const { minimumActive, activeRatio } = this.#options;
    const allowedAtOnce = Math.max(minimumActive, Math.floor(activeRatio * this.#activeRequests));
    if (this.#activeRetries >= allowedAtOnce) return false;
    if (this.#retries.sum(nowMs) >= this.#allowedInWindow(nowMs)) return false;
    if (!this.#isStorm) return true;
    return this.#stormRetries.sum(nowMs) < this.#allowedOf(this.#stormRequests.sum(nowMs));
  }
}
