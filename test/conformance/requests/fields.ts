// Fields of requests: names, values, how many, and Host (RFC 9112 §5, RFC 9110 §5, §7.2).

import { CHUNKED, GET, HOST, head, POST, REFUSED, requestRows } from "../request-row.ts";

const KEPT = "GET / > 200 kept";
const A8K = "a".repeat(8_000);

/** Fields without a value, by number. */
function many(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `a${at}:`);
}

const NAMES = requestRows({
  "a space before the colon": { rfc: "RFC 9112 §5.1", sent: head(GET, HOST, "X : 1"), want: REFUSED },
  "a tab before the colon": { rfc: "RFC 9112 §5.1", sent: head(GET, HOST, "X\t: 1"), want: REFUSED },
  "a space before the colon of a length": {
    rfc: "RFC 9112 §5.1",
    sent: `${head(POST, HOST, "Content-Length : 2")}ab`,
    want: REFUSED,
  },
  "a space before the colon of a coding": {
    rfc: "RFC 9112 §5.1",
    sent: `${head(POST, HOST, "Transfer-Encoding : chunked")}0\r\n\r\n`,
    want: REFUSED,
  },
  "an empty name": { rfc: "RFC 9112 §5", sent: head(GET, HOST, ": 1"), want: REFUSED },
  "a line without a colon": { rfc: "RFC 9112 §5", sent: head(GET, HOST, "X"), want: REFUSED },
  "a line without a colon that is the last": {
    rfc: "RFC 9112 §5",
    sent: `${GET}\r\nHost: h\r\nX\r\n\r\n`,
    want: REFUSED,
  },
  "a space before the first name": { rfc: "RFC 9112 §2.2", sent: head(GET, " X: 1", HOST), want: REFUSED },
  "a name with a NUL": { rfc: "RFC 9110 §5.1", sent: head(GET, HOST, "X\0: 1"), want: REFUSED },
  "a name in parentheses": { rfc: "RFC 9110 §5.6.2", sent: head(GET, HOST, "(x): 1"), want: REFUSED },
  "a name with a slash": { rfc: "RFC 9110 §5.6.2", sent: head(GET, HOST, "a/b: 1"), want: REFUSED },
  "a name beyond ASCII": { rfc: "RFC 9110 §5.6.2", sent: head(GET, HOST, "n\xe4me: 1"), want: REFUSED },
  "a name with a quote": { rfc: "RFC 9110 §5.6.2", sent: head(GET, HOST, '"x": 1'), want: REFUSED },
  "a name of odd but lawful characters": {
    rfc: "RFC 9110 §5.6.2",
    sent: head(GET, HOST, "!#$%&'*+.^_`|~-: 1"),
    want: KEPT,
  },
  "names in any case": {
    rfc: "RFC 9110 §5.1",
    sent: head(GET, "hOsT: h", "X: 1"),
    want: "GET / x=1 > 200 kept",
  },
  "a name out of a prototype": { rfc: "RFC 9110 §5.1", sent: head(GET, HOST, "__proto__: 1"), want: KEPT },
  "a name of 8,000 characters": { rfc: "RFC 9110 §5.4", sent: head(GET, HOST, `${A8K}: 1`), want: KEPT },
});

const VALUES = requestRows({
  "spaces and tabs around a value": {
    rfc: "RFC 9110 §5.5",
    sent: head(GET, HOST, "X: \t 1 2\t "),
    want: "GET / x=1 2 > 200 kept",
  },
  "no space before a value": {
    rfc: "RFC 9112 §5",
    sent: head(GET, HOST, "X:1"),
    want: "GET / x=1 > 200 kept",
  },
  "an empty value": { rfc: "RFC 9110 §5.5", sent: head(GET, HOST, "X:"), want: "GET / x= > 200 kept" },
  "a tab in a value": {
    rfc: "RFC 9110 §5.5",
    sent: head(GET, HOST, "X: a\tb"),
    want: "GET / x=a\tb > 200 kept",
  },
  "a value beyond ASCII": {
    rfc: "RFC 9110 §5.5",
    sent: head(GET, HOST, "X: \x80\xff"),
    want: "GET / x=\x80\xff > 200 kept",
  },
  "a NUL in a value": { rfc: "RFC 9110 §5.5", sent: head(GET, HOST, "X: a\0b"), want: REFUSED },
  "a bell in a value": { rfc: "RFC 9110 §5.5", sent: head(GET, HOST, "X: a\x07b"), want: REFUSED },
  "a vertical tab in a value": { rfc: "RFC 9110 §5.5", sent: head(GET, HOST, "X: a\vb"), want: REFUSED },
  "a DEL in a value": { rfc: "RFC 9110 §5.5", sent: head(GET, HOST, "X: a\x7fb"), want: REFUSED },
  "a CR in a value": { rfc: "RFC 9110 §5.5", sent: head(GET, HOST, "X: a\rb"), want: REFUSED },
  "a CR before a CR LF": { rfc: "RFC 9112 §2.2", sent: head(GET, HOST, "X: a\r"), want: REFUSED },
  "a bare LF ends a field": { rfc: "RFC 9112 §2.2", sent: head(GET, HOST, "X: a\nY: b"), want: REFUSED },
  "a bare LF hides a length": {
    rfc: "RFC 9112 §2.2",
    sent: `${head(POST, HOST, "X: a\nContent-Length: 2")}ab`,
    want: REFUSED,
  },
  "a bare LF is the empty line": { rfc: "RFC 9112 §2.2", sent: `${GET}\r\nHost: h\r\n\nGET`, want: REFUSED },
  "a value that goes on in the next line": {
    rfc: "RFC 9112 §5.2",
    sent: head(GET, HOST, "X: a", " b"),
    want: REFUSED,
  },
  "the same with a tab": { rfc: "RFC 9112 §5.2", sent: head(GET, HOST, "X: a", "\tb"), want: REFUSED },
  "a coding in the next line": {
    rfc: "RFC 9112 §5.2",
    sent: `${head(POST, HOST, "Transfer-Encoding:", " chunked")}0\r\n\r\n`,
    want: REFUSED,
  },
  "a length in the next line": {
    rfc: "RFC 9112 §5.2",
    sent: `${head(POST, HOST, "Content-Length:", " 2")}ab`,
    want: REFUSED,
  },
  "a value of 8,000 characters": {
    rfc: "RFC 9110 §5.4",
    sent: head(GET, HOST, `X: ${A8K}`),
    want: "GET / x=#8000 > 200 kept",
  },
  "a value larger than a head may be": {
    rfc: "RFC 6585 §5",
    sent: head(GET, HOST, `X: ${A8K.repeat(5)}`),
    want: "> 431 closed",
  },
  "100 fields": { rfc: "RFC 9110 §5.4", sent: head(GET, ...many(99), HOST), want: KEPT },
  "300 fields": { rfc: "RFC 9110 §5.4", sent: head(GET, ...many(299), HOST), want: KEPT },
  "1,000 fields": { rfc: "RFC 9110 §5.4", sent: head(GET, ...many(999), HOST), want: KEPT },
  "300 fields, and a second Host behind": {
    rfc: "RFC 9112 §3.2",
    sent: head(GET, HOST, ...many(300), HOST),
    want: REFUSED,
  },
  "300 fields, and what counts behind": {
    rfc: "RFC 9110 §5.3",
    sent: head(GET, HOST, ...many(300), "X: 1"),
    want: "GET / x=1 > 200 kept",
  },
  "more fields than a head has room for": {
    rfc: "RFC 6585 §5",
    sent: head(GET, HOST, ...many(8_000)),
    want: "> 431 closed",
  },
});

const HOSTS = requestRows({
  "no Host": { rfc: "RFC 9112 §3.2", sent: head(GET, "X: 1"), want: REFUSED },
  "no field at all": { rfc: "RFC 9112 §3.2", sent: head(GET), want: REFUSED },
  "an empty Host": { rfc: "RFC 9112 §3.2", sent: head(GET, "Host:"), want: KEPT },
  "the same Host twice": { rfc: "RFC 9112 §3.2", sent: head(GET, HOST, HOST), want: REFUSED },
  "two Hosts": { rfc: "RFC 9112 §3.2", sent: head(GET, HOST, "host: evil"), want: REFUSED },
  "absolute form does not replace Host": {
    rfc: "RFC 9112 §3.2",
    sent: head("GET http://h/ HTTP/1.1", "X: 1"),
    want: REFUSED,
  },
  "a Host with a space": { rfc: "RFC 9112 §3.2", sent: head(GET, "Host: a b"), want: REFUSED },
  "a Host with a slash": { rfc: "RFC 9112 §3.2", sent: head(GET, "Host: a/b"), want: REFUSED },
  "a Host that is a list": { rfc: "RFC 9112 §3.2", sent: head(GET, "Host: a, b"), want: REFUSED },
  "a Host with a user": { rfc: "RFC 9112 §3.2", sent: head(GET, "Host: u@a"), want: REFUSED },
  "a Host beyond ASCII": { rfc: "RFC 9112 §3.2", sent: head(GET, "Host: \xe4"), want: REFUSED },
  "a Host with a port": { rfc: "RFC 9110 §7.2", sent: head(GET, "Host: a.example:80"), want: KEPT },
  "a Host that is an address of IPv6": {
    rfc: "RFC 9110 §7.2",
    sent: head(GET, "Host: [::1]:80"),
    want: KEPT,
  },
  "a Host with a port that is a word": { rfc: "RFC 9112 §3.2", sent: head(GET, "Host: a:b"), want: REFUSED },
  "a Host with half an address": { rfc: "RFC 9112 §3.2", sent: head(GET, "Host: [::1"), want: REFUSED },
  "an odd Host in HTTP/1.0": {
    rfc: "RFC 9112 §3.2",
    sent: head("GET / HTTP/1.0", "Host: a/b"),
    want: REFUSED,
  },
  "a Host with an underscore": { rfc: "RFC 3986 §3.2.2", sent: head(GET, "Host: my_service"), want: KEPT },
  "a coding in a name's disguise": {
    rfc: "RFC 9110 §5.1",
    sent: `${head(POST, HOST, "Transfer_Encoding: chunked", "Content-Length: 2")}ab`,
    want: "POST / =ab > 200 kept",
  },
  "a coding in the value of another field": {
    rfc: "RFC 9110 §5.1",
    sent: head(GET, HOST, `X: ${CHUNKED}`),
    want: "GET / x=Transfer-Encoding: chunked > 200 kept",
  },
});

export const FIELDS = [...NAMES, ...VALUES, ...HOSTS];
