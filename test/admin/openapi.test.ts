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

test("what is read without a question has the members that are described, and no others", async (t) => {
  const token = "program-token-0123456789";
  const file =
    "server: {port: 0}\nendpoints: [{name: one, base_url: 'http://127.0.0.1:1/v1', models: [m]}]\n";
  const { ask } = await adminFor(t, { file, token });
  let looked = 0;
  for (const { method, path, params, answer, media } of ALL_OPERATIONS) {
    if (method !== "GET" || params.length > 0 || answer === undefined || media !== undefined) continue;
    const { status, value } = await ask("GET", `/admin/v1${path}`, { token });
    // Some want a question, or a store that this gateway has not.
    if (status !== 200) continue;
    looked += 1;
    assert.deepEqual(answer.safeParse(value).error?.issues ?? [], [], path);
  }
  assert.ok(looked > 15, `${looked} answers`);
});

test("ids of operations are unique, and each says what it does", () => {
  const ids = ALL_OPERATIONS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { summary, id } of ALL_OPERATIONS) assert.ok(summary.length > 10, id);
});
