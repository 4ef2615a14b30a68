// One attempt's lease of a target: which key it uses, what it holds while it lasts, and its end, at which all of that is
// given back and what the attempt has shown is learnt.

import type { Clock } from "../../core/clock.ts";
import type { TargetChoice } from "../../core/summary.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { TargetLoad } from "../../routing/choice/target-load.ts";
import type { HeldProbe, Served } from "../../routing/health/target-health.ts";
import type { Credential, Target } from "../../routing/model.ts";
import { mayStrike } from "../../routing/retry/retry-policy.ts";
import type { Gate } from "../admit/gate.ts";
import { isStrike, wasSent } from "../outcome/classify.ts";
import type { AttemptFailure, AttemptOutcome } from "../outcome/outcome.ts";
import type { Learning } from "./learning.ts";
import type { TargetRequest } from "./target-request.ts";
import type { EndpointCount } from "./under-way.ts";
import type { GivenUp } from "./walkouts.ts";

/** What a lease holds. */
export type LeaseParts = {
  readonly clock: Clock;
  readonly target: Target;
  readonly credential: Credential;
  /** The one probe of a target that is half open. */
  readonly probe: HeldProbe | undefined;
  /** Where it has a slot; undefined where there is no limit. */
  readonly gate: Gate | undefined;
  /** Of the attempts at its endpoint. */
  readonly count: EndpointCount;
  /** Undefined where no strategy weighs it. */
  readonly load: TargetLoad | undefined;
  readonly request: TargetRequest;
  /** Why this target. */
  readonly choice: TargetChoice;
};

/** A target for one attempt. Exactly one of `end` and `release` gives it back; what comes after that does nothing. */
export class Lease implements Served, GivenUp {
  readonly target: Target;
  readonly credential: Credential;
  readonly startedMs: number;
  /** The id of the attempt's span; undefined where no trace is recorded. */
  spanId: string | undefined = undefined;
  readonly #learning: Learning;
  readonly #parts: LeaseParts;
  #hasHead = false;
  #isAnswered = false;
  #isEnded = false;

  constructor(learning: Learning, parts: LeaseParts) {
    this.#learning = learning;
    this.#parts = parts;
    this.target = parts.target;
    this.credential = parts.credential;
    this.startedMs = parts.clock.nowMs();
    parts.count.attempts += 1;
    parts.load?.begin();
  }

  /** Why this target was asked, and not another. */
  get choice(): TargetChoice {
    return this.#parts.choice;
  }

  get operation(): string {
    return this.#parts.request.operation;
  }

  get isStream(): boolean {
    return this.#parts.request.isStream;
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
    this.#learning.noteHead(this, status);
  }

  /** The answer is taken: the target is alive. Not its end, which for a stream may be minutes away. */
  recordAnswer(headers: FlatHeaders): void {
    this.#observeWait();
    this.#isAnswered = true;
    this.#learning.recordAnswer(this, headers);
  }

  /** The attempt is over: what it says of the target is learnt, and what it held is given back. */
  end(outcome: AttemptOutcome): void {
    if (this.#isEnded) return;
    const isStruck = this.#learn(outcome);
    if (this.#isAnswered && !isStruck) this.#learning.recordSuccess(this);
    this.release();
    if (outcome.kind !== "failed") return;
    const { target, operation } = this;
    const backMs = this.#learning.backMs(target, operation, outcome.headers);
    this.#parts.request.tried.noteFailure(target, outcome.verdict, backMs);
  }

  /** Gives back what it held, for an attempt that could not even begin: nothing is learnt. */
  release(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#parts.count.attempts -= 1;
    this.#parts.load?.end();
    this.#parts.probe?.release();
    this.#parts.gate?.leave();
  }

  /** True where the answer, or its lack, was the endpoint's fault. */
  #learn(outcome: AttemptOutcome): boolean {
    if (outcome.kind === "failed") return this.#learnFailure(outcome);
    if (outcome.kind === "answered" && isStrike(outcome.fault)) return this.#strike(true);
    if (outcome.kind === "lost") this.#observeWait();
    else if (outcome.kind === "client_gone" && !this.#hasHead) this.#learning.recordWalkout(this);
    return false;
  }

  #learnFailure({ code, verdict, headers }: AttemptFailure): boolean {
    if (verdict.health === "success") this.#learning.recordAlive(this);
    const isStruck = verdict.health === "strike" && this.#strike(wasSent(code));
    const { target, credential, operation } = this;
    const { marks } = this.#parts.request;
    if (verdict.cooldown !== undefined)
      this.#learning.recordRefusal({
        target,
        credential,
        operation,
        cooldown: verdict.cooldown,
        headers,
        marks,
      });
    return isStruck;
  }

  /** A request strikes one endpoint at most; the attempt is no success all the same. */
  #strike(isSent: boolean): true {
    const { marks } = this.#parts.request;
    if (mayStrike(isSent, marks.strikes)) {
      if (isSent) marks.strikes += 1;
      this.#learning.strike(this.target, isSent, this.startedMs, this.operation);
    }
    return true;
  }

  /** For the strategies that weigh it; an attempt that was overtaken was waited for so long, too. */
  #observeWait(): void {
    const { load, clock } = this.#parts;
    if (load === undefined) return;
    const nowMs = clock.nowMs();
    (this.isStream ? load.stream : load.plain).observe(nowMs - this.startedMs, nowMs);
  }
}
