// Wherever the bytes of a request are split into two reads, and where each byte is a read, both engines make the same
// of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { listen as listenFast } from "../../src/http/h1/server.ts";
import { listen as listenNode } from "../../src/http/node/server.ts";
import { outcomeOf, rigFor } from "./request-rig.ts";
import { CHUNKED, GET, HOST, head, POST } from "./request-row.ts";

/** What is sent, and the seen, the answers and the end as a row of `requests.ts` has them; RFC 9112 §2.1: no reads. */
const MESSAGES: Readonly<Record<string, readonly [sent: string, want: string]>> = {
  "a plain request": [head(GET, HOST, "X: 1"), "GET / x=1 > 200 kept"],
  "a request with a length": [`${head(POST, HOST, "Content-Length: 5")}hello`, "POST / =hello > 200 kept"],
  "a request in chunks": [
    `${head(POST, HOST, CHUNKED)}2;a="b"\r\nhe\r\n3\r\nllo\r\n0\r\nX: 1\r\n\r\n`,
    "POST / =hello > 200 kept",
  ],
  "three requests, one of them not plain": [
    head(GET, HOST) + head("DELETE /a HTTP/1.1", HOST) + head("GET /b HTTP/1.1", HOST),
    "GET /; DELETE /a; GET /b > 200 200 200 kept",
  ],
  "a length beside a coding": [`${head(POST, HOST, "Content-Length: 5", CHUNKED)}0\r\n\r\n`, "> 400 closed"],
  "a bare LF": [`${GET}\r\nHost: h\nX: 1\r\n\r\n`, "> 400 closed"],
  "a body that is larger than it may be": [
    `${head(POST, HOST, "Content-Length: 1001")}hello`,
    "POST / !request_too_large > 413 closed",
  ],
};

for (const [engine, listen] of [
  ["fast", listenFast],
  ["node", listenNode],
] as const)
  for (const [name, [bytes, want]] of Object.entries(MESSAGES)) {
    const answers = want.match(/\b[245]\d\d\b/g)?.length ?? 0;
    test(`${engine}: ${name}, split at every byte`, async (t) => {
      const rig = await rigFor(t, listen, false);
      for (let at = 1; at < bytes.length; at += 1) {
        const sent = [bytes.slice(0, at), bytes.slice(at)];
        assert.equal(await outcomeOf(rig, { sent, next: "probe", answers }), want, `split at ${at}`);
      }
    });
    test(`${engine}: ${name}, a byte a read`, async (t) => {
      const rig = await rigFor(t, listen, false);
      assert.equal(await outcomeOf(rig, { sent: [...bytes], next: "probe", answers }), want);
    });
  }
