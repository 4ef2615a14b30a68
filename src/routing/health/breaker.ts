// The health of one endpoint or target: whether it may be asked, and when again. A state machine over strikes
// and successes; it knows nothing of HTTP, of rate limits (`cooldown.ts`) or of other endpoints.
//
//   closed --3 strikes in a row, or half of >= 10 requests in 30 s--> open
//   open --time is up--> half_open --a probe succeeds--> closed (slow start)
//                                  --a probe fails--> open, longer
//
// Rules of Envoy (growing, capped ejection; the multiplier falls with healthy time), nginx
// (one probe at a time) and HAProxy (slow start only after a failure, never at the start of the process).

import type { Clock } from "../../core/clock.ts";
import { BREAKER_DEFAULTS, type BreakerOptions } from "./breaker-options.ts";
import type { BreakerCounts, BreakerSnapshot, BreakerState, BreakerTurn } from "./breaker-state.ts";
import { RingCounter } from "./ring-counter.ts";

const BUCKETS = 10;
/** The token of a probe that another process has out. */
const PROBE_ELSEWHERE = -1;

/** One state machine. All methods are O(1) and allocate nothing, `snapshot` and `configure` excepted. */
export class Breaker {
  readonly #clock: Clock;
  #options: BreakerOptions;
  #requests: RingCounter;
  #strikes: RingCounter;
  #consecutive = 0;
  #isEjected = false;
  #ejectedMs = Number.NEGATIVE_INFINITY;
  #failedMs = Number.NEGATIVE_INFINITY;
  #untilMs = Number.NEGATIVE_INFINITY;
  /** The multiplier n of the ejection time. */
  #ejections = 0;
  /** n as it was at the last ejection: what a recovery that did not last goes on from. */
  #lastEjections = 0;
  #closedMs = Number.NEGATIVE_INFINITY;
  #lastProbe = 0;
  /** Token of the probe that is out; 0 when none is. */
  #probe = 0;
  #probeLeaseEndMs = 0;

  constructor(clock: Clock, options: BreakerOptions = BREAKER_DEFAULTS) {
    this.#clock = clock;
    this.#options = options;
    this.#requests = new RingCounter(options.windowMs, BUCKETS);
    this.#strikes = new RingCounter(options.windowMs, BUCKETS);
  }

  get state(): BreakerState {
    if (!this.#isEjected) return "closed";
    return this.#clock.nowMs() < this.#untilMs ? "open" : "half_open";
  }

  /** When the ejection ends or ended, on the monotonic clock; -Infinity when there never was one. */
  get until(): number {
    return this.#untilMs;
  }

  /**
   * When it last failed, on the monotonic clock: at its ejection, or since then in panic mode, which takes the
   * smallest first and so goes round.
   */
  get failedMs(): number {
    return this.#failedMs;
  }

  /** True while a probe is out whose time is not up. */
  get isProbeOut(): boolean {
    return this.#probe !== 0 && this.#clock.nowMs() < this.#probeLeaseEndMs;
  }

  /** Closed, or half open with no probe out. Reserves nothing. */
  get isAvailable(): boolean {
    const { state } = this;
    return state === "closed" || (state === "half_open" && !this.isProbeOut);
  }

  /** In use and without a strike since its last success. */
  get isProven(): boolean {
    return !this.#isEjected && this.#consecutive === 0;
  }

  /** The last ejection or its end. */
  get turn(): BreakerTurn {
    return {
      isEjected: this.#isEjected,
      ejectedMs: this.#ejectedMs,
      closedMs: this.#closedMs,
      untilMs: this.#untilMs,
      ejections: this.#ejections,
      lastEjections: this.#lastEjections,
    };
  }

  /** When that was, on the monotonic clock. */
  get turnedMs(): number {
    return Math.max(this.#ejectedMs, this.#closedMs);
  }

  /** Strikes and successes of the window, as another process may add them to its own. */
  get counts(): BreakerCounts {
    const nowMs = this.#clock.nowMs();
    const strikes = this.#strikes.sum(nowMs);
    return { successes: this.#requests.sum(nowMs) - strikes, strikes, inRow: this.#consecutive };
  }

  /** Takes over a turn of another process, if it came after the last one here. True where that changed anything. */
  adoptTurn(turn: BreakerTurn): boolean {
    if (Math.max(turn.ejectedMs, turn.closedMs) <= this.turnedMs) return false;
    this.#isEjected = turn.isEjected;
    this.#ejectedMs = turn.ejectedMs;
    this.#closedMs = turn.closedMs;
    this.#untilMs = turn.untilMs;
    this.#ejections = turn.ejections;
    this.#lastEjections = turn.lastEjections;
    if (turn.isEjected) this.#failedMs = Math.max(this.#failedMs, turn.ejectedMs);
    this.#forgetWindow();
    return true;
  }

  /**
   * Adds what another process has counted. `mayEject`: whether the sum of both ejects, which one process alone decides,
   * so that all agree on the end.
   */
  addCounts({ successes, strikes, inRow }: BreakerCounts, mayEject: boolean): void {
    if (this.#isEjected) return;
    const nowMs = this.#clock.nowMs();
    for (let count = 0; count < successes + strikes; count++) this.#requests.add(nowMs);
    for (let count = 0; count < strikes; count++) this.#strikes.add(nowMs);
    if (strikes > 0) this.#failedMs = nowMs;
    this.#consecutive = successes > 0 ? inRow : this.#consecutive + strikes;
    if (mayEject && strikes > 0 && this.#isTooMuch(nowMs)) this.#eject(this.#nextEjections(nowMs), nowMs);
  }

  /** Another process has the probe out, or has it back. */
  noteProbeElsewhere(isOut: boolean): void {
    if (!isOut) {
      this.releaseProbe(PROBE_ELSEWHERE);
      return;
    }
    if (this.isProbeOut) return;
    this.#probe = PROBE_ELSEWHERE;
    this.#probeLeaseEndMs = this.#clock.nowMs() + this.#options.probeLeaseMs;
  }

  /** Takes new constants, at a reload. An ejection that runs is cut to the new cap; the window starts anew. */
  configure(options: BreakerOptions): void {
    if (options.windowMs !== this.#options.windowMs) {
      this.#requests = new RingCounter(options.windowMs, BUCKETS);
      this.#strikes = new RingCounter(options.windowMs, BUCKETS);
    }
    this.#options = options;
    this.#untilMs = Math.min(this.#untilMs, this.#clock.nowMs() + options.maxEjectionMs);
  }

  /**
   * Takes the one probe of a half-open breaker: a token for `releaseProbe`, or 0 when there is none to take.
   * The probe is over when its outcome is recorded, when it is released, or when its lease has run out.
   */
  tryAcquireProbe(): number {
    if (this.state !== "half_open" || this.isProbeOut) return 0;
    this.#probe = ++this.#lastProbe;
    this.#probeLeaseEndMs = this.#clock.nowMs() + this.#options.probeLeaseMs;
    return this.#probe;
  }

  /** Gives a probe back that ended without an outcome (the client left). Other tokens do nothing. */
  releaseProbe(token: number): void {
    if (token === this.#probe) this.#probe = 0;
  }

  /**
   * The endpoint served a request that began at `startedMs`. Only one that began after the ejection says anything
   * of an ejected endpoint; it closes the breaker whether it was the probe or went there in panic mode. True when it
   * has closed it.
   */
  recordSuccess(startedMs: number): boolean {
    const nowMs = this.#clock.nowMs();
    if (!this.#isEjected) {
      this.#consecutive = 0;
      this.#requests.add(nowMs);
      return false;
    }
    if (startedMs < this.#ejectedMs) return false;
    this.#isEjected = false;
    this.#ejections = Math.floor(this.#ejections / 2);
    this.#closedMs = nowMs;
    this.#forgetWindow();
    return true;
  }

  /**
   * A request that began at `startedMs` failed by the endpoint's fault. While open it changes nothing: requests
   * that were under way, or that panic mode sent, must not lengthen the ejection.
   */
  recordStrike(startedMs: number): void {
    const nowMs = this.#clock.nowMs();
    this.#failedMs = nowMs;
    if (this.#isEjected) {
      if (nowMs >= this.#untilMs && startedMs >= this.#untilMs) this.#eject(this.#ejections + 1, nowMs);
      return;
    }
    // A request from before the ejection failed after the recovery: old news.
    if (startedMs < this.#ejectedMs) return;
    this.#consecutive++;
    this.#requests.add(nowMs);
    this.#strikes.add(nowMs);
    if (this.#isTooMuch(nowMs)) this.#eject(this.#nextEjections(nowMs), nowMs);
  }

  /** Ejects now, for what has added up elsewhere. Changes nothing while it is ejected. */
  trip(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#isEjected) return;
    this.#failedMs = nowMs;
    this.#eject(this.#nextEjections(nowMs), nowMs);
  }

  /** Share of its weight that it should get: 1, less only for a while after an ejection. */
  weightFactor(): number {
    if (this.#isEjected) return 1;
    const sinceMs = this.#clock.nowMs() - this.#closedMs;
    const { slowStartMs, slowStartFloor } = this.#options;
    if (sinceMs >= slowStartMs) return 1;
    return slowStartFloor + (1 - slowStartFloor) * (sinceMs / slowStartMs);
  }

  /** All of it as it stands now. */
  snapshot(): BreakerSnapshot {
    const nowMs = this.#clock.nowMs();
    return {
      state: this.state,
      untilMs: this.#untilMs,
      ejections: this.#ejections,
      consecutiveStrikes: this.#consecutive,
      requestsInWindow: this.#requests.sum(nowMs),
      strikesInWindow: this.#strikes.sum(nowMs),
      isProbeOut: this.isProbeOut,
      weightFactor: this.weightFactor(),
    };
  }

  #isTooMuch(nowMs: number): boolean {
    const { consecutiveStrikes, minimumRequests, failureRatio } = this.#options;
    if (this.#consecutive >= consecutiveStrikes) return true;
    const requests = this.#requests.sum(nowMs);
    return requests >= minimumRequests && this.#strikes.sum(nowMs) >= failureRatio * requests;
  }

  /** A recovery that lasted no healthy interval earns no mercy: else a flapping endpoint never grows past n = 2. */
  #nextEjections(nowMs: number): number {
    const healthyIntervals = Math.floor((nowMs - this.#closedMs) / this.#options.healthyIntervalMs);
    if (healthyIntervals < 1) return this.#lastEjections + 1;
    return Math.max(0, this.#ejections - healthyIntervals) + 1;
  }

  #eject(ejections: number, nowMs: number): void {
    const { baseEjectionMs, maxEjectionMs, jitterRatio } = this.#options;
    // Past the cap n has no meaning; without a bound it would take as long to come down as it took to climb.
    this.#ejections = Math.min(ejections, Math.ceil(maxEjectionMs / baseEjectionMs));
    this.#lastEjections = this.#ejections;
    const fullMs = Math.min(maxEjectionMs, baseEjectionMs * this.#ejections);
    // Chance only shortens, so that neither the cap nor the order of growth is broken.
    this.#untilMs = nowMs + fullMs * (1 - jitterRatio * this.#clock.random());
    this.#ejectedMs = nowMs;
    this.#isEjected = true;
    this.#probe = 0;
    this.#forgetWindow();
  }

  #forgetWindow(): void {
    this.#consecutive = 0;
    this.#probe = 0;
    this.#requests.clear();
    this.#strikes.clear();
  }
}
