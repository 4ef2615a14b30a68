// What becomes of the connection: its options, expectations, offers, pipelines (RFC 9112 §9, RFC 9110 §7, §10).

import { CHUNKED, GET, HOST, head, POST, requestRows } from "../request-row.ts";

const KEPT = "GET / > 200 kept";
const LEFT = "GET / > 200 closed";
const GET_A = head("GET /a HTTP/1.1", HOST);
const GET_B = head("GET /b HTTP/1.1", HOST);
const EXPECT = "Expect: 100-continue";

const OPTIONS = requestRows({
  close: { rfc: "RFC 9112 §9.6", sent: head(GET, HOST, "Connection: close"), want: LEFT },
  "close, whatever its case": {
    rfc: "RFC 9110 §7.6.1",
    sent: head(GET, HOST, "Connection: CLOSE"),
    want: LEFT,
  },
  "close in a list": { rfc: "RFC 9110 §7.6.1", sent: head(GET, HOST, "Connection: x, close"), want: LEFT },
  "close before keep-alive": {
    rfc: "RFC 9112 §9.3",
    sent: head(GET, HOST, "Connection: close, keep-alive"),
    want: LEFT,
  },
  "keep-alive before close": {
    rfc: "RFC 9112 §9.3",
    sent: head(GET, HOST, "Connection: keep-alive, close"),
    want: LEFT,
  },
  "close in a line and keep-alive in another": {
    rfc: "RFC 9112 §9.3",
    sent: head(GET, HOST, "Connection: close", "Connection: keep-alive"),
    want: LEFT,
  },
  "keep-alive": { rfc: "RFC 9112 §9.3", sent: head(GET, HOST, "Connection: keep-alive"), want: KEPT },
  "an option nobody knows": {
    rfc: "RFC 9110 §7.6.1",
    sent: head(GET, HOST, "Connection: closed"),
    want: KEPT,
  },
  "an empty list": { rfc: "RFC 9110 §5.6.1", sent: head(GET, HOST, "Connection: , ,"), want: KEPT },
  "an empty option": { rfc: "RFC 9110 §5.6.1", sent: head(GET, HOST, "Connection:"), want: KEPT },
  "options that name other fields": {
    rfc: "RFC 9110 §7.6.1",
    sent: head(GET, HOST, "Connection: host, x, transfer-encoding", "X: 1"),
    want: "GET / x=1 > 200 kept",
  },
  "Proxy-Connection": {
    rfc: "RFC 9112 §C.2.2",
    sent: head(GET, HOST, "Proxy-Connection: keep-alive"),
    want: KEPT,
  },
  "nothing is served behind close": {
    rfc: "RFC 9112 §9.6",
    sent: head(GET, HOST, "Connection: close") + GET_B,
    want: LEFT,
  },
});

const OFFERS = requestRows({
  "an offer that is not taken": {
    rfc: "RFC 9110 §7.8",
    sent: head(GET, HOST, "Connection: upgrade", "Upgrade: websocket"),
    want: KEPT,
  },
  "an offer that Connection does not name": {
    rfc: "RFC 9110 §7.8",
    sent: head(GET, HOST, "Upgrade: websocket"),
    want: KEPT,
  },
  "an offer of nothing": { rfc: "RFC 9110 §7.8", sent: head(GET, HOST, "Connection: upgrade"), want: KEPT },
  "an offer with a body": {
    rfc: "RFC 9110 §7.8",
    sent: `${head(POST, HOST, "Connection: upgrade", "Upgrade: x", "Content-Length: 2")}ab`,
    want: "POST / =ab > 200 kept",
  },
  "an offer with a chunked body": {
    rfc: "RFC 9110 §7.8",
    sent: `${head(POST, HOST, "Connection: upgrade", "Upgrade: x", CHUNKED)}2\r\nab\r\n0\r\n\r\n`,
    want: "POST / =ab > 200 kept",
  },
  "an offer with a request behind it": {
    rfc: "RFC 9110 §7.8",
    sent: head(GET, HOST, "Connection: upgrade", "Upgrade: x") + GET_B,
    want: "GET /; GET /b > 200 200 kept",
  },
  "an offer of HTTP/2": {
    rfc: "RFC 9113 §3.1",
    sent: head(GET, HOST, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
    want: KEPT,
  },
  "an offer and close": {
    rfc: "RFC 9110 §7.8",
    sent: head(GET, HOST, "Connection: upgrade, close", "Upgrade: x"),
    want: LEFT,
  },
  "an offer in HTTP/1.0": {
    rfc: "RFC 9110 §7.8",
    sent: head("GET / HTTP/1.0", HOST, "Connection: upgrade", "Upgrade: x"),
    want: LEFT,
  },
});

const EXPECTATIONS = requestRows({
  "100-continue, and the body at once": {
    rfc: "RFC 9110 §10.1.1",
    sent: `${head(POST, HOST, EXPECT, "Content-Length: 2")}ab`,
    want: "POST / =ab > 100 200 kept",
  },
  "100-continue, whatever its case": {
    rfc: "RFC 9110 §10.1.1",
    sent: `${head(POST, HOST, "Expect: 100-Continue", "Content-Length: 2")}ab`,
    want: "POST / =ab > 100 200 kept",
  },
  "100-continue without a body": {
    rfc: "RFC 9110 §10.1.1",
    sent: head(GET, HOST, EXPECT),
    want: "GET / > 100 200 kept",
  },
  "100-continue in HTTP/1.0": {
    rfc: "RFC 9110 §10.1.1",
    sent: `${head("POST / HTTP/1.0", HOST, EXPECT, "Content-Length: 2")}ab`,
    want: "POST / =ab > 200 closed",
  },
  "100-continue for too large a body": {
    rfc: "RFC 9110 §10.1.1",
    sent: head(POST, HOST, EXPECT, "Content-Length: 1001"),
    want: "POST / !request_too_large > 413 closed",
  },
  "an expectation nobody knows": {
    rfc: "RFC 9110 §10.1.1",
    sent: `${head(POST, HOST, "Expect: 200-ok", "Content-Length: 2")}ab`,
    want: "POST / =ab > 200 kept",
  },
  "an empty expectation": { rfc: "RFC 9110 §10.1.1", sent: head(GET, HOST, "Expect:"), want: KEPT },
});

const PIPELINES = requestRows({
  "three requests in one write": {
    rfc: "RFC 9112 §9.3.2",
    sent: GET_A + GET_B + GET_A,
    want: "GET /a; GET /b; GET /a > 200 200 200 kept",
  },
  "bodies of both kinds, and a request behind": {
    rfc: "RFC 9112 §9.3.2",
    sent: `${head(POST, HOST, "Content-Length: 2")}ab${head(POST, HOST, CHUNKED)}1\r\nc\r\n0\r\n\r\n${GET_B}`,
    want: "POST / =ab; POST / =c; GET /b > 200 200 200 kept",
  },
  "garbage behind a request": {
    rfc: "RFC 9112 §2.2",
    sent: `${GET_A}\0\0garbage\r\n\r\n`,
    want: "GET /a > 200 400 closed",
  },
  "garbage behind a body": {
    rfc: "RFC 9112 §6.2",
    sent: `${head(POST, HOST, "Content-Length: 2")}abcd\r\n\r\n`,
    want: "POST / =ab > 200 400 closed",
  },
  "garbage behind the last chunk": {
    rfc: "RFC 9112 §7.1",
    sent: `${head(POST, HOST, CHUNKED)}0\r\n\r\nX\r\n\r\n`,
    want: "POST / > 200 400 closed",
  },
  "garbage in between": {
    rfc: "RFC 9112 §2.2",
    sent: `${GET_A}!!\r\n\r\n${GET_B}`,
    want: "GET /a > 200 400 closed",
  },
  "an empty line between two requests": {
    rfc: "RFC 9112 §2.2",
    sent: `${head(POST, HOST, "Content-Length: 2")}ab\r\n${GET_B}`,
    want: "POST / =ab; GET /b > 200 200 kept",
  },
  "a request that is not plain between two that are": {
    rfc: "RFC 9112 §9.3.2",
    sent: GET_A + head("DELETE / HTTP/1.1", HOST) + GET_B,
    want: "GET /a; DELETE /; GET /b > 200 200 200 kept",
  },
  "an ambiguous request behind a plain one": {
    rfc: "RFC 9112 §6.1",
    sent: `${GET_A}${head(POST, HOST, "Content-Length: 5", CHUNKED)}0\r\n\r\n${GET_B}`,
    want: "GET /a > 200 400 closed",
  },
  "a Host too few behind a plain one": {
    rfc: "RFC 9112 §3.2",
    sent: GET_A + head(GET) + GET_B,
    want: "GET /a > 200 400 closed",
  },
  "CONNECT behind requests of both kinds": {
    rfc: "RFC 9112 §9.3.2",
    sent: head("DELETE / HTTP/1.1", HOST) + GET_A + head("CONNECT a:1 HTTP/1.1", HOST),
    want: "DELETE /; GET /a > 200 200 405 closed",
  },
  "the preface of HTTP/2 behind a request": {
    rfc: "RFC 9113 §3.4",
    sent: `${GET_A}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
    want: "GET /a > 200 400 closed",
  },
});

export const CONNECTIONS = [...OPTIONS, ...OFFERS, ...EXPECTATIONS, ...PIPELINES];
