// Wherever the bytes of an answer are split into two reads, and where each byte is a read, both engines make the same
// of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createH1Client } from "../../src/upstream/h1/h1-client.ts";
import { createUndiciClient } from "../../src/upstream/undici/undici-client.ts";
import { head } from "./request-row.ts";
import { responseRigFor } from "./response-rig.ts";
import { BAD, CODED, HELLO, LENGTH_5, OK } from "./response-row.ts";

/** What is sent, what the caller is told, and whether the endpoint ends the connection; RFC 9112 §2.1: no reads. */
const ANSWERS: Readonly<Record<string, readonly [sent: string, want: string, next?: "fin"]>> = {
  "an answer with a length": [`${head(OK, "X: 1", LENGTH_5)}hello`, "200 x=1 =hello whole kept"],
  "an answer in chunks": [`${head(OK, CODED)}2;a="b"\r\nhe\r\n3\r\nllo\r\n0\r\nX: 1\r\n\r\n`, HELLO],
  "an interim answer and the final one": [
    `${head("HTTP/1.1 103 x", "X: 1")}${head(OK, LENGTH_5)}hello`,
    HELLO,
  ],
  "an answer that the connection ends": [`${head(OK)}hello`, "200 =hello whole closed", "fin"],
  "a length beside a coding": [`${head(OK, LENGTH_5, CODED)}5\r\nhello\r\n0\r\n\r\n`, BAD],
  "more than the length": [`${head(OK, LENGTH_5)}hello!`, "200 =hello whole closed"],
  "a bare LF": [`${OK}\nContent-Length: 5\r\n\r\nhello`, BAD],
};

for (const [engine, make] of [
  ["fast", createH1Client],
  ["node", createUndiciClient],
] as const)
  for (const [name, [bytes, want, next = "open"]] of Object.entries(ANSWERS)) {
    test(`${engine}: ${name}, split at every byte`, async (t) => {
      const rig = await responseRigFor(t, make);
      for (let at = 1; at < bytes.length; at += 1) {
        const sent = [bytes.slice(0, at), bytes.slice(at)];
        assert.equal(await rig.outcomeOf({ sent, next, method: "GET" }), want, `split at ${at}`);
      }
    });
    test(`${engine}: ${name}, a byte a read`, async (t) => {
      const rig = await responseRigFor(t, make);
      assert.equal(await rig.outcomeOf({ sent: [...bytes], next, method: "GET" }), want);
    });
  }
