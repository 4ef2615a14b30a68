// Tests of open-files.ts: how many connections fit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionsWithin, openFilesLimit } from "./open-files.ts";

test("the limit on open files leaves room for an endpoint's connection beside each client's", () => {
  assert.equal(connectionsWithin(undefined), Number.POSITIVE_INFINITY);
  assert.equal(connectionsWithin(1_048), 500);
  assert.equal(connectionsWithin(20), 1);
  if (process.platform === "linux") assert.ok((openFilesLimit() ?? 0) > 0);
});
