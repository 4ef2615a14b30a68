// What becomes of the connection behind an answer, answers without a body, and interim ones (RFC 9112 §6.3, §9,
// RFC 9110 §15.2).

import { head } from "../request-row.ts";
import { BAD, CODED, HELLO, LENGTH_5, OK, responseRows } from "../response-row.ts";

const ANSWER = `${head(OK, LENGTH_5)}hello`;
const CLOSED = "200 =hello whole closed";
const POISON = `${head("HTTP/1.1 200 OK", "Content-Length: 6")}poison`;

/** An answer that says this of its connection. */
function saying(...fields: readonly string[]): string {
  return `${head(OK, ...fields, LENGTH_5)}hello`;
}

const OPTIONS = responseRows({
  close: { rfc: "RFC 9112 §9.6", sent: saying("Connection: close"), want: CLOSED },
  "close, whatever its case": { rfc: "RFC 9110 §7.6.1", sent: saying("Connection: Close"), want: CLOSED },
  "close in a list": { rfc: "RFC 9110 §7.6.1", sent: saying("Connection: x, close"), want: CLOSED },
  "close and keep-alive": {
    rfc: "RFC 9112 §9.3",
    sent: saying("Connection: close, keep-alive"),
    want: CLOSED,
  },
  "close in a line, keep-alive in the next": {
    rfc: "RFC 9112 §9.3",
    sent: saying("Connection: close", "Connection: keep-alive"),
    want: CLOSED,
  },
  "keep-alive in a line, close in the next": {
    rfc: "RFC 9112 §9.3",
    sent: saying("Connection: keep-alive", "Connection: close"),
    want: CLOSED,
  },
  "keep-alive": { rfc: "RFC 9112 §9.3", sent: saying("Connection: keep-alive"), want: HELLO },
  "an option nobody knows": { rfc: "RFC 9110 §7.6.1", sent: saying("Connection: closed"), want: HELLO },
  "an offer nobody asked for": {
    rfc: "RFC 9110 §7.8",
    sent: saying("Connection: upgrade", "Upgrade: h2c"),
    want: HELLO,
  },
  "HTTP/1.0 with a length": {
    rfc: "RFC 9112 §9.3",
    sent: `${head("HTTP/1.0 200 OK", LENGTH_5)}hello`,
    want: CLOSED,
  },
  "HTTP/1.0 that is kept": {
    rfc: "RFC 9112 §9.3",
    sent: `${head("HTTP/1.0 200 OK", LENGTH_5, "Connection: keep-alive")}hello`,
    want: HELLO,
  },
  "a hint of a minute": {
    rfc: "RFC 9112 §9.5",
    sent: saying("Connection: keep-alive", "Keep-Alive: timeout=60"),
    want: HELLO,
  },
  "a hint of no time": {
    rfc: "RFC 9112 §9.5",
    sent: saying("Connection: keep-alive", "Keep-Alive: timeout=0"),
    want: CLOSED,
  },
  "a hint that is no number": { rfc: "RFC 9112 §9.5", sent: saying("Keep-Alive: timeout=soon"), want: HELLO },
  "a hint beyond any number": {
    rfc: "RFC 9112 §9.5",
    sent: saying(`Keep-Alive: timeout=${"9".repeat(30)}`),
    want: HELLO,
  },
  "a hint of a number of requests": {
    rfc: "RFC 9112 §9.5",
    sent: saying("Keep-Alive: max=100"),
    want: HELLO,
  },
});

const BEHIND = responseRows({
  "another answer in the same write": { rfc: "RFC 9112 §9.2", sent: ANSWER + POISON, want: CLOSED },
  "another answer a moment later": { rfc: "RFC 9112 §9.2", sent: [ANSWER, POISON], want: CLOSED },
  "half an answer a moment later": { rfc: "RFC 9112 §9.2", sent: [ANSWER, "HTTP/1.1 2"], want: CLOSED },
  "a line end behind an answer": {
    rfc: "RFC 9112 §9.2",
    sent: `${ANSWER}\r\n`,
    want: CLOSED,
    onNode: { want: HELLO, why: "its parser skips empty lines, in which nothing can be hidden" },
  },
  "more than the length": { rfc: "RFC 9112 §6.3", sent: `${ANSWER}!`, want: CLOSED },
  "more than the length, a moment later": { rfc: "RFC 9112 §6.3", sent: [ANSWER, "!"], want: CLOSED },
  "more behind the last chunk": {
    rfc: "RFC 9112 §7.1",
    sent: `${head(OK, CODED)}5\r\nhello\r\n0\r\n\r\n${POISON}`,
    want: CLOSED,
  },
  "an answer that nobody waits for": {
    rfc: "RFC 9110 §15.5.9",
    sent: [ANSWER, head("HTTP/1.1 408 x", "Content-Length: 0")],
    want: CLOSED,
  },
  "an interim answer behind the final one": {
    rfc: "RFC 9110 §15.2",
    sent: [ANSWER, head("HTTP/1.1 100 x")],
    want: CLOSED,
  },
  "a reset a moment later": { rfc: "RFC 9112 §9.5", sent: [ANSWER], next: "reset", want: CLOSED },
});

/** An answer with this status line and these fields, and this behind it. */
function bare(status: string, fields: readonly string[] = [], body = ""): string {
  return head(`HTTP/1.1 ${status}`, ...fields) + body;
}

const CLOSES = "it closes the connection out of caution; nothing of the answer is lost";
const HEAD_CLOSES = { want: "200 whole closed", why: CLOSES };

const BODILESS = responseRows({
  "204": { rfc: "RFC 9112 §6.3", sent: bare("204 x"), want: "204 whole kept" },
  "204 with a length": {
    rfc: "RFC 9110 §8.6",
    sent: bare("204 x", [LENGTH_5]),
    want: "204 whole kept",
    onNode: { want: "204 whole closed", why: CLOSES },
  },
  "204 with a body": {
    rfc: "RFC 9112 §6.3",
    sent: bare("204 x", [LENGTH_5], "hello"),
    want: "204 whole closed",
  },
  "204 in chunks": {
    rfc: "RFC 9112 §6.1",
    sent: bare("204 x", [CODED], "0\r\n\r\n"),
    want: "204 whole closed",
  },
  "204 with two lengths": {
    rfc: "RFC 9112 §6.3",
    sent: bare("204 x", [LENGTH_5, "Content-Length: 6"]),
    want: BAD,
  },
  "304": { rfc: "RFC 9112 §6.3", sent: bare("304 x"), want: "304 whole kept" },
  "304 with a length": {
    rfc: "RFC 9110 §15.4.5",
    sent: bare("304 x", [LENGTH_5]),
    want: "304 whole kept",
    onNode: { want: "304 whole closed", why: CLOSES },
  },
  "304 with a body": {
    rfc: "RFC 9112 §6.3",
    sent: bare("304 x", [LENGTH_5], "hello"),
    want: "304 whole closed",
  },
  "205 without a length": {
    rfc: "RFC 9110 §15.3.6",
    sent: bare("205 x"),
    next: "fin",
    want: "205 whole closed",
  },
  "HEAD with a length": {
    rfc: "RFC 9110 §9.3.2",
    method: "HEAD",
    sent: bare("200 OK", [LENGTH_5]),
    want: "200 whole kept",
    onNode: HEAD_CLOSES,
  },
  "HEAD in chunks": {
    rfc: "RFC 9110 §9.3.2",
    method: "HEAD",
    sent: bare("200 OK", [CODED]),
    want: "200 whole kept",
    onNode: HEAD_CLOSES,
  },
  "HEAD without either": {
    rfc: "RFC 9110 §9.3.2",
    method: "HEAD",
    sent: bare("200 OK"),
    want: "200 whole kept",
    onNode: HEAD_CLOSES,
  },
  "HEAD with a body": {
    rfc: "RFC 9110 §9.3.2",
    method: "HEAD",
    sent: bare("200 OK", [LENGTH_5], "hello"),
    want: "200 whole closed",
  },
  "an answer to a POST": { rfc: "RFC 9110 §9.3.3", method: "POST", sent: ANSWER, want: HELLO },
  "a status of failure with a body": {
    rfc: "RFC 9110 §15",
    sent: bare("500 x", [LENGTH_5], "hello"),
    want: "500 =hello whole kept",
  },
});

function interim(count: number, status = "100 Continue"): string {
  return bare(status).repeat(count) + ANSWER;
}

const INTERIM = responseRows({
  "100 before the answer": { rfc: "RFC 9110 §15.2.1", sent: interim(1), want: HELLO },
  "102 before the answer": { rfc: "RFC 9110 §15.2", sent: interim(1, "102 x"), want: HELLO },
  "103 with fields before the answer": {
    rfc: "RFC 8297 §2",
    sent: bare("103 x", ["Link: </a>", "X: 1"]) + ANSWER,
    want: HELLO,
  },
  "an interim answer that nobody knows": { rfc: "RFC 9110 §15.2", sent: interim(1, "199 x"), want: HELLO },
  "twenty of them": { rfc: "RFC 9110 §15.2", sent: interim(20), want: HELLO },
  "a flood of them": { rfc: "RFC 9110 §15.2", sent: interim(21), want: BAD },
  "a flood of them, each by itself": {
    rfc: "RFC 9110 §15.2",
    sent: [...Array<string>(30).fill(bare("103 x")), ANSWER],
    want: BAD,
  },
  "a thousand of them": { rfc: "RFC 9110 §15.2", sent: interim(1_000, "102 x"), want: BAD },
  "an interim answer, and the end": {
    rfc: "RFC 9112 §8",
    sent: bare("100 x"),
    next: "fin",
    want: "!reset closed",
  },
  "an interim answer, and a reset": {
    rfc: "RFC 9112 §8",
    sent: [bare("100 x"), ""],
    next: "reset",
    want: "!reset closed",
  },
  "an interim answer with a length": {
    rfc: "RFC 9112 §6.3",
    sent: bare("100 x", ["Content-Length: 0"]) + ANSWER,
    want: HELLO,
  },
  "an interim answer with a body": {
    rfc: "RFC 9112 §6.3",
    sent: bare("103 x", [LENGTH_5], "hello") + ANSWER,
    want: BAD,
  },
  "an interim answer, and nonsense": {
    rfc: "RFC 9112 §4",
    sent: `${bare("100 x")}nonsense\r\n\r\n`,
    want: BAD,
  },
  "101 that nobody asked for": {
    rfc: "RFC 9110 §15.2.2",
    sent: bare("101 x", ["Connection: upgrade", "Upgrade: x"]),
    want: BAD,
  },
  "101 without a protocol": { rfc: "RFC 9110 §15.2.2", sent: bare("101 x"), want: BAD },
  "101 with an answer behind it": {
    rfc: "RFC 9110 §15.2.2",
    sent: bare("101 x", ["Connection: upgrade", "Upgrade: x"]) + ANSWER,
    want: BAD,
  },
});

export const CONNECTIONS = [...OPTIONS, ...BEHIND, ...BODILESS, ...INTERIM];
