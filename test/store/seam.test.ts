// What every store does, whatever stands behind the interface: written once, run for each kind. Not how its files are.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { LedgerEntry, Store, UsageQuestion } from "../../src/store/store.ts";
import { openStore } from "../../src/store/threads/open-store.ts";
import { folderFor } from "../support/folder.ts";
import { KeptLog } from "../support/kept-log.ts";
import { KEEP_LONG, storeEntry } from "../support/store-entries.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.now();

const KINDS: Readonly<Record<string, (t: TestContext) => Promise<Store>>> = {
  "in files": async (t) => {
    const folder = folderFor(t);
    const store = openStore({ place: "folder", folder, keep: KEEP_LONG }, undefined, new KeptLog());
    t.after(() => store.close());
    return store;
  },
  "in memory": async (t) => {
    const store = openStore(
      { place: "memory", folder: undefined, keep: KEEP_LONG },
      undefined,
      new KeptLog(),
    );
    t.after(() => store.close());
    return store;
  },
};

const all = (more: Partial<UsageQuestion> = {}): UsageQuestion => ({
  groups: [],
  fromMs: NOW - 2 * DAY,
  toMs: NOW + DAY,
  ...more,
});

async function keep(store: Store, entries: readonly LedgerEntry[]): Promise<void> {
  for (const entry of entries) store.append(entry);
  await store.flush();
}

for (const [kind, open] of Object.entries(KINDS)) {
  test(`a store ${kind} adds up what requests used and cost, failed ones apart`, async (t) => {
    const store = await open(t);
    await keep(store, [
      storeEntry({ timeMs: NOW, usage: { input: 10, output: 5, cached: 3, reasoning: 2 } }),
      storeEntry({ timeMs: NOW, usage: { input: 1, output: 1, isEstimate: true }, cost: unpriced() }),
      storeEntry({ timeMs: NOW, status: 503, error: "overloaded", usage: undefined, cost: none() }),
      storeEntry({ timeMs: NOW - 30 * DAY }),
    ]);
    const [row, ...more] = await store.usage(all());
    assert.deepEqual(row, {
      values: [],
      requests: 3,
      failed: 1,
      input: 11,
      output: 6,
      cached: 3,
      reasoning: 2,
      nanoDollars: 100,
      unpriced: 1,
      estimated: 1,
    });
    assert.equal(more.length, 0);
  });

  test(`a store ${kind} says null where nothing was priced, and nothing where nothing was used`, async (t) => {
    const store = await open(t);
    assert.deepEqual(await store.usage(all()), []);
    await keep(store, [storeEntry({ timeMs: NOW, cost: unpriced() })]);
    const [row] = await store.usage(all());
    assert.equal(row?.nanoDollars, null);
    assert.equal(row?.unpriced, 1);
    assert.deepEqual(await store.usage(all({ keyId: "nobody" })), []);
  });

  test(`a store ${kind} tells usage apart by key, model, endpoint and tag, and keeps to what is asked for`, async (t) => {
    const store = await open(t);
    await keep(store, [
      storeEntry({ timeMs: NOW, keyId: "a", model: "x", endpoint: "e", tags: ["family", "home"] }),
      storeEntry({ timeMs: NOW, keyId: "a", model: "y", endpoint: "f", tags: ["home", "home"] }),
      storeEntry({ timeMs: NOW, keyId: "b", model: "x", endpoint: "f" }),
    ]);
    const values = async (more: Partial<UsageQuestion>) =>
      (await store.usage(all(more))).map(({ values, requests }) => [...values, requests]);
    assert.deepEqual(await values({ groups: ["key"] }), [
      ["a", 2],
      ["b", 1],
    ]);
    assert.deepEqual(await values({ groups: ["tag"] }), [
      ["family", 1],
      ["home", 2],
    ]);
    assert.deepEqual(await values({ groups: ["model", "endpoint"], keyId: "a" }), [
      ["x", "e", 1],
      ["y", "f", 1],
    ]);
    assert.deepEqual(await values({ groups: ["key"], tag: "family" }), [["a", 1]]);
    assert.deepEqual(await values({ endpoint: "f", model: "x" }), [[1]]);
  });

  test(`a store ${kind} tells usage apart by minute, hour and day of any time zone`, async (t) => {
    const store = await open(t);
    const midnight = Math.floor(NOW / DAY) * DAY;
    await keep(store, [
      storeEntry({ timeMs: midnight - 1 }),
      storeEntry({ timeMs: midnight }),
      storeEntry({ timeMs: midnight - 8 * HOUR }),
      storeEntry({ timeMs: midnight - 8 * HOUR - 1 }),
    ]);
    const starts = async (more: Partial<UsageQuestion>) =>
      (await store.usage(all(more))).map(({ values: [start], requests }) => [
        Number(start) - midnight,
        requests,
      ]);
    assert.deepEqual(await starts({ groups: ["day"] }), [
      [-DAY, 3],
      [0, 1],
    ]);
    assert.deepEqual(await starts({ groups: ["day"], offsetMinutes: 480 }), [
      [-DAY - 8 * HOUR, 1],
      [-8 * HOUR, 3],
    ]);
    assert.deepEqual(await starts({ groups: ["hour"] }), [
      [-9 * HOUR, 1],
      [-8 * HOUR, 1],
      [-HOUR, 1],
      [0, 1],
    ]);
    const [first] = await starts({ groups: ["minute"], fromMs: NOW - 47 * HOUR });
    assert.deepEqual(first, [-8 * HOUR - 60_000, 1]);
  });

  test(`a store ${kind} refuses steps of time that are finer than it keeps, and questions without sense`, async (t) => {
    const store = await open(t);
    const refused = (more: Partial<UsageQuestion>) =>
      assert.rejects(store.usage(all(more)), { name: "StoreFailure" });
    await refused({ groups: ["minute"], fromMs: NOW - 3 * DAY });
    await refused({ groups: ["hour"], fromMs: NOW - 91 * DAY });
    await refused({ groups: ["hour", "day"] });
    await refused({ fromMs: Number.NaN });
  });

  test(`a store ${kind} gives the log of requests in pages, the newest first, each entry whole`, async (t) => {
    const store = await open(t);
    const entries = Array.from({ length: 25 }, (_, index) =>
      storeEntry({
        requestId: `r${index}`,
        timeMs: NOW - index * 1_000,
        status: index % 5 === 0 ? 429 : 200,
      }),
    );
    await keep(store, entries);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.requests({ limit: 10, cursor });
      seen.push(...page.entries.map(({ requestId }) => requestId));
      cursor = page.next;
    } while (cursor !== undefined);
    assert.deepEqual(
      seen,
      entries.map(({ requestId }) => requestId),
    );
    const [first] = (await store.requests({ limit: 1 })).entries;
    assert.deepEqual(JSON.parse(JSON.stringify(first)), JSON.parse(JSON.stringify(entries[0])));
    assert.equal(first?.usage?.webSearches, 0);
  });

  test(`a store ${kind} filters the log of requests by each of its columns`, async (t) => {
    const store = await open(t);
    await keep(store, [
      storeEntry({ requestId: "1", timeMs: NOW - 3, keyId: "a", model: "x", endpoint: "e", status: 200 }),
      storeEntry({ requestId: "2", timeMs: NOW - 2, keyId: "b", model: "x", endpoint: "f", status: 429 }),
      storeEntry({ requestId: "3", timeMs: NOW - 1, keyId: "b", model: "y", endpoint: "f", status: 503 }),
    ]);
    const ids = async (more: object) =>
      (await store.requests({ limit: 10, ...more })).entries.map(({ requestId }) => requestId);
    assert.deepEqual(await ids({ keyId: "b" }), ["3", "2"]);
    assert.deepEqual(await ids({ model: "x" }), ["2", "1"]);
    assert.deepEqual(await ids({ endpoint: "f", model: "x" }), ["2"]);
    assert.deepEqual(await ids({ minStatus: 400 }), ["3", "2"]);
    assert.deepEqual(await ids({ minStatus: 400, maxStatus: 499 }), ["2"]);
    assert.deepEqual(await ids({ minStatus: 400, keyId: "a" }), []);
    assert.deepEqual(await ids({ requestId: "1" }), ["1"]);
    assert.deepEqual(await ids({ fromMs: NOW - 2, toMs: NOW - 1 }), ["2"]);
    await assert.rejects(store.requests({ limit: 1, cursor: "'; DROP TABLE request" }), {
      code: "bad_question",
    });
  });

  test(`a store ${kind} keeps what has reached no model in the log of requests alone`, async (t) => {
    const store = await open(t);
    await keep(store, [storeEntry({ timeMs: NOW, isLedgered: false })]);
    assert.deepEqual(await store.usage(all()), []);
    assert.equal((await store.requests({ limit: 10 })).entries.length, 1);
  });

  test(`a store ${kind} writes a record only over the version that was read`, async (t) => {
    const store = await open(t);
    const record = { kind: "key", id: "1", text: "{}" };
    assert.equal(await store.put({ ...record, version: 0 }), 1);
    assert.equal(await store.put({ ...record, version: 0 }), "changed");
    assert.equal(await store.put({ ...record, text: '{"a":1}', version: 1 }), 2);
    assert.equal(await store.put(record), 3);
    const [read, ...others] = await store.records("key");
    assert.equal(others.length, 0);
    assert.equal(read?.version, 3);
    assert.equal(await store.remove("key", "1"), true);
    assert.equal(await store.remove("key", "1"), false);
    assert.deepEqual(await store.records("key"), []);
  });

  test(`a store ${kind} gives the audit log in pages, the newest first`, async (t) => {
    const store = await open(t);
    const line = { timeMs: NOW, actor: "admin", address: "127.0.0.1", action: "key.create", detail: "{}" };
    for (const subject of ["1", "2", "3"]) await store.audit({ ...line, subject });
    const first = await store.audits({ limit: 2 });
    assert.deepEqual(
      first.entries.map(({ subject }) => subject),
      ["3", "2"],
    );
    const second = await store.audits({ limit: 2, cursor: first.next });
    assert.deepEqual(
      second.entries.map(({ subject }) => subject),
      ["1"],
    );
    assert.equal(second.next, undefined);
  });

  test(`fault 372: a store ${kind} takes whatever a client puts into a name`, async (t) => {
    const store = await open(t);
    const names = [
      "'; DROP TABLE ledger; --",
      "\0\u0007\u001b[31m",
      "<script>",
      "名".repeat(10_000),
      "\ud800",
      "",
    ];
    await keep(
      store,
      names.map((model) => storeEntry({ timeMs: NOW, model, keyId: model, tags: [model], requestId: model })),
    );
    assert.equal(store.state().lost, 0);
    const rows = await store.usage(all({ groups: ["model"] }));
    assert.equal(
      rows.reduce((sum, { requests }) => sum + requests, 0),
      names.length,
    );
    assert.equal((await store.requests({ limit: 10, model: "名".repeat(10_000) })).entries.length, 1);
  });

  test(`a store ${kind} adds up whatever an endpoint says, within bounds`, async (t) => {
    const store = await open(t);
    const cost = { nanoDollars: Number.MAX_VALUE, source: "table", date: undefined } as const;
    const usage = { input: Number.POSITIVE_INFINITY, output: Number.NaN, cached: 1.5 };
    await keep(
      store,
      Array.from({ length: 200 }, () => storeEntry({ timeMs: NOW, cost, usage })),
    );
    const [row] = await store.usage(all());
    // Beyond 2^53 nano-dollars, and no error.
    assert.equal(row?.nanoDollars, 200 * 1e14);
    assert.deepEqual([row?.input, row?.output, row?.cached], [0, 0, 200]);
  });
}

function unpriced() {
  return { nanoDollars: null, source: "unpriced", date: undefined } as const;
}

function none() {
  return { nanoDollars: null, source: "none", date: undefined } as const;
}
