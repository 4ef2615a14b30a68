// Realtime and Live sessions: made where the model is that their description names, and used where they were made.

import assert from "node:assert/strict";
import { test } from "node:test";
import { handshake, realtimeWorld } from "../support/fakes/realtime-world.ts";
import { askedOf, objectsWorld } from "../support/objects-world.ts";

const NICK = { model_overrides: { nick: ["beta/b"] } };

test("a client secret: the endpoint gets its own name for the session's model, the client reads its own", async (t) => {
  const w = await objectsWorld(t, { routing: NICK });
  const body = '{"expires_after":{"seconds":600},"session":{"type":"realtime", "model" : "nick","x":1.0}}';
  const answer = await fetch(`${w.gateway.url}/realtime/client_secrets`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const made = (await answer.json()) as { value: string; session: { model: string } };
  assert.deepEqual([answer.status, made.value, made.session.model], [200, "ek_x", "nick"]);
  assert.equal(w.beta.requests[0]?.body.toString(), body.replace("nick", "b"));
  const secret = await w.openai.realtime.clientSecrets.create({ session: { type: "realtime", model: "a" } });
  assert.equal(secret.value, "ek_x");
  assert.equal(w.alpha.requests.length, 1);
});

test("a session that names no model goes where new objects go; one that names two is refused", async (t) => {
  const w = await objectsWorld(t, { routing: { default_endpoint: "beta" } });
  await w.openai.realtime.clientSecrets.create({ session: { type: "transcription" } });
  await w.openai.realtime.clientSecrets.create({});
  assert.deepEqual(askedOf(w), {
    alpha: [],
    beta: ["POST /realtime/client_secrets", "POST /realtime/client_secrets"],
  });
  for (const body of [
    '{"session":{"model":"a","model":"b"}}',
    '{"session":{"model":"a"},"session":{}}',
    '{"session":',
  ]) {
    const answer = await fetch(`${w.gateway.url}/realtime/client_secrets`, { method: "POST", body });
    assert.equal(answer.status, 400, body);
    await answer.body?.cancel();
  }
  const unknown = w.openai.realtime.clientSecrets.create({ session: { type: "realtime", model: "gone" } });
  await assert.rejects(unknown, { status: 404, code: "model_not_found" });
});

test("a call goes by its form or its query, and is ended where it was made", async (t) => {
  const w = await objectsWorld(t, { routing: NICK });
  const session = { type: "realtime" as const, model: "nick" };
  const call = await w.openai.realtime.calls.create({ sdp: "v=0", session });
  assert.equal(await call.text(), "v=0");
  assert.equal(call.headers.get("location"), "/v1/realtime/calls/rtc_beta1");
  assert.match(w.beta.requests[0]?.body.toString() ?? "", /"model":"b"/);
  const offered = await fetch(`${w.gateway.url}/realtime/calls?model=a`, {
    method: "POST",
    headers: { "content-type": "application/sdp" },
    body: "v=0",
  });
  assert.equal(offered.headers.get("location"), "/v1/realtime/calls/rtc_alpha1");
  await offered.body?.cancel();
  askedOf(w);
  await w.openai.realtime.calls.hangup("rtc_beta1");
  await w.openai.realtime.calls.refer("rtc_alpha1", { target_uri: "tel:+1" });
  assert.deepEqual(askedOf(w), {
    alpha: ["POST /realtime/calls/rtc_alpha1/refer"],
    beta: ["POST /realtime/calls/rtc_beta1/hangup"],
  });
});

test("a Live session is used where it was made", async (t) => {
  const w = await objectsWorld(t);
  const made = await w.openai.live.create({
    session: { model: "b" } as never,
    transport: { sdp: "x", type: "webrtc" },
  });
  assert.equal(made.session.id, "sess_beta1");
  askedOf(w);
  await w.openai.live.sessions.hangup("sess_beta1");
  assert.deepEqual(askedOf(w), { alpha: [], beta: ["POST /live/sessions/sess_beta1/hangup"] });
});

test("sockets of calls and sessions: without an offer of WebSocket they are refused as such", async (t) => {
  const w = await objectsWorld(t);
  for (const path of [
    "/realtime?call_id=rtc_1",
    "/live",
    "/live/sessions/sess_1/attach",
    "/live/sessions/sess_1/fork",
  ]) {
    const answer = await fetch(`${w.gateway.url}${path}`);
    assert.ok(answer.status === 426 || answer.status === 404, `${path} ${answer.status}`);
    await answer.body?.cancel();
  }
});

test("sockets that name no model: of a call, of a transcription, of a Live session, where new objects go", async (t) => {
  const routing = { default_endpoint: "b" };
  const { port, second } = await realtimeWorld(t, { routing });
  const paths = [
    "/v1/realtime?call_id=rtc_1",
    "/v1/realtime?intent=transcription",
    "/v1/live/sessions",
    "/v1/live",
    "/v1/live/sessions/sess_1/attach",
    "/v1/live/sessions/sess_1/fork",
  ];
  for (const path of paths) {
    const client = await handshake(t, port, {}, path);
    assert.equal((await client.head()).status, 101, path);
    const { request } = await second.session();
    assert.equal(request.url, path);
    client.close();
  }
  const missing = await handshake(t, port, {}, "/v1/realtime");
  assert.equal((await missing.head()).status, 400);
});

test("a Live session's model is asked for by the endpoint's own name, by either path", async (t) => {
  const routing = { model_overrides: { talk: ["a/m"] } };
  const { port, first } = await realtimeWorld(t, { routing });
  for (const path of ["/v1/live", "/v1/live/sessions"]) {
    const client = await handshake(t, port, {}, `${path}?model=talk&x=y`);
    assert.equal((await client.head()).status, 101, path);
    assert.equal((await first.session()).request.url, `${path}?model=m&x=y`);
    client.close();
  }
});
