// Tests of `said.ts`: what an endpoint said is unpacked and masked, or not told at all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { makeEndpoint } from "../../../test/support/routing-fixtures.ts";
import type { Verdict } from "../../routing/health/failure-class.ts";
import { saidLater } from "./said.ts";

const KEY = "other-key-1234";
const ENDPOINT = makeEndpoint("a", { credentials: [{ id: 1, apiKey: KEY }] });
const VERDICT: Verdict = {
  class: "server_error",
  code: "upstream_server_error",
  health: "strike",
  cooldown: undefined,
  scope: undefined,
  retry: "another_target",
  isTransient: true,
  isForCaller: false,
};

test("an error can be had as text for a sentence of ours: unpacked, masked, or not at all", async () => {
  const text = `{"error":"${KEY} caf\u00e9"}`;
  const packed = ["content-encoding", "identity", "content-encoding", "gzip"];
  const said = (body: Buffer, headers: readonly string[]): Promise<string | undefined> =>
    saidLater(VERDICT, { status: 500, headers, contentType: "application/json" }, body, ENDPOINT)();
  assert.equal(await said(Buffer.from(text), []), "*** caf\u00e9");
  assert.equal(await said(gzipSync(text), packed), "*** caf\u00e9");
  assert.equal(await said(gzipSync(text), []), "*** caf\u00e9");
  assert.equal(await said(Buffer.from(text), packed), undefined);
});
