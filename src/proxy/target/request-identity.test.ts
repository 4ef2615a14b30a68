// Tests of request-identity.ts: who counts as one client, and what as one request.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { InboundRequest } from "../../http/message.ts";
import { identityOf } from "./request-identity.ts";

function clientAt(remoteAddress: string, key?: string): string {
  const request = { remoteAddress } as InboundRequest;
  return identityOf({ request, path: "/v1/x", modelName: "m", body: Buffer.alloc(0) }, key).client;
}

test("fault 217: addresses among which one client may choose are one", () => {
  for (const same of [
    ["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"],
    ["10.0.0.1", "::ffff:10.0.0.1"],
    ["2001:db8:1:2::5", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1:2:a::b"],
    ["fe80::1%eth0", "fe80::2:3%eth1"],
  ])
    assert.equal(new Set(same.map((address) => clientAt(address))).size, 1, same.join());
  const others = [
    "127.0.0.1",
    "10.0.0.1",
    "10.0.0.2",
    "2001:db8:1:2::5",
    "2001:db8:1:3::5",
    "2001:db8::5",
    "",
  ];
  assert.equal(new Set(others.map((address) => clientAt(address))).size, others.length);
});

test("fault 217: with keys it is the key alone that tells clients apart", () => {
  assert.equal(clientAt("10.0.0.1", "k-1"), clientAt("10.0.0.2", "k-1"));
  assert.notEqual(clientAt("10.0.0.1", "k-1"), clientAt("10.0.0.1", "k-2"));
  assert.notEqual(clientAt("10.0.0.1", "10.0.0.1"), clientAt("10.0.0.1"));
});
