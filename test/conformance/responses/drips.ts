// Answers that never end, a few bytes at a time, and connections that are poisoned while they rest: each part of a
// message has a bound, and nothing is read that nobody has asked for (RFC 9112 §9.2).

import { head } from "../request-row.ts";
import { BAD, CODED, HELLO, LENGTH_5, OK, responseRows } from "../response-row.ts";

const ANSWER = `${head(OK, LENGTH_5)}hello`;
const CLOSED = "200 =hello whole closed";
const BROKEN = "200 !bad_response closed";
const A70K = "a".repeat(70_000);
const PASSED = { want: HELLO, why: "it keeps none of it, and whoever waits for an answer bounds the time" };

export const DRIPS = responseRows({
  "a reason longer than a head may be": {
    rfc: "RFC 9110 §5.4",
    sent: `HTTP/1.1 200 ${A70K}\r\n${LENGTH_5}\r\n\r\nhello`,
    want: BAD,
    onNode: PASSED,
  },
  "a name without an end": {
    rfc: "RFC 9110 §5.4",
    sent: `${OK}\r\n`,
    next: { drip: "a".repeat(1_000) },
    want: BAD,
  },
  "a value without an end": {
    rfc: "RFC 9110 §5.4",
    sent: `${OK}\r\nX: `,
    next: { drip: "a".repeat(1_000) },
    want: BAD,
  },
  "fields without an end": {
    rfc: "RFC 9110 §5.4",
    sent: `${OK}\r\n`,
    next: { drip: `X: ${"a".repeat(1_000)}\r\n` },
    want: BAD,
  },
  "interim answers without an end": {
    rfc: "RFC 9110 §15.2",
    sent: "",
    next: { drip: head("HTTP/1.1 103 x", "Link: </a>") },
    want: BAD,
  },
  "interim answers without an end, a byte at a time": {
    rfc: "RFC 9110 §15.2",
    sent: [...head("HTTP/1.1 100 x").repeat(21)],
    want: BAD,
  },
  "interim answers that are large, one behind another": {
    rfc: "RFC 9110 §15.2",
    sent: "",
    next: { drip: head("HTTP/1.1 103 x", `Link: <${"a".repeat(10_000)}>`) },
    want: BAD,
  },
  "an extension of 70,000 bytes": {
    rfc: "RFC 9112 §7.1.1",
    sent: `${head(OK, CODED)}5;${A70K}\r\nhello\r\n0\r\n\r\n`,
    want: BROKEN,
    onNode: PASSED,
  },
  "a size with 70,000 zeros before it": {
    rfc: "RFC 9112 §7.1",
    sent: `${head(OK, CODED)}${"0".repeat(70_000)}5\r\nhello\r\n0\r\n\r\n`,
    want: BROKEN,
    onNode: PASSED,
  },
  "a trailer without an end": {
    rfc: "RFC 9110 §6.5",
    sent: `${head(OK, CODED)}0\r\nX: `,
    next: { drip: "a".repeat(1_000) },
    want: BROKEN,
  },
  "trailers without an end": {
    rfc: "RFC 9110 §6.5",
    sent: `${head(OK, CODED)}0\r\n`,
    next: { drip: `X: ${"a".repeat(1_000)}\r\n` },
    want: BROKEN,
  },
  "bytes without an end behind an answer": {
    rfc: "RFC 9112 §9.2",
    sent: ANSWER,
    next: { drip: "x" },
    want: CLOSED,
  },
  "answers without an end behind an answer": {
    rfc: "RFC 9112 §9.2",
    sent: ANSWER,
    next: { drip: ANSWER },
    want: CLOSED,
  },
  "line ends without an end behind an answer": {
    rfc: "RFC 9112 §9.2",
    sent: ANSWER,
    next: { drip: "\r\n" },
    want: CLOSED,
    onNode: { want: HELLO, why: "its parser skips empty lines, in which nothing can be hidden" },
  },
  "a NUL behind an answer, a moment later": { rfc: "RFC 9112 §9.2", sent: [ANSWER, "\0"], want: CLOSED },
  "half a status line behind an answer, and the end": {
    rfc: "RFC 9112 §9.2",
    sent: [ANSWER, "HTTP/1.1 200 OK\r\n"],
    next: "fin",
    want: CLOSED,
  },
  "an alert of TLS behind an answer": {
    rfc: "RFC 9112 §9.2",
    sent: [ANSWER, "\x15\x03\x03\x00\x02\x01\x00"],
    want: CLOSED,
  },
});
