// One request at the fake endpoint and the bytes that answer it. It writes whatever it is told, lawful or not.

import { headerOf, type SocketReader } from "../socket-reader.ts";
import type { ConnectionSockets, RecordedRequest } from "./fake-connection.ts";

/** Where to cut an answer: after so many bytes on the wire, bytes of body, or pieces of body; by RST or FIN. */
export type Cut = {
  readonly of: "wire" | "body" | "pieces";
  readonly count: number;
  readonly how: "reset" | "fin";
};

/** What the peer does when the connection is used again after this answer. */
export type ReuseTrap = "reset" | "fin" | undefined;

/** Writes one answer. Every write resolves when the kernel has the bytes, or when the connection is gone. */
export class FakeExchange {
  readonly request: RecordedRequest;
  readonly #sockets: ConnectionSockets;
  readonly #reader: SocketReader;
  /** Set by `cutAfter`. */
  cut: Cut | undefined;
  /** Cleared by behaviours whose answer cannot be followed by another on the same connection. */
  isReusable = true;
  /** Set by `closeOnReuse`. */
  reuseTrap: ReuseTrap;
  #isAnswered = false;
  #isChunked = false;
  #wireBytes = 0;
  #bodyBytes = 0;
  #pieces = 0;

  constructor(request: RecordedRequest, sockets: ConnectionSockets, reader: SocketReader) {
    this.request = request;
    this.#sockets = sockets;
    this.#reader = reader;
  }

  /** True once the answer is complete, or was ended on purpose. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** True once nothing can be written any more. */
  get isClosed(): boolean {
    const { stream } = this.#sockets;
    return this.#reader.isEnded || stream.destroyed || stream.writableEnded;
  }

  /** Resolves when the caller closes the connection. */
  closed(): Promise<void> {
    return this.#reader.ended();
  }

  /** Bytes as they are, one TCP segment a call where the kernel allows. */
  async raw(bytes: string | Buffer): Promise<void> {
    const buffer = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
    const room = this.cut?.of === "wire" ? this.cut.count - this.#wireBytes : Number.POSITIVE_INFINITY;
    await this.#put(buffer.subarray(0, room));
    if (buffer.length >= room) this.#cutNow();
  }

  /** Status line and headers, flat. Chunked unless a Content-Length is among them or `framing` is `close`. */
  async head(
    status: number,
    headers: readonly string[] = [],
    framing: "auto" | "close" = "auto",
  ): Promise<void> {
    const lines = [`HTTP/1.1 ${status} ${status < 400 ? "OK" : "Error"}`];
    for (let i = 0; i + 1 < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
    const hasLength = headerOf(headers, "content-length") !== undefined || status === 204;
    this.#isChunked = framing === "auto" && !hasLength;
    if (this.#isChunked) lines.push("transfer-encoding: chunked");
    if (framing === "close") this.isReusable = false;
    await this.raw(`${lines.join("\r\n")}\r\n\r\n`);
    if (this.#isBodyCutReached()) this.#cutNow();
  }

  /** One piece of body, framed as the head said. */
  async piece(bytes: string | Buffer): Promise<void> {
    const whole = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    const room = this.cut?.of === "body" ? this.cut.count - this.#bodyBytes : Number.POSITIVE_INFINITY;
    const sent = whole.subarray(0, room);
    this.#bodyBytes += sent.length;
    this.#pieces += 1;
    await this.raw(this.#isChunked ? chunk(sent, whole.length) : sent);
    if (this.#isBodyCutReached()) this.#cutNow();
  }

  /** Ends the body lawfully, and the connection where that is its end. */
  async finish(): Promise<void> {
    this.#isAnswered = true;
    if (this.#isChunked) await this.raw("0\r\n\r\n");
    if (!this.isReusable) this.fin();
  }

  /** Says that the answer is complete as it is. */
  done(): void {
    this.#isAnswered = true;
  }

  /** Closes the connection in order (FIN). */
  fin(): void {
    this.done();
    this.isReusable = false;
    this.#sockets.stream.end();
  }

  /** Breaks the connection (RST). */
  reset(): void {
    this.done();
    this.isReusable = false;
    this.#sockets.tcp.resetAndDestroy();
  }

  #isBodyCutReached(): boolean {
    if (this.cut?.of === "body") return this.#bodyBytes >= this.cut.count;
    return this.cut?.of === "pieces" && this.#pieces >= this.cut.count;
  }

  #cutNow(): void {
    if (this.isClosed) return;
    if (this.cut?.how === "fin") this.fin();
    else this.reset();
  }

  #put(bytes: Buffer): Promise<void> {
    if (this.isClosed || bytes.length === 0) return Promise.resolve();
    this.#wireBytes += bytes.length;
    const { stream } = this.#sockets;
    return new Promise((resolve) => {
      const settle = (): void => {
        stream.off("close", settle);
        resolve();
      };
      stream.once("close", settle);
      stream.write(bytes, settle);
    });
  }
}

/** A chunk whose size line may promise more than is sent: a body cut inside a chunk. */
function chunk(bytes: Buffer, promised: number): Buffer {
  const end = bytes.length === promised ? "\r\n" : "";
  return Buffer.concat([Buffer.from(`${promised.toString(16)}\r\n`), bytes, Buffer.from(end)]);
}
