// The head of a request to an endpoint, and its body in the pieces that are written.

import type { FlatHeaders } from "../../http/message.ts";

/** What may not be in a target (RFC 9112 §3.2), a method or a field's name: it would begin something else. */
const FORBIDDEN_WORD = /[^!-~]/;
/** What may not be in a field's value (RFC 9110 §5.5). */
const FORBIDDEN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * What goes before the fields of every request on one route, made once for it. `authorization`: what a proxy wants that
 * forwards them.
 */
export function routeLines(origin: string, authorization: string | undefined): string {
  const lines = `host: ${new URL(origin).host}\r\nconnection: keep-alive\r\n`;
  return authorization === undefined ? lines : `${lines}proxy-authorization: ${authorization}\r\n`;
}

/** The lines of a request that asks to leave HTTP. */
export function upgradeLines(origin: string, protocol: string): string {
  return `host: ${new URL(origin).host}\r\nconnection: upgrade\r\nupgrade: ${protocol}\r\n`;
}

/** The parts of a head. */
export type HeadParts = {
  readonly method: string;
  /** As `H1Route.target` has it. */
  readonly path: string;
  /** As `routeLines` or `upgradeLines` has them. */
  readonly lines: string;
  readonly headers: FlatHeaders;
  /** Of the body; undefined where there is none, and none was expected. */
  readonly length: number | undefined;
};

/** A head in latin1; undefined where a part of it cannot be sent. */
export function requestHead({ method, path, lines, headers, length }: HeadParts): string | undefined {
  if (FORBIDDEN_WORD.test(path) || FORBIDDEN_WORD.test(method)) return undefined;
  let text = `${method} ${path} HTTP/1.1\r\n${lines}`;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const value = headers[at + 1] ?? "";
    if (FORBIDDEN_WORD.test(name) || FORBIDDEN_VALUE.test(value)) return undefined;
    text += `${name}: ${value}\r\n`;
  }
  return length === undefined ? `${text}\r\n` : `${text}content-length: ${length}\r\n\r\n`;
}

/** Methods whose requests have a body, if only an empty one (RFC 9110 §8.6). */
const WITH_BODY: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/** The length to be told of a body. */
export function lengthOf(method: string, body: Buffer | readonly Buffer[] | undefined): number | undefined {
  if (body === undefined) return WITH_BODY.has(method) ? 0 : undefined;
  if (Buffer.isBuffer(body)) return body.length;
  return body.reduce((sum, piece) => sum + piece.length, 0);
}
