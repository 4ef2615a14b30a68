// Tests of answer-call.ts, with scripted endpoints: which model is asked after which, and what a client is told that
// none of them could serve.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CallRig,
  type CallRigParts,
  callRig,
  type RiggedRequest,
} from "../../../test/support/call-rig.ts";
import { json, refused, type Scripted } from "../../../test/support/fakes/fake-outbound.ts";
import { GatewayError } from "../../core/errors.ts";
import { answerCall } from "./answer-call.ts";

const JSON_TYPE = ["content-type", "application/json"];
const LIMITED = json({ error: { message: "slow down" } }, 429, [...JSON_TYPE, "retry-after", "60"]);
const LARGER = { to: "large", on: ["context_length"] };
const TOO_LONG = errorOf(400, "This model's maximum context length is 8 tokens", "context_length_exceeded");

function errorOf(status: number, message: string, code?: string): Scripted {
  return json({ error: { message, code } }, status, JSON_TYPE);
}

function answerOf(model: string): Scripted {
  return json({ id: "1", model, choices: [{ message: { content: "hello" } }] }, 200, JSON_TYPE);
}

/** Three models, `small`, `other` and `large`, at an endpoint of the same name each; `small` is asked for. */
function chainOf(
  answers: Readonly<Record<string, Scripted>>,
  fallbacks: unknown,
  request: RiggedRequest = {},
): CallRig {
  return callRig(
    {
      endpoints: { small: ["small"], other: ["other"], large: ["large"] },
      more: { large: { max_in_flight: 1, queue: { max: 0 } } },
      config: { routing: { fallbacks: { small: fallbacks } }, retries: { max_wait: "1ms" } },
      script: (name) => answers[name] ?? "hang",
    },
    { body: { model: "small", messages: [] }, ...request },
  );
}

/** Endpoints with the model `m` each and no fallbacks. */
function rigOf(answers: Readonly<Record<string, Scripted>>, parts: Partial<CallRigParts> = {}): CallRig {
  const endpoints = Object.fromEntries(Object.keys(answers).map((name) => [name, ["m"]]));
  const config = { retries: { max_wait: "1ms" } };
  return callRig({ endpoints, config, script: (name) => answers[name] ?? "hang", ...parts });
}

/** The error that a call ends with. */
async function errorFrom(rig: CallRig): Promise<GatewayError> {
  try {
    await answerCall(rig.call);
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
  return assert.fail("the call was answered");
}

const DEAD_KEY = errorOf(401, "Incorrect API key provided");

test("a fallback answers in place of the model, under its own name", async () => {
  const rig = chainOf({ small: TOO_LONG, large: answerOf("large") }, [LARGER]);
  await answerCall(rig.call);
  assert.deepEqual(rig.asked, ["small", "large"]);
  assert.equal(rig.reply.status, 200);
  assert.equal(rig.reply.header("x-oai-gateway-fallback"), "large");
  assert.equal(JSON.parse(rig.reply.text).model, "large");
  assert.equal(rig.call.exchange.error, undefined);
});

test("a fallback for another reason is passed over", async () => {
  const steps = [
    { to: "other", on: ["rate_limited"] },
    { to: "large", on: ["context_length"] },
  ];
  const rig = chainOf({ small: TOO_LONG, other: answerOf("other"), large: answerOf("large") }, steps);
  await answerCall(rig.call);
  assert.deepEqual(rig.asked, ["small", "large"]);
});

test("a prompt that is too long for a fallback as well leads on only where that is the reason", async () => {
  const steps = [
    { to: "other", on: ["context_length"] },
    { to: "large", on: ["unavailable"] },
  ];
  const rig = chainOf({ small: TOO_LONG, other: TOO_LONG, large: answerOf("large") }, steps);
  await answerCall(rig.call);
  assert.deepEqual(rig.asked, ["small", "other"]);
  assert.equal(rig.reply.status, 400);
});

test("where a fallback cannot be asked, nothing that the client sees says that it has answered", async () => {
  const rig = chainOf({ small: TOO_LONG, large: "hang" }, [LARGER]);
  // It is full afterwards.
  const other = rig.another({ body: { model: "large", messages: [] } });
  const waiting = answerCall(other.call);
  await answerCall(rig.call);
  assert.deepEqual(rig.asked, ["large", "small"]);
  assert.equal(rig.reply.status, 400);
  assert.match(rig.reply.text, /maximum context length/);
  assert.equal(rig.reply.header("x-oai-gateway-endpoint"), "small");
  assert.equal(rig.reply.header("x-oai-gateway-fallback"), undefined);
  assert.equal(rig.reply.header("x-oai-gateway-attempts"), "1; small=upstream_context_length");
  other.reply.leave();
  await assert.rejects(waiting, { code: "client_closed" });
});

test("what was asked of one model is deleted of no other", async () => {
  const rig = chainOf({ small: refused, large: answerOf("large") }, ["large"], {
    method: "DELETE",
    target: "/v1/models/small",
  });
  const error = await errorFrom(rig);
  assert.equal(error.code, "upstream_connect_failed");
  assert.ok(!rig.asked.includes("large"));
});

test("a job that may have been started is started at no fallback", async () => {
  const cut: Scripted = { failure: { kind: "reset", reason: "ECONNRESET", isStale: false } };
  const rig = chainOf({ small: cut, large: answerOf("large") }, ["large"], {
    target: "/v1/videos",
    body: { model: "small", prompt: "x" },
  });
  const error = await errorFrom(rig);
  assert.equal(error.code, "upstream_reset");
  assert.match(error.message, /was not sent again/);
  assert.deepEqual(rig.asked, ["small"]);
});

test("a lone endpoint's error is shown in its own words, and its attempt is counted once", async () => {
  const rig = rigOf({ alpha: LIMITED });
  await answerCall(rig.call);
  assert.equal(rig.reply.status, 429);
  assert.equal(JSON.parse(rig.reply.text).error.message, "slow down");
  assert.equal(rig.reply.header("x-oai-gateway-attempts"), "1; alpha=upstream_rate_limited");
  assert.equal(rig.call.exchange.error, "upstream_rate_limited");
  assert.equal(rig.reply.isEnded, true);
});

test("where several have failed the error lists them, and ends in the last one's words", async () => {
  const rig = rigOf({ alpha: refused, beta: DEAD_KEY, gamma: errorOf(500, "out of memory") });
  const error = await errorFrom(rig);
  assert.equal(error.code, "upstream_server_error");
  assert.match(
    error.message,
    /^All 3 attempts failed: alpha: upstream_connect_failed \(ECONNREFUSED\); beta: /,
  );
  assert.match(error.message, /gamma said: out of memory$/);
  assert.equal(rig.reply.isHeadSent, false);
  assert.equal(rig.call.exchange.error, undefined);
});

test("where every endpoint is full and has no queue, the client is told so", async () => {
  const more = { alpha: { max_in_flight: 1, queue: { max: 0 } } };
  const rig = rigOf({ alpha: "hang" }, { more });
  const first = answerCall(rig.call);
  const error = await errorFrom({ ...rig, ...rig.another() });
  assert.equal(error.code, "overloaded");
  assert.match(error.message, /max_in_flight/);
  rig.reply.leave();
  await assert.rejects(first, { code: "client_closed" });
});

test("where nobody can even be asked the error says why, and names no attempt", async () => {
  const rig = rigOf({ alpha: LIMITED });
  await answerCall(rig.call);
  const next = { ...rig, ...rig.another() };
  const error = await errorFrom(next);
  assert.equal(error.code, "upstream_rate_limited");
  assert.match(error.message, /No endpoint can serve `m` now: alpha: rate limited\./);
  assert.deepEqual(next.call.attempts, []);
});

test("a client that leaves while a fallback is asked ends the chain", async () => {
  const rig = chainOf({ small: TOO_LONG, other: "hang", large: answerOf("large") }, [
    { to: "other", on: ["context_length"] },
    LARGER,
  ]);
  const answering = answerCall(rig.call);
  await new Promise((resolve) => setImmediate(resolve));
  rig.reply.leave();
  await assert.rejects(answering, { code: "client_closed" });
  assert.deepEqual(rig.asked, ["small", "other"]);
  assert.equal(rig.outbound.cancelled, 1);
});
