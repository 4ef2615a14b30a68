// Tests of `response-head.ts`: what a head says of its body's end and of its connection.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnswerHead } from "./response-head.ts";

/** Whether the connection takes another request behind an answer with these lines. */
function isKept(line: string, ...fields: readonly string[]): boolean | string {
  const head = readAnswerHead([line, ...fields, "content-length: 0"].join("\r\n"), "GET");
  return typeof head === "string" ? head : head.isKept;
}

test("an answer that says `close` is the last one, whatever else it says (RFC 9112 §9.3)", () => {
  const line = "HTTP/1.1 200 OK";
  assert.equal(isKept(line), true);
  assert.equal(isKept(line, "connection: close"), false);
  assert.equal(isKept(line, "connection: x,\tClose , keep-alive"), false);
  assert.equal(isKept(line, "connection: close", "connection: keep-alive"), false);
  assert.equal(isKept(line, "connection: keep-alive", "connection: close"), false);
});

test("HTTP/1.0 keeps a connection only where it says so (RFC 9112 §9.3)", () => {
  const line = "HTTP/1.0 200 OK";
  assert.equal(isKept(line), false);
  assert.equal(isKept(line, "connection: x, Keep-Alive"), true);
  assert.equal(isKept(line, "connection: close", "connection: keep-alive"), false);
  // No space of a field (RFC 9110 §5.6.3).
  assert.equal(isKept(line, "connection: \xa0keep-alive"), false);
});

test("HTTP/1.0 with a transfer coding ends its connection (RFC 9112 §6.1)", () => {
  const fields = "connection: keep-alive\r\ntransfer-encoding: chunked";
  const head = readAnswerHead(`HTTP/1.0 200 OK\r\n${fields}`, "GET");
  assert.ok(typeof head !== "string");
  assert.equal(head.bodyEnd, "chunked");
  assert.equal(head.isKept, false);
});

test("a length beside any transfer coding is refused (RFC 9112 §6.3)", () => {
  for (const coding of ["chunked", "identity"]) {
    assert.equal(isKept("HTTP/1.1 200 OK", `transfer-encoding: ${coding}`), "INVALID_LENGTH");
  }
});
