// One attempt's turn at a target: which key it uses, what it holds while it lasts, and what its end says of the target's
// health. Made by `steering.ts`, fed by `attempt.ts` and `attempts.ts`.

import type { Clock } from "../../core/clock.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { TargetLoad } from "../../routing/choice/target-load.ts";
import type { HeldProbe, Served, TargetHealth } from "../../routing/health/target-health.ts";
import type { Credential, Target } from "../../routing/model.ts";
import { remainingIsZero, waitHintMs } from "../../routing/retry/retry-after.ts";
import { mayStrike } from "../../routing/retry/retry-policy.ts";
import type { Gate } from "../admit/gate.ts";
import type { AttemptFailure, AttemptOutcome } from "../outcome/attempt-outcome.ts";
import { isStrike, wasSent } from "../outcome/classify.ts";
import { isRefusedIn, type Refusals, type RequestMarks } from "./refusals.ts";
import type { GivenUp, Walkouts } from "./walkouts.ts";

/** The status of an answer that a model had to work for: it tells how long that usually takes. */
const FIRST_ERROR_STATUS = 400;

/** What of a request has a say in what its attempts are counted for. */
export type CountedRequest = {
  /** Where the answer that was relayed broke off. */
  readonly error: ErrorCode | undefined;
  readonly marks: RequestMarks;
};

/** Who keeps what turns find out; it is `Steering`. */
export interface TurnKeeper {
  readonly clock: Clock;
  readonly health: TargetHealth;
  readonly refusals: Refusals;
  readonly walkouts: Walkouts;
  recordSuccess(served: Served): void;
  recordAlive(served: Served): void;
  strike(target: Target, isSent: boolean, startedMs: number, operation: string): void;
}

/** What a turn is made of. */
type TurnParts = {
  readonly target: Target;
  readonly isStream: boolean;
  /** `Exchange.operationKey`. */
  readonly operation: string;
  readonly gate: Gate | undefined;
  readonly load: TargetLoad | undefined;
  /** Of the request; keys that it was refused with are passed over. */
  readonly marks: RequestMarks | undefined;
};

/** One attempt's place at a target: its key, its probe, its share of the load. */
export class Turn implements Served, GivenUp {
  readonly target: Target;
  readonly credential: Credential;
  readonly startedMs: number;
  readonly operation: string;
  readonly isStream: boolean;
  readonly #keeper: TurnKeeper;
  readonly #parts: TurnParts;
  readonly #probe: HeldProbe | undefined;
  #hasHead = false;
  #isAnswered = false;
  #isStruck = false;
  #isEnded = false;

  constructor(keeper: TurnKeeper, parts: TurnParts) {
    this.#keeper = keeper;
    this.#parts = parts;
    this.target = parts.target;
    this.operation = parts.operation;
    this.isStream = parts.isStream;
    const { marks } = parts;
    const isRefused =
      marks === undefined || marks.refusedKeys.length === 0
        ? undefined
        : (name: string, id: number) => isRefusedIn(marks, name, id);
    this.credential = keeper.health.takeCredential(parts.target, isRefused);
    this.startedMs = keeper.clock.nowMs();
    this.#probe = keeper.health.acquireProbe(parts.target, parts.operation);
    parts.load?.begin();
  }

  get endpoint(): string {
    return this.target.endpoint.name;
  }

  get targetKey(): string {
    return this.target.key;
  }

  /** The head of an answer is there, whatever it says: the endpoint does not hang. */
  noteHead(status: number): void {
    this.#hasHead = true;
    const { impatience } = this.#keeper.walkouts;
    if (status < FIRST_ERROR_STATUS) impatience.noteAnswer(this);
    else impatience.noteLife(this);
  }

  /** The answer is taken: the target is alive. Not its end, which for a stream may be minutes away. */
  recordAnswer(headers: FlatHeaders): void {
    const { health, clock } = this.#keeper;
    this.#observeWait();
    this.#isAnswered = true;
    // What was half open is let in again at once; otherwise it is the end that tells a good answer from a cut one.
    if (!health.isClosed(this.target, this.operation)) this.#keeper.recordSuccess(this);
    if (remainingIsZero(headers)) health.markExhausted(this.target, waitHintMs(headers, clock) ?? 1_000);
  }

  /** Records what the attempt's outcome says of the target, and gives back what it held. */
  settle(outcome: AttemptOutcome, request: CountedRequest): void {
    if (outcome.kind === "failed") this.#recordFailure(outcome, request);
    else if (outcome.kind === "answered" && isStrike(request.error)) this.#recordStrike(true, request.marks);
    else if (outcome.kind === "lost") this.#observeWait();
    else if (outcome.kind === "client_gone" && !this.#hasHead) this.#keeper.walkouts.record(this);
    this.end();
  }

  /** Always, exactly once is enough: gives back what the attempt held. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#isAnswered && !this.#isStruck) this.#keeper.recordSuccess(this);
    this.#parts.load?.end();
    this.#probe?.release();
    this.#parts.gate?.leave();
  }

  /** The attempt failed, or its answer broke off, by the endpoint's fault. */
  #recordFailure(failure: AttemptFailure, request: CountedRequest): void {
    const { marks } = request;
    const { health } = failure.verdict;
    if (health === "success") this.#keeper.recordAlive(this);
    if (health === "strike") this.#recordStrike(wasSent(failure.code), marks);
    const { target, credential, operation } = this;
    this.#keeper.refusals.record({ target, credential, operation, failure, marks });
  }

  #recordStrike(isSent: boolean, marks: RequestMarks): void {
    this.#isStruck = true;
    if (!mayStrike(isSent, marks.strikes)) return;
    if (isSent) marks.strikes += 1;
    this.#keeper.strike(this.target, isSent, this.startedMs, this.operation);
  }

  /** For the strategies that weigh it; an attempt that was overtaken was waited for so long, too. */
  #observeWait(): void {
    const { load, isStream } = this.#parts;
    if (load === undefined) return;
    const nowMs = this.#keeper.clock.nowMs();
    (isStream ? load.stream : load.plain).observe(nowMs - this.startedMs, nowMs);
  }
}
