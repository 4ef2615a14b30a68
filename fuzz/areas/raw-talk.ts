// One connection on which any bytes are sent, and a reader of all answers that come back on it.

import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** An answer that is not 1xx. */
export type RawAnswer = { readonly status: number; readonly body: string };

/** The connection. */
export class RawTalk {
  readonly #socket: Socket;
  #received = "";
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#received += chunk.toString("latin1");
      this.#wake?.();
    });
    const end = (): void => {
      this.#isClosed = true;
      this.#wake?.();
    };
    socket.on("end", end);
    socket.on("close", end);
    // A reset is an end like any other here.
    socket.on("error", end);
  }

  static open(port: number): Promise<RawTalk> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new RawTalk(socket));
      });
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get text(): string {
    return this.#received;
  }

  /** The answers that are whole. */
  get answers(): readonly RawAnswer[] {
    return parse(this.#received).answers;
  }

  /** Why what came is no row of answers; undefined where it is one. */
  get broken(): string | undefined {
    return parse(this.#received).broken;
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Waits for so many answers, the end, or the deadline. */
  async until(count: number, deadlineMs: number): Promise<void> {
    const timeout = AbortSignal.timeout(deadlineMs);
    const whenTimeout = new Promise<void>((resolve) => timeout.addEventListener("abort", () => resolve()));
    while (!this.#isClosed && !timeout.aborted && this.answers.length < count) {
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([changed, whenTimeout]);
    }
  }

  /** Waits a little. */
  async quiet(ms: number): Promise<void> {
    if (ms > 0) await delay(ms);
  }

  close(): void {
    this.#socket.resetAndDestroy();
  }
}

function parse(text: string): {
  readonly answers: readonly RawAnswer[];
  readonly broken: string | undefined;
} {
  const answers: RawAnswer[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\r\n\r\n", at);
    const head = text.slice(at, end === -1 ? undefined : end);
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1];
    if (status === undefined) return { answers, broken: head.length < 13 ? undefined : "no status line" };
    if (end === -1) break;
    at = end + 4;
    if (status.startsWith("1")) continue;
    const body = bodyAt(text, at, head, status);
    if (body === undefined) break;
    answers.push({ status: Number(status), body: body.text });
    at = body.end;
  }
  return { answers, broken: undefined };
}

function bodyAt(
  text: string,
  start: number,
  head: string,
  status: string,
): { text: string; end: number } | undefined {
  if (status === "204" || status === "304") return { text: "", end: start };
  if (/\r\ntransfer-encoding: chunked/i.test(head)) {
    const end = text.indexOf("0\r\n\r\n", start);
    return end === -1 ? undefined : { text: text.slice(start, end), end: end + 5 };
  }
  const given = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  // To a client of HTTP/1.0 the end of the connection is the end of the body.
  if (given === undefined && /\r\nconnection: close/i.test(head))
    return { text: text.slice(start), end: text.length };
  const length = Number(given ?? 0);
  if (text.length < start + length) return undefined;
  return { text: Buffer.from(text.slice(start, start + length), "latin1").toString(), end: start + length };
}
