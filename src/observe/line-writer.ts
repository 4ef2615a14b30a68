// Writes lines to a file descriptor in batches, off the request path. Knows nothing of what the lines say. A full disk,
// a closed pipe or a stalled reader loses lines, which are counted, and never throws (fault catalogue, row 92).

import { write as writeFile } from "node:fs";
import { errorCode } from "../core/error-code.ts";

/** A line whose text is made when it leaves, so that a request does not wait for it. */
export interface PendingLine {
  /** Asked for once. */
  text(): string;
}

/** The text of a line, whenever it is made. */
export function lineText(line: string | PendingLine): string {
  return typeof line === "string" ? line : line.text();
}

/** Takes whole lines, without their line feed, and writes them in the order that they came in. */
export interface LineWriter {
  /** Never throws, never waits. */
  write(line: string | PendingLine): void;
  /** Resolves when all that was written is out or lost, or the reader has stood still for a second. */
  flush(): Promise<void>;
  /** Lines lost so far. */
  readonly droppedCount: number;
}

/** What a writer needs of the system; replaced in tests. */
export type RawWrite = (
  fd: number,
  bytes: Buffer,
  done: (error: Error | null, written: number) => void,
) => void;

/** How a writer is set up. */
export type LineWriterOptions = {
  readonly fd: number;
  /** How long a line may wait for company. Default 50. */
  readonly delayMs?: number;
  /** What may wait for a slow reader before lines are dropped. Default 4 MiB. */
  readonly limitBytes?: number;
  readonly rawWrite?: RawWrite;
};

/** What a line without a text yet counts for; more than nearly all have. */
const ASSUMED_CHARS = 600;
/** So many lines may be without a text. What they hold is larger than their text may be, and a batch of more takes long. */
const MOST_PENDING = 1_024;
/** So much does not wait for more. */
const SOON_CHARS = 256 * 1024;
const EAGAIN_DELAY_MS = 20;
/** A reader that stands still must not keep the process from ending. */
const FLUSH_LIMIT_MS = 1_000;

/** A writer on a file descriptor, such as 1 for standard output. */
export function createLineWriter(options: LineWriterOptions): LineWriter {
  return new BatchedWriter(options);
}

class BatchedWriter implements LineWriter {
  droppedCount = 0;
  readonly #fd: number;
  readonly #delayMs: number;
  readonly #limitChars: number;
  readonly #rawWrite: RawWrite;
  #waiting: (string | PendingLine)[] = [];
  #waitingChars = 0;
  #pending = 0;
  #inFlight: Buffer | undefined;
  #inFlightLines = 0;
  #timer: NodeJS.Timeout | undefined;
  #isBroken = false;
  #idleListeners: (() => void)[] = [];

  constructor(options: LineWriterOptions) {
    this.#fd = options.fd;
    this.#delayMs = options.delayMs ?? 50;
    this.#limitChars = options.limitBytes ?? 4 * 1024 * 1024;
    this.#rawWrite = options.rawWrite ?? ((fd, bytes, done) => writeFile(fd, bytes, done));
  }

  write(line: string | PendingLine): void {
    const chars = typeof line === "string" ? line.length : ASSUMED_CHARS;
    if (this.#isBroken || this.#waitingChars + chars > this.#limitChars) {
      this.droppedCount++;
      return;
    }
    this.#waiting.push(line);
    this.#waitingChars += chars + 1;
    if (typeof line !== "string") {
      this.#pending += 1;
      if (this.#pending >= MOST_PENDING) this.#makeTexts();
    }
    if (this.#timer === undefined && this.#inFlight === undefined) this.#later(this.#delayMs);
  }

  flush(): Promise<void> {
    if (this.#inFlight === undefined) this.#send();
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => {
      // Unlike the writer's other timer this one holds the process: somebody waits.
      const limit = setTimeout(resolve, FLUSH_LIMIT_MS);
      this.#idleListeners.push(() => {
        clearTimeout(limit);
        resolve();
      });
    });
  }

  /** Makes the texts of all lines that wait; one that cannot be made is lost. */
  #makeTexts(): readonly string[] {
    const texts: string[] = [];
    let chars = 0;
    for (const line of this.#waiting) {
      const text = textOf(line);
      if (text === undefined) this.droppedCount += 1;
      else {
        texts.push(text);
        chars += text.length + 1;
      }
    }
    this.#waiting = texts;
    this.#waitingChars = chars;
    this.#pending = 0;
    return texts;
  }

  #isIdle(): boolean {
    return this.#inFlight === undefined && this.#waiting.length === 0;
  }

  #later(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#send();
    }, delayMs);
    this.#timer.unref();
  }

  /** Sends what is in flight, or else the next batch. */
  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#inFlight === undefined) {
      const texts = this.#makeTexts();
      if (texts.length === 0) return;
      this.#inFlight = Buffer.from(`${texts.join("\n")}\n`);
      this.#inFlightLines = texts.length;
      this.#waiting = [];
      this.#waitingChars = 0;
    }
    const bytes = this.#inFlight;
    this.#rawWrite(this.#fd, bytes, (error, written) => this.#onWritten(bytes, error, written));
  }

  #onWritten(bytes: Buffer, error: Error | null, written: number): void {
    if (error === null && written < bytes.length) {
      this.#inFlight = bytes.subarray(written);
      this.#send();
      return;
    }
    const code = errorCode(error);
    if (code === "EAGAIN") {
      this.#later(EAGAIN_DELAY_MS);
      return;
    }
    if (error !== null) this.droppedCount += this.#inFlightLines;
    this.#inFlight = undefined;
    if (code === "EPIPE" || code === "EBADF") this.#giveUp();
    // A full disk may have room again for the next batch, so that only this one is lost.
    if (this.#waiting.length > 0) {
      // Under load something always waits: each write would take a few lines, where one takes those of the whole delay.
      if (this.#idleListeners.length === 0 && this.#waitingChars < SOON_CHARS) this.#later(this.#delayMs);
      else this.#send();
      return;
    }
    for (const listener of this.#idleListeners.splice(0)) listener();
  }

  #giveUp(): void {
    this.#isBroken = true;
    this.droppedCount += this.#waiting.length;
    this.#waiting = [];
    this.#waitingChars = 0;
    this.#pending = 0;
  }
}

function textOf(line: string | PendingLine): string | undefined {
  try {
    return lineText(line);
  } catch {
    return undefined;
  }
}
