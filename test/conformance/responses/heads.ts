// Heads of answers: status lines, fields, how large (RFC 9112 §2, §4, §5).

import { head } from "../request-row.ts";
import { BAD, HELLO, LENGTH_5, OK, responseRows } from "../response-row.ts";

/** An answer with this status line. */
function line(statusLine: string): string {
  return `${head(statusLine, LENGTH_5)}hello`;
}

/** An answer with this field. */
function field(...lines: readonly string[]): string {
  return `${head(OK, ...lines, LENGTH_5)}hello`;
}

const A70K = "a".repeat(70_000);

const REASON = { want: HELLO, why: "its parser does not look at the reason, of which nobody is told" };
const CLASS = {
  want: "!reset closed",
  why: "it throws where it finds no class, and the kind is told by that error",
};
const VERSION = {
  want: "200 =hello whole closed",
  why: "its parser tells nobody of the version; the connection is not kept",
};

const STATUS_LINES = responseRows({
  "a plain answer": { rfc: "RFC 9112 §4", sent: line(OK), want: HELLO },
  "no reason": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1 200 "), want: HELLO },
  "no reason, nor the space before it": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1 200"), want: HELLO },
  "a reason beyond ASCII": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1 200 \xe4\xff"), want: HELLO },
  "a reason with a tab": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1 200 a\tb"), want: HELLO },
  "a reason with a NUL": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1 200 a\0b"), want: BAD, onNode: REASON },
  "a reason with an escape": {
    rfc: "RFC 9112 §4",
    sent: line("HTTP/1.1 200 \x1b[2J"),
    want: BAD,
    onNode: REASON,
  },
  "a reason with a CR": { rfc: "RFC 9112 §2.2", sent: line("HTTP/1.1 200 a\rb"), want: BAD },
  "a long reason": { rfc: "RFC 9112 §4", sent: line(`HTTP/1.1 200 ${"a".repeat(5_000)}`), want: HELLO },
  "a status that nobody knows": {
    rfc: "RFC 9110 §15",
    sent: line("HTTP/1.1 299 x"),
    want: "299 =hello whole kept",
  },
  "a status of another class": {
    rfc: "RFC 9110 §15",
    sent: line("HTTP/1.1 999 x"),
    want: "999 =hello whole kept",
  },
  "a status of two digits": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1 20 OK"), want: BAD },
  "a status of four digits": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1 2000 OK"), want: BAD },
  "a status of letters": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1 2xx OK"), want: BAD },
  "a status with a sign": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1 +20 OK"), want: BAD },
  "a status of none": { rfc: "RFC 9110 §15", sent: line("HTTP/1.1 000 OK"), want: BAD, onNode: CLASS },
  "a status below any class": {
    rfc: "RFC 9110 §15",
    sent: line("HTTP/1.1 099 OK"),
    want: BAD,
    onNode: CLASS,
  },
  "no status": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1 OK"), want: BAD },
  "two spaces before the status": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1  200 OK"), want: BAD },
  "a tab before the status": { rfc: "RFC 9112 §4", sent: line("HTTP/1.1\t200 OK"), want: BAD },
  "a space before the version": { rfc: "RFC 9112 §4", sent: line(" HTTP/1.1 200 OK"), want: BAD },
  "the version in lower case": { rfc: "RFC 9112 §2.3", sent: line("http/1.1 200 OK"), want: BAD },
  "HTTP/0.9: no status line": { rfc: "RFC 9112 §2.3", sent: "hello", next: "fin", want: BAD },
  "HTTP/0.9, named": { rfc: "RFC 9112 §2.3", sent: line("HTTP/0.9 200 OK"), want: BAD, onNode: VERSION },
  "HTTP/1.2": { rfc: "RFC 9112 §2.3", sent: line("HTTP/1.2 200 OK"), want: BAD },
  "HTTP/2.0": { rfc: "RFC 9112 §2.3", sent: line("HTTP/2.0 200 OK"), want: BAD, onNode: VERSION },
  "HTTP/1.10": { rfc: "RFC 9112 §2.3", sent: line("HTTP/1.10 200 OK"), want: BAD },
  ICY: { rfc: "RFC 9112 §2.3", sent: line("ICY 200 OK"), want: BAD },
  RTSP: { rfc: "RFC 9112 §2.3", sent: line("RTSP/1.0 200 OK"), want: BAD, onNode: VERSION },
  "a request in place of an answer": {
    rfc: "RFC 9112 §4",
    sent: head("GET / HTTP/1.1", "Host: h"),
    want: BAD,
  },
  "a frame of HTTP/2": { rfc: "RFC 9113 §3.4", sent: "\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64", want: BAD },
  "an alert of TLS": { rfc: "RFC 8446 §6", sent: "\x15\x03\x03\x00\x02\x02\x46", next: "fin", want: BAD },
  "a greeting of another protocol": { rfc: "RFC 9112 §4", sent: "220 mail.example ESMTP\r\n", want: BAD },
  "an empty line before the answer": {
    rfc: "RFC 9112 §4",
    sent: `\r\n${line(OK)}`,
    want: BAD,
    onNode: { want: HELLO, why: "its parser skips empty lines, in which nothing can be hidden" },
  },
  nothing: { rfc: "RFC 9112 §8", sent: "", next: "fin", want: "!reset closed" },
  "nothing, and a reset": { rfc: "RFC 9112 §8", sent: "", next: "reset", want: "!reset closed" },
});

const FIELDS = responseRows({
  "a field": { rfc: "RFC 9112 §5", sent: field("X: 1"), want: "200 x=1 =hello whole kept" },
  "spaces and tabs around a value": {
    rfc: "RFC 9110 §5.5",
    sent: field("X: \t1 2 \t"),
    want: "200 x=1 2 =hello whole kept",
  },
  "an empty value": { rfc: "RFC 9110 §5.5", sent: field("X:"), want: "200 x= =hello whole kept" },
  "a value beyond ASCII": {
    rfc: "RFC 9110 §5.5",
    sent: field("X: \x80\xff"),
    want: "200 x=\x80\xff =hello whole kept",
  },
  "a no-break space is no space": {
    rfc: "RFC 9110 §5.5",
    sent: field("X: \xa01\xa0"),
    want: "200 x=\xa01\xa0 =hello whole kept",
  },
  "a tab in a value": { rfc: "RFC 9110 §5.5", sent: field("X: a\tb"), want: "200 x=a\tb =hello whole kept" },
  "a NUL in a value": { rfc: "RFC 9110 §5.5", sent: field("X: a\0b"), want: BAD },
  "a bell in a value": { rfc: "RFC 9110 §5.5", sent: field("X: a\x07"), want: BAD },
  "a DEL in a value": { rfc: "RFC 9110 §5.5", sent: field("X: a\x7f"), want: BAD },
  "a CR in a value": { rfc: "RFC 9110 §5.5", sent: field("X: a\rY: b"), want: BAD },
  "a bare LF in a value": { rfc: "RFC 9112 §2.2", sent: field("X: a\nY: b"), want: BAD },
  "bare LFs for all line ends": {
    rfc: "RFC 9112 §2.2",
    sent: `${OK}\nContent-Length: 5\n\nhello`,
    want: BAD,
  },
  "a bare LF behind the status line": {
    rfc: "RFC 9112 §2.2",
    sent: `${OK}\nContent-Length: 5\r\n\r\nhello`,
    want: BAD,
  },
  "a bare LF for the empty line": {
    rfc: "RFC 9112 §2.2",
    sent: `${OK}\r\nContent-Length: 5\r\n\nhello`,
    want: BAD,
  },
  "two CRs before an LF": {
    rfc: "RFC 9112 §2.2",
    sent: `${OK}\r\r\nContent-Length: 5\r\n\r\nhello`,
    want: BAD,
  },
  "a value that goes on in the next line": { rfc: "RFC 9112 §5.2", sent: field("X: a", " b"), want: BAD },
  "the same with a tab": { rfc: "RFC 9112 §5.2", sent: field("X: a", "\tb"), want: BAD },
  "a space before the first name": { rfc: "RFC 9112 §2.2", sent: field(" X: a"), want: BAD },
  "a space before the colon": { rfc: "RFC 9112 §5.1", sent: field("X : a"), want: BAD },
  "a line without a colon": { rfc: "RFC 9112 §5", sent: field("X"), want: BAD },
  "an empty name": { rfc: "RFC 9112 §5", sent: field(": a"), want: BAD },
  "a name with a space": { rfc: "RFC 9110 §5.1", sent: field("X y: a"), want: BAD },
  "a name in brackets": { rfc: "RFC 9110 §5.6.2", sent: field("[x]: a"), want: BAD },
  "a name beyond ASCII": { rfc: "RFC 9110 §5.6.2", sent: field("\xe4: a"), want: BAD },
  "a name with a NUL": { rfc: "RFC 9110 §5.6.2", sent: field("x\0: a"), want: BAD },
  "a name out of a prototype": { rfc: "RFC 9110 §5.1", sent: field("__proto__: a"), want: HELLO },
  "500 fields": {
    rfc: "RFC 9110 §5.4",
    sent: field(...Array.from({ length: 500 }, (_, at) => `a${at}:`), "X: 1"),
    want: "200 x=1 =hello whole kept",
  },
  "a large head": {
    rfc: "RFC 9110 §5.4",
    sent: field(`X: ${"a".repeat(30_000)}`),
    want: "200 x=#30000 =hello whole kept",
  },
  "a head larger than it may be": { rfc: "RFC 9110 §5.4", sent: field(`X: ${A70K}`), want: BAD },
  "a head without an end": { rfc: "RFC 9110 §5.4", sent: `${OK}\r\nX: ${A70K}`, want: BAD },
});

const CUTS = responseRows({
  "an end in the version": { rfc: "RFC 9112 §8", sent: "HTT", next: "fin", want: "!reset closed" },
  "an end in the status": { rfc: "RFC 9112 §8", sent: "HTTP/1.1 20", next: "fin", want: "!reset closed" },
  "an end behind the status line": {
    rfc: "RFC 9112 §8",
    sent: `${OK}\r\n`,
    next: "fin",
    want: "!reset closed",
  },
  "an end in a field": { rfc: "RFC 9112 §8", sent: `${OK}\r\nX: a`, next: "fin", want: "!reset closed" },
  "an end before the empty line": {
    rfc: "RFC 9112 §8",
    sent: `${OK}\r\nX: a\r\n`,
    next: "fin",
    want: "!reset closed",
  },
  "a reset in the head": {
    rfc: "RFC 9112 §8",
    sent: `${OK}\r\nX: a\r\n`,
    next: "reset",
    want: "!reset closed",
  },
  "a head that comes a byte at a time": { rfc: "RFC 9112 §2.1", sent: [...line(OK)], want: HELLO },
});

export const HEADS = [...STATUS_LINES, ...FIELDS, ...CUTS];
