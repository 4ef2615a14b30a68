// Requests that never end, a few bytes at a time: each part of a message has a bound, by time or by size (RFC 9110
// §15.5.9, §17.5).

import { CHUNKED, GET, HOST, head, POST, requestRows } from "../request-row.ts";

const CODED = head(POST, HOST, CHUNKED);
const BROKEN = "POST / !bad_request > 400 closed";
const BY_NODE = {
  want: "POST / !client_closed > 400 closed",
  why: "node:http answers by itself, and whoever reads the body learns of the end of the connection only",
};

const TRAILERS_OF_NODE = {
  want: "POST / !client_closed > 431 closed",
  why: "it counts trailers as fields of a head",
};

export const DRIPS = requestRows({
  "empty lines without an end": {
    rfc: "RFC 9112 §2.2",
    sent: "",
    next: { drip: "\r\n" },
    want: "> 408 closed",
  },
  "a method without an end": {
    rfc: "RFC 9110 §15.5.9",
    sent: "G",
    next: { drip: "G" },
    want: "> 400 closed",
  },
  "a target without an end": {
    rfc: "RFC 9110 §15.5.9",
    sent: "GET /",
    next: { drip: "a" },
    want: "> 408 closed",
  },
  "a value without an end": {
    rfc: "RFC 9110 §15.5.9",
    sent: `${GET}\r\nHost: h\r\nX: `,
    next: { drip: "a" },
    want: "> 408 closed",
  },
  "a name without an end": {
    rfc: "RFC 9110 §15.5.9",
    sent: `${GET}\r\nHost: h\r\n`,
    next: { drip: "a" },
    want: "> 408 closed",
  },
  "a size without an end": {
    rfc: "RFC 9112 §7.1",
    sent: CODED,
    next: { drip: "0".repeat(100) },
    want: BROKEN,
    onNode: { want: "POST / !request_timeout > 408 closed", why: "nothing of the body comes in this time" },
  },
  "an extension without an end": {
    rfc: "RFC 9112 §7.1.1",
    sent: `${CODED}2;`,
    next: { drip: "a".repeat(100) },
    want: BROKEN,
    onNode: BY_NODE,
  },
  "extensions of one chunk after another": {
    rfc: "RFC 9112 §7.1.1",
    sent: CODED,
    next: { drip: `1;${"a".repeat(1_000)}\r\nx\r\n` },
    want: BROKEN,
    onNode: { want: "POST / !request_too_large > 413 closed", why: "it bounds the extensions of each chunk" },
  },
  "a trailer without an end": {
    rfc: "RFC 9110 §6.5",
    sent: `${CODED}0\r\nX: `,
    next: { drip: "a".repeat(100) },
    want: BROKEN,
    onNode: TRAILERS_OF_NODE,
  },
  "trailers without an end": {
    rfc: "RFC 9110 §6.5",
    sent: `${CODED}0\r\n`,
    next: { drip: `X: ${"a".repeat(100)}\r\n` },
    want: BROKEN,
    onNode: TRAILERS_OF_NODE,
  },
  "chunks of a byte without an end": {
    rfc: "RFC 9110 §15.5.14",
    sent: CODED,
    next: { drip: "1\r\na\r\n" },
    want: "POST / !request_too_large > 413 closed",
  },
  "requests without a Host, one behind another": {
    rfc: "RFC 9112 §3.2",
    sent: "",
    next: { drip: head(GET) },
    want: "> 400 closed",
  },
});
