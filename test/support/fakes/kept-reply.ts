// A `Reply` without a network that keeps what was written. The test says when its client is slow, reads, or leaves.

import type { FlatHeaders, Reply } from "../../../src/http/message.ts";

/** One answer, as far as it was written. */
export class KeptReply implements Reply {
  status: number | undefined;
  headers: FlatHeaders = [];
  isHeadFlushed = false;
  isEnded = false;
  isCut = false;
  /** Whether each piece that is written is one too many for the client. */
  isSlow = false;
  /** Thrown by the next `write`. */
  fault: Error | undefined;
  readonly #pieces: Buffer[] = [];
  #drain: () => void = () => undefined;
  #abort: () => void = () => undefined;
  #isGone = false;

  get isHeadSent(): boolean {
    return this.isHeadFlushed || this.#pieces.length > 0 || this.isEnded;
  }

  get isClosed(): boolean {
    return this.#isGone || this.isCut;
  }

  /** The body that was written. */
  get text(): string {
    return Buffer.concat(this.#pieces).toString();
  }

  head(status: number, headers: FlatHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  flush(): void {
    this.isHeadFlushed = true;
  }

  write(chunk: Buffer): boolean {
    if (this.fault !== undefined) throw this.fault;
    this.#pieces.push(chunk);
    return !this.isSlow;
  }

  end(chunk?: Buffer): void {
    if (chunk !== undefined) this.#pieces.push(chunk);
    this.isEnded = true;
  }

  destroy(): void {
    this.isCut = true;
  }

  onDrain(listener: () => void): void {
    this.#drain = listener;
  }

  onAbort(listener: () => void): void {
    this.#abort = listener;
  }

  /** The client reads what was written. */
  drain(): void {
    this.isSlow = false;
    this.#drain();
  }

  /** The client goes away. */
  leave(): void {
    this.#isGone = true;
    this.#abort();
  }
}
