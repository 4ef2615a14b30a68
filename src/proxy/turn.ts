// One attempt's turn at a target: which key it uses, what it holds while it lasts, and what its end says of the target's
// health. Made by `steering.ts`, fed by `attempt.ts` and `attempts.ts`.

import type { Clock } from "../core/clock.ts";
import type { FlatHeaders } from "../http/message.ts";
import { mayStrike } from "../routing/attempt-policy.ts";
import type { Credential, Target } from "../routing/model.ts";
import { remainingIsZero, waitHintMs } from "../routing/retry-after.ts";
import type { Probe, TargetHealth } from "../routing/target-health.ts";
import type { TargetLoad } from "../routing/target-load.ts";
import type { AttemptFailure } from "./attempt-outcome.ts";
import { wasSent } from "./classify.ts";
import type { Gate } from "./gate.ts";

/** What one request has caused so far: it may strike one endpoint and rest one endpoint at most. */
export type RequestMarks = {
  strikes: number;
  /** The endpoint that rests because of it. */
  rested: string | undefined;
};

/** No word of an endpoint keeps it out of use for longer. */
const MAX_REST_MS = 3_600_000;

/** Who keeps what turns find out; it is `Steering`. */
export interface TurnKeeper {
  readonly clock: Clock;
  readonly health: TargetHealth;
  strike(target: Target, isSent: boolean, startedMs: number): void;
  coolDown(target: Target, credential: Credential, failure: AttemptFailure): void;
}

/** What a turn is made of. */
type TurnParts = {
  readonly target: Target;
  readonly isStream: boolean;
  readonly gate: Gate | undefined;
  readonly load: TargetLoad | undefined;
};

/** One attempt's place at a target: its key, its probe, its share of the load. */
export class Turn {
  readonly target: Target;
  readonly credential: Credential;
  readonly startedMs: number;
  readonly #keeper: TurnKeeper;
  readonly #parts: TurnParts;
  readonly #probe: Probe | undefined;
  #isAnswered = false;
  #isStruck = false;
  #isEnded = false;

  constructor(keeper: TurnKeeper, parts: TurnParts) {
    this.#keeper = keeper;
    this.#parts = parts;
    this.target = parts.target;
    this.credential = keeper.health.takeCredential(parts.target);
    this.startedMs = keeper.clock.nowMs();
    this.#probe = keeper.health.acquireProbe(parts.target);
    parts.load?.begin();
  }

  /** The answer is taken: the target is alive. Not its end, which for a stream may be minutes away. */
  recordAnswer(headers: FlatHeaders): void {
    const { health, clock } = this.#keeper;
    this.#observeWait();
    this.#isAnswered = true;
    // What was half open is let in again at once; otherwise it is the end that tells a good answer from a cut one.
    if (!health.isClosed(this.target)) health.recordSuccess(this.target, this.credential, this.startedMs);
    if (remainingIsZero(headers))
      health.markExhausted(this.target, Math.min(MAX_REST_MS, waitHintMs(headers, clock) ?? 1_000));
  }

  /** The attempt failed, or its answer broke off, by the endpoint's fault. */
  recordFailure(failure: AttemptFailure, marks: RequestMarks): void {
    const isSent = wasSent(failure.code);
    const { health } = failure.verdict;
    if (health === "success") this.#keeper.health.recordSuccess(this.target, this.credential, this.startedMs);
    if (health === "strike") this.recordStrike(isSent, marks);
    const { name } = this.target.endpoint;
    if (failure.verdict.cooldown === undefined || (marks.rested ?? name) !== name) return;
    marks.rested = name;
    this.#keeper.coolDown(this.target, this.credential, failure);
  }

  /** Another attempt of the request was faster: how long this one was waited for counts as its wait. */
  recordSilence(): void {
    this.#observeWait();
  }

  recordStrike(isSent: boolean, marks: RequestMarks): void {
    this.#isStruck = true;
    if (!mayStrike(isSent, marks.strikes)) return;
    if (isSent) marks.strikes += 1;
    this.#keeper.strike(this.target, isSent, this.startedMs);
  }

  /** Always, exactly once is enough: gives back what the attempt held. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const { health } = this.#keeper;
    if (this.#isAnswered && !this.#isStruck)
      health.recordSuccess(this.target, this.credential, this.startedMs);
    this.#parts.load?.end();
    this.#probe?.release();
    this.#parts.gate?.leave();
  }

  #observeWait(): void {
    const { load, isStream } = this.#parts;
    if (load === undefined) return;
    const nowMs = this.#keeper.clock.nowMs();
    (isStream ? load.stream : load.plain).observe(nowMs - this.startedMs, nowMs);
  }
}
