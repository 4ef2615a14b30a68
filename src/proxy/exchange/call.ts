// A request that was resolved: an operation, a model and a body. Made at the end of step 6, when all of that is known;
// runs, attempts and relays work for it. What is told of the request when it is over stays with its `Exchange`.

import type { Hops } from "../../core/hops.ts";
import type { AttemptSummary } from "../../core/summary.ts";
import type { Departure } from "../../http/departure.ts";
import type { InboundRequest, Reply } from "../../http/message.ts";
import type { Asker } from "../../routing/health/rechecks.ts";
import type { Model } from "../../routing/model.ts";
import type { Operation } from "../../wires/paths/operation.ts";
import type { ClientWire } from "../../wires/wire.ts";
import type { RequestMarks } from "../target/refusals.ts";
import { identityOf } from "../target/request-identity.ts";
import type { Exchange } from "./exchange.ts";
import type { ModelSpan, Peek } from "./peek.ts";
import type { Services, World } from "./services.ts";

/** One request to one model. */
export class Call {
  readonly exchange: Exchange;
  readonly operation: Operation;
  /** The model that is asked. */
  readonly model: Model;
  /** As the client named it; where it named none, the operation's usual one. */
  readonly modelName: string;
  #marks: RequestMarks;
  #isFallback = false;
  #identity: Asker | undefined = undefined;

  constructor(exchange: Exchange, operation: Operation, model: Model, modelName: string) {
    this.exchange = exchange;
    this.operation = operation;
    this.model = model;
    this.modelName = modelName;
    this.#marks = { strikes: 0, rests: 0, refusedKeys: [], identity: () => this.#asker() };
  }

  /** The same request to another model, which is asked since the first could not serve (`routing.fallbacks`). */
  toFallback(model: Model): Call {
    const call = new Call(this.exchange, this.operation, model, this.modelName);
    call.#isFallback = true;
    call.#marks = this.#marks;
    return call;
  }

  /** What this request was counted for so far: it may strike one endpoint and rest one, at most. */
  get marks(): RequestMarks {
    return this.#marks;
  }

  /** The model that answers in place of the one asked for. */
  get fallbackName(): string | undefined {
    return this.#isFallback ? this.model.name : undefined;
  }

  /** Whether the client has named a model. */
  get isNamed(): boolean {
    return this.peek.modelName !== undefined;
  }

  /**
   * What the answer calls the model: as the client did, or, where another answers, by that one's name. Undefined where
   * the endpoint's own name is as good as any.
   */
  get answerName(): string | undefined {
    return this.#isFallback ? this.model.name : this.peek.modelName;
  }

  /** The operation as health is kept for it: by name, or by its path where no table has it. */
  get operationKey(): string {
    return this.operation.name === "passthrough" ? this.operation.path : this.operation.name;
  }

  /** Whether an answer without content is a failure: it is text that a model writes, and that was chosen. */
  get wantsContent(): boolean {
    if (!this.world.failsOnEmptyAnswer) return false;
    return this.operation.isWritten;
  }

  /** Whether the endpoint keeps what it answers, so that the id in the answer is looked for. */
  get keepsObject(): boolean {
    const { object } = this.operation;
    if (object === undefined) return false;
    if (object.answerIds.length === 0) return object.idHeader !== undefined;
    if (object.role !== "model") return true;
    const { isStored } = this.peek;
    return object.keptWhen === "marked" ? isStored === true : isStored !== false;
  }

  /** Whose words the client speaks; the endpoint's are at its target. */
  get clientWire(): ClientWire {
    return this.exchange.clientWire;
  }

  get services(): Services {
    return this.exchange.services;
  }

  get world(): World {
    return this.exchange.world;
  }

  get request(): InboundRequest {
    return this.exchange.request;
  }

  get reply(): Reply {
    return this.exchange.reply;
  }

  get departure(): Departure {
    return this.exchange.departure;
  }

  get startedMs(): number {
    return this.exchange.startedMs;
  }

  get hops(): Hops {
    return this.exchange.hops;
  }

  get attempts(): readonly AttemptSummary[] {
    return this.exchange.attempts;
  }

  get peek(): Peek {
    return this.exchange.peek;
  }

  /** Empty where there is none, and once it was let go. */
  get body(): Buffer {
    return this.peek.body;
  }

  get modelSpan(): ModelSpan | undefined {
    return this.peek.modelSpan;
  }

  get isModelOfPath(): boolean {
    return this.peek.isModelOfPath;
  }

  get isStream(): boolean {
    return this.peek.isStream;
  }

  get isBackground(): boolean {
    return this.peek.isBackground;
  }

  /** Once the answer has begun nothing is sent again. */
  letBodyGo(): void {
    this.peek.letBodyGo();
  }

  /** Tells the request from others, but not from its own repetition by an SDK. Made when it is first asked for. */
  #asker(): Asker {
    const { request, path, caller } = this.exchange;
    const { modelName, body } = this;
    this.#identity ??= identityOf({ request, path, modelName, body }, caller?.digest);
    return this.#identity;
  }
}
