// The head of an answer as it goes out, the same as `node:http` writes it.

import type { FlatHeaders } from "../message.ts";

/** What a head says of its connection. */
export type HeadEnd = {
  /** The line that says when it was made, with its end. */
  readonly date: string;
  /** Kept for so many seconds, closed by us, or closed as the client has asked. */
  readonly connection: number | "ours" | "theirs";
};

/** What may not be in a field's value (RFC 9110 §5.5): a line end would begin another field. */
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;

/** The head of one answer. */
export class ResponseHead {
  /** An answer of this status may have a body (RFC 9112 §6.3). */
  readonly hasBody: boolean;
  /** The body is in chunks; else it has the length that is said, or none. */
  readonly isFraming: boolean;
  /** Whoever answers wants the connection closed. */
  readonly isClosing: boolean;
  #text: string;

  /**
   * Without a length among the headers the body is chunked.
   * @throws TypeError for a value that cannot be sent
   */
  constructor(status: number, headers: FlatHeaders) {
    let text = `HTTP/1.1 ${status} ${reasonOf(status)}\r\n`;
    let isSized = false;
    let isClosing = false;
    for (let at = 0; at + 1 < headers.length; at += 2) {
      const name = headers[at] ?? "";
      const value = headers[at + 1] ?? "";
      if (FORBIDDEN.test(value)) throw new TypeError(`the value of ${name} cannot be sent`);
      if (name === "content-length") isSized = true;
      else if (name === "connection") isClosing = value === "close";
      text += `${name}: ${value}\r\n`;
    }
    this.hasBody = status !== 204 && status !== 304;
    this.isFraming = this.hasBody && !isSized;
    this.isClosing = isClosing;
    this.#text = this.isFraming ? `${text}transfer-encoding: chunked\r\n` : text;
  }

  /** The whole of it, in latin1. To be asked once: it is not kept for as long as a stream goes on. */
  text({ date, connection }: HeadEnd): string {
    const text = this.#text;
    this.#text = "";
    if (this.isClosing) return `${text}${date}\r\n`;
    if (connection === "ours") return `${text}connection: close\r\n${date}\r\n`;
    if (connection === "theirs") return `${text}${date}Connection: close\r\n\r\n`;
    return `${text}${date}Connection: keep-alive\r\nKeep-Alive: timeout=${connection}\r\n\r\n`;
  }
}

function reasonOf(status: number): string {
  // Nearly every answer; `node:http` is 1 MiB, and asking for it takes as long as the rest of a head.
  if (status === 200) return "OK";
  return process.getBuiltinModule("node:http").STATUS_CODES[status] ?? "unknown";
}

/** The line with the date (RFC 9110 §6.6.1), made once a second. */
export class DateLine {
  #second = 0;
  #line = "";

  /** `wallMs`: the time now. */
  at(wallMs: number): string {
    const second = Math.floor(wallMs / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#line = `Date: ${new Date(wallMs).toUTCString()}\r\n`;
    }
    return this.#line;
  }
}
