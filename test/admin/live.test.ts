// The live view: what goes on is told at once to all who may listen, and to nobody else.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { adminFor } from "../support/admin-rig.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { listenLive } from "../support/live-events.ts";
import { ask as request } from "../support/wire.ts";
import { chat } from "../support/world.ts";

const ODD = "<img src=x onerror=alert(1)>\u202e" + "x".repeat(40);

async function rig(t: TestContext) {
  const fake = await fakeFor(t, { models: ["m"] });
  const made = await adminFor(t, {
    config: { endpoints: [{ name: "one", base_url: fake.url, models: ["m"] }] },
    token: "program-token-0123456789",
  });
  const token = await made.logIn();
  const listen = async (bearer = token) => {
    const opened = await listenLive(made.gateway.port, { authorization: `Bearer ${bearer}` });
    t.after(() => opened.live.close());
    return opened;
  };
  return { ...made, fake, token, listen };
}

test("a request, the figures and a change of the configuration are told", async (t) => {
  const { gateway, listen, ask, token } = await rig(t);
  assert.equal((await listenLive(gateway.port, {})).status, 401);
  const { status, live } = await listen();
  assert.equal(status, 200);
  assert.equal(live.answer.headers["content-type"], "text/event-stream");
  assert.equal(live.answer.headers["cache-control"], "no-store");
  const state = await live.next("state");
  assert.equal(state.data["version"], "1.2.3");
  assert.deepEqual(
    Object(state.data)["endpoints"].map(({ name, health }: Record<string, unknown>) => [name, health]),
    [["one", "ok"]],
  );
  assert.equal((await request(gateway.port, chat("m"))).status, 200);
  const told = await live.next("request");
  assert.equal(told.data["model"], "m");
  assert.equal(told.data["endpoint"], "one");
  assert.equal(Object(told.data)["attempts"].length, 1);
  assert.equal((await request(gateway.port, chat(ODD))).status, 404);
  assert.equal((await live.next("request")).data["model"], ODD);
  const body = { targets: ["one/m"] };
  await ask("PUT", "/admin/v1/aliases/fast", { token, body });
  assert.match(String((await live.next("config")).data["change"]), /fast/);
  const ids = live.events.map(({ id }) => id);
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(ids).size, ids.length);
  const once = await ask("GET", "/admin/v1/state", { token });
  assert.equal(typeof Object(once.value).requests_per_second, "number");
});

test("a stream ends with its session, and with the gateway", async (t) => {
  const { gateway, listen, ask, token } = await rig(t);
  const mine = await listen();
  const program = await listen("program-token-0123456789");
  assert.equal(program.status, 200);
  await ask("DELETE", "/admin/v1/session", { token });
  await mine.live.over();
  assert.equal((await listen()).status, 401);
  assert.equal((await request(gateway.port, chat("m"))).status, 200);
  await program.live.next("request");
  const closing = gateway.close();
  await program.live.over();
  await closing;
});

test("nobody is told while nobody listens, and no more listen than there is room for", async (t) => {
  const { gateway, listen, ask, token } = await rig(t);
  const state = await ask("GET", "/admin/v1/state", { token });
  assert.equal(Object(state.value).requests_per_second, null);
  const opened = await Promise.all(Array.from({ length: 20 }, () => listen()));
  assert.deepEqual(new Set(opened.map(({ status }) => status)), new Set([200]));
  assert.equal((await listen()).status, 503);
  for (const { live } of opened) live.close();
  // Whoever has gone makes room, as soon as the gateway has noticed.
  let status = 503;
  while (status === 503) ({ status } = await listen());
  assert.equal(status, 200);
  assert.equal((await request(gateway.port, chat("m"))).status, 200);
});

test("who asks for the head of the stream alone gets it, and the connection goes on", async (t) => {
  const { gateway, token } = await rig(t);
  const socket = connect(gateway.port, "127.0.0.1");
  t.after(() => socket.destroy());
  const lines = `HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n`;
  socket.write(`HEAD /admin/v1/live ${lines}\r\nGET /admin/v1/state ${lines}connection: close\r\n\r\n`);
  const answers = await text(socket);
  assert.match(answers, /^HTTP\/1.1 200 .*text\/event-stream.*HTTP\/1.1 200 .*"requests_per_second":null/s);
});
