// Step 9, relay: passes one answer on as it comes. The first byte commits: afterwards nothing can be retried, and
// an answer that breaks off is made to look broken. Called by `attempt.ts`.

import type { JsonEnd } from "../../bytes/json-end.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { Target } from "../../routing/model.ts";
import { StreamEnd } from "../../wires/stream/sse-scan.ts";
import { streamErrorEvent } from "../../wires/stream/stream-error.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { codeOfErrorEvent, headerOf } from "../outcome/classify.ts";
import { jsonEndFor } from "../outcome/json-cut.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import { answerHeaders } from "../send/outbound-headers.ts";
import { type AnswerRewriter, jsonAnswerRewriter, sseAnswerRewriter } from "./answer-rewrite.ts";
import { KeepAlive } from "./keep-alive.ts";
import { contentEncodingOf, ErrorRedactor, type Redactor, redactedHeaders } from "./redact.ts";
import { StreamRedactor } from "./redact-stream.ts";
import { attemptsHeader } from "./reply-error.ts";

const CUT_MESSAGE = "The endpoint broke off in the middle of its answer; what has arrived is incomplete.";
const IDLE_MESSAGE = "The endpoint went silent in the middle of its answer; what has arrived is incomplete.";

/** One answer on its way to the client. */
export class Relay {
  readonly isEventStream: boolean;
  readonly status: number;
  readonly #exchange: Exchange;
  readonly #target: Target;
  readonly #headers: FlatHeaders;
  readonly #onDrain: () => void;
  readonly #rewriter: AnswerRewriter | undefined;
  readonly #watch: StreamEnd | undefined;
  readonly #jsonEnd: JsonEnd | undefined;
  readonly #redactor: Redactor | undefined;
  #keepAlive: KeepAlive | undefined;
  #isCommitted = false;

  constructor(exchange: Exchange, target: Target, head: AnswerHead, onDrain: () => void) {
    this.#exchange = exchange;
    this.#target = target;
    this.#headers = redactedHeaders(head.headers, target.endpoint, head.status >= 300);
    this.#onDrain = onDrain;
    this.status = head.status;
    const encoding = contentEncodingOf(head.headers);
    const isPlain = encoding === "" || encoding === "identity";
    this.isEventStream = head.contentType.startsWith("text/event-stream");
    this.#watch =
      this.isEventStream && isPlain ? new StreamEnd(exchange.operation?.dialect ?? "unknown") : undefined;
    this.#rewriter = isPlain ? rewriterFor(exchange, target, head.contentType) : undefined;
    this.#jsonEnd = jsonEndFor(head);
    this.#redactor = redactorFor(exchange, target, head, this.#watch);
  }

  /** Until then nothing has been sent, and another answer can be. */
  get isCommitted(): boolean {
    return this.#isCommitted;
  }

  /** The stream has said that nothing more comes. */
  get isFinal(): boolean {
    return this.#watch?.isFinal === true;
  }

  /**
   * The stream is at its own end, and nothing that belongs to the answer came behind that: it is whole, however the
   * connection ends.
   */
  get isOver(): boolean {
    return this.status < 300 && this.#watch?.isOver === true;
  }

  /** Whether the last piece had more than comments in it; only known where it is over. */
  get hadEvent(): boolean {
    return this.#watch?.hadEvent === true;
  }

  /** Gives up what runs by itself; nothing more is written. */
  stop(): void {
    this.#keepAlive?.stop();
  }

  /** Sends the head by itself, so that a stream's client sees it before the first event. */
  flushHead(): void {
    this.#commit();
    this.#exchange.reply.flush();
  }

  /** Passes a piece on at once; false when the client reads slower than the endpoint writes. */
  write(chunk: Buffer): boolean {
    this.#watch?.push(chunk);
    this.#jsonEnd?.push(chunk);
    this.#keepAlive?.restart();
    const rewritten = this.#rewriter === undefined ? chunk : this.#rewriter.push(chunk);
    const out = this.#redactor === undefined ? rewritten : this.#redactor.push(rewritten);
    if (this.#redactor?.isHolding === true) return true;
    this.#commit();
    return out.length === 0 ? true : this.#send(out);
  }

  /** The endpoint's answer is complete by HTTP's rules. Gives the code of the failure where it is not by its own. */
  end(): ErrorCode | undefined {
    if (this.#jsonEnd?.isClosed === false) {
      this.cut("upstream_cut_off");
      return "upstream_cut_off";
    }
    this.stop();
    const rest = this.#rest();
    this.#commit();
    if (rest !== undefined && rest.length > 0) this.#send(rest);
    // A proxy on the way may end a broken stream cleanly: only the stream's own end counts.
    if (this.#watch !== undefined && !this.#watch.isComplete && this.status < 300) {
      this.#failStream(this.#watch, "upstream_cut_off");
      return "upstream_cut_off";
    }
    this.#exchange.reply.end();
    // The endpoint's own error event was passed on; where it failed that counts against it all the same.
    const errorText = this.#watch?.errorText;
    return errorText === undefined ? undefined : codeOfErrorEvent(errorText);
  }

  /** The answer broke off: the client is told so in the stream, or sees its connection cut. */
  cut(code: ErrorCode): void {
    this.stop();
    const rest = this.#rest();
    if (rest !== undefined && rest.length > 0) this.#send(rest);
    if (this.#watch !== undefined) this.#failStream(this.#watch, code);
    else this.#exchange.reply.destroy();
  }

  /** What rewriting and redacting still hold. */
  #rest(): Buffer | undefined {
    const rest = this.#rewriter?.flush();
    const redactor = this.#redactor;
    if (redactor === undefined) return rest;
    const before = rest === undefined || rest.length === 0 ? undefined : redactor.push(rest);
    const last = redactor.finish();
    return before === undefined || before.length === 0 ? last : Buffer.concat([before, last]);
  }

  #commit(): void {
    if (this.#isCommitted) return;
    this.#isCommitted = true;
    const exchange = this.#exchange;
    const { endpoint, upstreamModel } = this.#target;
    exchange.answering = this.#target;
    exchange.status = this.status;
    const { keepAliveMs } = exchange.world;
    if (keepAliveMs !== undefined && this.#watch !== undefined) {
      this.#keepAlive = new KeepAlive(exchange.reply, this.#watch, keepAliveMs);
    }
    // An error that is shown belongs to an attempt that is counted already.
    const attempts = attemptsHeader(exchange, exchange.isFailureShown ? undefined : this.#target);
    const { requestId, fallback } = exchange;
    const marks = { endpoint: endpoint.name, upstreamModel, attempts, requestId, fallback: fallback?.name };
    const upstreamId = headerOf(this.#headers, "x-request-id");
    if (upstreamId !== "") exchange.requestId = upstreamId;
    // A stream that breaks off gets an event more, so that its length is not what the endpoint said either.
    const isRewritten = this.#rewriter !== undefined || this.#watch !== undefined;
    exchange.reply.onDrain(this.#onDrain);
    exchange.reply.head(
      this.status,
      answerHeaders(this.#fittingHeaders(), marks, isRewritten, exchange.commonHeaders),
    );
  }

  #fittingHeaders(): FlatHeaders {
    return this.#redactor === undefined ? this.#headers : this.#redactor.headers(this.#headers);
  }

  #failStream(watch: StreamEnd, code: ErrorCode): void {
    const dialect = this.#exchange.operation?.dialect ?? "unknown";
    const message = code === "upstream_idle_timeout" ? IDLE_MESSAGE : CUT_MESSAGE;
    this.#send(watch.frameEnd());
    this.#send(streamErrorEvent(dialect, code, message));
    this.#exchange.reply.end();
  }

  #send(chunk: Buffer): boolean {
    if (chunk.length === 0) return true;
    const exchange = this.#exchange;
    if (exchange.firstByteMs === undefined) {
      exchange.firstByteMs = exchange.services.clock.nowMs() - exchange.startedMs;
    }
    exchange.bytesOut += chunk.length;
    return exchange.reply.write(chunk);
  }
}

/** Errors of an endpoint that has a key may repeat it, and so may error events; good answers have none. */
function redactorFor(
  exchange: Exchange,
  target: Target,
  head: AnswerHead,
  watch: StreamEnd | undefined,
): Redactor | undefined {
  const { secrets } = target.endpoint;
  const isError = head.status >= 400;
  if ((!isError && watch === undefined) || secrets.isEmpty || exchange.request.method === "HEAD")
    return undefined;
  if (isError) return new ErrorRedactor(secrets, head.headers);
  return watch === undefined ? undefined : new StreamRedactor(secrets, () => watch.hasError);
}

/** Where the gateway renamed the model the answer shows the client's name; else its bytes are not touched. */
function rewriterFor(exchange: Exchange, target: Target, contentType: string): AnswerRewriter | undefined {
  const { operation } = exchange;
  const modelName = exchange.answerName;
  if (operation === undefined || modelName === undefined || modelName === target.upstreamModel)
    return undefined;
  if (contentType.startsWith("text/event-stream"))
    return sseAnswerRewriter(operation.answerModelPaths, modelName);
  const isJson = /^application\/(?:json|x-ndjson|jsonl|[^;]+\+json)/.test(contentType);
  return isJson ? jsonAnswerRewriter(operation.answerModelPaths, modelName) : undefined;
}
