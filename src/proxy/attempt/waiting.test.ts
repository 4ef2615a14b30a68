// Tests of an attempt that waits for a head.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AttemptRig } from "../../../test/support/attempt-rig.ts";

test("the request goes to the lease's endpoint, over a pooled connection", (t) => {
  const rig = new AttemptRig(t);
  const { attempt } = rig.begin();
  const { last } = rig.client;
  assert.equal(attempt.phase, "waiting");
  assert.deepEqual(
    [last.origin, last.request.path, last.isFresh],
    ["http://a.test", "/v1/chat/completions", false],
  );
});

test("a head that says enough by itself is taken at once", (t) => {
  const rig = new AttemptRig(t, { path: "/v1/audio/speech" });
  const { attempt } = rig.begin();
  rig.client.last.head(200, "audio/mpeg");
  assert.equal(attempt.phase, "relaying");
});

test("a head that may hide a failure is looked behind", (t) => {
  const rig = new AttemptRig(t);
  const { attempt } = rig.begin();
  rig.client.last.head(200);
  assert.equal(attempt.phase, "looking");
});

test("a head that is a failure by itself ends the attempt, and its rest is dropped", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  rig.client.last.head(500, "text/plain");
  assert.deepEqual(sent.told, ["failed", "upstream_server_error", 500, undefined]);
  assert.equal(rig.client.last.data("oops"), true);
  rig.client.last.end();
  assert.equal(rig.reply.status, undefined);
  rig.pass(60_000);
  assert.equal(rig.client.last.isCancelled, false);
});

test("its words are there when its rest has come, and its connection has a second to end", async (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  const { last } = rig.client;
  last.head(500);
  last.data('{"error":{"message":"oops"}}');
  rig.pass(999);
  assert.equal(last.isCancelled, false);
  rig.pass(1);
  assert.equal(last.isCancelled, true);
  assert.equal(sent.end?.kind === "failed" && (await sent.end.said?.()), "oops");
});

test("the lease learns of every head", (t) => {
  const rig = new AttemptRig(t);
  const { lease } = rig.begin().attempt;
  const noteHead = t.mock.method(lease, "noteHead");
  rig.client.last.head(503);
  assert.deepEqual(
    noteHead.mock.calls.map((call) => call.arguments),
    [[503]],
  );
});

test("a connection that fails is a failure in the words of the error table", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  rig.client.last.fail({ kind: "connect_failed", reason: "ECONNREFUSED" });
  assert.deepEqual(sent.told, ["failed", "upstream_connect_failed", undefined, "ECONNREFUSED"]);
});

test("a connection that was closed when it was used costs nothing, once", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  rig.client.last.fail({ isStale: true });
  assert.equal(sent.attempt.phase, "waiting");
  assert.deepEqual(
    rig.client.calls.map((call) => call.isFresh),
    [false, true],
  );
  assert.equal(rig.client.calls[1]?.request, rig.client.calls[0]?.request);
  rig.client.last.fail({ isStale: true });
  assert.equal(rig.client.calls.length, 2);
  assert.deepEqual(sent.told, ["failed", "upstream_reset", undefined, "ECONNRESET"]);
});

test("the second try has all the time that the first one had", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  rig.pass(4_000);
  rig.client.last.fail({ isStale: true });
  rig.pass(4_999);
  assert.equal(sent.attempt.phase, "waiting");
  rig.pass(1);
  assert.deepEqual(sent.told, ["failed", "upstream_first_byte_timeout", undefined, undefined]);
});

test("a request that starts a job goes over a connection of its own, and is not sent again", (t) => {
  const rig = new AttemptRig(t, { path: "/v1/videos" });
  const sent = rig.begin();
  assert.equal(rig.client.last.isFresh, true);
  rig.client.last.fail({ isStale: true });
  assert.equal(rig.client.calls.length, 1);
  assert.equal(sent.attempt.phase, "done");
});

for (const isStream of [false, true]) {
  test(`no head in time closes the connection; the limit is that of ${isStream ? "streams" : "plain requests"}`, (t) => {
    const timeouts = {
      connectMs: 9_000,
      firstByteStreamMs: 3_000,
      firstBytePlainMs: 6_000,
      firstEventMs: 9_000,
      idleMs: 1_000,
      totalMs: 9_000,
    };
    const rig = new AttemptRig(t, { isStream, endpoint: { timeouts } });
    const sent = rig.begin();
    const limitMs = isStream ? 3_000 : 6_000;
    rig.pass(limitMs - 1);
    assert.equal(sent.attempt.phase, "waiting");
    rig.pass(1);
    assert.deepEqual(sent.told, ["failed", "upstream_first_byte_timeout", undefined, undefined]);
    assert.equal(rig.client.last.isCancelled, true);
  });
}

test("the deadline of the whole request cuts the wait short", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin({ deadlineMs: rig.clock.nowMs() + 700 });
  rig.pass(700);
  assert.deepEqual(sent.told, ["failed", "upstream_first_byte_timeout", undefined, undefined]);
});

for (const kind of ["client_gone", "lost"] as const) {
  test(`an attempt that is abandoned (${kind}) closes its connection and runs no timer any more`, async (t) => {
    const rig = new AttemptRig(t);
    const sent = rig.begin();
    sent.attempt.abandon(kind);
    assert.deepEqual(await sent.attempt.outcome, { kind });
    assert.equal(rig.client.last.isCancelled, true);
    rig.pass(60_000);
    sent.attempt.abandon("lost");
    assert.deepEqual(sent.end, { kind });
  });
}
