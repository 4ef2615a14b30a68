// One request of a client, over `node:http`'s IncomingMessage. Made by `server.ts` only.

import type { IncomingMessage } from "node:http";
import { GatewayError } from "../core/errors.ts";
import type { BodyLimits, FlatHeaders, InboundRequest } from "./message.ts";
import type { NodeReply } from "./node-reply.ts";

/** Implements `InboundRequest`. */
export class NodeRequest implements InboundRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: FlatHeaders;
  /** Why this head must not be served although the parser took it; undefined for nearly all. */
  readonly headFault: string | undefined;
  readonly #message: IncomingMessage;
  readonly #reply: NodeReply;

  /** The client waits for `100 Continue` before it sends the body. */
  #isExpecting: boolean;

  constructor(message: IncomingMessage, reply: NodeReply, isExpecting: boolean) {
    this.#message = message;
    this.#reply = reply;
    this.#isExpecting = isExpecting;
    this.method = message.method ?? "GET";
    this.target = message.url ?? "/";
    const headers = message.rawHeaders;
    let hosts = 0;
    let coding = "";
    for (let index = 0; index < headers.length; index += 2) {
      const name = (headers[index] ?? "").toLowerCase();
      headers[index] = name;
      if (name === "host") hosts += 1;
      else if (name === "transfer-encoding") coding = headers[index + 1] ?? "";
      else if (name === "content-length") reply.isBodyExpected = headers[index + 1] !== "0";
    }
    if (coding !== "") reply.isBodyExpected = true;
    this.headFault = headFaultOf(message, hosts, coding);
    this.headers = headers;
  }

  header(name: string): string | undefined {
    const { headers } = this;
    for (let index = 0; index < headers.length; index += 2) {
      if (headers[index] === name) return headers[index + 1];
    }
    return undefined;
  }

  get remoteAddress(): string {
    return this.#message.socket.remoteAddress ?? "";
  }

  readBody(limits: BodyLimits): Promise<Buffer> {
    const declared = Number(this.header("content-length") ?? 0);
    if (declared > limits.maxBytes) return Promise.reject(tooLarge(limits.maxBytes));
    // Only now: whoever is refused for its key or for the body's length need not send the body first.
    if (this.#isExpecting) this.#reply.sendContinue();
    this.#isExpecting = false;
    return new Promise(
      (resolve, reject) => new BodyReader(this.#message, limits, declared, { resolve, reject }),
    );
  }

  /** Whether bytes of the body are still to come: then the connection cannot serve another request. */
  get isBodyPending(): boolean {
    return !this.#message.complete && !this.#reply.isClosed;
  }
}

/** What one server may read differently from the next, or not at all (RFC 9112 §2.3, §3.2, §6.1). */
function headFaultOf(message: IncomingMessage, hosts: number, coding: string): string | undefined {
  if (message.httpVersionMajor !== 1 || message.httpVersionMinor > 1)
    return "The request is not in HTTP/1.1 or HTTP/1.0.";
  if (/[^!-~\x80-\xff]/.test(message.url ?? ""))
    return "The request's target has a space or a control character in it.";
  if (hosts > 1) return "The request has more than one Host header.";
  if (hosts === 0 && message.httpVersionMinor > 0) return "The request has no Host header.";
  if (coding !== "" && coding.toLowerCase() !== "chunked")
    return "The transfer coding is not `chunked` alone.";
  return undefined;
}

/** Bytes a second that a body must bring on the average once the grace is over, as Kestrel's MinRequestBodyDataRate. */
const LEAST_BYTES_PER_SECOND = 240;
const RATE_GRACE_MS = 10_000;

type Settlers = { readonly resolve: (body: Buffer) => void; readonly reject: (error: unknown) => void };

/** Collects one body within its limits. */
class BodyReader {
  readonly #message: IncomingMessage;
  readonly #limits: BodyLimits;
  readonly #declared: number;
  readonly #settle: Settlers;
  readonly #idle: NodeJS.Timeout;
  readonly #startedMs = performance.now();
  #pieces: Buffer[] = [];
  #size = 0;
  #isSettled = false;

  constructor(message: IncomingMessage, limits: BodyLimits, declared: number, settle: Settlers) {
    this.#message = message;
    this.#limits = limits;
    this.#declared = declared;
    this.#settle = settle;
    this.#idle = setTimeout(() => this.#fail(new GatewayError("request_timeout")), limits.idleMs);
    message.on("data", (piece: Buffer) => this.#onData(piece));
    message.on("end", () => this.#onEnd());
    message.on("error", (cause: Error) => this.#breakOff(cause));
    message.on("close", () => this.#breakOff(undefined));
  }

  #onData(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > this.#limits.maxBytes) {
      this.#fail(tooLarge(this.#limits.maxBytes));
      return;
    }
    try {
      this.#limits.hold(piece.length);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#pieces.push(piece);
    // Saves the refresh for a body that is whole, which most come as; a chunked one declares 0.
    if (this.#size !== this.#declared) this.#goOn();
  }

  /** A body that trickles would keep its connection for as long as its sender likes. */
  #goOn(): void {
    const ageMs = performance.now() - this.#startedMs;
    const isTooSlow = ageMs > RATE_GRACE_MS && this.#size < (LEAST_BYTES_PER_SECOND * ageMs) / 1_000;
    if (isTooSlow || ageMs > this.#limits.totalMs) this.#fail(new GatewayError("request_timeout"));
    else this.#idle.refresh();
  }

  #onEnd(): void {
    this.#isSettled = true;
    clearTimeout(this.#idle);
    const [first] = this.#pieces;
    this.#settle.resolve(
      this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces, this.#size),
    );
    this.#pieces = [];
  }

  /** Every message closes, most of them whole: an error is made only for the others. */
  #breakOff(cause: Error | undefined): void {
    if (!this.#isSettled) this.#fail(new GatewayError("client_closed", { cause }));
  }

  #fail(error: unknown): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#idle);
    this.#pieces = [];
    this.#size = 0;
    // What still comes is dropped as it comes, so that the refusal can be read by a client that is still writing.
    this.#message.removeAllListeners("data");
    this.#message.resume();
    this.#settle.reject(error);
  }
}

function tooLarge(maxBytes: number): GatewayError {
  const message = `The request body is larger than ${maxBytes} bytes, the limit of this gateway (server.max_body).`;
  return new GatewayError("request_too_large", { message });
}
