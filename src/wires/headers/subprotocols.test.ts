// Tests of subprotocols.ts: which subprotocols are keys, and which are passed on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keyInSubprotocols, passedSubprotocols, subprotocolsOf } from "./subprotocols.ts";

const HEADER = "sec-websocket-protocol";

test("subprotocols of all headers of the name are one list", () => {
  const headers = [HEADER, "realtime, a.b ,", "host", "x", HEADER, "c"];
  assert.deepEqual(subprotocolsOf(headers), ["realtime", "a.b", "c"]);
  assert.deepEqual(subprotocolsOf(["host", "x"]), []);
});

test("a key is what follows the name that is for it, in any case", () => {
  assert.equal(keyInSubprotocols(["realtime", "openai-insecure-api-key.sk-a.b"]), "sk-a.b");
  assert.equal(keyInSubprotocols(["OpenAI-Insecure-API-Key.x"]), "x");
  assert.equal(keyInSubprotocols(["realtime", "openai-beta.realtime-v1"]), undefined);
});

const PASSED: Readonly<Record<string, boolean>> = {
  realtime: true,
  "openai-beta.realtime-v1": true,
  "graphql-transport-ws": true,
  "openai-insecure-api-key.k": false,
  "OPENAI-INSECURE-API-KEY.k": false,
  "openai-organization.o": false,
  "openai-project.p": false,
  "access_token.t": false,
  "Bearer.t": false,
};

for (const [one, isPassed] of Object.entries(PASSED)) {
  test(`${one} is ${isPassed ? "passed on" : "kept here"}`, () => {
    assert.deepEqual(passedSubprotocols([one]), isPassed ? [one] : []);
  });
}
