// Tests of restart-pause.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RestartPause } from "./restart-pause.ts";

test("the first death is made good at once, those in a row later and later, and a long life is forgiven", () => {
  const pause = new RestartPause();
  const pauses = Array.from({ length: 10 }, () => pause.next(100));
  assert.deepEqual(pauses, [0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  assert.equal(pause.next(60_000), 0);
  assert.equal(pause.next(100), 250);
});
