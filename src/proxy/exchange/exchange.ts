// One client request and its answer: who asks, since when, in which world, and what is told of it when it is over.
// What a request that was resolved is about is in its `Call`. Not a place for logic.

import type { Caller } from "../../accounts/caller.ts";
import type { CallAdmission } from "../../accounts/spending/admission.ts";
import type { ErrorCode, GatewayError } from "../../core/errors.ts";
import { type Hops, NO_HOPS } from "../../core/hops.ts";
import { type AttemptSummary, type KeptBodies, wholeMicros } from "../../core/summary.ts";
import type { RequestTrace } from "../../core/traces/trace.ts";
import type { TokenUsage } from "../../core/usage.ts";
import { Departure } from "../../http/departure.ts";
import type { FlatHeaders, InboundRequest, Reply } from "../../http/message.ts";
import { plainAddress } from "../../http/plain-address.ts";
import type { Home } from "../../objects/object-table.ts";
import type { ConfiguredPrice } from "../../pricing/price.ts";
import type { FoundPrice } from "../../pricing/price-book.ts";
import type { Target } from "../../routing/model.ts";
import { pathOf } from "../../wires/paths/router.ts";
import { USUAL_WIRE } from "../../wires/registry/wires.ts";
import type { ClientWire } from "../../wires/wire.ts";
import { Peek } from "./peek.ts";
import type { Services, World } from "./services.ts";

/** Who knows what an answer uses, while it comes. */
export interface UsageSource {
  /** What is known once the answer is over, or is estimated where it broke off before; undefined: nothing. */
  finish(): TokenUsage | undefined;
  /**
   * Whether more can be found out about what is an estimate: a promise that never rejects, after which `finish` says it;
   * undefined where `finish` has said all. To be asked behind it.
   */
  counted(): Promise<void> | undefined;
  /** Keeps nothing of the answer any more, but for what it has said. */
  drop(): void;
  /** The model that the answer names; undefined where nobody has looked for it. */
  readonly answeredModel: string | undefined;
}

/** What is known of an answer's usage when it is taken. */
export type UsageNote = {
  readonly source: UsageSource | undefined;
  /** Of an answer that was read whole before. */
  readonly usage: TokenUsage | undefined;
  /** Undefined where nobody knows one, or has asked for it yet. */
  readonly price: FoundPrice | undefined;
  /** What the configuration says of the model that was asked for. */
  readonly modelPrice: ConfiguredPrice | undefined;
};

/** Keeps an answer of an endpoint, as the client gets it. Nothing is kept of one that is not finished. */
export interface AnswerRecorder {
  /** A good answer begins, with these headers. */
  begin(headers: FlatHeaders): void;
  push(chunk: Buffer): void;
  /** It is whole, and without an error. */
  finish(): void;
  /** Gives up what is not finished. */
  drop(): void;
}

/** Keeps the beginning of what is asked and answered, for keys that ask for it. */
export interface BodyRecorder {
  /** The body was read; the first call counts. */
  noteAsked(peek: Peek): void;
  /** What was kept, without the credentials in it. */
  told(): KeptBodies;
}

/** One exchange, whatever becomes of it. */
export class Exchange {
  readonly request: InboundRequest;
  reply: Reply;
  readonly services: Services;
  readonly world: World;
  readonly path: string;
  readonly startedMs: number;
  readonly startedWallMs: number;
  /** Whether the client is still there, and whom its leaving stops. */
  readonly departure: Departure;
  readonly peek: Peek;
  /** Its part in a trace; undefined where traces are off. */
  readonly trace: RequestTrace | undefined;
  /** As shown to the client in `x-request-id`: an endpoint's own, where it has sent one. */
  requestId: string;
  /** Of the client, as its connection has it; kept, since a connection that is gone has none. */
  readonly clientAddress: string;
  /** Whose key let it in; undefined before that is known, and where nobody needs one. */
  caller: Caller | undefined = undefined;
  /** What limits and budgets have reserved for it; undefined where nothing bounds it. */
  admission: CallAdmission | undefined = undefined;
  /** `Operation.name`; undefined where none matched. */
  operationName: string | undefined = undefined;
  /** Whose words the client speaks: errors and events of our own are told in them. */
  clientWire: ClientWire = USUAL_WIRE;
  /** The endpoint that has to serve, since it keeps what the request is about or goes on from; undefined: any may. */
  home: Home | undefined = undefined;
  /** The gateways that the request has come through. */
  hops: Hops = NO_HOPS;
  /** Headers that every answer carries: CORS, when a browser asks. Flat. */
  commonHeaders: readonly string[] = NONE;
  /** Who keeps the answer; undefined for nearly all. */
  recorder: AnswerRecorder | undefined = undefined;
  /** Who keeps what is asked and answered; undefined for nearly all. */
  bodies: BodyRecorder | undefined = undefined;
  /** Answered by what was kept of an earlier one. */
  isCached = false;
  readonly #attempts: AttemptSummary[] = [];
  #status = 0;
  #answering: Target | undefined = undefined;
  #error: ErrorCode | undefined = undefined;
  #cause: unknown = undefined;
  #firstByteMs: number | undefined = undefined;
  #bytesOut = 0;
  #usage: UsageNote | undefined = undefined;

  constructor(services: Services, request: InboundRequest, reply: Reply) {
    this.services = services;
    this.request = request;
    this.reply = reply;
    this.world = services.world();
    this.peek = new Peek(services.overload.bodies.open());
    this.path = pathOf(request.target);
    this.startedMs = services.clock.nowMs();
    this.startedWallMs = services.clock.wallMs();
    this.requestId = saneId(request.header("x-request-id")) ?? services.memory.ids.next(this.startedWallMs);
    this.clientAddress = plainAddress(request.remoteAddress);
    this.departure = new Departure(reply);
    this.trace = this.world.tracer?.begin(request.headers);
  }

  /** Those that are over, in the order of their ends. */
  get attempts(): readonly AttemptSummary[] {
    return this.#attempts;
  }

  /** Of the answer; 0 until there is one. */
  get status(): number {
    return this.#status;
  }

  /** The target whose answer is relayed. */
  get answering(): Target | undefined {
    return this.#answering;
  }

  /** What went wrong: the error that the client was told, or how the answer that it got broke off. */
  get error(): ErrorCode | undefined {
    return this.#error;
  }

  /** The thrown cause of an `internal` error; for the log only. */
  get cause(): unknown {
    return this.#cause;
  }

  /** From the request's arrival to the first byte of an endpoint's body that was sent on. */
  get firstByteMs(): number | undefined {
    return this.#firstByteMs;
  }

  /** Bytes of body sent. */
  get bytesOut(): number {
    return this.#bytesOut;
  }

  /** An attempt is over. */
  noteAttempt(attempt: AttemptSummary): void {
    this.#attempts.push(attempt);
  }

  /** A target's answer begins. */
  noteAnswer(target: Target, status: number): void {
    this.#answering = target;
    this.#status = status;
  }

  /** An answer is taken, in place of any before it; undefined for one that uses nothing. */
  noteUsage(note: UsageNote | undefined): void {
    this.dropUsage();
    this.#usage = note;
  }

  /** Nothing more is asked of what was noted. */
  dropUsage(): void {
    this.#usage?.source?.drop();
  }

  /** What is known of the usage of the answer that was relayed; undefined where there is none, or it uses nothing. */
  get usage(): UsageNote | undefined {
    return this.#answering === undefined ? undefined : this.#usage;
  }

  /** So many bytes of a target's answer were handed to the client. */
  noteSent(bytes: number): void {
    this.#firstByteMs ??= wholeMicros(this.services.clock.nowMs() - this.startedMs);
    this.#bytesOut += bytes;
  }

  /** An answer of our own was given, with so many bytes of body. */
  noteOwnAnswer(status: number, bytes: number): void {
    this.#status = status;
    this.#bytesOut += bytes;
  }

  /** The answer that was relayed is a failure all the same, or broke off. */
  noteFault(code: ErrorCode): void {
    this.#error = code;
  }

  /** The request is refused with this error, whether or not the client can still be told. */
  noteRefusal(error: GatewayError): void {
    this.#error = error.code;
    this.#cause = error.cause;
    this.#status = error.status;
  }
}

const NONE: readonly string[] = [];
const SANE_ID = /^[A-Za-z0-9._:/+=-]{1,128}$/;

/** The client's own id where it is harmless in logs and headers. */
function saneId(sent: string | undefined): string | undefined {
  return sent !== undefined && SANE_ID.test(sent) ? sent : undefined;
}
