// Tests of an attempt that looks at the first bytes of an answer, of which nothing was passed on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AttemptRig, event, nextTick, textEvent } from "../../../test/support/attempt-rig.ts";

const ANSWER = '{"id":"x","choices":[{"message":{"content":"hi"}}]}';
const HIDDEN = '{"error":{"message":"no such luck","type":"server_error"}}';
const STREAM = "text/event-stream";

test("pieces are kept until it is clear that they are an answer, then passed on as they came", (t) => {
  const rig = new AttemptRig(t);
  const { attempt } = rig.begin();
  rig.client.last.head();
  rig.client.last.data(ANSWER.slice(0, 4));
  assert.deepEqual([attempt.phase, rig.reply.status], ["looking", undefined]);
  rig.client.last.data(ANSWER.slice(4));
  assert.deepEqual([attempt.phase, rig.reply.status, rig.reply.text], ["relaying", 200, ANSWER]);
});

test("an error in the clothes of an answer is a failure, and none of it is passed on", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  rig.client.last.head();
  rig.client.last.data(HIDDEN);
  assert.deepEqual(sent.told, ["failed", "upstream_server_error", 200, undefined]);
  assert.deepEqual([rig.reply.status, rig.reply.text], [undefined, ""]);
});

test("so is an error as the first event of a stream", (t) => {
  const rig = new AttemptRig(t, { isStream: true });
  const sent = rig.begin({ hasAnother: () => true });
  rig.client.last.head(200, STREAM);
  rig.client.last.data(event({ error: { message: "queue full", type: "server_error" } }));
  assert.deepEqual(sent.told, ["failed", "upstream_server_error", 200, undefined]);
  assert.equal(rig.reply.status, undefined);
});

test("an error that may be shown is kept whole, with its words", async (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin({ keepsErrors: true });
  rig.client.last.head(500);
  rig.client.last.data(HIDDEN.slice(0, 9));
  rig.client.last.data(HIDDEN.slice(9));
  assert.equal(sent.attempt.phase, "looking");
  rig.client.last.end();
  assert.ok(sent.end?.kind === "failed");
  assert.equal(sent.end.answer?.body.toString(), HIDDEN);
  assert.equal(await sent.end.said?.(), "no such luck");
});

test("an error that is the caller's goes to the caller", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  rig.client.last.head(422);
  rig.client.last.data(HIDDEN);
  rig.client.last.end();
  assert.deepEqual([...sent.told, rig.reply.status], ["answered", undefined, 422]);
  assert.deepEqual([rig.reply.text, rig.reply.isEnded], [HIDDEN, true]);
});

test("an error for a prompt that is too long is no answer while a fallback may take it", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin({ holdsContextErrors: true });
  const error = '{"error":{"message":"too long","code":"context_length_exceeded"}}';
  rig.client.last.head(400);
  rig.client.last.data(error);
  rig.client.last.end();
  assert.deepEqual(sent.told, ["failed", "upstream_context_length", 400, undefined]);
  // It is the caller's, and shown where no fallback takes it.
  assert.equal(sent.end?.kind === "failed" && sent.end.answer?.body.toString(), error);
});

test("a good head and nothing behind it is a failure where a body was promised", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  rig.client.last.head();
  rig.client.last.end();
  assert.deepEqual(sent.told, ["failed", "upstream_bad_response", 200, undefined]);
});

test("and an answer where none was", (t) => {
  const rig = new AttemptRig(t, { method: "DELETE", path: "/v1/models/m" });
  const sent = rig.begin();
  rig.client.last.head();
  rig.client.last.end();
  assert.deepEqual(sent.told, ["answered", undefined]);
  assert.deepEqual([rig.reply.status, rig.reply.isEnded], [200, true]);
});

test("half a JSON text that nothing but the connection ends is a failure", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  rig.client.last.head();
  rig.client.last.data('{"id":"x","cho');
  rig.client.last.end();
  assert.deepEqual(sent.told, ["failed", "upstream_reset", 200, undefined]);
});

test("an answer without content is a failure where that is asked for", (t) => {
  const rig = new AttemptRig(t, { world: { failsOnEmptyAnswer: true } });
  const sent = rig.begin();
  rig.client.last.head();
  rig.client.last.data('{"choices":[{"message":{"content":""}}]}');
  assert.equal(sent.attempt.phase, "looking");
  rig.client.last.end();
  assert.deepEqual(sent.told, ["failed", "upstream_empty_answer", 200, undefined]);
});

test("a connection that breaks is a failure with the status that had come; it is not sent again", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  rig.client.last.head();
  rig.client.last.data("{");
  rig.client.last.fail({ isStale: true });
  assert.deepEqual(sent.told, ["failed", "upstream_reset", 200, "ECONNRESET"]);
  assert.equal(rig.client.calls.length, 1);
});

test("silence behind a good head closes the connection", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin();
  rig.client.last.head();
  rig.pass(4_999);
  assert.equal(sent.attempt.phase, "looking");
  rig.pass(1);
  assert.deepEqual(sent.told, ["failed", "upstream_first_byte_timeout", 200, undefined]);
  assert.equal(rig.client.last.isCancelled, true);
});

test("silence in an error ends it after a second: what has come is enough to judge it", (t) => {
  const rig = new AttemptRig(t);
  const sent = rig.begin({ keepsErrors: true });
  rig.client.last.head(429);
  rig.client.last.data('{"error":{"message":"slow down"');
  rig.pass(999);
  assert.equal(sent.attempt.phase, "looking");
  rig.pass(1);
  assert.deepEqual(sent.told, ["failed", "upstream_rate_limited", 429, undefined]);
  // Half of it is not shown.
  assert.equal(sent.end?.kind === "failed" && sent.end.answer, undefined);
});

test("an attempt that is abandoned sends nothing", async (t) => {
  const rig = new AttemptRig(t, { isStream: true });
  const sent = rig.begin({ hasAnother: () => true });
  rig.client.last.head(200, STREAM);
  await nextTick();
  sent.attempt.abandon("client_gone");
  rig.pass(60_000);
  assert.deepEqual(sent.told, ["client_gone"]);
  assert.equal(rig.client.last.isCancelled, true);
  assert.equal(rig.reply.isHeadSent, false);
});

test("the head of a stream goes on at once where nobody else could serve", async (t) => {
  const rig = new AttemptRig(t, { isStream: true });
  const { attempt } = rig.begin();
  rig.client.last.head(200, STREAM);
  assert.equal(attempt.phase, "looking");
  await nextTick();
  assert.deepEqual([attempt.phase, rig.reply.isHeadFlushed, rig.reply.text], ["relaying", true, ""]);
});

test("it waits for a quarter of a second where somebody could", async (t) => {
  const rig = new AttemptRig(t, { isStream: true });
  const { attempt } = rig.begin({ hasAnother: () => true });
  rig.client.last.head(200, STREAM);
  await nextTick();
  rig.pass(249);
  assert.deepEqual([attempt.phase, rig.reply.isHeadSent], ["looking", false]);
  rig.pass(1);
  assert.deepEqual([attempt.phase, rig.reply.isHeadFlushed], ["relaying", true]);
});

test("a first event ends the wait, and the answer is taken once", async (t) => {
  const rig = new AttemptRig(t, { isStream: true });
  rig.begin({ hasAnother: () => true });
  rig.client.last.head(200, STREAM);
  await nextTick();
  rig.client.last.data(textEvent("hi"));
  rig.pass(250);
  assert.equal(rig.reply.text, textEvent("hi"));
});

test("so does one that comes with the head", async (t) => {
  const rig = new AttemptRig(t, { isStream: true });
  rig.begin();
  rig.client.last.head(200, STREAM);
  rig.client.last.data(textEvent("hi"));
  await nextTick();
  assert.equal(rig.reply.text, textEvent("hi"));
});

test("a stream that says that it is something else is known by how it begins", async (t) => {
  const rig = new AttemptRig(t, { isStream: true });
  const { attempt } = rig.begin();
  rig.client.last.head(200, "text/plain");
  await nextTick();
  assert.equal(attempt.phase, "looking");
  rig.client.last.data("data: {");
  await nextTick();
  assert.deepEqual([attempt.phase, rig.reply.isHeadFlushed, rig.reply.text], ["relaying", true, "data: {"]);
});

test("where an empty answer is a failure the head waits for content", async (t) => {
  const rig = new AttemptRig(t, { isStream: true, world: { failsOnEmptyAnswer: true } });
  const { attempt } = rig.begin();
  rig.client.last.head(200, STREAM);
  await nextTick();
  rig.client.last.data(textEvent(""));
  assert.equal(attempt.phase, "looking");
  rig.client.last.data(textEvent("hi"));
  assert.deepEqual([attempt.phase, rig.reply.text], ["relaying", textEvent("") + textEvent("hi")]);
});

test("it waits for the first event where it is to be held", async (t) => {
  const rig = new AttemptRig(t, { isStream: true });
  const { attempt } = rig.begin({ holdsFirstEvent: true });
  rig.client.last.head(200, STREAM);
  await nextTick();
  rig.pass(4_000);
  assert.equal(attempt.phase, "looking");
  rig.client.last.data(textEvent("hi"));
  assert.deepEqual([attempt.phase, rig.reply.text], ["relaying", textEvent("hi")]);
});

test("a fault of ours while the head waits is told as one, and not to the event loop", async (t) => {
  const rig = new AttemptRig(t, { isStream: true });
  const error = new Error("ours");
  const sent = rig.begin({
    hasAnother: () => {
      throw error;
    },
  });
  rig.client.last.head(200, STREAM);
  await nextTick();
  assert.deepEqual(sent.end, { kind: "broken", error });
  assert.equal(rig.client.last.isCancelled, true);
});
