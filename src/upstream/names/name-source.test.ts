// Tests of name-source.ts against a name server of our own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nameServerFor } from "../../../test/support/fakes/name-server.ts";
import { SystemNames } from "./name-source.ts";

test("name servers tell the addresses of a name, and the shortest time of its records", async (t) => {
  const server = await nameServerFor(t);
  const names = new SystemNames();
  server.records.set("many.example", [
    { address: "192.0.2.1", ttl: 300 },
    { address: "192.0.2.2", ttl: 7 },
  ]);
  const told = await names.ask("many.example");
  assert.deepEqual([...(told?.addresses ?? [])].sort(), ["192.0.2.1", "192.0.2.2"]);
  assert.equal(told?.ttlMs, 7_000);
});

test("a name that name servers do not know, or that has no address, is no failure", async (t) => {
  const server = await nameServerFor(t);
  const names = new SystemNames();
  server.records.set("empty.example", []);
  assert.equal(await names.ask("empty.example"), undefined);
  assert.equal(await names.ask("unknown.example"), undefined);
  assert.ok(server.asked.includes("unknown.example"));
});

test("the system knows the names of its own files, and fails with its own codes", async () => {
  const names = new SystemNames();
  assert.ok((await names.lookUp("localhost")).length > 0);
  assert.equal(await names.isOwn("localhost"), true);
  assert.equal(await names.isOwn("nobody.example"), false);
});

test("what name servers were asked for is given up at the end, and is no failure", async (t) => {
  const server = await nameServerFor(t);
  server.isSilent = true;
  const names = new SystemNames();
  const asked = names.ask("slow.example");
  names.close();
  assert.equal(await asked, undefined);
});
