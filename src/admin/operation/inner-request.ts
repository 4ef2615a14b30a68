// A request that the admin API makes of the gateway it belongs to, and the answer to it on its way to the page that asked.

import { GatewayError } from "../../core/errors.ts";
import { firstHeader } from "../../http/first-header.ts";
import type { BodyLimits, BodyMeter, FlatHeaders, InboundRequest, Reply } from "../../http/message.ts";
import { WrappedReply } from "../../http/wrapped-reply.ts";

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
export class InnerReply extends WrappedReply {
  readonly #headers: FlatHeaders;

  constructor(reply: Reply, headers: FlatHeaders) {
    super(reply);
    this.#headers = headers;
  }

  override head(status: number, headers: FlatHeaders): void {
    super.head(status, [...headers, ...this.#headers]);
  }

  override write(chunk: Buffer): boolean {
    // A reply that goes through another process is held until it is flushed.
    if (!this.isHeadSent) this.flush();
    return super.write(chunk);
  }
}
