// The last phase of an attempt whose answer nobody wants any more: a little of the rest is read, so that the connection
// can be used again, and in case that its words are wanted after all; then the connection is closed.

import type { Phase } from "./phase.ts";

/** At most this much of an unwanted answer is read, what was kept of it included … */
const MAX_BYTES = 64 * 1024;
/** … and no longer than this. */
export const LEFTOVER_MS = 1_000;

/** So much of its beginning is kept: more is read of no error (`error-body.ts`). */
const MAX_KEPT_BYTES = 8 * 1024;

/** The rest of one answer. */
export class Leftover implements Phase {
  readonly name = "done";
  #cancel: () => void;
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  #kept: Buffer[] = [];
  #isOver = false;
  #onOver: () => void = () => undefined;

  /** From now on the rest is not wanted; `readBytes` of the answer were read already. */
  constructor(cancel: () => void, readBytes: number) {
    this.#cancel = cancel;
    this.#timer = setTimeout(() => this.#giveUp(), LEFTOVER_MS).unref();
    this.#count(readBytes);
  }

  /** Drops a piece. */
  onData(piece: Buffer): boolean {
    if (this.#bytes < MAX_KEPT_BYTES) this.#kept.push(piece);
    this.#count(piece.length);
    return true;
  }

  onEnd(): void {
    this.#stop();
  }

  onFailure(): void {
    this.#stop();
  }

  /** Never happens: the attempt's timer is disarmed, and this has one of its own. */
  onTimeout(): void {}

  /** Never happens: no phase follows. */
  leave(): void {}

  /** The beginning of what was dropped, when no more of it comes: after `LEFTOVER_MS` at the latest. */
  async beginning(): Promise<Buffer> {
    if (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#onOver = resolve;
      });
    }
    return Buffer.concat(this.#kept);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes >= MAX_BYTES && !this.#isOver) this.#giveUp();
  }

  #giveUp(): void {
    const cancel = this.#cancel;
    this.#stop();
    cancel();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#isOver = true;
    this.#onOver();
    // Who keeps the words must not keep the attempt, which has the request's body.
    this.#cancel = () => undefined;
  }
}
