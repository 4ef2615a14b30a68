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
  /** How many Host headers it has; more than one, or none in HTTP/1.1, is no valid request. */
  readonly hostCount: number;
  readonly #message: IncomingMessage;
  readonly #reply: NodeReply;

  constructor(message: IncomingMessage, reply: NodeReply) {
    this.#message = message;
    this.#reply = reply;
    this.method = message.method ?? "GET";
    this.target = message.url ?? "/";
    const headers = message.rawHeaders;
    let hostCount = 0;
    for (let index = 0; index < headers.length; index += 2) {
      const name = (headers[index] ?? "").toLowerCase();
      headers[index] = name;
      if (name === "host") hostCount += 1;
    }
    this.headers = headers;
    this.hostCount = hostCount;
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
    return new Promise(
      (resolve, reject) => new BodyReader(this.#message, limits, declared, { resolve, reject }),
    );
  }

  /** Whether bytes of the body are still to come: then the connection cannot serve another request. */
  get isBodyPending(): boolean {
    return !this.#message.complete && !this.#reply.isClosed;
  }
}

type Settlers = { readonly resolve: (body: Buffer) => void; readonly reject: (error: GatewayError) => void };

/** Collects one body within its limits. */
class BodyReader {
  readonly #message: IncomingMessage;
  readonly #limits: BodyLimits;
  readonly #declared: number;
  readonly #settle: Settlers;
  readonly #idle: NodeJS.Timeout;
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
    this.#pieces.push(piece);
    // Saves the refresh for a body that is whole, which most come as; a chunked one declares 0.
    if (this.#size !== this.#declared) this.#idle.refresh();
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

  #fail(error: GatewayError): void {
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
