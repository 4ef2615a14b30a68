// Lengths, codings and line ends of answers in disguise: what one reader takes for the thing itself and another for
// something else is no answer (RFC 9112 §11.1).

import { head } from "../request-row.ts";
import { BAD, CODED, LENGTH_5, OK, responseRows } from "../response-row.ts";

const LAST = "0\r\n\r\n";
const IN_CHUNKS = `5\r\nhello\r\n${LAST}`;

function bad(rfc: string, fields: readonly string[], body: string) {
  return { rfc, sent: head(OK, ...fields) + body, next: "fin" as const, want: BAD };
}

/** The head is one; its body is none, behind these bytes of it. */
function broken(rfc: string, body: string, came = "") {
  const told = came === "" ? "" : `=${came} `;
  return {
    rfc,
    sent: head(OK, CODED) + body,
    next: "fin" as const,
    want: `200 ${told}!bad_response closed`,
  };
}

export const DISGUISES = responseRows({
  "a length in a digit above the line": bad("RFC 9110 §8.6", ["Content-Length: \xb2"], "hello"),
  "a length in digits of another script": bad("RFC 9110 §8.6", ["Content-Length: \xd9\xa5"], "hello"),
  "a length and nothing in a list": bad("RFC 9110 §8.6", ["Content-Length: 5,"], "hello"),
  "a length with a parameter": bad("RFC 9110 §8.6", ["Content-Length: 5;a=b"], "hello"),
  "a length in quotes": bad("RFC 9110 §8.6", ['Content-Length: "5"'], "hello"),
  "a length in two words": bad("RFC 9110 §8.6", ["Content-Length: 5 5"], "hello"),
  "a length behind a vertical tab": bad("RFC 9110 §5.5", ["Content-Length: \v5"], "hello"),
  "a length with a space before its colon": bad("RFC 9112 §5.1", ["Content-Length : 5"], "hello"),
  "a length with a no-break space before its colon": bad("RFC 9112 §5.1", ["Content-Length\xa0: 5"], "hello"),
  "a length in the next line": bad("RFC 9112 §5.2", ["Content-Length:", " 5"], "hello"),
  "a length behind a bare LF": bad("RFC 9112 §2.2", ["X: a\nContent-Length: 5"], "hello"),
  "a length behind a bare CR": bad("RFC 9112 §2.2", ["X: a\rContent-Length: 5"], "hello"),
  "a length, and one with a space before its colon": bad(
    "RFC 9112 §5.1",
    [LENGTH_5, "Content-Length : 6"],
    "hello",
  ),
  "an empty length beside a length": bad("RFC 9112 §6.3", ["Content-Length:", LENGTH_5], "hello"),
  "a coding in the next line": bad("RFC 9112 §5.2", ["Transfer-Encoding:", " chunked"], IN_CHUNKS),
  "a coding behind a bare LF": bad("RFC 9112 §2.2", [`X: a\n${CODED}`], IN_CHUNKS),
  "a coding behind a bare CR": bad("RFC 9112 §2.2", [`X: a\r${CODED}`], IN_CHUNKS),
  "a coding with a tab before its colon": bad("RFC 9112 §5.1", ["Transfer-Encoding\t: chunked"], IN_CHUNKS),
  "a coding with an accent": bad("RFC 9112 §7", ["Transfer-Encoding: ch\xfcnked"], IN_CHUNKS),
  "a length, and a coding behind a bare CR": bad("RFC 9112 §6.3", [LENGTH_5, `X: a\r${CODED}`], IN_CHUNKS),
  "chunked and nothing in a list": bad("RFC 9112 §6.1", ["Transfer-Encoding: chunked,"], IN_CHUNKS),
  "nothing and chunked in a list": bad("RFC 9112 §6.1", ["Transfer-Encoding: , chunked"], IN_CHUNKS),
  "chunked in quotes": bad("RFC 9112 §7", ['Transfer-Encoding: "chunked"'], IN_CHUNKS),
  "chunked with a NUL": bad("RFC 9112 §7", ["Transfer-Encoding: chunked\0"], IN_CHUNKS),
  "a size in a digit above the line": broken("RFC 9112 §7.1", `\xb9\r\nhello\r\n${LAST}`),
  "a size with a plus": broken("RFC 9112 §7.1", `+5\r\nhello\r\n${LAST}`),
  "a size with an underscore": broken("RFC 9112 §7.1", `0_5\r\nhello\r\n${LAST}`),
  "a space behind the size": broken("RFC 9112 §7.1", `5 \r\nhello\r\n${LAST}`),
  "a bare CR behind the size": broken("RFC 9112 §7.1", `5\rhello\r\n${LAST}`),
  "two CRs behind the size": broken("RFC 9112 §7.1", `5\r\r\nhello\r\n${LAST}`),
  "a bare LF in an extension": broken("RFC 9112 §7.1.1", `5;a\nhello\r\n${LAST}`),
  "a NUL in an extension": broken("RFC 9112 §7.1.1", `5;a\0\r\nhello\r\n${LAST}`),
  "a bare CR behind the data": broken("RFC 9112 §7.1", `5\r\nhello\r${LAST}`, "hello"),
  "anything in place of the line end behind the data": broken(
    "RFC 9112 §7.1",
    `5\r\nhelloXX${LAST}`,
    "hello",
  ),
  "a bare LF behind the last size": broken("RFC 9112 §7.1", "5\r\nhello\r\n0\n\r\n", "hello"),
  "a bare CR for the last line": broken("RFC 9112 §7.1", "5\r\nhello\r\n0\r\n\rX", "hello"),
  "a trailer that goes on in the next line": broken(
    "RFC 9112 §5.2",
    "5\r\nhello\r\n0\r\nX: 1\r\n 2\r\n\r\n",
    "hello",
  ),
  "a bare LF ends a trailer": broken("RFC 9112 §2.2", "5\r\nhello\r\n0\r\nX: 1\n\r\n", "hello"),
  "a NUL in a trailer": broken("RFC 9110 §5.5", "5\r\nhello\r\n0\r\nX: \0\r\n\r\n", "hello"),
});
