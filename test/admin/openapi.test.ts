// The document of the admin API: what it describes is what there is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_OPERATIONS } from "../../src/admin/operations/all.ts";
import { adminFor } from "../support/admin-rig.ts";

test("every operation is described, with its answers and what it takes", async (t) => {
  const { ask, logIn } = await adminFor(t);
  // It takes some milliseconds to make, which no stranger may have for the asking.
  assert.equal((await ask("GET", "/admin/v1/openapi.json")).status, 401);
  const { value, status } = await ask("GET", "/admin/v1/openapi.json", { token: await logIn() });
  assert.equal(status, 200);
  const { openapi, paths } = Object(value);
  assert.equal(openapi, "3.1.1");
  for (const { id, method, path, body, status: success, params } of ALL_OPERATIONS) {
    const described = Object(paths[path])[method.toLowerCase()];
    assert.equal(described?.operationId, id);
    assert.ok(described.responses[String(success)], id);
    assert.equal(described.requestBody !== undefined, body !== undefined, id);
    const inPath = (described.parameters ?? []).filter((one: { in: string }) => one.in === "path");
    assert.deepEqual(
      inPath.map((one: { name: string }) => one.name),
      [...params],
      id,
    );
  }
});

test("ids of operations are unique, and each says what it does", () => {
  const ids = ALL_OPERATIONS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { summary, id } of ALL_OPERATIONS) assert.ok(summary.length > 10, id);
});
