// The head of a request, read where it is plain: the shapes that make up the traffic. Whatever is not plainly one of
// them, legal or not, is not judged here: another parser has to look at it (docs/decisions/fast-engine.md).

import { isHostValue } from "../listener/host-field.ts";
import type { FlatHeaders } from "../message.ts";
import { digitsOf, fieldValue } from "./field-value.ts";

/** A plain head. */
export type PlainHead = {
  readonly method: string;
  readonly target: string;
  /** Names in lower case. */
  readonly headers: FlatHeaders;
  /** Content-Length; 0 where there is none. */
  readonly length: number;
  readonly isChunked: boolean;
  /** The client serves itself of this connection no more (`Connection: close`). */
  readonly isLast: boolean;
};

/**
 * The request line and the lines of fields, each closed by CR LF (RFC 9112 §2.2, a bare LF is doubtful):
 * - GET or POST (RFC 9110 §9.3), a target in origin form, visible ASCII only (RFC 9112 §3.2.1), HTTP/1.1 (§2.3);
 * - a field's name is a token with no space before its colon (RFC 9112 §5.1, RFC 9110 §5.6.2);
 * - its value is of visible ASCII, spaces and tabs (RFC 9110 §5.5); a line that goes on in the next one (RFC 9112
 *   §5.2) begins with a space, which no name does.
 */
const PLAIN = /^(?:GET|POST) \/[!-~]* HTTP\/1\.1(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~]*)+$/;

const CRLF = "\r\n";
const MAX_FIELDS = 100;
const VERSION_LENGTH = " HTTP/1.1".length;

/**
 * A line of HTTP/1.1 or 1.0 with one space between its parts (RFC 9112 §3, §2.3). Empty lines may be before it (§2.2).
 */
const REQUEST_LINE = /^[\r\n]*(?:$|[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~\x80-\xff]+ HTTP\/1\.[01](?:\r\n|$))/;

/**
 * Whether a head that is not plain begins as one of HTTP does. `node:http` takes more for one: other protocols, and
 * any number of spaces.
 */
export function hasRequestLine(text: string): boolean {
  return REQUEST_LINE.test(text);
}

/**
 * Reads a head, as text without the empty line behind it. Undefined where it is not plain: other methods and versions,
 * bytes beyond ASCII, no Host, several, or an odd one (RFC 9112 §3.2), several lengths or a length beside a coding (§6.1, §6.3), a
 * coding that is not `chunked` alone, an offer to leave HTTP, an expectation, options of the connection that are
 * neither `close` nor `keep-alive` alone. `before`: the target of another request, which is given again where it is the
 * same: what is known of that text need not be found out anew.
 */
export function readPlainHead(text: string, before = ""): PlainHead | undefined {
  if (!PLAIN.test(text)) return undefined;
  const headers: string[] = [];
  let hosts = 0;
  let length = -1;
  let isChunked = false;
  let connection: string | undefined;
  const lineEnd = text.indexOf(CRLF);
  // Cut out one by one: a list of all lines is as many texts more.
  for (let end = lineEnd; end < text.length; ) {
    const start = end + CRLF.length;
    const next = text.indexOf(CRLF, start);
    end = next === -1 ? text.length : next;
    const colon = text.indexOf(":", start);
    const name = text.slice(start, colon).toLowerCase();
    const value = fieldValue(text, colon + 1, end);
    headers.push(name, value);
    switch (name) {
      case "host":
        if (!isHostValue(value)) return undefined;
        hosts += 1;
        break;
      case "content-length":
        if (length !== -1) return undefined;
        length = digitsOf(value);
        if (length === -1) return undefined;
        break;
      case "transfer-encoding":
        if (isChunked || value.toLowerCase() !== "chunked") return undefined;
        isChunked = true;
        break;
      case "connection":
        if (connection !== undefined) return undefined;
        connection = value.toLowerCase();
        break;
      case "upgrade":
      case "http2-settings":
      case "expect":
      case "proxy-connection":
        return undefined;
    }
  }
  if (headers.length > 2 * MAX_FIELDS) return undefined;
  if (hosts !== 1 || (isChunked && length !== -1)) return undefined;
  if (connection !== undefined && connection !== "close" && connection !== "keep-alive") return undefined;
  const space = text.indexOf(" ");
  const targetEnd = lineEnd - VERSION_LENGTH;
  const isSame = before.length === targetEnd - space - 1 && text.startsWith(before, space + 1);
  return {
    method: text.slice(0, space),
    target: isSame ? before : text.slice(space + 1, targetEnd),
    headers,
    length: Math.max(0, length),
    isChunked,
    isLast: connection === "close",
  };
}
