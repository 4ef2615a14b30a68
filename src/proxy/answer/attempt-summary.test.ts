// Tests of what is told of an attempt that is over: a word for each way to end, and when it began.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AttemptRig } from "../../../test/support/attempt-rig.ts";
import { wireFailure } from "../outcome/classify.ts";
import type { AttemptOutcome } from "../outcome/outcome.ts";
import { summaryOf } from "./attempt-summary.ts";

test("each outcome has a word and, where an answer came, a status", (t) => {
  const rig = new AttemptRig(t);
  const { lease } = rig.begin().attempt;
  const failed = wireFailure(lease.target, "upstream_reset", 502, "ECONNRESET");
  const cases: readonly [AttemptOutcome, number, string, number | undefined][] = [
    [{ kind: "answered", fault: undefined }, 200, "ok", 200],
    [{ kind: "answered", fault: undefined }, 422, "refused", 422],
    [{ kind: "answered", fault: "upstream_cut_off" }, 200, "upstream_cut_off", 200],
    [failed, 0, "upstream_reset", 502],
    [{ kind: "lost" }, 200, "lost", undefined],
    [{ kind: "client_gone" }, 0, "client_closed", undefined],
    [{ kind: "broken", error: new Error("ours") }, 0, "internal", undefined],
  ];
  for (const [outcome, answered, word, status] of cases) {
    rig.exchange.noteAnswer(lease.target, answered);
    const summary = summaryOf(rig.exchange, lease, outcome);
    assert.deepEqual([summary.outcome, summary.status], [word, status]);
  }
  assert.equal(summaryOf(rig.exchange, lease, failed).reason, "ECONNRESET");
});

test("it begins when its target is taken, counted from the request's arrival", (t) => {
  const rig = new AttemptRig(t);
  rig.pass(250);
  const { lease } = rig.begin().attempt;
  rig.pass(1_000);
  const { startedAfterMs, durationMs } = summaryOf(rig.exchange, lease, { kind: "lost" });
  assert.deepEqual([startedAfterMs, durationMs], [250, 1_000]);
});
