// Tests of model-run.ts, with scripted endpoints: who is asked, in which order, when a run ends, and that nothing is
// left behind. The waits between attempts at one target are tested over sockets, in test/reliability/.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CallRig,
  type CallRigParts,
  callRig,
  type RiggedRequest,
} from "../../../test/support/call-rig.ts";
import { json, refused, type Scripted } from "../../../test/support/fakes/fake-outbound.ts";
import { ModelRun } from "./model-run.ts";

const ANSWER = { id: "1", model: "m", choices: [{ message: { content: "hello" } }] };
const OK: Scripted = json(ANSWER, 200, ["content-type", "application/json"]);
const BROKEN: Scripted = json({ error: { message: "broken" } }, 500, ["content-type", "application/json"]);
const OPTIONS = { holdsContextErrors: false, awaitsRests: true };

/** Endpoints with the model `m` each; what they answer, by name. */
function rigOf(
  answers: Readonly<Record<string, Scripted>>,
  parts: Partial<CallRigParts> = {},
  request: RiggedRequest = {},
): CallRig {
  const endpoints = Object.fromEntries(Object.keys(answers).map((name) => [name, ["m"]]));
  return callRig({ endpoints, script: (name) => answers[name] ?? "hang", ...parts }, request);
}

/** Every event that is due in this turn of the event loop has had its say. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("a run whose first target answers ends there, and the client has the answer", async () => {
  const rig = rigOf({ alpha: OK, beta: OK });
  assert.equal(await new ModelRun(rig.call, OPTIONS).go(), undefined);
  assert.deepEqual(rig.asked, ["alpha"]);
  assert.equal(rig.reply.status, 200);
  assert.deepEqual(JSON.parse(rig.reply.text), ANSWER);
  assert.equal(rig.reply.isEnded, true);
  const [attempt] = rig.call.attempts;
  assert.deepEqual([attempt?.endpoint, attempt?.outcome], ["alpha", "ok"]);
});

test("after a failure the next target is asked, and both attempts are told", async () => {
  const rig = rigOf({ alpha: refused, beta: OK });
  assert.equal(await new ModelRun(rig.call, OPTIONS).go(), undefined);
  assert.deepEqual(rig.asked, ["alpha", "beta"]);
  const outcomes = rig.call.attempts.map(({ endpoint, outcome }) => `${endpoint} ${outcome}`);
  assert.deepEqual(outcomes, ["alpha upstream_connect_failed", "beta ok"]);
  assert.equal(rig.reply.header("x-oai-gateway-attempts"), "2; alpha=upstream_connect_failed; beta=ok");
});

test("a run that nobody served says what failed, in order, and sends the client nothing", async () => {
  const rig = rigOf({ alpha: refused, beta: BROKEN });
  const ended = await new ModelRun(rig.call, OPTIONS).go();
  assert.deepEqual(
    ended?.failures.map(({ target, code }) => `${target.endpoint.name} ${code}`),
    ["alpha upstream_connect_failed", "beta upstream_server_error"],
  );
  assert.equal(ended?.model, rig.call.model);
  assert.equal(ended?.isFull, false);
  assert.equal(rig.reply.isHeadSent, false);
});

test("a run makes no more attempts than the model is configured to have", async () => {
  const config = { retries: { attempts: 2 } };
  const rig = rigOf({ alpha: refused, beta: refused, gamma: OK }, { config });
  const ended = await new ModelRun(rig.call, OPTIONS).go();
  assert.equal(ended?.stopped, "attempts_spent");
  assert.deepEqual(rig.asked, ["alpha", "beta"]);
});

test("an error of the caller's is passed on, and no other target is asked", async () => {
  const wrong = json({ error: { message: "temperature must be a number" } }, 400, [
    "content-type",
    "application/json",
  ]);
  const rig = rigOf({ alpha: wrong, beta: OK });
  assert.equal(await new ModelRun(rig.call, OPTIONS).go(), undefined);
  assert.deepEqual(rig.asked, ["alpha"]);
  assert.equal(rig.reply.status, 400);
  assert.equal(rig.call.attempts[0]?.outcome, "refused");
});

test("a job that may have been started is started nowhere else", async () => {
  const cut: Scripted = { failure: { kind: "reset", reason: "ECONNRESET", isStale: false } };
  const request = { target: "/v1/videos", body: { model: "m", prompt: "x" } };
  const rig = rigOf({ alpha: cut, beta: OK }, {}, request);
  const ended = await new ModelRun(rig.call, OPTIONS).go();
  assert.equal(ended?.stopped, "maybe_done");
  assert.deepEqual(rig.asked, ["alpha"]);
});

test("a client that leaves ends the attempt under way, and nobody else is asked", async () => {
  const rig = rigOf({ alpha: "hang", beta: OK });
  const going = new ModelRun(rig.call, OPTIONS).go();
  await turn();
  rig.reply.leave();
  await assert.rejects(going, { code: "client_closed" });
  assert.equal(rig.outbound.cancelled, 1);
  assert.deepEqual(rig.asked, ["alpha"]);
  assert.equal(rig.call.attempts[0]?.outcome, "client_closed");
});

test("a client that has left before its first attempt has it cancelled at once", async () => {
  const rig = rigOf({ alpha: OK, beta: OK });
  rig.reply.leave();
  await assert.rejects(new ModelRun(rig.call, OPTIONS).go(), { code: "client_closed" });
  assert.equal(rig.outbound.cancelled, 1);
  assert.equal(rig.reply.isHeadSent, false);
});

/** One endpoint with one slot, which `rig` has taken. */
function fullRig(): CallRig {
  const more = { alpha: { max_in_flight: 1, queue: { max: 5, timeout: "10s" } } };
  return rigOf({ alpha: "hang" }, { more });
}

test("a client that leaves while it waits at a full endpoint leaves the queue, and asks nobody", async () => {
  const rig = fullRig();
  const first = new ModelRun(rig.call, OPTIONS).go();
  const second = rig.another();
  const waiting = new ModelRun(second.call, OPTIONS).go();
  const gate = rig.services.targets.gates.of("alpha");
  assert.deepEqual([gate?.inFlight, gate?.waiting], [1, 1]);
  second.reply.leave();
  await assert.rejects(waiting, { code: "client_closed" });
  assert.deepEqual([gate?.inFlight, gate?.waiting], [1, 0]);
  rig.reply.leave();
  await assert.rejects(first, { code: "client_closed" });
  assert.equal(gate?.inFlight, 0);
  assert.deepEqual(rig.asked, ["alpha"]);
});

test("who leaves in the moment in which its turn comes gives the slot to the next", async () => {
  const rig = fullRig();
  const first = new ModelRun(rig.call, OPTIONS).go();
  const [second, third] = [rig.another(), rig.another()];
  const waiting = [second, third].map(({ call }) => new ModelRun(call, OPTIONS).go());
  const gate = rig.services.targets.gates.of("alpha");
  // The slot passes to the second in the stretch in which the first lets it go.
  rig.reply.leave();
  second.reply.leave();
  await assert.rejects(first, { code: "client_closed" });
  await assert.rejects(waiting[0] ?? assert.fail(), { code: "client_closed" });
  await turn();
  assert.deepEqual([gate?.inFlight, gate?.waiting], [1, 0]);
  assert.deepEqual(rig.asked, ["alpha", "alpha"]);
  third.reply.leave();
  await assert.rejects(waiting[1] ?? assert.fail(), { code: "client_closed" });
  assert.equal(gate?.inFlight, 0);
});

test("a request that cannot be sent on is refused, and holds no slot afterwards", async () => {
  const more = { alpha: { max_in_flight: 1 } };
  const rig = rigOf({ alpha: OK }, { more }, { headers: ["x-title", "a\u0001b"] });
  await assert.rejects(new ModelRun(rig.call, OPTIONS).go(), { code: "bad_request" });
  assert.equal(rig.services.targets.gates.of("alpha")?.inFlight, 0);
  assert.deepEqual(rig.asked, []);
});

test("a request that the engine does not take has no attempt, and no timer speaks of one later", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = rigOf({ alpha: OK });
  rig.outbound.script = () => {
    throw new Error("odd");
  };
  await assert.rejects(new ModelRun(rig.call, OPTIONS).go(), { message: "odd" });
  rig.clock.advance(3_600_000);
  t.mock.timers.tick(3_600_000);
  assert.deepEqual(rig.call.attempts, []);
  assert.equal(rig.outbound.cancelled, 0);
});

test("the body is held until an answer begins, and no longer", async () => {
  const rig = rigOf({ alpha: refused, beta: OK });
  const bodies: number[] = [];
  const { script } = rig.outbound;
  rig.outbound.script = (sent) => {
    bodies.push(rig.call.body.length);
    return script(sent);
  };
  await new ModelRun(rig.call, OPTIONS).go();
  assert.equal(bodies.length, 2);
  assert.ok(bodies.every((length) => length > 0));
  assert.equal(rig.call.body.length, 0);
});
