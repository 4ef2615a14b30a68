// Rows of the ledger at another price: in a store of each kind.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Store } from "../../src/store/store.ts";
import { openStore } from "../../src/store/threads/open-store.ts";
import { folderFor } from "../support/folder.ts";
import { KeptLog } from "../support/kept-log.ts";
import { KEEP_LONG, storeEntry } from "../support/store-entries.ts";

const DAY = 86_400_000;
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

const UNPRICED = { nanoDollars: null, source: "unpriced", date: undefined } as const;

for (const [kind, open] of Object.entries(KINDS)) {
  test(`a store ${kind} gives its rows another price, and changes its sums by the difference`, async (t) => {
    const store = await open(t);
    const entries = ["a", "b", "c", "d"].map((requestId) =>
      storeEntry({ timeMs: NOW, requestId, tags: ["t"] }),
    );
    const unused = storeEntry({ timeMs: NOW, usage: undefined, cost: { ...UNPRICED, source: "none" } });
    for (const entry of [
      ...entries,
      unused,
      storeEntry({ timeMs: NOW - DAY, model: "other", cost: UNPRICED }),
    ])
      store.append(entry);
    await store.flush();
    const asked = { fromMs: NOW - 2 * DAY, toMs: NOW + DAY, afterId: 0, limit: 3 };
    const first = await store.ledger(asked);
    assert.deepEqual(
      first.map(({ requestId, upstreamModel, usage }) => [
        requestId,
        upstreamModel,
        usage.input,
        usage.pages,
      ]),
      [
        ["a", "m-1", 10, 0],
        ["b", "m-1", 10, 0],
        ["c", "m-1", 10, 0],
      ],
    );
    const rest = await store.ledger({ ...asked, afterId: first.at(-1)?.id ?? 0 });
    assert.deepEqual(
      rest.map(({ model, cost }) => [model, cost.nanoDollars]),
      [
        ["m", 100],
        ["other", null],
      ],
    );
    assert.deepEqual(await store.ledger({ ...asked, model: "never" }), []);
    const cost = { nanoDollars: 7, source: "config", date: undefined } as const;
    const changes = [...first, ...rest.slice(1)].map((row) => ({ ...row, cost }));
    assert.equal(await store.reprice(changes), 4);
    assert.equal(await store.reprice(changes), 0);
    const [row] = await store.usage({ groups: [], fromMs: asked.fromMs, toMs: asked.toMs });
    assert.deepEqual([row?.nanoDollars, row?.unpriced, row?.requests], [3 * 7 + 100 + 7, 0, 6]);
    const [entry] = (await store.requests({ limit: 1, requestId: "b" })).entries;
    assert.deepEqual(entry?.cost, cost);
    const dated = { nanoDollars: 8, source: "table", date: "2026-11-02" } as const;
    assert.equal(await store.reprice(changes.slice(1, 2).map((change) => ({ ...change, cost: dated }))), 1);
    assert.deepEqual((await store.requests({ limit: 1, requestId: "b" })).entries[0]?.cost, dated);
  });
}
