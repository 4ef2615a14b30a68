// Tests of address-book.ts: for how long answers hold, what helps where none comes, which addresses come first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AddressBook } from "./address-book.ts";
import type { NameSource, ServerAnswer } from "./name-source.ts";

/** Says what the test says; lookups of the system wait where they are held. */
class ScriptedSource implements NameSource {
  addresses: readonly string[] = ["192.0.2.1"];
  /** The system's failure. */
  code: string | undefined;
  isHeld = false;
  told: ServerAnswer | undefined;
  isOwnName = false;
  lookups = 0;
  readonly #held: (() => void)[] = [];

  async lookUp(): Promise<readonly string[]> {
    this.lookups += 1;
    if (this.isHeld) await new Promise<void>((resolve) => this.#held.push(resolve));
    if (this.code !== undefined) throw Object.assign(new Error(this.code), { code: this.code });
    return this.addresses;
  }

  async ask(): Promise<ServerAnswer | undefined> {
    return this.told;
  }

  async isOwn(): Promise<boolean> {
    return this.isOwnName;
  }

  close(): void {}

  release(): void {
    this.isHeld = false;
    for (const resolve of this.#held.splice(0)) resolve();
  }
}

const NAME = "a.example";

function rig() {
  const source = new ScriptedSource();
  const time = { nowMs: 1_000_000 };
  const book = new AddressBook(source, () => time.nowMs);
  const found = async () => {
    const addresses = await book.addressesOf(NAME);
    // What name servers say comes a turn later.
    await new Promise(setImmediate);
    return addresses;
  };
  return { source, time, book, found };
}

test("an address is itself, and asks for nothing", () => {
  const { source, book } = rig();
  assert.deepEqual(book.addressesOf("127.0.0.1"), ["127.0.0.1"]);
  assert.deepEqual(book.addressesOf("::1"), ["::1"]);
  assert.equal(source.lookups, 0);
});

test("an answer holds as long as its records say, and no longer than half a minute", async () => {
  for (const [ttlMs, holdsMs] of [
    [7_000, 7_000],
    [600_000, 30_000],
    [0, 0],
  ] as const) {
    const { source, time, book, found } = rig();
    source.told = { addresses: ["192.0.2.1"], ttlMs };
    await found();
    source.addresses = ["192.0.2.9"];
    source.told = { addresses: ["192.0.2.9"], ttlMs };
    if (holdsMs > 0) {
      time.nowMs += holdsMs - 1;
      assert.deepEqual(book.addressesOf(NAME), ["192.0.2.1"]);
      assert.equal(source.lookups, 1);
      time.nowMs += 1;
    }
    assert.deepEqual(await found(), ["192.0.2.9"]);
    assert.equal(source.lookups, 2);
  }
});

test("records of a name that means something else to the system say nothing of how long that holds", async () => {
  const { source, time, book, found } = rig();
  source.told = { addresses: ["198.51.100.1"], ttlMs: 20_000 };
  assert.deepEqual(await found(), ["192.0.2.1"]);
  time.nowMs += 4_999;
  assert.deepEqual(book.addressesOf(NAME), ["192.0.2.1"]);
  time.nowMs += 1;
  await found();
  assert.equal(source.lookups, 2);
});

test("a hundred connections at once ask once", async () => {
  const { source, book } = rig();
  source.isHeld = true;
  const all = Array.from({ length: 100 }, () => book.addressesOf(NAME));
  source.release();
  for (const addresses of await Promise.all(all)) assert.deepEqual(addresses, ["192.0.2.1"]);
  assert.equal(source.lookups, 1);
});

test("a lookup that hangs is helped after a second: by what was known, or by what name servers say", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const known = rig();
  await known.found();
  known.time.nowMs += 60_000;
  known.source.isHeld = true;
  const stale = known.book.addressesOf(NAME);
  t.mock.timers.tick(1_000);
  assert.deepEqual(await stale, ["192.0.2.1"]);
  const fresh = rig();
  fresh.source.isHeld = true;
  fresh.source.told = { addresses: ["192.0.2.5"], ttlMs: 1_000 };
  const helped = fresh.book.addressesOf(NAME);
  t.mock.timers.tick(1_000);
  assert.deepEqual(await helped, ["192.0.2.5"]);
});

test("a name of this machine's own is not looked for at name servers, however long it takes", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { source, book } = rig();
  source.isHeld = true;
  source.isOwnName = true;
  source.told = { addresses: ["192.0.2.5"], ttlMs: 1_000 };
  const found = book.addressesOf(NAME);
  t.mock.timers.tick(1_000);
  await new Promise(setImmediate);
  source.release();
  assert.deepEqual(await found, ["192.0.2.1"]);
});

test("name servers that fail for a while leave what they said, and a name that is gone is gone", async () => {
  const { source, time, found } = rig();
  await found();
  time.nowMs += 60_000;
  source.code = "EAI_AGAIN";
  assert.deepEqual(await found(), ["192.0.2.1"]);
  time.nowMs += 60_000;
  source.code = "ENOTFOUND";
  await assert.rejects(found(), { code: "ENOTFOUND" });
  source.code = "EAI_AGAIN";
  await assert.rejects(found(), { code: "EAI_AGAIN" });
});

test("an address is outdated when it has not been announced for a minute although the name was", async () => {
  const { source, time, book, found } = rig();
  await found();
  source.addresses = ["192.0.2.2"];
  time.nowMs += 31_000;
  book.refresh(NAME);
  await found();
  assert.equal(book.isOutdated(NAME, "192.0.2.1"), false);
  // Announced again, as names with many servers do in turn.
  source.addresses = ["192.0.2.1"];
  time.nowMs += 31_000;
  await found();
  source.addresses = ["192.0.2.2"];
  time.nowMs += 59_000;
  await found();
  assert.equal(book.isOutdated(NAME, "192.0.2.1"), false);
  time.nowMs += 6_000;
  assert.equal(book.isOutdated(NAME, "192.0.2.1"), false, "nothing was heard since");
  await found();
  assert.equal(book.isOutdated(NAME, "192.0.2.1"), true);
  assert.equal(book.isOutdated(NAME, "192.0.2.2"), false);
  assert.equal(book.isOutdated(NAME, "192.0.2.77"), false, "never seen");
});

test("families take turns, and each connection begins at the next of equal addresses", async () => {
  const { source, book, found } = rig();
  source.addresses = ["2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"];
  assert.deepEqual(await found(), ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"]);
  assert.deepEqual(book.addressesOf(NAME), ["2001:db8::2", "192.0.2.2", "2001:db8::1", "192.0.2.1"]);
  assert.deepEqual(book.addressesOf(NAME), ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"]);
});

test("a family that was slower than the other comes after it for ten minutes, all of it", async () => {
  const { source, time, book, found } = rig();
  source.addresses = ["2001:db8::1", "2001:db8::2", "192.0.2.1"];
  source.told = { addresses: source.addresses, ttlMs: 30_000 };
  await found();
  book.onConnected(NAME, "192.0.2.1", ["2001:db8::1"]);
  const [first] = await found();
  assert.equal(first, "192.0.2.1");
  time.nowMs += 599_000;
  assert.equal((await found())[0], "192.0.2.1");
  time.nowMs += 2_000;
  assert.match((await found())[0] ?? "", /^2001:/);
});

test("an address that was slower than one of its own family comes after the others for half a minute", async () => {
  const { source, time, book, found } = rig();
  source.addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
  source.told = { addresses: source.addresses, ttlMs: 10_000 };
  await found();
  book.onConnected(NAME, "192.0.2.2", ["192.0.2.1"]);
  for (let time = 0; time < 4; time += 1) {
    const addresses = await found();
    assert.equal(addresses.at(-1), "192.0.2.1");
  }
  time.nowMs += 30_000;
  const firsts = [await found(), await found(), await found()].map(([first]) => first);
  assert.ok(firsts.includes("192.0.2.1"));
});
