// One client request and its answer: all the state of it, so that the steps of `handle.ts` need no other. Not a
// place for logic. Made by `handle.ts`, read by every step, summed up by `settle.ts`.

import type { ByteRange } from "../../bytes/byte-range.ts";
import type { ErrorCode } from "../../core/errors.ts";
import { type Hops, NO_HOPS } from "../../core/hops.ts";
import type { AttemptSummary } from "../../core/summary.ts";
import { Departure } from "../../http/departure.ts";
import type { InboundRequest, Reply } from "../../http/message.ts";
import type { Asker } from "../../routing/health/rechecks.ts";
import type { Model, Target } from "../../routing/model.ts";
import type { Operation } from "../../wires/paths/operation.ts";
import { pathOf } from "../../wires/paths/router.ts";
import type { MultipartPeek } from "../../wires/peek/multipart-scan.ts";
import type { BodyHold } from "../admit/body-room.ts";
import type { RequestMarks } from "../target/refusals.ts";
import { identityOf } from "../target/request-identity.ts";
import type { Services, World } from "./services.ts";

/** Where the model's name stands in the body: the bytes to replace for a rename. */
export type ModelSpan =
  | { readonly kind: "json"; readonly range: ByteRange }
  | { readonly kind: "multipart"; readonly peek: MultipartPeek };

/** Of a body that names no model: what has to be known to put one in. */
export type ModelGap =
  | { readonly kind: "json"; readonly isEmpty: boolean }
  | { readonly kind: "multipart"; readonly partsStart: number };

/** One exchange. Fields are filled as the steps go. */
export class Exchange {
  readonly request: InboundRequest;
  readonly reply: Reply;
  readonly services: Services;
  readonly world: World;
  readonly path: string;
  readonly startedMs: number;
  readonly startedWallMs: number;
  /** As shown to the client in `x-request-id`. */
  requestId: string;
  operation: Operation | undefined = undefined;
  /** Held until the answer begins, so that it can be sent again. */
  body: Buffer | undefined = undefined;
  modelSpan: ModelSpan | undefined = undefined;
  modelGap: ModelGap | undefined = undefined;
  /** Of a large body: the values of `SESSION_FIELDS`. */
  sessionFields: readonly (string | undefined)[] | undefined = undefined;
  /** True when the path named the model (Azure's deployments) and the body does not name the same one. */
  isModelOfPath = false;
  /** The gateways that the request has come through. */
  hops: Hops = NO_HOPS;
  /** As the client named it. */
  modelName: string | undefined = undefined;
  model: Model | undefined = undefined;
  /** The model that answers in place of `model` (`routing.fallbacks`). */
  fallback: Model | undefined = undefined;
  isStream = false;
  /** The body says `background`: its answer is a receipt, where the operation knows that. */
  isBackground = false;
  readonly attempts: AttemptSummary[] = [];
  /** The target whose answer is relayed. */
  answering: Target | undefined = undefined;
  status = 0;
  /** What is relayed is the error of an attempt that is over, since nothing better came. */
  isFailureShown = false;
  error: ErrorCode | undefined = undefined;
  /** The thrown cause of an `internal` error; for the log only. */
  cause: unknown = undefined;
  firstByteMs: number | undefined = undefined;
  /** Length of the request's body, which is let go before the end. */
  bytesIn = 0;
  bytesOut = 0;
  /** Whether the client is still there, and whom its leaving stops. */
  readonly departure: Departure;
  #identity: Asker | undefined = undefined;
  /** What the body takes of the room for bodies. */
  readonly hold: BodyHold;
  /** What this request was counted for so far: it may strike one endpoint and rest one, at most. */
  readonly marks: RequestMarks;
  /** Headers that every answer carries: CORS, when a browser asks. Flat. */
  commonHeaders: readonly string[] = NONE;

  /** What the answer calls the model: as the client did, or, where another answered, by that one's name. */
  get answerName(): string | undefined {
    return this.fallback?.name ?? this.modelName;
  }

  /** The operation as health is kept for it: by name, or by its path where no table has it. */
  get operationKey(): string | undefined {
    return this.operation?.name === "passthrough" ? this.operation.path : this.operation?.name;
  }

  /** Tells the request from others, but not from its own repetition by an SDK. Made when it is first asked for. */
  #asker(): Asker {
    this.#identity ??= identityOf(this, this.world.access.keyOf(this.request));
    return this.#identity;
  }

  /** Whether an answer without content is a failure: it is text that a model writes, and that was chosen. */
  get wantsContent(): boolean {
    if (!this.world.failsOnEmptyAnswer) return false;
    const dialect = this.operation?.dialect;
    return dialect === "chat" || dialect === "responses" || dialect === "anthropic";
  }

  /** Once the answer has begun nothing is sent again: a stream of an hour must not hold its prompt for so long. */
  letBodyGo(): void {
    this.body = undefined;
    this.modelSpan = undefined;
    this.hold.release();
  }

  constructor(services: Services, request: InboundRequest, reply: Reply) {
    this.services = services;
    this.marks = { strikes: 0, rests: 0, refusedKeys: [], identity: () => this.#asker() };
    this.request = request;
    this.reply = reply;
    this.world = services.world();
    this.hold = services.overload.bodies.open();
    this.path = pathOf(request.target);
    this.startedMs = services.clock.nowMs();
    this.startedWallMs = services.clock.wallMs();
    this.requestId = ownId(request.header("x-request-id"));
    this.departure = new Departure(reply);
  }
}

const NONE: readonly string[] = [];
const SANE_ID = /^[A-Za-z0-9._:/+=-]{1,128}$/;

/** The client's own id where it is harmless in logs and headers; else a new one. */
function ownId(sent: string | undefined): string {
  return sent !== undefined && SANE_ID.test(sent) ? sent : crypto.randomUUID();
}
