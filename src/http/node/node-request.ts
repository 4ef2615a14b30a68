// One request of a client, over `node:http`'s IncomingMessage.

import type { IncomingMessage } from "node:http";
import type { PiecedBody } from "../body-pieces.ts";
import { BodyReader, tooLarge } from "../body-reader.ts";
import { firstHeader } from "../first-header.ts";
import { isHostValue } from "../listener/host-field.ts";
import type { BodyLimits, BodyMeter, FlatHeaders, InboundRequest } from "../message.ts";
import { NodeBody } from "./node-body.ts";
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

  /** Content-Length; 0 for chunks. */
  #declared = 0;
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
    let isHostOdd = false;
    let coding: string | undefined;
    for (let index = 0; index < headers.length; index += 2) {
      const name = (headers[index] ?? "").toLowerCase();
      headers[index] = name;
      const value = headers[index + 1] ?? "";
      if (name === "host") {
        hosts += 1;
        isHostOdd ||= !isHostValue(value);
      } else if (name === "transfer-encoding") coding = coding === undefined ? value : `${coding}, ${value}`;
      else if (name === "content-length") this.#declared = Number(value);
    }
    reply.isBodyExpected = coding !== undefined || this.#declared !== 0;
    this.headFault = headFaultOf(message, hosts, coding);
    if (isHostOdd) this.headFault ??= "The request's Host is no host.";
    this.headers = headers;
  }

  header(name: string): string | undefined {
    return firstHeader(this.headers, name);
  }

  get remoteAddress(): string {
    return this.#message.socket.remoteAddress ?? "";
  }

  readBody(limits: BodyLimits, meter: BodyMeter): Promise<Buffer | PiecedBody> {
    const declared = this.#declared;
    if (declared > limits.maxBytes) return Promise.reject(tooLarge(limits.maxBytes));
    // Only now: whoever is refused for its key or for the body's length need not send the body first.
    if (this.#isExpecting) this.#reply.sendContinue();
    this.#isExpecting = false;
    const rules = { limits, meter, declared };
    return new Promise(
      (resolve, reject) => new BodyReader(new NodeBody(this.#message), rules, { resolve, reject }),
    );
  }
}

/** What one server may read differently from the next, or not at all (RFC 9112 §2.3, §3.2, §6.1). */
function headFaultOf(
  message: IncomingMessage,
  hosts: number,
  coding: string | undefined,
): string | undefined {
  if (message.httpVersionMajor !== 1 || message.httpVersionMinor > 1)
    return "The request is not in HTTP/1.1 or HTTP/1.0.";
  if (/[^!-~\x80-\xff]/.test(message.url ?? ""))
    return "The request's target has a space or a control character in it.";
  if (hosts > 1) return "The request has more than one Host header.";
  if (hosts === 0 && message.httpVersionMinor > 0) return "The request has no Host header.";
  if (coding !== undefined && coding.toLowerCase() !== "chunked")
    return "The transfer coding is not `chunked` alone.";
  if (coding !== undefined && message.httpVersionMinor === 0)
    return "The request is in HTTP/1.0, which knows no transfer coding.";
  return undefined;
}
