// Emptying the cache of answers by the admin API. What is in it, and that it is gone then, is in `test/cache/`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { adminFor } from "../support/admin-rig.ts";

test("whoever is let in empties the cache, and reads what is in it", async (t) => {
  const { ask, logIn } = await adminFor(t);
  assert.equal((await ask("DELETE", "/admin/v1/cache")).status, 401);
  const token = await logIn();
  const emptied = await ask("DELETE", "/admin/v1/cache", { token });
  assert.deepEqual([emptied.status, emptied.value], [200, { entries: 0, bytes: 0 }]);
  const status = await ask("GET", "/admin/v1/status", { token });
  const none = { entries: 0, bytes: 0, maxBytes: 64 * 1_024 ** 2, hits: 0, misses: 0 };
  assert.deepEqual(Object(status.value).gateway.cache, none);
  assert.equal((await ask("GET", "/admin/v1/cache", { token })).status, 405);
});
