// Why each attempt of a request went where it did, as the log of requests keeps it and the admin API tells it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openStore } from "../../src/store/threads/open-store.ts";
import { apiError } from "../support/fakes/behaviours.ts";
import { KeptLog } from "../support/kept-log.ts";
import { KEEP_LONG } from "../support/store-entries.ts";
import { chat, worldFor } from "../support/world.ts";

test("the log of requests has why each target was asked and which others were not", async (t) => {
  const store = openStore({ place: "memory", folder: undefined, keep: KEEP_LONG }, undefined, new KeptLog());
  t.after(() => store.close());
  const later = { config: { priority: 2 } };
  const endpoints = { alpha: {}, beta: { config: { weight: 0 } }, gamma: later };
  const world = await worldFor(t, { endpoints }, { store });
  world.fakes.alpha.script([apiError(500, null)]);
  assert.equal((await world.ask(chat())).status, 200);
  await world.ask(chat("gamma/m"));
  const { entries } = await store.requests({ limit: 10 });
  const told = entries.map(({ request }) =>
    request.attempts.map(({ endpoint, choice }) => [endpoint, choice]),
  );
  const [gamma, weightless] = [
    { endpoint: "gamma", why: "tier" },
    { endpoint: "beta", why: "weight" },
  ];
  assert.deepEqual(told, [
    [["gamma", { reason: "pin", passedOver: [] }]],
    [
      ["alpha", { reason: "only_left", passedOver: [weightless, gamma] }],
      ["gamma", { reason: "failover", passedOver: [{ endpoint: "alpha", why: "tried" }, weightless] }],
    ],
  ]);
});
