// Step 8, attempt: one try at one target, from sending to the end of the answer. Tells how it went; whether
// another target is tried is for `attempts.ts` to say, and what is learnt of health for `turn.ts`.

import type { Duplex } from "node:stream";
import type { ErrorCode } from "../../core/errors.ts";
import type { FlatHeaders } from "../../http/message.ts";
import { VERDICTS, type Verdict } from "../../routing/health/failure-class.ts";
import type {
  OutboundCall,
  OutboundFailure,
  OutboundRequest,
  UpgradeHandler,
} from "../../upstream/client.ts";
import { Relay } from "../answer/relay.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { FirstBytes, type FirstLook } from "../look/first-bytes.ts";
import { firstLook } from "../look/first-look.ts";
import { HeldHead } from "../look/held-head.ts";
import type { AnswerHead, AttemptOptions, AttemptOutcome } from "../outcome/attempt-outcome.ts";
import {
  type CutCode,
  codeOfFailure,
  headerOf,
  honestHead,
  isOwnAnswerShown,
  WHILE_UNSENT,
  wireFailure,
} from "../outcome/classify.ts";
import { outboundRequest } from "../send/outbound-request.ts";
import type { Turn } from "../target/turn.ts";
import { openTunnel } from "../tunnel/open-tunnel.ts";
import type { Tunnel } from "../tunnel/tunnel.ts";
import { AttemptTimer } from "./attempt-timer.ts";
import { mayStartJob } from "./jobs.ts";
import { LEFTOVER_MS, Leftover } from "./leftover.ts";
import { saidLater } from "./said.ts";
import { StreamTail } from "./stream-tail.ts";

const SWITCHING = 101;

/** One try. `outcome` is settled exactly once. */
export class Attempt implements UpgradeHandler {
  readonly turn: Turn;
  readonly outcome: Promise<AttemptOutcome>;
  readonly #exchange: Exchange;
  readonly #options: AttemptOptions;
  readonly #timer: AttemptTimer;
  #resolve: (outcome: AttemptOutcome) => void = () => undefined;
  #request: OutboundRequest | undefined;
  #call: OutboundCall | undefined;
  #head: AnswerHead | undefined;
  #held: HeldHead | undefined;
  #relay: Relay | undefined;
  /** What the answer to a request to leave HTTP has become. */
  #tunnel: Tunnel | undefined;
  /** True while the client reads slower than the endpoint writes: silence is not the endpoint's then. */
  #isPaused = false;
  #hasData = false;
  /** True between a stream's head and its first event, which has a limit of its own. */
  #awaitsEvent = false;
  /** What comes behind the end of a stream. */
  #tail: StreamTail | undefined;
  /** Whether a connection that was stale costs nothing: the request is sent once more. */
  #hasFreeTry = true;
  #isSettled = false;
  #leftover: Leftover | undefined;

  constructor(exchange: Exchange, turn: Turn, options: AttemptOptions) {
    this.#exchange = exchange;
    this.turn = turn;
    this.#options = options;
    const onTimeout = (): void => this.#guard(() => this.#onTimeout());
    this.#timer = new AttemptTimer(exchange.services.clock, options.deadlineMs, onTimeout);
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** @throws GatewayError for a request that cannot be sent on */
  start(): void {
    // A pooled connection may be closed in passing, which cannot be told from a job whose receipt was lost.
    const isJob = mayStartJob(this.#exchange);
    this.#hasFreeTry = !isJob;
    this.#send(outboundRequest(this.#exchange, this.turn.target, this.turn.credential), isJob);
  }

  /** The client is gone: the endpoint is told by closing its connection, before the first byte as after it. */
  abandon(kind: "client_gone" | "lost"): void {
    if (this.#isSettled) return;
    this.#call?.cancel();
    this.#relay?.stop();
    this.#tunnel?.cut();
    this.#settle({ kind });
  }

  /** The endpoint has left HTTP as it was asked to; nothing can be retried from here on. */
  onSwitch(headers: FlatHeaders, connection: Duplex): void {
    this.turn.noteHead(SWITCHING);
    this.#options.onCommit?.(this);
    this.#request = undefined;
    this.#timer.disarm();
    this.turn.recordAnswer(headers);
    this.#tunnel = openTunnel(this.#exchange, this.turn.target, { headers, connection }, (error) => {
      this.#exchange.error ??= error;
      this.#settle({ kind: "answered" });
    });
  }

  onHead(status: number, headers: FlatHeaders): void {
    const contentType = headerOf(headers, "content-type").toLowerCase();
    const head = { status, headers, contentType };
    this.#head = head;
    this.turn.noteHead(status);
    if (status < 300 && this.#exchange.operation?.upgrade !== undefined) {
      // It did as if it had not been asked to leave HTTP, as servers and proxies do that know nothing of it.
      this.#call?.cancel();
      this.#failOnWire("upstream_bad_response", "NO_SWITCH");
      return;
    }
    const { holdsFirstEvent, keepsErrors, hasAnother } = this.#options;
    const look = firstLook(this.#exchange, this.turn.target.upstreamModel, head, keepsErrors);
    if (look.isUnseen || FirstBytes.isHeadEnough(look))
      return void this.#judge(FirstBytes.verdictOf(look), head);
    const { timeouts } = this.turn.target;
    const commit = (): void => this.#guard(() => this.#commitStream());
    const rules = { isHeld: holdsFirstEvent || look.wantsContent, hasAnother, commit };
    this.#held = new HeldHead(head, look, rules);
    const limitMs = status >= 300 ? LEFTOVER_MS : timeouts.idleMs;
    this.#timer.arm(look.isEventStream ? timeouts.firstEventMs : limitMs);
  }

  onData(chunk: Buffer): boolean {
    this.#hasData = true;
    if (this.#relay !== undefined) return this.#pass(this.#relay, chunk);
    return this.#held === undefined ? this.#drop(chunk) : this.#look(this.#held.push(chunk));
  }

  onEnd(): void {
    this.#leftover?.stop();
    if (this.#isSettled) return;
    // Only a POST promises a body.
    const isPost = this.#exchange.request.method === "POST";
    if (this.#relay === undefined && this.#held !== undefined)
      this.#look(this.#held.lastLook(this.#hasData || isPost));
    if (this.#relay === undefined || this.#isSettled) return;
    if (isPost && this.#relay.status < 300 && !this.#hasData && !this.#relay.isCommitted) {
      // A good head and nothing behind it; bodies that are looked at were judged above.
      this.#failOnWire("upstream_bad_response", undefined);
      return;
    }
    this.#finish(this.#relay);
  }

  onFailure(failure: OutboundFailure): void {
    this.#leftover?.stop();
    if (this.#isSettled) return;
    if (this.#relay !== undefined) {
      // What was whole is not broken by how the connection ends.
      if (this.#relay.isOver) this.#finish(this.#relay);
      else this.#cut("upstream_cut_off", failure.reason);
      return;
    }
    const request = this.#request;
    const isStale = failure.kind === "reset" && failure.isStale && this.#head === undefined;
    if (isStale && this.#hasFreeTry && request !== undefined) {
      // The endpoint closed an idle connection just as we used it: no fault of anybody's, and a free second try.
      this.#hasFreeTry = false;
      this.#send(request, true);
      return;
    }
    this.#failOnWire(codeOfFailure(failure), failure.reason);
  }

  /** A fault of ours in one of the callbacks: this request fails, and nobody else is to blame. */
  onThrow(error: unknown): void {
    this.#call?.cancel();
    this.#relay?.stop();
    this.#settle({ kind: "broken", error });
  }

  /** For what runs outside the engine's callbacks, which has a net of its own. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.onThrow(error);
    }
  }

  #send(request: OutboundRequest, isFresh: boolean): void {
    const { endpoint, timeouts } = this.turn.target;
    this.#request = request;
    const firstByteMs = this.#exchange.isStream ? timeouts.firstByteStreamMs : timeouts.firstBytePlainMs;
    this.#timer.arm(firstByteMs, Math.min(firstByteMs, timeouts.firstEventMs, timeouts.idleMs));
    const { client, routes } = this.#exchange.services;
    const { connectMs } = timeouts;
    const route = routes.of(endpoint);
    const protocol = this.#exchange.operation?.upgrade;
    this.#call =
      protocol === undefined
        ? client.send(route, request, this, { connectMs, isFresh })
        : client.upgrade(route, { ...request, protocol }, this, { connectMs });
  }

  /** Acts on a look at the first bytes; false pauses the endpoint. */
  #look(look: FirstLook): boolean {
    const held = this.#held;
    if (look === "more" || held === undefined) return true;
    const { head, first } = held;
    return this.#judge(look, head, first.bytes());
  }

  #judge(verdict: Verdict, head: AnswerHead, body?: Buffer): boolean {
    const isKept =
      this.#held?.first.isWhole === true &&
      (this.#options.keepsErrors || verdict.isForCaller) &&
      isOwnAnswerShown(verdict, head.contentType, body);
    this.#held?.stop();
    this.#held = undefined;
    const isHeld = verdict.class === "context_length" && this.#options.holdsContextErrors;
    const honest = honestHead(verdict, head, body, this.turn.target.upstreamModel);
    if (verdict.code === undefined && !isHeld) return this.#relayFrom(honest, body);
    const code = verdict.code ?? "upstream_context_length";
    const answer = isKept && body !== undefined ? { ...honest, body } : undefined;
    const { target } = this.turn;
    const leftover = new Leftover(() => this.#call?.cancel(), body?.length ?? 0);
    this.#leftover = leftover;
    const said = saidLater(verdict, honest, body ?? leftover, target.endpoint);
    this.#settle({ kind: "failed", target, code, verdict, reason: undefined, answer, said, ...head });
    return true;
  }

  /** Takes the answer: from here on nothing can be retried. */
  #relayFrom(head: AnswerHead, body: Buffer | undefined): boolean {
    this.#options.onCommit?.(this);
    if (this.#isSettled) return true;
    this.#request = undefined;
    this.#exchange.letBodyGo();
    const relay = new Relay(this.#exchange, this.turn.target, head, () => this.#guard(() => this.#resume()));
    this.#relay = relay;
    this.turn.recordAnswer(head.headers);
    this.#awaitsEvent = relay.isEventStream && !this.#hasData;
    const { firstEventMs, idleMs } = this.turn.target.timeouts;
    this.#timer.arm(this.#awaitsEvent ? firstEventMs : idleMs);
    return body === undefined || body.length === 0 ? true : this.#pass(relay, body);
  }

  #commitStream(): void {
    const held = this.#held;
    if (this.#isSettled || held === undefined) return;
    this.#judge(VERDICTS.served, held.head, held.first.bytes());
    this.#relay?.flushHead();
  }

  #pass(relay: Relay, chunk: Buffer): boolean {
    if (this.#isSettled) return this.#drop(chunk);
    const { idleMs } = this.turn.target.timeouts;
    if (this.#awaitsEvent) {
      this.#awaitsEvent = false;
      this.#timer.arm(idleMs);
    } else if (this.#tail === undefined) this.#timer.refresh();
    if (!relay.isEventStream && this.#timer.isOverdue) {
      this.#cut("upstream_idle_timeout");
      return true;
    }
    const canTakeMore = relay.write(chunk);
    if (relay.isFinal) {
      // The stream said that it is over: the client need not wait for the connection to say so too.
      this.#finish(relay);
      this.#leftover = new Leftover(() => this.#call?.cancel(), 0);
      return true;
    }
    if (relay.isOver) this.#tail ??= new StreamTail(this.#exchange.services.clock, this.#timer, idleMs);
    this.#tail?.note(relay);
    this.#isPaused = !canTakeMore;
    return canTakeMore;
  }

  #finish(relay: Relay): void {
    this.#exchange.error ??= relay.end();
    this.#settle({ kind: "answered" });
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#timer.refresh();
    this.#call?.resume();
  }

  #onTimeout(): void {
    if (this.#isPaused) {
      this.#timer.refresh();
      return;
    }
    const isError = (this.#head?.status ?? 0) >= 300;
    if (isError && this.#relay === undefined && this.#held !== undefined) {
      // What has come of an error is enough to judge it; one that is the caller's goes on from here.
      this.#look(this.#held.first.end(false));
      return;
    }
    this.#call?.cancel();
    // A complete answer does not become a broken one by silence behind it.
    if (this.#relay?.isOver === true) this.#finish(this.#relay);
    else if (this.#relay !== undefined) this.#cut("upstream_idle_timeout");
    else this.#failOnWire("upstream_first_byte_timeout", undefined);
  }

  #cut(code: CutCode, reason?: string): void {
    this.#call?.cancel();
    if (this.#relay?.isCommitted === false) {
      this.#failOnWire(WHILE_UNSENT[code], reason);
      return;
    }
    this.#exchange.error = code;
    this.#relay?.cut(code);
    this.#settle({ kind: "answered" });
  }

  #failOnWire(code: ErrorCode, reason: string | undefined): void {
    this.#settle(wireFailure(this.turn.target, code, this.#head?.status, reason));
  }

  #settle(outcome: AttemptOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#held?.stop();
    this.#timer.disarm();
    this.#options.onSettled(outcome);
    this.#resolve(outcome);
  }

  #drop(chunk: Buffer): boolean {
    this.#leftover?.drop(chunk);
    return true;
  }
}
