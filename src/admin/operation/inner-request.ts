// A request that the admin API makes of the gateway it belongs to, and the answer to it on its way to the page that asked.

import { GatewayError } from "../../core/errors.ts";
import { firstHeader } from "../../http/first-header.ts";
import type { BodyLimits, BodyMeter, FlatHeaders, InboundRequest, Reply } from "../../http/message.ts";

/** A chat request with its whole body. */
export class InnerRequest implements InboundRequest {
  readonly method = "POST";
  readonly target = "/v1/chat/completions";
  readonly headers: FlatHeaders;
  readonly remoteAddress: string;
  readonly #body: Buffer;

  constructor(body: Buffer, remoteAddress: string) {
    this.#body = body;
    this.remoteAddress = remoteAddress;
    this.headers = ["content-type", "application/json", "content-length", String(body.length)];
  }

  header(name: string): string | undefined {
    return firstHeader(this.headers, name);
  }

  /** @throws GatewayError request_too_large, overloaded */
  readBody({ maxBytes }: BodyLimits, meter: BodyMeter): Buffer {
    if (this.#body.length > maxBytes) throw new GatewayError("request_too_large");
    if (!meter.take(this.#body.length, true)) throw new GatewayError("overloaded");
    meter.finish();
    return this.#body;
  }
}

/** The same reply with further headers; its pieces leave as they come. */
export class InnerReply implements Reply {
  readonly #reply: Reply;
  readonly #headers: FlatHeaders;

  constructor(reply: Reply, headers: FlatHeaders) {
    this.#reply = reply;
    this.#headers = headers;
  }

  get isHeadSent(): boolean {
    return this.#reply.isHeadSent;
  }

  get isClosed(): boolean {
    return this.#reply.isClosed;
  }

  head(status: number, headers: FlatHeaders): void {
    this.#reply.head(status, [...headers, ...this.#headers]);
  }

  flush(): void {
    this.#reply.flush();
  }

  write(chunk: Buffer): boolean {
    // A reply that goes through another process is held until it is flushed.
    if (!this.#reply.isHeadSent) this.#reply.flush();
    return this.#reply.write(chunk);
  }

  end(chunk?: Buffer): void {
    this.#reply.end(chunk);
  }

  destroy(): void {
    this.#reply.destroy();
  }

  onDrain(listener: () => void): void {
    this.#reply.onDrain(listener);
  }

  onAbort(listener: () => void): void {
    this.#reply.onAbort(listener);
  }
}
