// The third phase of an attempt: the answer is taken and goes to the client as it comes. Nothing can be retried from
// here on, but for an answer that breaks off while what came of it is still held back.

import type { OutboundFailure } from "../../upstream/client.ts";
import { Relay } from "../answer/relay.ts";
import { type CutCode, WHILE_UNSENT } from "../outcome/classify.ts";
import type { AnswerHead, AttemptOutcome } from "../outcome/outcome.ts";
import type { Attempt } from "./attempt.ts";
import { Leftover } from "./leftover.ts";
import { OVER, type Phase } from "./phase.ts";
import { StreamTail } from "./stream-tail.ts";

const WHOLE: AttemptOutcome = { kind: "answered", fault: undefined };

/** Takes the answer, with what came of its body already. Undefined where the attempt was over before. */
export function relayAnswer(
  attempt: Attempt,
  head: AnswerHead,
  body: Buffer | undefined,
): Relaying | undefined {
  attempt.rival?.abandon("lost");
  if (attempt.phase === "done") return undefined;
  // What is used may have to be told from what was asked.
  const relaying = new Relaying(attempt, head);
  attempt.call.letBodyGo();
  relaying.begin(head, body);
  return relaying;
}

/** One answer on its way. */
export class Relaying implements Phase {
  readonly name = "relaying";
  readonly #attempt: Attempt;
  readonly #relay: Relay;
  /** What has to happen next: the first piece of body, more of it, or a client that reads what was written. */
  #awaits: "first_data" | "data" | "drain" = "first_data";
  /** What comes behind the end of a stream. */
  #tail: StreamTail | undefined;

  constructor(attempt: Attempt, head: AnswerHead) {
    this.#attempt = attempt;
    this.#relay = new Relay(attempt.call, attempt.lease, head, () => this.#onDrain());
  }

  /** Whether the client reads slower than the endpoint writes. */
  get isPaused(): boolean {
    return this.#awaits === "drain";
  }

  /** The answer is taken: the target is alive, and what was kept of the body is passed on. */
  begin(head: AnswerHead, body: Buffer | undefined): void {
    const { lease, timer } = this.#attempt;
    const { firstEventMs, idleMs } = lease.target.timeouts;
    this.#attempt.become(this);
    lease.recordAnswer(head.headers);
    const hasBody = body !== undefined && body.length > 0;
    timer.arm(this.#relay.isEventStream && !hasBody ? firstEventMs : idleMs);
    if (hasBody) this.onData(body);
  }

  /** Sends the head by itself, so that a stream's client sees it before the first event. */
  flushHead(): void {
    this.#relay.flushHead();
  }

  onData(chunk: Buffer): boolean {
    const relay = this.#relay;
    const { timer, lease, call } = this.#attempt;
    const { idleMs } = lease.target.timeouts;
    // A stream's first event has a limit of its own.
    if (this.#awaits === "first_data") timer.arm(idleMs);
    else if (this.#tail === undefined) timer.refresh();
    if (!relay.isEventStream && timer.isOverdue) {
      this.#cut("upstream_idle_timeout");
      return true;
    }
    const canTakeMore = relay.write(chunk);
    if (relay.isFinal) {
      // The stream said that it is over: the client need not wait for the connection to say so too.
      this.#finish(new Leftover(() => this.#attempt.cancel(), 0));
      return true;
    }
    if (relay.isOver) this.#tail ??= new StreamTail(call.services.clock, timer, idleMs);
    this.#tail?.note(relay);
    this.#awaits = canTakeMore ? "data" : "drain";
    return canTakeMore;
  }

  onEnd(): void {
    const { request } = this.#attempt.call;
    const isBare = this.#awaits === "first_data" && !this.#relay.isCommitted && this.#relay.status < 300;
    // A good head and nothing behind it; only a POST promises a body.
    if (isBare && request.method === "POST") this.#attempt.fail("upstream_bad_response");
    else this.#finish(OVER);
  }

  onFailure(failure: OutboundFailure): void {
    // What was whole is not broken by how the connection ends.
    if (this.#relay.isOver) this.#finish(OVER);
    else this.#cut("upstream_cut_off", failure.reason);
  }

  onTimeout(): void {
    // The silence is the client's, not the endpoint's: the timer is set again when the client reads on.
    if (this.isPaused) return;
    this.#attempt.cancel();
    // A complete answer does not become a broken one by silence behind it.
    if (this.#relay.isOver) this.#finish(OVER);
    else this.#cut("upstream_idle_timeout");
  }

  leave(): void {
    this.#relay.stop();
  }

  #finish(next: Phase): void {
    const fault = this.#relay.end();
    this.#attempt.settle(fault === undefined ? WHOLE : { kind: "answered", fault }, next);
  }

  #cut(code: CutCode, reason?: string): void {
    this.#attempt.cancel();
    if (!this.#relay.isCommitted) {
      this.#attempt.fail(WHILE_UNSENT[code], reason);
      return;
    }
    this.#relay.cut(code);
    this.#attempt.settle({ kind: "answered", fault: code });
  }

  /** The client has read what was written. */
  #onDrain(): void {
    if (!this.isPaused || !this.#attempt.isIn(this)) return;
    this.#awaits = "data";
    this.#attempt.guard(() => {
      this.#attempt.timer.refresh();
      this.#attempt.resume();
    });
  }
}
