// Ids of traces and spans: random bytes from a pool, since a call into the system's source for each would cost more than
// the span itself.

import { randomFillSync } from "node:crypto";

const POOL_BYTES = 8_192;
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
const ZEROS = /^0+$/;

/** Makes ids. One per process that serves. */
export class RandomIds {
  readonly #pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  #at = POOL_BYTES;

  /** 32 hexadecimal digits, never all of them 0. */
  trace(): string {
    return this.#take(TRACE_BYTES);
  }

  /** 16 hexadecimal digits, never all of them 0. */
  span(): string {
    return this.#take(SPAN_BYTES);
  }

  #take(bytes: number): string {
    if (this.#at + bytes > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#at = 0;
    }
    const id = this.#pool.toString("hex", this.#at, this.#at + bytes);
    this.#at += bytes;
    // All zeros stand for no id at all (W3C Trace Context §3.2.2.3).
    return id.startsWith("00000000") && ZEROS.test(id) ? this.#take(bytes) : id;
  }
}
