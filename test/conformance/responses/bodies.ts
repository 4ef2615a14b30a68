// Bodies of answers: how their end is told, and how they are cut (RFC 9112 §6, §7, §8).

import { head } from "../request-row.ts";
import { BAD, CODED, HELLO, LENGTH_5, OK, responseRows } from "../response-row.ts";

/** An answer with these fields, and this behind it. */
function answer(fields: readonly string[], body = "hello"): string {
  return head(OK, ...fields) + body;
}

const LAST = "0\r\n\r\n";
const IN_CHUNKS = `5\r\nhello\r\n${LAST}`;
const CLOSED = "200 =hello whole closed";
const CUT = "200 =hello !reset closed";

const LENGTHS = responseRows({
  "a length of none": {
    rfc: "RFC 9112 §6.2",
    sent: answer(["Content-Length: 0"], ""),
    want: "200 whole kept",
  },
  "a length with zeros before it": {
    rfc: "RFC 9110 §8.6",
    sent: answer(["Content-Length: 005"]),
    want: HELLO,
  },
  "a length with spaces around it": {
    rfc: "RFC 9110 §5.5",
    sent: answer(["Content-Length: \t5 \t"]),
    want: HELLO,
    onNode: { want: BAD, why: "its parser wants no tab behind a length, which is stricter than the rule" },
  },
  "a length with a plus": { rfc: "RFC 9110 §8.6", sent: answer(["Content-Length: +5"]), want: BAD },
  "a length with a minus": { rfc: "RFC 9110 §8.6", sent: answer(["Content-Length: -5"]), want: BAD },
  "a length in hexadecimal": { rfc: "RFC 9110 §8.6", sent: answer(["Content-Length: 0x5"]), want: BAD },
  "a length with a fraction": { rfc: "RFC 9110 §8.6", sent: answer(["Content-Length: 5.0"]), want: BAD },
  "an empty length": { rfc: "RFC 9110 §8.6", sent: answer(["Content-Length:"]), want: BAD },
  "a length that is a word": { rfc: "RFC 9110 §8.6", sent: answer(["Content-Length: five"]), want: BAD },
  "a length with a no-break space": {
    rfc: "RFC 9110 §8.6",
    sent: answer(["Content-Length: \xa05"]),
    want: BAD,
  },
  "a list of one length": { rfc: "RFC 9110 §8.6", sent: answer(["Content-Length: 5, 5"]), want: BAD },
  "a list of two lengths": { rfc: "RFC 9112 §6.3", sent: answer(["Content-Length: 5, 6"]), want: BAD },
  "the same length twice": { rfc: "RFC 9112 §6.3", sent: answer([LENGTH_5, LENGTH_5]), want: BAD },
  "two lengths": { rfc: "RFC 9112 §6.3", sent: answer([LENGTH_5, "Content-Length: 6"]), want: BAD },
  "a length of 2^64 + 5": {
    rfc: "RFC 9110 §8.6",
    sent: answer(["Content-Length: 18446744073709551621"]),
    want: BAD,
  },
  "a length that no number holds exactly": {
    rfc: "RFC 9110 §8.6",
    sent: answer(["Content-Length: 9007199254740993"]),
    next: "fin",
    want: BAD,
    onNode: { want: CUT, why: "no answer is so long; it is cut in any case" },
  },
  "less than the length": { rfc: "RFC 9112 §8", sent: answer(["Content-Length: 6"]), next: "fin", want: CUT },
  "less than the length, and a reset": {
    rfc: "RFC 9112 §8",
    sent: answer(["Content-Length: 6"], "").concat(),
    next: "reset",
    want: "200 !reset closed",
  },
  "nothing of the length": {
    rfc: "RFC 9112 §8",
    sent: answer([LENGTH_5], ""),
    next: "fin",
    want: "200 !reset closed",
  },
  "an end behind the length": { rfc: "RFC 9112 §9.5", sent: answer([LENGTH_5]), next: "fin", want: CLOSED },
  "a slow drip": {
    rfc: "RFC 9112 §6.2",
    sent: [answer([LENGTH_5], ""), "h", "e", "l", "l", "o"],
    want: HELLO,
  },
});

const CODINGS = responseRows({
  chunked: { rfc: "RFC 9112 §7.1", sent: answer([CODED], IN_CHUNKS), want: HELLO },
  "chunked, whatever its case": {
    rfc: "RFC 9112 §7",
    sent: answer(["TRANSFER-ENCODING: CHUNKED"], IN_CHUNKS),
    want: HELLO,
  },
  "chunked beside a length": { rfc: "RFC 9112 §6.3", sent: answer([CODED, LENGTH_5], IN_CHUNKS), want: BAD },
  "a length beside chunked": { rfc: "RFC 9112 §6.3", sent: answer([LENGTH_5, CODED], IN_CHUNKS), want: BAD },
  "chunked twice": { rfc: "RFC 9112 §7.1", sent: answer([CODED, CODED], IN_CHUNKS), want: BAD },
  "chunked twice in a list": {
    rfc: "RFC 9112 §7.1",
    sent: answer(["Transfer-Encoding: chunked, chunked"], IN_CHUNKS),
    want: BAD,
  },
  "gzip before chunked": {
    rfc: "RFC 9112 §6.1",
    sent: answer(["Transfer-Encoding: gzip, chunked"], IN_CHUNKS),
    want: BAD,
  },
  "gzip before chunked, in two lines": {
    rfc: "RFC 9112 §6.1",
    sent: answer(["Transfer-Encoding: gzip", CODED], IN_CHUNKS),
    want: BAD,
  },
  "chunked before gzip": {
    rfc: "RFC 9112 §6.3",
    sent: answer(["Transfer-Encoding: chunked, gzip"], IN_CHUNKS),
    next: "fin",
    want: BAD,
  },
  "chunked before gzip, in two lines": {
    rfc: "RFC 9112 §6.3",
    sent: answer([CODED, "Transfer-Encoding: gzip"], IN_CHUNKS),
    next: "fin",
    want: BAD,
  },
  "gzip alone": { rfc: "RFC 9112 §6.3", sent: answer(["Transfer-Encoding: gzip"]), next: "fin", want: BAD },
  "gzip beside a length": {
    rfc: "RFC 9112 §6.3",
    sent: answer(["Transfer-Encoding: gzip", LENGTH_5]),
    next: "fin",
    want: BAD,
  },
  "identity alone": {
    rfc: "RFC 9112 §6.3",
    sent: answer(["Transfer-Encoding: identity"]),
    next: "fin",
    want: CLOSED,
  },
  "identity beside a length": {
    rfc: "RFC 9112 §6.3",
    sent: answer(["Transfer-Encoding: identity", LENGTH_5]),
    next: "fin",
    want: BAD,
  },
  "identity before chunked": {
    rfc: "RFC 9112 §7",
    sent: answer(["Transfer-Encoding: identity", CODED], IN_CHUNKS),
    next: "fin",
    want: BAD,
  },
  "an empty coding": { rfc: "RFC 9112 §6.3", sent: answer(["Transfer-Encoding:"]), next: "fin", want: BAD },
  "chunked with a parameter": {
    rfc: "RFC 9112 §7",
    sent: answer(["Transfer-Encoding: chunked;a=b"], IN_CHUNKS),
    next: "fin",
    want: BAD,
  },
  "chunked with a letter more": {
    rfc: "RFC 9112 §7",
    sent: answer(["Transfer-Encoding: xchunked"], IN_CHUNKS),
    next: "fin",
    want: BAD,
  },
  "chunked behind a vertical tab": {
    rfc: "RFC 9112 §7",
    sent: answer(["Transfer-Encoding: \vchunked"], IN_CHUNKS),
    next: "fin",
    want: BAD,
  },
  "a coding with a space before its colon": {
    rfc: "RFC 9112 §5.1",
    sent: answer(["Transfer-Encoding : chunked"], IN_CHUNKS),
    want: BAD,
  },
  "chunked in HTTP/1.0": {
    rfc: "RFC 9112 §6.1",
    sent: `${head("HTTP/1.0 200 OK", CODED)}${IN_CHUNKS}`,
    want: CLOSED,
  },
  "chunked in HTTP/1.0 that is to be kept": {
    rfc: "RFC 9112 §6.1",
    sent: `${head("HTTP/1.0 200 OK", CODED, "Connection: keep-alive")}${IN_CHUNKS}`,
    want: CLOSED,
    onNode: { want: HELLO, why: "its parser tells nobody of the version; the end of the body is the same" },
  },
  "a packed body is another matter": {
    rfc: "RFC 9110 §8.4",
    sent: answer(["Content-Encoding: gzip", LENGTH_5]),
    want: HELLO,
  },
});

const BY_CLOSE = responseRows({
  "an end by the connection's": { rfc: "RFC 9112 §6.3", sent: answer([]), next: "fin", want: CLOSED },
  "the same, and nothing came": {
    rfc: "RFC 9112 §6.3",
    sent: answer([], ""),
    next: "fin",
    want: "200 whole closed",
  },
  "the same with keep-alive": {
    rfc: "RFC 9112 §6.3",
    sent: answer(["Connection: keep-alive"]),
    next: "fin",
    want: CLOSED,
  },
  "a reset is no end": { rfc: "RFC 9112 §8", sent: [answer([]), ""], next: "reset", want: CUT },
  "a reset behind the head is no end": {
    rfc: "RFC 9112 §8",
    sent: [answer([], ""), ""],
    next: "reset",
    want: "200 !reset closed",
  },
  "what looks like another answer is of the body": {
    rfc: "RFC 9112 §6.3",
    sent: answer([], answer([LENGTH_5])),
    next: "fin",
    want: `200 =${answer([LENGTH_5])} whole closed`,
  },
  "HTTP/1.0": { rfc: "RFC 9112 §6.3", sent: `${head("HTTP/1.0 200 OK")}hello`, next: "fin", want: CLOSED },
});

export const BODIES = [...LENGTHS, ...CODINGS, ...BY_CLOSE];
