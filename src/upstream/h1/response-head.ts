// The head of an answer, read strictly: what two readers could take for two things is none.

import { digitsOf, fieldValue } from "../../http/h1/field-value.ts";
import type { FlatHeaders } from "../../http/message.ts";
import { isUsedUp, keptMsOf } from "../kept.ts";

/** How the end of an answer's body is told (RFC 9112 §6.3): by its length, by its last chunk, or by the connection's. */
type BodyEnd = { readonly length: number } | "chunked" | "close";

/** A head. */
export type ReceivedHead = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: FlatHeaders;
  readonly bodyEnd: BodyEnd;
  /** The peer takes another request on this connection (RFC 9112 §9.3). */
  readonly isKept: boolean;
  /** For how long at least, where it says so; in ms. */
  readonly keptMs: number | undefined;
};

/** Why a head is refused, as `OutboundFailure.reason` names it. */
export type HeadFault = "INVALID_HEAD" | "INVALID_LENGTH" | "TRANSFER_CODING";

/**
 * The status line (RFC 9112 §4) and the lines of fields, each closed by CR LF (§2.2: a bare LF is refused). A field's name
 * is a token with no space before its colon (§5.1); its value has no control characters but tabs (RFC 9110 §5.5). A line
 * that goes on in the next one begins with a space, which no name does (RFC 9112 §5.2: a gateway may discard such an
 * answer).
 */
const HEAD =
  /^HTTP\/1\.[01] [1-9][0-9][0-9](?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/;

const CRLF = "\r\n";
const STATUS_AT = "HTTP/1.1 ".length;
/** An option of the connection among others (RFC 9110 §7.6.1); around it are spaces and tabs alone. */
const CLOSE = /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i;
const KEEP_ALIVE = /(?:^|,)[\t ]*keep-alive[\t ]*(?:,|$)/i;

/** Reads a head, as text in latin1 without the empty line behind it. `method`: that of the request. */
export function readAnswerHead(text: string, method: string): ReceivedHead | HeadFault {
  if (!HEAD.test(text)) return "INVALID_HEAD";
  const status = digitsOf(text.slice(STATUS_AT, STATUS_AT + 3));
  const headers: string[] = [];
  let length = -1;
  let coding: string | undefined;
  const isOld = text[STATUS_AT - 2] === "0";
  let isClosing = false;
  let isKept = !isOld;
  let keptMs: number | undefined;
  // Cut out one by one: a list of all lines is as many texts more.
  for (let lineEnd = text.indexOf(CRLF); lineEnd !== -1; ) {
    const start = lineEnd + CRLF.length;
    lineEnd = text.indexOf(CRLF, start);
    const colon = text.indexOf(":", start);
    const name = text.slice(start, colon).toLowerCase();
    const value = fieldValue(text, colon + 1, lineEnd === -1 ? text.length : lineEnd);
    headers.push(name, value);
    switch (name) {
      case "content-length":
        // Also the same one twice: whoever sends it so may send another one next (RFC 9112 §6.3).
        if (length !== -1) return "INVALID_LENGTH";
        length = digitsOf(value);
        if (length === -1) return "INVALID_LENGTH";
        break;
      case "transfer-encoding":
        if (coding !== undefined) return "TRANSFER_CODING";
        coding = value.toLowerCase();
        break;
      case "connection":
        isClosing ||= CLOSE.test(value);
        isKept ||= KEEP_ALIVE.test(value);
        break;
      case "keep-alive":
        keptMs = keptMsOf(value) ?? keptMs;
        isClosing ||= isUsedUp(value);
        break;
    }
  }
  // Only `chunked` is undone here: the bytes of any other coding would pass for the body (RFC 9112 §6.1).
  if (coding !== undefined && coding !== "chunked" && coding !== "identity") return "TRANSFER_CODING";
  // Beside `identity`, too, the next reader may go by the one or by the other (§6.3).
  if (coding !== undefined && length !== -1) return "INVALID_LENGTH";
  const bodyEnd = bodyEndOf(status, method, coding, length);
  // §9.3: `close` goes before everything; §6.1: HTTP/1.0 has no codings, so that this one's framing is doubtful.
  if (isClosing || bodyEnd === "close" || (isOld && coding !== undefined)) isKept = false;
  return { status, headers, bodyEnd, isKept, keptMs };
}

function bodyEndOf(status: number, method: string, coding: string | undefined, length: number): BodyEnd {
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return { length: 0 };
  if (coding === "chunked") return "chunked";
  return length === -1 ? "close" : { length };
}
