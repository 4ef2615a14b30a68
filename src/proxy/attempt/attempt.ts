// Step 8, attempt: one try at one target, from sending to the end of the answer. It holds what lasts through all of its
// phases: the lease, the timer, the call. What is done with what comes is said by the phase that it is in. Whether
// another target is tried is for `model-run.ts` to say, and what is learnt of health for `lease.ts`.

import type { Duplex } from "node:stream";
import type { ErrorCode } from "../../core/errors.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type {
  OutboundCall,
  OutboundFailure,
  OutboundRequest,
  UpgradeHandler,
} from "../../upstream/client.ts";
import type { ChatApi } from "../../wires/paths/operation.ts";
import type { Translated } from "../../wires/translate/translation.ts";
import type { Call } from "../exchange/call.ts";
import { wireFailure } from "../outcome/classify.ts";
import type { AttemptFailure, AttemptOutcome } from "../outcome/outcome.ts";
import type { Lease } from "../target/lease.ts";
import { AttemptTimer } from "./attempt-timer.ts";
import { OVER, type Phase, type PhaseName, UNSENT } from "./phase.ts";

/** The status of a switch (RFC 9110 §15.2.2). */
const SWITCHING = 101;

const NONE: readonly ChatApi[] = [];

/** How an attempt is to go about it. */
export type AttemptOptions = {
  /** Keep an error's body, since it may be shown. */
  readonly keepsErrors: boolean;
  /** Errors that end this model's part and start a fallback's: they are not relayed at once. */
  readonly holdsContextErrors: boolean;
  /** Send no head before the first event of a stream. */
  readonly holdsFirstEvent: boolean;
  /** Whether another target could be asked if this one fails now. */
  readonly hasAnother: () => boolean;
  /** When the whole exchange must be over, on the clock's scale; Infinity for streams. */
  readonly deadlineMs: number;
  /** Called once when the attempt is over, before anybody who waits for its outcome goes on. */
  readonly onSettled: (outcome: AttemptOutcome) => void;
};

/** One try. `sendAttempt` begins it; `outcome` is settled exactly once. */
export class Attempt implements UpgradeHandler {
  readonly call: Call;
  readonly lease: Lease;
  readonly options: AttemptOptions;
  readonly timer: AttemptTimer;
  readonly outcome: Promise<AttemptOutcome>;
  /** The other attempt of a hedge: it is abandoned when this one's answer is taken. */
  rival: Attempt | undefined = undefined;
  /** How the endpoint is asked, where that is in the words of another API than the client's. */
  translated: Translated | undefined = undefined;
  /** The endpoint was asked to tell what the stream uses, which the client has not asked for. */
  asksUsage = false;
  /** It is not to be asked so again in this attempt: it has refused. */
  isUsageRefused = false;
  /** The APIs that were tried in this attempt, whose paths the endpoint does not know. */
  refused: readonly ChatApi[] = NONE;
  /** What the endpoint said of the first of them. */
  refusal: AttemptFailure | undefined = undefined;
  /** Sends the request again, in the words that are left. */
  sendAgain: ((attempt: Attempt) => void) | undefined = undefined;
  #phase: Phase = UNSENT;
  #sent: OutboundCall | undefined;
  #status: number | undefined;
  #resolve: (outcome: AttemptOutcome) => void = () => undefined;

  constructor(call: Call, lease: Lease, options: AttemptOptions) {
    this.call = call;
    this.lease = lease;
    this.options = options;
    const { clock, memory } = call.services;
    this.timer = new AttemptTimer(clock, memory.timers, options.deadlineMs, () => this.#onTimeout());
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** How far it has come. */
  get phase(): PhaseName {
    return this.#phase.name;
  }

  /** The client is gone, or a rival was faster: the endpoint is told by closing its connection. Nothing once done. */
  abandon(kind: "client_gone" | "lost"): void {
    if (this.phase === "done") return;
    this.cancel();
    this.settle({ kind });
  }

  /** The endpoint has left HTTP as it was asked to. */
  onSwitch(headers: FlatHeaders, connection: Duplex): void {
    this.#status = SWITCHING;
    this.lease.noteHead(SWITCHING);
    this.#phase.onSwitch?.(headers, connection);
  }

  onHead(status: number, headers: FlatHeaders): void {
    this.#status = status;
    this.lease.noteHead(status);
    this.#phase.onHead?.(status, headers);
  }

  onData(chunk: Buffer): boolean {
    return this.#phase.onData(chunk);
  }

  onEnd(): void {
    this.#phase.onEnd();
  }

  onFailure(failure: OutboundFailure): void {
    this.#phase.onFailure(failure);
  }

  /** A fault of ours in one of the callbacks: this request fails, and nobody else is to blame. */
  onThrow(error: unknown): void {
    this.cancel();
    this.settle({ kind: "broken", error });
  }

  // What follows is for the phases.

  /** Whether this is the phase that it is in. */
  isIn(phase: Phase): boolean {
    return this.#phase === phase;
  }

  /** Goes on to the next phase. */
  become(next: Phase): void {
    this.#phase.leave();
    this.#phase = next;
  }

  /** Sends the request over the endpoint's route; a call before it must be over. `isFresh`: on a new connection. */
  send(request: OutboundRequest, isFresh: boolean): void {
    const { endpoint, timeouts } = this.lease.target;
    const { client, routes } = this.call.services;
    const { connectMs } = timeouts;
    const route = routes.of(endpoint);
    const protocol = this.call.operation.upgrade;
    this.#sent =
      protocol === undefined
        ? client.send(route, request, this, { connectMs, isFresh })
        : client.upgrade(route, { ...request, protocol }, this, { connectMs });
  }

  /** Goes on with an endpoint that was paused. */
  resume(): void {
    this.#sent?.resume();
  }

  /** Drops the call and its connection. */
  cancel(): void {
    this.#sent?.cancel();
  }

  /** The attempt is over, for the first outcome only; `next` deals with what still comes. */
  settle(outcome: AttemptOutcome, next: Phase = OVER): void {
    if (this.phase === "done") return;
    this.become(next);
    this.timer.disarm();
    this.options.onSettled(outcome);
    this.#resolve(outcome);
  }

  /** The attempt failed on the wire; nothing was passed on. */
  fail(code: ErrorCode, reason?: string): void {
    this.settle(wireFailure(this.lease.target, code, this.#status, reason));
  }

  /** For what runs outside the engine's callbacks, which have a net of their own. */
  guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.onThrow(error);
    }
  }

  #onTimeout(): void {
    this.guard(() => this.#phase.onTimeout());
  }
}
