// Step 9, relay: passes one answer on as it comes. The first byte commits: afterwards nothing can be retried, and
// an answer that breaks off is made to look broken. What happens to its bytes on the way is for `pipeline.ts`.

import type { ErrorCode } from "../../core/errors.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { Credential, Target } from "../../routing/model.ts";
import type { Translated } from "../../wires/translate/translation.ts";
import type { Call } from "../exchange/call.ts";
import type { AnswerRecorder, Exchange } from "../exchange/exchange.ts";
import { codeOfErrorEvent, headerOf, isEventStream } from "../outcome/classify.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import { type AnswerMarks, answerHeaders } from "./answer-headers.ts";
import { pipelineFor } from "./needed-stages.ts";
import type { AnswerPipeline } from "./pipeline.ts";
import { redactedHeaders } from "./redact.ts";
import { attemptsHeader } from "./reply-error.ts";
import { isUsing, type UsageTap, usageTapFor } from "./usage-tap.ts";

const CUT_MESSAGE = "The endpoint broke off in the middle of its answer; what has arrived is incomplete.";
const IDLE_MESSAGE = "The endpoint went silent in the middle of its answer; what has arrived is incomplete.";

const NONE: FlatHeaders = [];

/** Whose answer it is, and with which key it was asked for; undefined where that is of no use any more. */
type AnswerSource = { readonly target: Target; readonly credential?: Credential | undefined };

/** One answer on its way to the client. */
export class Relay {
  readonly isEventStream: boolean;
  readonly status: number;
  /** Set for an error that is shown since nothing better came: its attempt is over, and counted already. */
  isOfEndedAttempt = false;
  readonly #call: Call;
  readonly #exchange: Exchange;
  readonly #target: Target;
  readonly #translated: Translated | undefined;
  readonly #headers: FlatHeaders;
  readonly #onDrain: () => void;
  /** Undefined where the answer goes on as it comes. */
  readonly #pipeline: AnswerPipeline | undefined;
  /** Undefined where nothing is counted. */
  readonly #usageTap: UsageTap | undefined;
  #isCommitted = false;

  constructor(call: Call, { target, credential }: AnswerSource, head: AnswerHead, onDrain: () => void) {
    this.#call = call;
    this.#exchange = call.exchange;
    this.#target = target;
    this.#translated = head.translated;
    this.#headers = redactedHeaders(head.headers, target.endpoint, head.status >= 300);
    this.#onDrain = onDrain;
    this.status = head.status;
    this.isEventStream = isEventStream(head);
    const isCounted = isUsing(call, head);
    const modelPrice = call.model.settings.price;
    // No client waits for its answer until a table of prices has been read: what is not known yet is found behind it.
    const price = isCounted ? call.services.targets.prices.findKnown(target, modelPrice) : undefined;
    this.#usageTap = isCounted ? usageTapFor(call, target, head, price === undefined) : undefined;
    this.#pipeline = pipelineFor(call, target, head, credential);
    call.exchange.noteUsage(
      isCounted ? { source: this.#usageTap, usage: head.usage, price, modelPrice } : undefined,
    );
  }

  /** Until then nothing has been sent, and another answer can be. */
  get isCommitted(): boolean {
    return this.#isCommitted;
  }

  /** The stream has said that nothing more comes. */
  get isFinal(): boolean {
    return this.#pipeline?.streamEnd?.isFinal === true || this.#pipeline?.translated?.isBroken === true;
  }

  /**
   * The stream is at its own end, and nothing that belongs to the answer came behind that: it is whole, however the
   * connection ends.
   */
  get isOver(): boolean {
    return this.status < 300 && this.#pipeline?.streamEnd?.isOver === true;
  }

  /** Whether the last piece had more than comments in it; only known where it is over. */
  get hadEvent(): boolean {
    return this.#pipeline?.streamEnd?.hadEvent === true;
  }

  /** Gives up what runs by itself; nothing more is written. */
  stop(): void {
    this.#pipeline?.stop();
  }

  /** Sends the head by itself, so that a stream's client sees it before the first event. */
  flushHead(): void {
    this.#commit();
    this.#exchange.reply.flush();
  }

  /** Passes a piece on at once; false when the client reads slower than the endpoint writes. */
  write(chunk: Buffer): boolean {
    this.#usageTap?.push(chunk);
    const pipeline = this.#pipeline;
    const out = pipeline === undefined ? chunk : pipeline.push(chunk);
    if (pipeline?.isHolding === true) return true;
    this.#commit();
    return this.#send(out);
  }

  /** The endpoint's answer is complete by HTTP's rules. Gives the code of the failure where it is not by its own. */
  end(): ErrorCode | undefined {
    const pipeline = this.#pipeline;
    if (pipeline?.isJsonCut === true) {
      this.cut("upstream_cut_off");
      return "upstream_cut_off";
    }
    this.stop();
    const streamEnd = pipeline?.streamEnd;
    // A proxy on the way may end a broken stream cleanly: only the stream's own end counts.
    const isCut = streamEnd?.isComplete === false && this.status < 300;
    const rest = pipeline?.finish(!isCut);
    this.#commit();
    if (rest !== undefined) this.#send(rest);
    if (pipeline !== undefined && isCut && pipeline.translated?.isBroken !== true) {
      this.#failStream(pipeline, "upstream_cut_off");
      return "upstream_cut_off";
    }
    this.#exchange.reply.end();
    const fault = pipeline?.translated?.fault;
    if (fault !== undefined) return fault;
    // The endpoint's own error event was passed on; where it failed that counts against it all the same.
    const errorText = streamEnd?.errorText;
    if (errorText !== undefined) return codeOfErrorEvent(errorText);
    this.#exchange.recorder?.finish();
    return undefined;
  }

  /** The answer broke off: the client is told so in the stream, or sees its connection cut. */
  cut(code: ErrorCode): void {
    this.stop();
    const pipeline = this.#pipeline;
    if (pipeline !== undefined) this.#send(pipeline.finish(false));
    if (pipeline?.streamEnd !== undefined) this.#failStream(pipeline, code);
    else this.#exchange.reply.destroy();
  }

  #commit(): void {
    if (this.#isCommitted) return;
    this.#isCommitted = true;
    // Until now the request may have to be sent to another target.
    this.#call.letBodyGo();
    const exchange = this.#exchange;
    const { endpoint, upstreamModel } = this.#target;
    const translated = this.#translated;
    exchange.noteAnswer(this.#target, this.status);
    const attempts = attemptsHeader(exchange, this.isOfEndedAttempt ? undefined : this.#target);
    const { requestId } = exchange;
    const fallback = this.#call.fallbackName;
    const { idHeader } = this.#call.clientWire;
    // biome-ignore format: one literal, since spreads cost more
    const marks = { endpoint: endpoint.name, upstreamModel, attempts, requestId, fallback, translated, idHeader };
    const upstreamId = headerOf(this.#headers, "x-request-id");
    if (upstreamId !== "") exchange.requestId = upstreamId;
    const pipeline = this.#pipeline;
    const headers = pipeline === undefined ? this.#headers : pipeline.headers(this.#headers);
    const isRewritten = pipeline?.isLengthOpen === true;
    if (exchange.recorder !== undefined) this.#record(exchange.recorder, headers, marks, isRewritten);
    exchange.reply.onDrain(this.#onDrain);
    exchange.reply.head(this.status, answerHeaders(headers, marks, isRewritten, exchange.commonHeaders));
    pipeline?.start(exchange.reply);
  }

  /** What another model has answered, or was shown for want of a better one, is no answer to the same request. */
  #record(recorder: AnswerRecorder, headers: FlatHeaders, marks: AnswerMarks, isRewritten: boolean): void {
    if (this.status !== 200 || marks.fallback !== undefined || this.isOfEndedAttempt) return;
    recorder.begin(answerHeaders(headers, marks, isRewritten, NONE));
  }

  #failStream(pipeline: AnswerPipeline, code: ErrorCode): void {
    const message = code === "upstream_idle_timeout" ? IDLE_MESSAGE : CUT_MESSAGE;
    this.#send(pipeline.frameEnd());
    const { clientWire, operation } = this.#call;
    const event = pipeline.translated?.failed(code, message);
    this.#send(event ?? clientWire.errorEvent(operation, code, message));
    this.#exchange.reply.end();
  }

  #send(chunk: Buffer): boolean {
    if (chunk.length === 0) return true;
    const exchange = this.#exchange;
    exchange.noteSent(chunk.length);
    exchange.recorder?.push(chunk);
    return exchange.reply.write(chunk);
  }
}
