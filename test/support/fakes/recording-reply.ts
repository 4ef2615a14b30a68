// A reply that writes to nobody and remembers what it was told, for tests and benchmarks of what answers clients.

import type { FlatHeaders, Reply } from "../../../src/http/message.ts";

/** What a reply was told, in order. */
export type ReplyCall =
  | { readonly kind: "head"; readonly status: number; readonly headers: FlatHeaders }
  | { readonly kind: "write"; readonly chunk: Buffer }
  | { readonly kind: "flush" | "end" | "destroy" };

/** Remembers every call; the test says when the client reads slowly, and when it reads again. */
export class RecordingReply implements Reply {
  readonly calls: ReplyCall[] = [];
  isHeadSent = false;
  isClosed = false;
  /** What `write` gives back: false while the client reads more slowly than it is written to. */
  canTakeMore = true;
  #drain: () => void = () => undefined;

  /** The kinds of the calls, in order. */
  get kinds(): readonly string[] {
    return this.calls.map((call) => call.kind);
  }

  /** The pieces of body as they were written. */
  get pieces(): readonly Buffer[] {
    return this.calls.flatMap((call) => (call.kind === "write" ? [call.chunk] : []));
  }

  /** The body as far as it was written. */
  get text(): string {
    return Buffer.concat(this.pieces).toString();
  }

  head(status: number, headers: FlatHeaders): void {
    this.isHeadSent = true;
    this.calls.push({ kind: "head", status, headers });
  }

  flush(): void {
    this.calls.push({ kind: "flush" });
  }

  write(chunk: Buffer): boolean {
    this.calls.push({ kind: "write", chunk });
    return this.canTakeMore;
  }

  end(chunk?: Buffer): void {
    if (chunk !== undefined) this.write(chunk);
    this.isClosed = true;
    this.calls.push({ kind: "end" });
  }

  destroy(): void {
    this.isClosed = true;
    this.calls.push({ kind: "destroy" });
  }

  onDrain(listener: () => void): void {
    this.#drain = listener;
  }

  onAbort(): void {
    // Nobody goes away here.
  }

  /** The client has read what was written. */
  drain(): void {
    this.canTakeMore = true;
    this.#drain();
  }
}
