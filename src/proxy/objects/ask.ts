// One question about objects to one endpoint, in the name of the client that asks: a GET whose answer is read whole, or
// as far as it is of use. Changes nothing at the endpoint.

import { type ErrorCode, GatewayError } from "../../core/errors.ts";
import type { OutboundCall, OutboundFailure, OutboundHandler } from "../../upstream/client.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { codeOfFailure, headerOf } from "../outcome/classify.ts";
import { outboundHeaders } from "../send/outbound-headers.ts";
import type { Source } from "./sources.ts";

/** How long an endpoint has for it. */
const ASK_MS = 15_000;

/** What came: an answer, of which at most so many bytes were read, or none. */
export type ObjectAnswer =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly contentType: string;
      readonly body: Buffer;
      /** Whether it is longer than what was read. */
      readonly isCut: boolean;
    }
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      /** What the wire says: a code such as ECONNREFUSED. */
      readonly reason: string | undefined;
    };

/** What is asked. */
export type ObjectQuestion = {
  readonly source: Source;
  /** Path and query at the endpoint. */
  readonly path: string;
  readonly limitBytes: number;
};

/** Asks. Never rejects; a pooled connection that proves stale gets one more try on a fresh one. */
export async function ask(exchange: Exchange, question: ObjectQuestion): Promise<ObjectAnswer> {
  const first = await askOnce(exchange, question, false);
  return first === "stale" ? settled(await askOnce(exchange, question, true)) : first;
}

function settled(answer: ObjectAnswer | "stale"): ObjectAnswer {
  return answer === "stale" ? failed("upstream_reset") : answer;
}

function failed(code: ErrorCode, reason?: string): ObjectAnswer {
  return { kind: "failed", code, reason };
}

function askOnce(
  exchange: Exchange,
  question: ObjectQuestion,
  isFresh: boolean,
): Promise<ObjectAnswer | "stale"> {
  const { source, path } = question;
  const { client, routes } = exchange.services;
  const { promise, resolve } = Promise.withResolvers<ObjectAnswer | "stale">();
  const reading = new Reading(question.limitBytes, resolve);
  try {
    const headers = headersFor(exchange, source);
    const { connectMs } = source.endpoint.timeouts;
    const request = { method: "GET", path, headers, body: undefined };
    reading.call = client.send(routes.of(source.endpoint), request, reading, { connectMs, isFresh });
  } catch (error) {
    // What cannot be sent to this endpoint says nothing of the others.
    if (!(error instanceof GatewayError) && !(error instanceof TypeError)) throw error;
    resolve(failed(error instanceof GatewayError ? error.code : "upstream_connect_failed"));
  }
  const timer = setTimeout(() => reading.giveUp(), ASK_MS);
  return promise.finally(() => clearTimeout(timer));
}

function headersFor(exchange: Exchange, { endpoint, credential }: Source): readonly string[] {
  const { request, clientWire, world, services, hops } = exchange;
  return outboundHeaders({
    request,
    endpoint,
    credential,
    wantsIdentity: true,
    clientWire,
    passedHeaders: world.access.passedHeaders,
    hops: services.loops.next(hops),
    trace: exchange.trace,
    spanId: undefined,
  });
}

class Reading implements OutboundHandler {
  call: OutboundCall | undefined;
  readonly #limitBytes: number;
  readonly #resolve: (answer: ObjectAnswer | "stale") => void;
  readonly #pieces: Buffer[] = [];
  #size = 0;
  #status = 0;
  #contentType = "";

  constructor(limitBytes: number, resolve: (answer: ObjectAnswer | "stale") => void) {
    this.#limitBytes = limitBytes;
    this.#resolve = resolve;
  }

  onHead(status: number, headers: readonly string[]): void {
    this.#status = status;
    this.#contentType = headerOf(headers, "content-type").toLowerCase();
  }

  onData(piece: Buffer): boolean {
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#size <= this.#limitBytes) return true;
    this.call?.cancel();
    this.#end(true);
    return true;
  }

  onEnd(): void {
    this.#end(false);
  }

  onFailure(failure: OutboundFailure): void {
    const isStale = failure.kind === "reset" && failure.isStale;
    this.#resolve(isStale ? "stale" : failed(codeOfFailure(failure), failure.reason));
  }

  giveUp(): void {
    this.call?.cancel();
    this.#resolve(failed("upstream_first_byte_timeout"));
  }

  #end(isCut: boolean): void {
    const body = Buffer.concat(this.#pieces, this.#size);
    const { status, contentType } = { status: this.#status, contentType: this.#contentType };
    this.#resolve({ kind: "answer", status, contentType, body, isCut });
  }
}
