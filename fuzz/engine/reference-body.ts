// Bodies for the reference parser: RFC 9112 §6.3 and §7.1.

import { type Cursor, isFieldByte, isHexDigit, isSpace, isToken, Stop } from "./reference-cursor.ts";

/** How the end of a body is told. */
export type Framing = { readonly length: number } | "chunked" | "close";

/**
 * Reads a body into `body`.
 * @throws Stop where it is broken, or not whole
 */
export function bodyOf(cursor: Cursor, framing: Framing, body: string[]): void {
  if (framing === "chunked") {
    chunks(cursor, body);
    trailers(cursor);
    return;
  }
  if (framing === "close") body.push(cursor.some(Number.POSITIVE_INFINITY));
  else data(cursor, framing.length, body);
}

function data(cursor: Cursor, length: number, body: string[]): void {
  const got = cursor.some(length);
  body.push(got);
  if (got.length < length) throw new Stop("waiting");
}

/** §7.1: *chunk last-chunk. */
function chunks(cursor: Cursor, body: string[]): void {
  for (;;) {
    const size = Number.parseInt(cursor.many(isHexDigit, 1), 16);
    if (!Number.isSafeInteger(size)) throw new Stop("refused");
    extensions(cursor);
    cursor.exactly("\r\n");
    if (size === 0) return;
    data(cursor, size, body);
    cursor.exactly("\r\n");
  }
}

/** §7.1.1: *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ). */
function extensions(cursor: Cursor): void {
  while (cursor.peek() !== CR) {
    cursor.many(isSpace, 0);
    cursor.exactly(";");
    cursor.many(isSpace, 0);
    cursor.many(isToken, 1);
    // BWS is before a sign and not before the line's end.
    const space = cursor.many(isSpace, 0);
    if (cursor.peek() === EQUALS) {
      cursor.exactly("=");
      cursor.many(isSpace, 0);
      if (cursor.peek() === QUOTE) quoted(cursor);
      else cursor.many(isToken, 1);
    } else if (space !== "" && cursor.peek() !== SEMICOLON) throw new Stop("refused");
  }
}

/** RFC 9110 §5.6.4. */
function quoted(cursor: Cursor): void {
  cursor.exactly('"');
  while (cursor.peek() !== QUOTE) {
    if (cursor.peek() === BACKSLASH) cursor.exactly("\\");
    cursor.many(isFieldByte, 1, 1);
  }
  cursor.exactly('"');
}

/** §7.1.2, and the empty line behind it. */
function trailers(cursor: Cursor): void {
  while (cursor.peek() !== CR) {
    cursor.many(isToken, 1);
    cursor.exactly(":");
    cursor.many(isFieldByte, 0);
    cursor.exactly("\r\n");
  }
  cursor.exactly("\r\n");
}

const CR = 0x0d;
const QUOTE = 0x22;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
