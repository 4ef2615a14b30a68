// Reading HTTP/1.1 from a socket by hand: bytes on demand, heads, bodies in every framing. Lenient on purpose, and no
// part of the product: it shows a test what is really on the wire.

import type { Duplex } from "node:stream";
import { Condition } from "./condition.ts";

/** A start line with its headers, as sent. */
export type Head = {
  readonly startLine: string;
  /** Name, value, name, value …, in order and in the sender's spelling. */
  readonly headers: readonly string[];
  /** The bytes of the head, the empty line included. */
  readonly raw: Buffer;
};

/** How a body's end is told. */
export type Framing =
  | { kind: "length"; bytes: number }
  | { kind: "chunked" }
  | { kind: "close" }
  | { kind: "none" };

/** First value of a header. */
export function headerOf(headers: readonly string[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === wanted) return headers[i + 1];
  }
  return undefined;
}

/** Thrown when the peer ended before what was asked for had arrived. */
export class EndedEarly extends Error {
  readonly received: Buffer;

  constructor(received: Buffer) {
    super(
      `the peer ended after ${received.length} bytes: ${JSON.stringify(received.toString("latin1").slice(-200))}`,
    );
    this.name = "EndedEarly";
    this.received = received;
  }
}

/** Pulls bytes from a socket. It reads all the time, so that the peer's end is noticed at once. */
export class SocketReader {
  readonly #arrived = new Condition();
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isEnded = false;
  #error: Error | undefined;

  constructor(socket: Duplex) {
    socket.on("data", (chunk: Buffer) => {
      this.#pieces.push(chunk);
      this.#bytes += chunk.length;
      this.#arrived.notify();
    });
    const onEnd = (): void => {
      this.#isEnded = true;
      this.#arrived.notify();
    };
    socket.on("end", onEnd);
    socket.on("close", onEnd);
    socket.on("error", (error: Error) => {
      this.#error = error;
      onEnd();
    });
  }

  /** True once nothing more will arrive. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** How the connection broke, if it did. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Resolves when the peer has ended, cleanly or not. */
  ended(): Promise<void> {
    return this.#arrived.until(() => this.#isEnded);
  }

  /** Whether a byte is there or arrives before the end. */
  async hasBytes(): Promise<boolean> {
    await this.#arrived.until(() => this.#bytes > 0 || this.#isEnded);
    return this.#bytes > 0;
  }

  /** What has arrived and was not read, at least a byte; undefined at the end. */
  async some(): Promise<Buffer | undefined> {
    return (await this.hasBytes()) ? this.#take(this.#bytes) : undefined;
  }

  /** @throws EndedEarly */
  async exactly(bytes: number): Promise<Buffer> {
    await this.#arrived.until(() => this.#bytes >= bytes || this.#isEnded);
    if (this.#bytes < bytes) throw new EndedEarly(this.#take(this.#bytes));
    return this.#take(bytes);
  }

  /** Everything up to and with `marker`. @throws EndedEarly */
  async until(marker: string): Promise<Buffer> {
    await this.#arrived.until(() => this.#joined().includes(marker) || this.#isEnded);
    const at = this.#joined().indexOf(marker);
    if (at < 0) throw new EndedEarly(this.#take(this.#bytes));
    return this.#take(at + Buffer.byteLength(marker));
  }

  /** Everything that is left. */
  async toEnd(): Promise<Buffer> {
    await this.ended();
    return this.#take(this.#bytes);
  }

  /** The next head. @throws EndedEarly */
  async head(): Promise<Head> {
    const raw = await this.until("\r\n\r\n");
    const [startLine = "", ...lines] = raw.toString("latin1").trimEnd().split("\r\n");
    const headers: string[] = [];
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers.push(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    return { startLine, headers, raw };
  }

  /** A body's next piece: a chunk of chunked framing, else what has arrived. Undefined at its end. */
  async piece(framing: Framing): Promise<Buffer | undefined> {
    if (framing.kind === "none") return undefined;
    if (framing.kind === "close") return this.some();
    if (framing.kind === "chunked") return this.#chunk();
    if (framing.bytes === 0) return undefined;
    if (!(await this.hasBytes())) throw new EndedEarly(Buffer.alloc(0));
    const piece = this.#take(Math.min(framing.bytes, this.#bytes));
    framing.bytes -= piece.length;
    return piece;
  }

  /** The whole body. @throws EndedEarly with the body read so far */
  async body(framing: Framing): Promise<Buffer> {
    const pieces: Buffer[] = [];
    try {
      for (let piece = await this.piece(framing); piece !== undefined; piece = await this.piece(framing)) {
        pieces.push(piece);
      }
    } catch (error) {
      if (error instanceof EndedEarly) throw new EndedEarly(Buffer.concat([...pieces, error.received]));
      throw error;
    }
    return Buffer.concat(pieces);
  }

  async #chunk(): Promise<Buffer | undefined> {
    const line = (await this.until("\r\n")).toString("latin1");
    const size = Number.parseInt(line, 16);
    if (Number.isNaN(size)) throw new Error(`no chunk size: ${JSON.stringify(line)}`);
    if (size > 0) {
      const chunk = await this.exactly(size);
      await this.exactly(2);
      return chunk;
    }
    // Trailers end with an empty line.
    while ((await this.until("\r\n")).length > 2);
    return undefined;
  }

  /** One buffer, joined only when somebody looks: large bodies arrive in thousands of pieces. */
  #joined(): Buffer {
    const [first] = this.#pieces;
    if (first !== undefined && this.#pieces.length === 1) return first;
    const joined = Buffer.concat(this.#pieces);
    this.#pieces = [joined];
    return joined;
  }

  #take(bytes: number): Buffer {
    const held = this.#joined();
    this.#pieces = bytes < held.length ? [held.subarray(bytes)] : [];
    this.#bytes = held.length - bytes;
    return held.subarray(0, bytes);
  }
}
