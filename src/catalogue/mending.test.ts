// Tests of `mending.ts`: whom the advice sends a person to.

import assert from "node:assert/strict";
import { test } from "node:test";
import { message } from "../language/messages.ts";
import type { ForwardProxy } from "../upstream/forward-proxy.ts";
import { mendingOf } from "./mending.ts";

const SILENCE = {
  kind: "failed",
  cause: "timeout",
  reason: message("reason.timeout", { seconds: 10 }),
  status: undefined,
  durationMs: 10_000,
} as const;

test("silence behind a forward proxy may be the proxy's, and the advice names it", () => {
  const proxy = { origin: "http://127.0.0.1:3128" } as unknown as ForwardProxy;
  assert.deepEqual(mendingOf(SILENCE, { proxy: undefined }), ["doctor.short.silent", "doctor.mend.wait"]);
  assert.deepEqual(mendingOf(SILENCE, { proxy }), ["doctor.short.silent", "doctor.mend.waitBehindProxy"]);
});
