// One request of a client, as a plain head has it.

import type { PiecedBody } from "../body-pieces.ts";
import { BodyReader, noRoom, tooLarge } from "../body-reader.ts";
import { firstHeader } from "../first-header.ts";
import type { BodyLimits, BodyMeter, FlatHeaders, InboundRequest } from "../message.ts";
import type { H1Body } from "./h1-body.ts";
import type { PlainHead } from "./request-head.ts";

/** Implements `InboundRequest`. */
export class H1Request implements InboundRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: FlatHeaders;
  readonly remoteAddress: string;
  readonly #length: number;
  readonly #body: H1Body;

  constructor(head: PlainHead, body: H1Body, remoteAddress: string) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.remoteAddress = remoteAddress;
    this.#length = head.length;
    this.#body = body;
  }

  header(name: string): string | undefined {
    return firstHeader(this.headers, name);
  }

  readBody(limits: BodyLimits, meter: BodyMeter): Buffer | Promise<Buffer | PiecedBody> {
    if (this.#length > limits.maxBytes) return Promise.reject(tooLarge(limits.maxBytes));
    // Nearly every body has come with its head.
    const whole = this.#body.takeWhole(limits.maxBytes);
    if (whole === undefined) return this.#readAsItComes(limits, meter);
    if (!meter.take(whole.length, true)) {
      meter.release();
      this.#body.drop();
      return Promise.reject(noRoom());
    }
    meter.finish();
    return whole;
  }

  /** Apart, for its closures. */
  #readAsItComes(limits: BodyLimits, meter: BodyMeter): Promise<Buffer | PiecedBody> {
    const rules = { limits, meter, declared: this.#length };
    return new Promise((resolve, reject) => new BodyReader(this.#body, rules, { resolve, reject }));
  }
}
