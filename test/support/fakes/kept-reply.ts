// A `Reply` without a network that keeps what it was told, in order. The test says when its client is slow, reads, or
// leaves.

import { firstHeader } from "../../../src/http/first-header.ts";
import type { FlatHeaders, Reply } from "../../../src/http/message.ts";

/** What a reply was told. */
export type ReplyCall =
  | { readonly kind: "head"; readonly status: number; readonly headers: FlatHeaders }
  | { readonly kind: "write"; readonly chunk: Buffer }
  | { readonly kind: "flush" | "end" | "destroy" };

/** One answer, as far as it was written. */
export class KeptReply implements Reply {
  readonly calls: ReplyCall[] = [];
  status: number | undefined;
  headers: FlatHeaders = [];
  isCut = false;
  /** Whether each piece that is written is one too many for the client. */
  isSlow = false;
  /** Thrown by the next `write`. */
  fault: Error | undefined;
  #drain: () => void = () => undefined;
  #abort: () => void = () => undefined;
  #isGone = false;

  /** The kinds of the calls, in order. A last piece is a piece, and then the end. */
  get kinds(): readonly string[] {
    return this.calls.map(({ kind }) => kind);
  }

  /** The pieces of body as they were written. */
  get pieces(): readonly Buffer[] {
    return this.calls.flatMap((call) => (call.kind === "write" ? [call.chunk] : []));
  }

  /** The body that was written. */
  get text(): string {
    return Buffer.concat(this.pieces).toString();
  }

  get isHeadFlushed(): boolean {
    return this.#wasTold("flush");
  }

  get isHeadSent(): boolean {
    return this.isHeadFlushed || this.#wasTold("write") || this.isEnded;
  }

  get isEnded(): boolean {
    return this.#wasTold("end");
  }

  get isClosed(): boolean {
    return this.#isGone || this.isCut;
  }

  header(name: string): string | undefined {
    return firstHeader(this.headers, name);
  }

  head(status: number, headers: FlatHeaders): void {
    this.status = status;
    this.headers = headers;
    this.calls.push({ kind: "head", status, headers });
  }

  flush(): void {
    this.calls.push({ kind: "flush" });
  }

  write(chunk: Buffer): boolean {
    if (this.fault !== undefined) throw this.fault;
    this.calls.push({ kind: "write", chunk });
    return !this.isSlow;
  }

  end(chunk?: Buffer): void {
    if (chunk !== undefined) this.calls.push({ kind: "write", chunk });
    this.calls.push({ kind: "end" });
  }

  destroy(): void {
    this.isCut = true;
    this.calls.push({ kind: "destroy" });
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

  #wasTold(kind: ReplyCall["kind"]): boolean {
    return this.calls.some((call) => call.kind === kind);
  }
}
