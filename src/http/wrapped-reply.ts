// A reply that passes everything on to another one; whoever wants to see or change something of it on its way overrides
// that.

import type { FlatHeaders, Reply } from "./message.ts";

/** The same as the reply that it wraps. */
export class WrappedReply implements Reply {
  protected readonly inner: Reply;

  constructor(inner: Reply) {
    this.inner = inner;
  }

  get isHeadSent(): boolean {
    return this.inner.isHeadSent;
  }

  get isClosed(): boolean {
    return this.inner.isClosed;
  }

  head(status: number, headers: FlatHeaders): void {
    this.inner.head(status, headers);
  }

  flush(): void {
    this.inner.flush();
  }

  write(chunk: Buffer): boolean {
    return this.inner.write(chunk);
  }

  end(chunk?: Buffer): void {
    this.inner.end(chunk);
  }

  destroy(): void {
    this.inner.destroy();
  }

  onDrain(listener: () => void): void {
    this.inner.onDrain(listener);
  }

  onAbort(listener: () => void): void {
    this.inner.onAbort(listener);
  }
}
