// Tests of call.ts and peek.ts: what is known of a request once it was resolved.

import assert from "node:assert/strict";
import { test } from "node:test";
import { callRig, type RiggedRequest } from "../../../test/support/call-rig.ts";
import type { Call } from "./call.ts";

/** A call in a world with one endpoint, which never answers. */
function callOf(request: RiggedRequest): Call {
  const endpoints = { alpha: ["m", "omni-moderation-latest"] };
  return callRig({ endpoints, script: () => "hang" }, request).call;
}

test("a call has the name that the client gave, and shows it in the answer", () => {
  const call = callOf({ body: { model: "m", stream: true } });
  assert.equal(call.modelName, "m");
  assert.equal(call.isNamed, true);
  assert.equal(call.answerName, "m");
  assert.equal(call.isStream, true);
  assert.equal(call.operationKey, "chat");
  assert.equal(call.modelSpan?.kind, "json");
});

test("a call that names no model has the operation's usual one, and its answer is left as it is", () => {
  const call = callOf({ target: "/v1/moderations", body: { input: "x" } });
  assert.equal(call.modelName, "omni-moderation-latest");
  assert.equal(call.isNamed, false);
  assert.equal(call.answerName, undefined);
  assert.equal(call.model.name, "omni-moderation-latest");
});

test("a path that names the model makes the body name it, where that does not", () => {
  const target = "/openai/deployments/m/chat/completions";
  assert.equal(callOf({ target, body: { messages: [] } }).isModelOfPath, true);
  assert.equal(callOf({ target, body: { model: "m" } }).isModelOfPath, false);
  assert.equal(callOf({ target, body: { model: "gpt-4" } }).modelName, "m");
});

test("a path that no table has keeps its health by itself", () => {
  assert.equal(callOf({ target: "/v1/new/things", body: { model: "m" } }).operationKey, "/new/things");
});

test("a call to a fallback is one of its own, and counts for the same request", () => {
  const endpoints = { alpha: ["m", "large"] };
  const rig = callRig({ endpoints, script: () => "hang" });
  const large = rig.another({ body: { model: "large" } }).call.model;
  const call = rig.call.toFallback(large);
  assert.equal(call.model, large);
  assert.equal(call.answerName, "large");
  assert.equal(call.fallbackName, "large");
  assert.equal(call.modelName, "m");
  assert.equal(call.marks, rig.call.marks);
  assert.equal(call.exchange, rig.call.exchange);
  // The call that it was made of is as it was.
  assert.equal(rig.call.fallbackName, undefined);
  assert.equal(rig.call.answerName, "m");
});

test("the body that one of a request's calls lets go is gone for all of them", () => {
  const rig = callRig({ endpoints: { alpha: ["m"] }, script: () => "hang" });
  const { hold } = rig.call.peek;
  hold.take(rig.call.body.length, true);
  assert.ok(rig.services.overload.bodies.bytes > 0);
  rig.call.toFallback(rig.call.model).letBodyGo();
  assert.equal(rig.call.body.length, 0);
  assert.equal(rig.call.modelSpan, undefined);
  assert.equal(rig.services.overload.bodies.bytes, 0);
});

test("a request repeated is the same one, and another body another", () => {
  const rig = callRig({ endpoints: { alpha: ["m"] }, script: () => "hang" });
  const identity = rig.call.marks.identity();
  assert.deepEqual(rig.another().call.marks.identity(), identity);
  const other = rig.another({ body: { model: "m", user: "x" } }).call.marks.identity();
  assert.equal(other.client, identity.client);
  assert.notEqual(other.request, identity.request);
});
