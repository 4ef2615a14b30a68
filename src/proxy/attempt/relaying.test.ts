// Tests of an attempt whose answer is on its way to the client.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  AttemptRig,
  event,
  type RigOptions,
  type SentAttempt,
  textEvent,
} from "../../../test/support/attempt-rig.ts";

const STREAM = "text/event-stream";
const STOP = event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
const DONE = "data: [DONE]\n\n";

/** An answer that is no stream and of which one piece has come. */
function plain(t: TestContext, options: RigOptions = {}): [AttemptRig, SentAttempt] {
  const rig = new AttemptRig(t, { path: "/v1/audio/speech", ...options });
  const sent = rig.begin();
  rig.client.last.head(200, "audio/mpeg");
  rig.client.last.data("one");
  return [rig, sent];
}

/** A stream of which one event has come. */
function stream(t: TestContext, options: RigOptions = {}): [AttemptRig, SentAttempt] {
  const rig = new AttemptRig(t, { isStream: true, ...options });
  const sent = rig.begin();
  rig.client.last.head(200, STREAM);
  rig.client.last.data(textEvent("hi"));
  return [rig, sent];
}

test("head, data, end: the client has them, and the outcome is without a fault", async (t) => {
  const [rig, sent] = plain(t);
  rig.client.last.data("two");
  assert.deepEqual([sent.attempt.phase, rig.reply.text, rig.reply.isEnded], ["relaying", "onetwo", false]);
  const disarm = t.mock.method(sent.attempt.timer, "disarm");
  rig.client.last.end();
  assert.equal(disarm.mock.callCount(), 1);
  assert.deepEqual(await sent.attempt.outcome, { kind: "answered", fault: undefined });
  assert.deepEqual([sent.attempt.phase, rig.reply.status, rig.reply.isEnded], ["done", 200, true]);
  assert.equal(rig.client.last.isCancelled, false);
});

test("the request's body is let go when the first of the answer goes on, not before", (t) => {
  const rig = new AttemptRig(t);
  rig.begin();
  rig.client.last.head();
  assert.notEqual(rig.call.body.length, 0);
  rig.client.last.data("[]");
  assert.equal(rig.call.body.length, 0);
});

test("a good head without the body that was promised is a failure: nothing was sent", (t) => {
  const rig = new AttemptRig(t, { path: "/v1/audio/speech" });
  const sent = rig.begin();
  rig.client.last.head(200, "audio/mpeg");
  rig.client.last.end();
  assert.deepEqual(sent.told, ["failed", "upstream_bad_response", 200, undefined]);
  assert.equal(rig.reply.status, undefined);
});

test("a client that reads slowly pauses the endpoint, and the limit of silence with it", (t) => {
  const [rig, sent] = plain(t);
  rig.reply.isSlow = true;
  assert.equal(rig.client.last.data("two"), false);
  // The timer looked in between, and found that the silence was not the endpoint's.
  rig.pass(60_000);
  rig.pass(2_500);
  assert.deepEqual([sent.attempt.phase, rig.client.last.resumed], ["relaying", 0]);
  rig.reply.drain();
  assert.equal(rig.client.last.resumed, 1);
  // The endpoint has all of its time again.
  rig.pass(4_999);
  assert.equal(sent.attempt.phase, "relaying");
  rig.pass(1);
  assert.deepEqual(sent.told, ["answered", "upstream_idle_timeout"]);
});

test("past the deadline a client that reads slowly sets no timer, and is cut when it reads on", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin({ deadlineMs: rig.clock.nowMs() + 3_000 });
  rig.client.last.head();
  rig.reply.isSlow = true;
  rig.client.last.data("[]");
  rig.pass(3_000);
  const set = t.mock.method(globalThis, "setTimeout");
  rig.pass(50);
  assert.equal(set.mock.callCount(), 0);
  rig.reply.drain();
  rig.pass(1);
  assert.deepEqual(sent.told, ["answered", "upstream_idle_timeout"]);
});

test("a client that reads although it was never slow resumes nothing", (t) => {
  const [rig] = plain(t);
  rig.reply.drain();
  assert.equal(rig.client.last.resumed, 0);
});

test("an endpoint that is done is not resumed", (t) => {
  const [rig, sent] = plain(t);
  rig.reply.isSlow = true;
  rig.client.last.data("two");
  sent.attempt.abandon("client_gone");
  rig.reply.drain();
  assert.equal(rig.client.last.resumed, 0);
});

test("each piece of an answer starts the limit of silence anew", (t) => {
  const [rig, sent] = plain(t);
  for (let piece = 0; piece < 5; piece += 1) {
    rig.pass(4_999);
    rig.client.last.data(".");
  }
  assert.equal(sent.attempt.phase, "relaying");
});

test("an answer that falls silent is cut, and its fault says so", (t) => {
  const [rig, sent] = plain(t);
  rig.pass(5_000);
  assert.deepEqual(sent.told, ["answered", "upstream_idle_timeout"]);
  assert.deepEqual([rig.reply.isCut, rig.client.last.isCancelled], [true, true]);
});

test("an answer whose connection breaks is cut, and its fault says so", (t) => {
  const [rig, sent] = plain(t);
  rig.client.last.fail();
  assert.deepEqual(sent.told, ["answered", "upstream_cut_off"]);
  assert.equal(rig.reply.isCut, true);
});

test("a first piece that is too much for the client pauses the endpoint as well", (t) => {
  const rig = new AttemptRig(t);
  rig.begin();
  rig.client.last.head();
  rig.reply.isSlow = true;
  assert.equal(rig.client.last.data("[]"), false);
  rig.reply.drain();
  assert.equal(rig.client.last.resumed, 1);
});

test("an error that breaks off while its words are held back for keys is a failure: nothing was sent", (t) => {
  const rig = new AttemptRig(t, { endpoint: { credentials: [{ id: 1, apiKey: "sk-0123456789abcdef" }] } });
  const sent = rig.begin();
  rig.client.last.head(422);
  rig.client.last.data('{"error":{"message":"');
  rig.pass(1_000);
  assert.equal(sent.attempt.phase, "relaying");
  rig.client.last.fail();
  assert.deepEqual(sent.told, ["failed", "upstream_reset", 422, "ECONNRESET"]);
  assert.deepEqual([rig.reply.status, rig.reply.isCut], [undefined, false]);
});

test("the lease learns of the answer when it is taken, not at its end", (t) => {
  const rig = new AttemptRig(t);
  const { lease } = rig.begin().attempt;
  const recordAnswer = t.mock.method(lease, "recordAnswer");
  rig.client.last.head();
  assert.equal(recordAnswer.mock.callCount(), 0);
  rig.client.last.data("[]");
  assert.equal(recordAnswer.mock.callCount(), 1);
});

test("a body that trickles in runs into the deadline of the whole request", (t) => {
  const rig = new AttemptRig(t, { path: "/v1/audio/speech" });
  const sent = rig.begin({ deadlineMs: rig.clock.nowMs() + 6_000 });
  rig.client.last.head(200, "audio/mpeg");
  rig.client.last.data("one");
  // The clock has moved on, and no timer was served yet.
  rig.clock.advance(6_001);
  rig.client.last.data("two");
  assert.deepEqual(sent.told, ["answered", "upstream_idle_timeout"]);
  assert.equal(rig.reply.text, "one");
});

test("the first event of a stream has a limit of its own, the next have another", async (t) => {
  const timeouts = {
    connectMs: 9_000,
    firstByteStreamMs: 9_000,
    firstBytePlainMs: 9_000,
    firstEventMs: 7_000,
    idleMs: 2_000,
    totalMs: 9_000,
  };
  const rig = new AttemptRig(t, { isStream: true, endpoint: { timeouts } });
  const sent = rig.begin();
  rig.client.last.head(200, STREAM);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  rig.pass(6_999);
  assert.equal(sent.attempt.phase, "relaying");
  rig.client.last.data(textEvent("hi"));
  rig.pass(1_999);
  assert.equal(sent.attempt.phase, "relaying");
  rig.pass(1);
  assert.deepEqual(sent.told, ["answered", "upstream_idle_timeout"]);
});

test("a stream that breaks off ends in an error event", (t) => {
  const [rig, sent] = stream(t);
  rig.client.last.fail();
  assert.deepEqual(sent.told, ["answered", "upstream_cut_off"]);
  assert.match(rig.reply.text, /"upstream_cut_off"/);
  assert.equal(rig.reply.isEnded, true);
});

test("so does one that ends without its own end", (t) => {
  const [rig, sent] = stream(t);
  rig.client.last.end();
  assert.deepEqual(sent.told, ["answered", "upstream_cut_off"]);
  assert.match(rig.reply.text, /"upstream_cut_off"/);
});

test("an error event of the endpoint's own is passed on, and is the answer's fault", (t) => {
  const [rig, sent] = stream(t);
  const error = event({ error: { message: "out of memory", type: "server_error" } });
  rig.client.last.data(error);
  rig.client.last.end();
  assert.deepEqual(sent.told, ["answered", "upstream_server_error"]);
  assert.equal(rig.reply.text, textEvent("hi") + error);
});

test("a stream that says that it is over is over at once; its connection has a second to end", (t) => {
  const [rig, sent] = stream(t);
  assert.equal(rig.client.last.data(STOP + DONE), true);
  assert.deepEqual(sent.told, ["answered", undefined]);
  assert.equal(rig.reply.isEnded, true);
  assert.equal(rig.client.last.data(": more\n\n"), true);
  rig.pass(999);
  assert.equal(rig.client.last.isCancelled, false);
  rig.pass(1);
  assert.equal(rig.client.last.isCancelled, true);
  assert.equal(rig.reply.text, textEvent("hi") + STOP + DONE);
});

test("a stream that is whole stays whole when its connection breaks, or says nothing more", (t) => {
  const [rig, sent] = stream(t);
  rig.client.last.data(STOP);
  assert.equal(sent.attempt.phase, "relaying");
  rig.client.last.fail();
  assert.deepEqual(sent.told, ["answered", undefined]);
});

test("a stream that says nothing more behind its end is ended after three seconds", (t) => {
  const [rig, sent] = stream(t);
  rig.client.last.data(STOP);
  rig.pass(2_999);
  rig.client.last.data(": comment\n\n");
  assert.equal(sent.attempt.phase, "relaying");
  rig.pass(1);
  assert.deepEqual(sent.told, ["answered", undefined]);
  assert.deepEqual([rig.reply.isEnded, rig.client.last.isCancelled], [true, true]);
});

test("an attempt that is abandoned closes its connection and comments no more", (t) => {
  const [rig, sent] = stream(t, { world: { keepAliveMs: 500 } });
  rig.pass(500);
  assert.match(rig.reply.text, /: keep-alive\n$/);
  const { length } = rig.reply.text;
  sent.attempt.abandon("client_gone");
  rig.pass(60_000);
  assert.deepEqual(sent.told, ["client_gone"]);
  assert.deepEqual([rig.client.last.isCancelled, rig.reply.text.length], [true, length]);
});

test("a fault of ours fails this attempt alone and closes its connection", (t) => {
  const [rig, sent] = plain(t);
  rig.reply.fault = new Error("ours");
  rig.client.last.data("two");
  assert.deepEqual(sent.end, { kind: "broken", error: rig.reply.fault });
  assert.equal(rig.client.last.isCancelled, true);
});
