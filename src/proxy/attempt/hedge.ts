// Hedging: where the first token is late, a second request goes to another target, and whichever answers first is
// relayed; the other is cancelled. Opt-in, since each hedge is billed. Called by `attempts.ts`.

import type { Exchange } from "../exchange/exchange.ts";
import type { Abandonable, AttemptOptions, AttemptOutcome } from "../outcome/outcome.ts";
import type { Lease } from "../target/lease.ts";
import type { Attempt } from "./attempt.ts";

/** What hedging needs of the run of attempts that it is part of. */
export interface HedgeableRun {
  readonly exchange: Exchange;
  attempt(lease: Lease, onCommit: AttemptOptions["onCommit"]): Attempt;
  /** Another target, if one is free and the retry budget allows it. */
  beginSecond(): Lease | undefined;
  endSecond(): void;
}

/** Runs one attempt, and after `afterMs` without an answer a second beside it. */
export function runHedged(run: HedgeableRun, lease: Lease, afterMs: number): Promise<AttemptOutcome> {
  return new HedgedAttempt(run, afterMs).start(lease);
}

class HedgedAttempt {
  readonly #run: HedgeableRun;
  readonly #afterMs: number;
  readonly #running: Attempt[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(run: HedgeableRun, afterMs: number) {
    this.#run = run;
    this.#afterMs = afterMs;
  }

  async start(lease: Lease): Promise<AttemptOutcome> {
    const first = this.#begin(lease);
    const second = new Promise<Attempt | undefined>((resolve) => {
      this.#timer = setTimeout(() => resolve(this.#beginSecond()), this.#afterMs);
      void first.outcome.then(() => resolve(undefined));
    });
    const other = await second;
    clearTimeout(this.#timer);
    if (other === undefined) return first.outcome;
    void other.outcome.then(() => this.#run.endSecond());
    return this.#better(await first.outcome, await other.outcome);
  }

  #begin(lease: Lease): Attempt {
    const attempt = this.#run.attempt(lease, (winner) => this.#onCommit(winner));
    this.#running.push(attempt);
    return attempt;
  }

  #beginSecond(): Attempt | undefined {
    if (this.#run.exchange.departure.isGone || this.#run.exchange.reply.isHeadSent) return undefined;
    const lease = this.#run.beginSecond();
    return lease === undefined ? undefined : this.#begin(lease);
  }

  /** The first to have an answer wins. */
  #onCommit(winner: Abandonable): void {
    clearTimeout(this.#timer);
    for (const attempt of this.#running) if (attempt !== winner) attempt.abandon("lost");
  }

  #better(first: AttemptOutcome, second: AttemptOutcome): AttemptOutcome {
    if (first.kind === "answered" || second.kind === "lost") return first;
    if (second.kind === "answered" || first.kind === "lost") return second;
    return second;
  }
}
