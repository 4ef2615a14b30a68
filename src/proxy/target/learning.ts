// What the way an attempt went says of its target: strikes and successes for its health, refusals for its rests, walkouts
// for its patience. Learns and tells; which target is next is for `chooser.ts`.

import type { Clock } from "../../core/clock.ts";
import type { FlatHeaders } from "../../http/message.ts";
import { USUAL_OPERATION } from "../../routing/health/operation-breakers.ts";
import type { Rechecks } from "../../routing/health/rechecks.ts";
import type { Served, TargetHealth } from "../../routing/health/target-health.ts";
import type { Target } from "../../routing/model.ts";
import { remainingIsZero, waitHintMs } from "../../routing/retry/retry-after.ts";
import type { Facts } from "./facts.ts";
import { COUNTING, type Refusal, Refusals, type TargetChecks } from "./refusals.ts";
import { type GivenUp, Walkouts } from "./walkouts.ts";

/** Below it a model had to work for the answer, which tells how long that usually takes. */
const FIRST_ERROR_STATUS = 400;
/** How long a spent allowance counts where the endpoint does not say. */
const SPENT_MS = 1_000;

/** What learning is done with. */
export type LearningParts = {
  readonly clock: Clock;
  readonly health: TargetHealth;
  readonly rechecks: Rechecks;
  readonly facts: Facts;
  readonly checks: TargetChecks;
};

/** Takes what attempts have found out. */
export class Learning {
  readonly #clock: Clock;
  readonly #health: TargetHealth;
  readonly #facts: Facts;
  readonly #refusals: Refusals;
  readonly #walkouts: Walkouts;

  constructor({ clock, health, rechecks, facts, checks }: LearningParts) {
    this.#clock = clock;
    this.#health = health;
    this.#facts = facts;
    this.#refusals = new Refusals({ clock, cooldowns: health.cooldowns, rechecks, facts, checks });
    const eject = (target: Target, isSent: boolean, operation: string): void =>
      this.#ejecting(target, isSent, operation, () => health.trip(target, isSent, operation));
    this.#walkouts = new Walkouts({ clock, health, eject, checks });
  }

  /** The head of an answer is there, whatever it says: the endpoint does not hang. */
  noteHead(attempt: GivenUp, status: number): void {
    const { impatience } = this.#walkouts;
    if (status < FIRST_ERROR_STATUS) impatience.noteAnswer(attempt);
    else impatience.noteLife(attempt);
  }

  /** An answer is taken, which for a stream may be long before its end. */
  recordAnswer(served: Served, headers: FlatHeaders): void {
    const { target, operation } = served;
    // What was half open is let in again at once; otherwise it is the end that tells a good answer from a cut one.
    if (!this.#health.isClosed(target, operation)) this.recordSuccess(served);
    if (remainingIsZero(headers))
      this.#health.markExhausted(target, waitHintMs(headers, this.#clock) ?? SPENT_MS);
  }

  /** An attempt was served; tells when that has ended an ejection. */
  recordSuccess(served: Served): void {
    const returned = this.#health.recordSuccess(served);
    this.#refusals.recordSuccess(served);
    if (returned !== undefined) this.#tellReturn(served, returned);
  }

  /** The same for one that was refused by an endpoint in health: nothing that rests is over. */
  recordAlive(served: Served): void {
    const returned = this.#health.recordAlive(served);
    if (returned !== undefined) this.#tellReturn(served, returned);
  }

  /** The endpoint listed its models, asked at `startedMs`: it is there. Of its models only their own requests can tell. */
  recordListed(target: Target, startedMs: number): void {
    if (this.#health.recordListed(target, startedMs))
      this.#facts.tell({ kind: "returned", target, operation: undefined });
  }

  /** A failure that counts. Counting tokens is no test of a model, unless nobody could even connect. */
  strike(target: Target, isSent: boolean, startedMs: number, operation = USUAL_OPERATION): void {
    if (isSent && COUNTING.has(operation)) return;
    this.#ejecting(target, isSent, operation, () =>
      this.#health.recordStrike(target, isSent, startedMs, operation),
    );
  }

  /** The answer said that a key, a model or the rate must not be used. */
  recordRefusal(refusal: Refusal): void {
    this.#refusals.record(refusal);
  }

  /** The client left before anything of an answer had come. */
  recordWalkout(attempt: GivenUp): void {
    this.#walkouts.record(attempt);
  }

  /** When a target that has just failed may be asked again, by its own word or as long as it rests; undefined: now. */
  backMs(target: Target, operation: string, headers: FlatHeaders): number | undefined {
    const nowMs = this.#clock.nowMs();
    const hintMs = waitHintMs(headers, this.#clock);
    const hintedMs = hintMs === undefined ? 0 : nowMs + hintMs;
    const backMs = Math.max(hintedMs, this.#health.recoversMs(target, operation));
    return backMs > nowMs ? backMs : undefined;
  }

  /** Forgets what single requests have said of an endpoint and clients that left it: a person has ended its rests. */
  pardon(endpoint: string): void {
    this.#refusals.forget(endpoint);
    this.#walkouts.impatience.endRows(endpoint);
  }

  /** Forgets what single requests have said of an endpoint: one of its keys was replaced. */
  forgetRefusals(endpoint: string): void {
    this.#refusals.forget(endpoint);
  }

  /** Forgets walkouts of what is not kept. */
  retain(isTargetKept: (key: string) => boolean): void {
    this.#walkouts.retain(isTargetKept);
  }

  #tellReturn({ target, operation }: Served, returned: "endpoint" | "model"): void {
    this.#facts.tell({
      kind: "returned",
      target,
      operation: returned === "model" ? operation : undefined,
    });
  }

  /** Tells once when a target was ejected by this. */
  #ejecting(target: Target, isSent: boolean, operation: string, act: () => void): void {
    const wasOpen = this.#health.breakerOf(target, isSent, operation)?.state === "open";
    act();
    const breaker = this.#health.breakerOf(target, isSent, operation);
    if (wasOpen || breaker?.state !== "open") return;
    const ejected = isSent ? operation : undefined;
    this.#facts.tell({ kind: "ejected", target, operation: ejected, untilMs: breaker.until });
  }
}
