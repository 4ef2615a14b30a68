// Faults 385 to 388: client keys of the store in a running gateway, in force at once, and judged like those of the file.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyBook } from "../../../src/accounts/key-book.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { chat, errorOf, type World, type WorldOptions, worldFor } from "../../support/world.ts";

const bearer = (key: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${key}` });

type KeyWorld = World<"a" | "b"> & { readonly book: KeyBook; readonly clock: HeldClock };

async function keyWorld(
  t: Parameters<typeof worldFor>[0],
  options: Partial<WorldOptions<"a" | "b">> = {},
): Promise<KeyWorld> {
  const clock = new HeldClock();
  const endpoints = {
    a: { fake: { models: ["gpt-a", "both"] } },
    b: { fake: { models: ["gpt-b", "both"] } },
  };
  const world = await worldFor<"a" | "b">(t, { endpoints, ...options }, { store: new MemoryStore(), clock });
  const { book } = world.gateway.clients;
  if (book === undefined) throw new Error("there is a store");
  return { ...world, book, clock };
}

async function codeFor(
  world: KeyWorld,
  headers: Readonly<Record<string, string>>,
  model = "both",
): Promise<unknown> {
  const answer = await world.ask({ ...chat(model), headers });
  return answer.status === 200 ? 200 : errorOf(answer).code;
}

test("fault 385: a key that is made, disabled, rotated or deleted is in force at the next request", async (t) => {
  const world = await keyWorld(t);
  assert.equal(await codeFor(world, {}), 200);
  const { key, view } = await world.book.create({ name: "phone" });
  assert.equal(await codeFor(world, {}), "invalid_api_key");
  assert.equal(await codeFor(world, bearer(key)), 200);
  assert.equal(world.log.summaries.at(-1)?.keyId, view.id);
  for (const name of ["x-api-key", "api-key", "x-goog-api-key"])
    assert.equal(await codeFor(world, { ...bearer("another"), [name]: key }), 200, name);
  await world.book.setDisabled("phone", true);
  const answer = await world.ask({ ...chat("both"), headers: bearer(key) });
  assert.deepEqual([answer.status, errorOf(answer).code], [401, "client_key_disabled"]);
  assert.match(errorOf(answer).message, /"phone"/);
  assert.ok(!answer.text.includes(key.slice(-10)));
  await world.book.setDisabled("phone", false);
  const rotated = await world.book.rotate("phone", 60_000);
  assert.equal(await codeFor(world, bearer(key)), 200);
  assert.equal(await codeFor(world, bearer(rotated.key)), 200);
  world.clock.advance(60_000);
  assert.equal(await codeFor(world, bearer(key)), "invalid_api_key");
  await world.book.update("phone", { expiresMs: world.clock.wallMs() });
  assert.equal(await codeFor(world, bearer(rotated.key)), "client_key_expired");
  await world.book.delete("phone");
  assert.equal(await codeFor(world, {}), 200);
});

test("fault 386: a key keeps to its endpoints, in lists of models, pins, fallbacks and all else", async (t) => {
  const routing = { fallbacks: { "gpt-a": ["gpt-b"] } };
  const world = await keyWorld(t, { routing, retries: { attempts: 1 } });
  const { key } = await world.book.create({ name: "phone", endpoints: ["a*"] });
  const listed = await world.ask({ path: "/v1/models", headers: bearer(key) });
  const names = (listed.json()["data"] as { id: string }[]).map(({ id }) => id);
  assert.deepEqual(names.sort(), ["both", "gpt-a"]);
  for (let count = 0; count < 4; count += 1) assert.equal(await codeFor(world, bearer(key)), 200);
  assert.equal(world.fakes.a.requests.length, 4);
  assert.equal(world.fakes.b.requests.length, 0);
  assert.equal(await codeFor(world, bearer(key), "gpt-b"), "model_not_allowed");
  assert.equal(await codeFor(world, bearer(key), "b/both"), "model_not_allowed");
  assert.equal(await codeFor(world, bearer(key), "a/both"), 200);
  await world.fakes.a.close();
  const failed = await world.ask({ ...chat("gpt-a"), headers: bearer(key) });
  assert.equal(failed.status, 502);
  assert.equal(world.fakes.b.requests.length, 0);
  const steered = { ...bearer(key), "x-oai-gateway-endpoint": "b" };
  const files = await world.ask({ path: "/v1/files", headers: steered });
  assert.equal(errorOf(files).code, "unknown_endpoint");
});

test("fault 387: a key is good from its own addresses only, and an oversized one is nobody's", async (t) => {
  const world = await keyWorld(t);
  const near = await world.book.create({ name: "near", addresses: ["127.0.0.0/8", "::1"] });
  const far = await world.book.create({ name: "far", addresses: ["10.0.0.0/8", "fd00::/8"] });
  assert.equal(await codeFor(world, bearer(near.key)), 200);
  const answer = await world.ask({ ...chat("both"), headers: bearer(far.key) });
  assert.deepEqual([answer.status, errorOf(answer).code], [403, "address_not_allowed"]);
  assert.match(errorOf(answer).message, /"far" \(used from 127\.0\.0\.1\)/);
  // Of two, the one that is good from here counts.
  assert.equal(await codeFor(world, { ...bearer(far.key), "x-api-key": near.key }), 200);
  assert.equal(await codeFor(world, bearer("k".repeat(10_000))), "invalid_api_key");
});

test("fault 388: while the keys of the store cannot be read nobody gets in by none, and those of the file still do", async (t) => {
  const store = new MemoryStore();
  const server = { api_keys: [{ name: "file", key: "key-of-the-file-1" }] };
  const world = await worldFor(t, { endpoints: { a: {} }, server }, { store });
  const { book } = world.gateway.clients;
  const made = await book?.create({ name: "phone" });
  store.failure = new Error("locked");
  await book?.load();
  const headers = bearer(made?.key ?? "");
  const refused = await world.ask({ ...chat(), headers });
  assert.deepEqual([refused.status, errorOf(refused).code], [503, "keys_unavailable"]);
  assert.equal((await world.ask({ ...chat(), headers: bearer("key-of-the-file-1") })).status, 200);
  store.failure = undefined;
  await book?.load();
  assert.equal((await world.ask({ ...chat(), headers })).status, 200);
});
