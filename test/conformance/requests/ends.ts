// Clients that end or stop before their request is whole, and bodies that come late (RFC 9112 §8, RFC 9110 §15.5.9).

import { CHUNKED, GET, HOST, head, POST, REFUSED, requestRows } from "../request-row.ts";

const EXPECT = "Expect: 100-continue";
const LENGTH_4 = head(POST, HOST, "Content-Length: 4");
const CODED = head(POST, HOST, CHUNKED);

/** Whoever ends its side before its request is whole has left; it may be answered, and need not (RFC 9112 §8). */
const CUT = "POST / !client_closed > closed";
const CUT_BY_NODE = {
  want: "POST / !client_closed > 400 closed",
  why: "an answer to such a request is allowed, and needed by nobody",
};

export const ENDS = requestRows({
  "the client ends without a word": { rfc: "RFC 9112 §8", sent: "", next: "fin", want: "> closed" },
  "the client ends in the request line": { rfc: "RFC 9112 §8", sent: "GET / HT", next: "fin", want: REFUSED },
  "the client ends in a field": { rfc: "RFC 9112 §8", sent: `${GET}\r\nHos`, next: "fin", want: REFUSED },
  "the client ends before the empty line": {
    rfc: "RFC 9112 §8",
    sent: `${GET}\r\nHost: h\r\n`,
    next: "fin",
    want: REFUSED,
  },
  "the client ends in the body": {
    rfc: "RFC 9112 §8",
    sent: `${LENGTH_4}ab`,
    next: "fin",
    want: CUT,
    onNode: CUT_BY_NODE,
  },
  "the client ends before the body": {
    rfc: "RFC 9112 §8",
    sent: LENGTH_4,
    next: "fin",
    want: CUT,
    onNode: CUT_BY_NODE,
  },
  "the client ends in a size": {
    rfc: "RFC 9112 §8",
    sent: `${CODED}2`,
    next: "fin",
    want: CUT,
    onNode: CUT_BY_NODE,
  },
  "the client ends in a chunk": {
    rfc: "RFC 9112 §8",
    sent: `${CODED}2\r\na`,
    next: "fin",
    want: CUT,
    onNode: CUT_BY_NODE,
  },
  "the client ends between chunks": {
    rfc: "RFC 9112 §8",
    sent: `${CODED}1\r\na\r\n`,
    next: "fin",
    want: CUT,
    onNode: CUT_BY_NODE,
  },
  "the client ends before the last line": {
    rfc: "RFC 9112 §8",
    sent: `${CODED}1\r\na\r\n0\r\n`,
    next: "fin",
    want: CUT,
    onNode: CUT_BY_NODE,
  },
  "the client says nothing": { rfc: "RFC 9110 §15.5.9", sent: "", next: "wait", want: "> 408 closed" },
  "the client stops in the request line": {
    rfc: "RFC 9110 §15.5.9",
    sent: "GET /",
    next: "wait",
    want: "> 408 closed",
  },
  "the client stops in a field": {
    rfc: "RFC 9110 §15.5.9",
    sent: `${GET}\r\nHos`,
    next: "wait",
    want: "> 408 closed",
  },
  "the client stops before the empty line": {
    rfc: "RFC 9110 §15.5.9",
    sent: `${GET}\r\nHost: h\r\n\r`,
    next: "wait",
    want: "> 408 closed",
  },
  "the client stops in the body": {
    rfc: "RFC 9110 §15.5.9",
    sent: `${LENGTH_4}ab`,
    next: "wait",
    want: "POST / !request_timeout > 408 closed",
  },
  "the client stops in a chunk": {
    rfc: "RFC 9110 §15.5.9",
    sent: `${CODED}2\r\na`,
    next: "wait",
    want: "POST / !request_timeout > 408 closed",
  },
  "the client stops before the last line": {
    rfc: "RFC 9110 §15.5.9",
    sent: `${CODED}1\r\na\r\n0\r\n`,
    next: "wait",
    want: "POST / !request_timeout > 408 closed",
  },
  "a body that comes in pieces behind its head": {
    rfc: "RFC 9112 §6.2",
    sent: [LENGTH_4, "a", "bc", "d"],
    want: "POST / =abcd > 200 kept",
  },
  "an expected body that comes later": {
    rfc: "RFC 9110 §10.1.1",
    sent: [head(POST, HOST, EXPECT, "Content-Length: 2"), "ab"],
    want: "POST / =ab > 100 200 kept",
  },
});
