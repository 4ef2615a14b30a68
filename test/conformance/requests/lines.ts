// Request lines: methods, targets, versions (RFC 9112 §2, §3).

import { GET, HOST, head, POST, REFUSED, requestRows } from "../request-row.ts";

const LONG = "a".repeat(8_000);

const METHODS = requestRows({
  "a plain GET": { rfc: "RFC 9112 §3", sent: head(GET, HOST), want: "GET / > 200 kept" },
  "a POST without a body": { rfc: "RFC 9112 §6.3", sent: head(POST, HOST), want: "POST / > 200 kept" },
  HEAD: { rfc: "RFC 9110 §9.3.2", sent: head("HEAD /a HTTP/1.1", HOST), want: "HEAD /a > 200 kept" },
  OPTIONS: { rfc: "RFC 9110 §9.3.7", sent: head("OPTIONS /a HTTP/1.1", HOST), want: "OPTIONS /a > 200 kept" },
  DELETE: { rfc: "RFC 9110 §9.3.5", sent: head("DELETE /a HTTP/1.1", HOST), want: "DELETE /a > 200 kept" },
  "PUT with a body": {
    rfc: "RFC 9110 §9.3.4",
    sent: `${head("PUT /a HTTP/1.1", HOST, "Content-Length: 2")}ab`,
    want: "PUT /a =ab > 200 kept",
  },
  "TRACE is a method like others here": {
    rfc: "RFC 9110 §9.3.8",
    sent: head("TRACE /a HTTP/1.1", HOST),
    want: "TRACE /a > 200 kept",
  },
  "a method in lower case is another one": {
    rfc: "RFC 9110 §9.1",
    sent: head("get / HTTP/1.1", HOST),
    want: REFUSED,
  },
  "a method nobody knows": { rfc: "RFC 9110 §9.1", sent: head("BREW / HTTP/1.1", HOST), want: REFUSED },
  "a method that begins like another": {
    rfc: "RFC 9110 §9.1",
    sent: head("GETS / HTTP/1.1", HOST),
    want: REFUSED,
  },
  "half a method": { rfc: "RFC 9110 §9.1", sent: head("GE / HTTP/1.1", HOST), want: REFUSED },
  "no method": { rfc: "RFC 9112 §3.1", sent: head("/ HTTP/1.1", HOST), want: REFUSED },
  "a method with a NUL": { rfc: "RFC 9112 §3.1", sent: head("G\0ET / HTTP/1.1", HOST), want: REFUSED },
  "CONNECT leads nowhere": {
    rfc: "RFC 9110 §9.3.6",
    sent: head("CONNECT a:1 HTTP/1.1", HOST),
    want: "> 405 closed",
  },
  "CONNECT to a path": {
    rfc: "RFC 9112 §3.2.3",
    sent: head("CONNECT /a HTTP/1.1", HOST),
    want: "> 405 closed",
  },
});

const TARGETS = requestRows({
  "absolute form": {
    rfc: "RFC 9112 §3.2.2",
    sent: head("GET http://h/a?b HTTP/1.1", HOST),
    want: "GET http://h/a?b > 200 kept",
  },
  "absolute form with another host than Host": {
    rfc: "RFC 9112 §3.2.2",
    sent: head("GET http://other/a HTTP/1.1", HOST),
    want: "GET http://other/a > 200 kept",
  },
  "authority form without CONNECT": {
    rfc: "RFC 9112 §3.2.3",
    sent: head("GET h:80 HTTP/1.1", HOST),
    want: REFUSED,
  },
  "the asterisk": {
    rfc: "RFC 9112 §3.2.4",
    sent: head("OPTIONS * HTTP/1.1", HOST),
    want: "OPTIONS * > 200 kept",
  },
  "the asterisk with GET": {
    rfc: "RFC 9112 §3.2.4",
    sent: head("GET * HTTP/1.1", HOST),
    want: "GET * > 200 kept",
  },
  "a relative path": { rfc: "RFC 9112 §3.2.1", sent: head("GET a HTTP/1.1", HOST), want: REFUSED },
  "two slashes": { rfc: "RFC 3986 §3.3", sent: head("GET //a HTTP/1.1", HOST), want: "GET //a > 200 kept" },
  "dots are nobody's to take away": {
    rfc: "RFC 3986 §5.2.4",
    sent: head("GET /../a/./b HTTP/1.1", HOST),
    want: "GET /../a/./b > 200 kept",
  },
  "what is encoded stays so": {
    rfc: "RFC 9112 §3.2",
    sent: head("GET /%2e%00%zz HTTP/1.1", HOST),
    want: "GET /%2e%00%zz > 200 kept",
  },
  "odd but visible characters": {
    rfc: "RFC 9112 §3.2",
    sent: head('GET /"<>\\^`{|} HTTP/1.1', HOST),
    want: 'GET /"<>\\^`{|} > 200 kept',
  },
  "a very long target": {
    rfc: "RFC 9112 §3",
    sent: head(`GET /${LONG} HTTP/1.1`, HOST),
    want: "GET /#8001 > 200 kept",
  },
  "a target longer than a head may be": {
    rfc: "RFC 9110 §15.5.15",
    sent: head(`GET /${LONG.repeat(5)} HTTP/1.1`, HOST),
    want: "> 431 closed",
  },
  "a space in the target": { rfc: "RFC 9112 §3", sent: head("GET /a b HTTP/1.1", HOST), want: REFUSED },
  "a tab in the target": { rfc: "RFC 9112 §3", sent: head("GET /a\tb HTTP/1.1", HOST), want: REFUSED },
  "a NUL in the target": { rfc: "RFC 9112 §3.2", sent: head("GET /a\0b HTTP/1.1", HOST), want: REFUSED },
  "a DEL in the target": { rfc: "RFC 9112 §3.2", sent: head("GET /a\x7fb HTTP/1.1", HOST), want: REFUSED },
  "an escape in the target": {
    rfc: "RFC 9112 §3.2",
    sent: head("GET /\x1b[2J HTTP/1.1", HOST),
    want: REFUSED,
  },
  "a CR in the target": { rfc: "RFC 9112 §2.2", sent: head("GET /a\rb HTTP/1.1", HOST), want: REFUSED },
  "a form feed in the target": { rfc: "RFC 9112 §3", sent: head("GET /a\fb HTTP/1.1", HOST), want: REFUSED },
  "no target": { rfc: "RFC 9112 §3", sent: head("GET  HTTP/1.1", HOST), want: REFUSED },
});

const VERSIONS = requestRows({
  "HTTP/0.9": { rfc: "RFC 9112 §2.3", sent: "GET /\r\n", next: "wait", want: "> 408 closed" },
  "HTTP/0.9 with an empty line": { rfc: "RFC 9112 §2.3", sent: "GET /\r\n\r\n", want: REFUSED },
  "HTTP/0.9, named": { rfc: "RFC 9112 §2.3", sent: head("GET / HTTP/0.9", HOST), want: REFUSED },
  "HTTP/1.0": { rfc: "RFC 9112 §9.3", sent: head("GET / HTTP/1.0", HOST), want: "GET / > 200 closed" },
  "HTTP/1.0 without Host": { rfc: "RFC 9112 §3.2", sent: head("GET / HTTP/1.0"), want: "GET / > 200 closed" },
  "HTTP/1.0 with two Hosts": {
    rfc: "RFC 9112 §3.2",
    sent: head("GET / HTTP/1.0", HOST, HOST),
    want: REFUSED,
  },
  "HTTP/1.0 that is kept": {
    rfc: "RFC 9112 §9.3",
    sent: head("GET / HTTP/1.0", HOST, "Connection: keep-alive"),
    want: "GET / > 200 kept",
  },
  "HTTP/1.2": { rfc: "RFC 9112 §2.3", sent: head("GET / HTTP/1.2", HOST), want: REFUSED },
  "HTTP/2.0": { rfc: "RFC 9112 §2.3", sent: head("GET / HTTP/2.0", HOST), want: REFUSED },
  "HTTP/3": { rfc: "RFC 9112 §2.3", sent: head("GET / HTTP/3", HOST), want: REFUSED },
  "HTTP/1.10": { rfc: "RFC 9112 §2.3", sent: head("GET / HTTP/1.10", HOST), want: REFUSED },
  "HTTP/01.1": { rfc: "RFC 9112 §2.3", sent: head("GET / HTTP/01.1", HOST), want: REFUSED },
  "HTTP/1,1": { rfc: "RFC 9112 §2.3", sent: head("GET / HTTP/1,1", HOST), want: REFUSED },
  "the version in lower case": { rfc: "RFC 9112 §2.3", sent: head("GET / http/1.1", HOST), want: REFUSED },
  "another protocol": { rfc: "RFC 9112 §2.3", sent: head("GET / ICE/1.0", HOST), want: REFUSED },
  "another protocol that speaks HTTP's language": {
    rfc: "RFC 9112 §2.3",
    sent: head("OPTIONS / RTSP/1.0", HOST),
    want: REFUSED,
    onNode: { want: "OPTIONS / > 200 closed", why: "node:http takes it for HTTP/1.0, and tells nobody" },
  },
  "the preface of HTTP/2": {
    rfc: "RFC 9113 §3.4",
    sent: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    want: REFUSED,
  },
  "a TLS hello": { rfc: "RFC 9112 §3", sent: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", want: REFUSED },
});

const LENIENT = {
  want: "GET / > 200 kept",
  why: "a reader may take any number of spaces for one (RFC 9112 §3); the target is the same",
};

const SPACES = requestRows({
  "two spaces before the target": {
    rfc: "RFC 9112 §3",
    sent: head("GET  / HTTP/1.1", HOST),
    want: REFUSED,
    onNode: LENIENT,
  },
  "two spaces before the version": {
    rfc: "RFC 9112 §3",
    sent: head("GET /  HTTP/1.1", HOST),
    want: REFUSED,
    onNode: LENIENT,
  },
  "a tab before the target": { rfc: "RFC 9112 §3", sent: head("GET\t/ HTTP/1.1", HOST), want: REFUSED },
  "a tab before the version": { rfc: "RFC 9112 §3", sent: head("GET /\tHTTP/1.1", HOST), want: REFUSED },
  "a space behind the version": { rfc: "RFC 9112 §3", sent: head("GET / HTTP/1.1 ", HOST), want: REFUSED },
  "a space before the method": { rfc: "RFC 9112 §3", sent: head(" GET / HTTP/1.1", HOST), want: REFUSED },
  "an empty line before the request": {
    rfc: "RFC 9112 §2.2",
    sent: `\r\n${head(GET, HOST)}`,
    want: "GET / > 200 kept",
  },
  "a bare LF before the request": {
    rfc: "RFC 9112 §2.2",
    sent: `\n${head(GET, HOST)}`,
    want: "GET / > 200 kept",
  },
  "a byte order mark before the request": {
    rfc: "RFC 9112 §2.2",
    sent: `\xef\xbb\xbf${head(GET, HOST)}`,
    want: REFUSED,
  },
  "a bare LF ends the request line": { rfc: "RFC 9112 §2.2", sent: `${GET}\nHost: h\r\n\r\n`, want: REFUSED },
  "a bare CR ends the request line": { rfc: "RFC 9112 §2.2", sent: `${GET}\rHost: h\r\n\r\n`, want: REFUSED },
  "bare LFs all over": { rfc: "RFC 9112 §2.2", sent: `${GET}\nHost: h\n\n`, want: REFUSED },
  "two CRs before an LF": { rfc: "RFC 9112 §2.2", sent: `${GET}\r\r\nHost: h\r\n\r\n`, want: REFUSED },
});

export const LINES = [...METHODS, ...TARGETS, ...VERSIONS, ...SPACES];
