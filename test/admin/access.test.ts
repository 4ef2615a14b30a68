// Who may use the admin API: from where, and with what.

import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { adminFor, PASSWORD } from "../support/admin-rig.ts";
import { HeldClock } from "../support/held-clock.ts";

function codeOf(value: unknown): unknown {
  return Object(Object(value).error).code;
}

test("the one-time link sets the password once, and its hash alone is kept", async (t) => {
  const { ask, admin, dataDir, log } = await adminFor(t);
  assert.deepEqual((await ask("GET", "/admin/v1/session")).value, { actor: null, is_set_up: false });
  await admin.greet();
  const { message } = await log.line("admin_link");
  const secret = /#([\w-]{32})$/.exec(message)?.[1];
  const wrong = await ask("POST", "/admin/v1/setup", {
    body: { secret: "x".repeat(32), password: PASSWORD },
  });
  assert.equal(wrong.status, 401);
  const short = await ask("POST", "/admin/v1/setup", { body: { secret, password: "short" } });
  assert.equal(short.status, 400);
  assert.ok(!short.text.includes("short"));
  const set = await ask("POST", "/admin/v1/setup", { body: { secret, password: PASSWORD } });
  assert.equal(set.status, 200);
  assert.match(String(set.headers["set-cookie"]), /HttpOnly; SameSite=Strict/);
  const again = await ask("POST", "/admin/v1/setup", { body: { secret, password: "another password" } });
  assert.equal(again.status, 401);
  const kept = await readFile(join(dataDir, "admin.json"), "utf8");
  for (const planted of [PASSWORD, String(secret), String(Object(set.value).token)])
    assert.ok(!kept.includes(planted), planted);
  assert.equal((await stat(join(dataDir, "admin.json"))).mode & 0o777, 0o600);
  assert.equal((await admin.askLocally({ method: "GET", target: "/setup" })).status, 200);
});

test("the link is shown to who asks for it in place of the log, and no more once a password is set", async (t) => {
  const { ask, admin, log } = await adminFor(t);
  const shown: string[] = [];
  await admin.greet((link) => shown.push(link));
  const [, secret] = /\/ui\/setup#([\w-]{32})$/.exec(shown.join()) ?? [];
  assert.equal((await ask("POST", "/admin/v1/setup", { body: { secret, password: PASSWORD } })).status, 200);
  await admin.greet((link) => shown.push(link));
  assert.equal(shown.length, 1);
  assert.ok(!log.lines.some(({ event }) => event === "admin_link"));
});

test("of two that use the link at the same time one sets the password", async (t) => {
  const { ask, admin } = await adminFor(t);
  const { value } = await admin.askLocally({ method: "GET", target: "/setup" });
  const secret = String(Object(value).url).split("#")[1];
  const both = await Promise.all(
    ["first password!", "second password!"].map((password) =>
      ask("POST", "/admin/v1/setup", { body: { secret, password } }),
    ),
  );
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 401]);
});

test("a session, its cookie and the token let in; client keys and nothing do not", async (t) => {
  const { ask, logIn } = await adminFor(t, { admin: { token: "t0ken-of-the-test-1234" } });
  const session = await logIn();
  const status = (headers: Record<string, string>) => ask("GET", "/admin/v1/keys", { headers });
  assert.equal((await status({ authorization: `Bearer ${session}` })).status, 200);
  // Short or long, a wrong password is a wrong one.
  const short = await ask("POST", "/admin/v1/session", { body: { password: "x" } });
  assert.equal(short.status, 401);
  assert.equal((await status({ cookie: `a=b; oai_gateway_admin=${session}` })).status, 200);
  assert.equal((await status({ authorization: "Bearer t0ken-of-the-test-1234" })).status, 200);
  for (const headers of [{}, { authorization: "Bearer sk-client" }, { cookie: "oai_gateway_admin=" }]) {
    const refused = await status(headers);
    assert.deepEqual([refused.status, codeOf(refused.value)], [401, "admin_login_required"]);
  }
});

test("logging out ends a session, and everywhere all of them", async (t) => {
  const { ask, logIn } = await adminFor(t);
  const first = await logIn();
  const open = async () =>
    String(Object((await ask("POST", "/admin/v1/session", { body: { password: PASSWORD } })).value).token);
  const second = await open();
  assert.equal((await ask("DELETE", "/admin/v1/session", { token: first })).status, 204);
  assert.equal((await ask("GET", "/admin/v1/keys", { token: first })).status, 401);
  assert.equal((await ask("GET", "/admin/v1/keys", { token: second })).status, 200);
  const third = await open();
  assert.equal((await ask("DELETE", "/admin/v1/sessions", { token: second })).status, 204);
  for (const token of [second, third])
    assert.equal((await ask("GET", "/admin/v1/keys", { token })).status, 401);
});

test("another password ends every session, and wants the old one", async (t) => {
  const { ask, logIn } = await adminFor(t);
  const token = await logIn();
  const change = (old: string) =>
    ask("PUT", "/admin/v1/password", { token, body: { old, password: "a new one, long" } });
  assert.equal((await change("not the old one")).status, 401);
  assert.equal((await change(PASSWORD)).status, 204);
  assert.equal((await ask("GET", "/admin/v1/keys", { token })).status, 401);
  const logIns = await Promise.all(
    [PASSWORD, "a new one, long"].map((password) => ask("POST", "/admin/v1/session", { body: { password } })),
  );
  assert.deepEqual(
    logIns.map(({ status }) => status),
    [401, 200],
  );
});

test("wrong passwords are held up after five, however many come at once", async (t) => {
  const clock = new HeldClock();
  const { ask, logIn } = await adminFor(t, { clock });
  await logIn();
  const tries = await Promise.all(
    Array.from({ length: 12 }, () =>
      ask("POST", "/admin/v1/session", { body: { password: "wrong password" } }),
    ),
  );
  const counts = [401, 429].map((wanted) => tries.filter(({ status }) => status === wanted).length);
  assert.deepEqual(counts, [5, 7]);
  const held = tries.find(({ status }) => status === 429);
  assert.equal(held?.headers["retry-after"], "20");
  assert.equal((await ask("POST", "/admin/v1/session", { body: { password: PASSWORD } })).status, 429);
  clock.advance(20_000);
  assert.equal((await ask("POST", "/admin/v1/session", { body: { password: PASSWORD } })).status, 200);
});

test("a session ends by its time", async (t) => {
  const clock = new HeldClock();
  const { ask, logIn } = await adminFor(t, { clock });
  const token = await logIn();
  clock.advance(12 * 3_600_000 - 1);
  assert.equal((await ask("GET", "/admin/v1/keys", { token })).status, 200);
  clock.advance(1);
  assert.equal((await ask("GET", "/admin/v1/keys", { token })).status, 401);
});

test("proxies, rebound names and pages of other sites are refused", async (t) => {
  const { ask, gateway } = await adminFor(t);
  const refused: readonly Record<string, string>[] = [
    { host: "evil.example" },
    { host: "127.0.0.1.evil.example" },
    { "x-forwarded-for": "203.0.113.7" },
    { forwarded: "for=203.0.113.7" },
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: `http://localhost:${gateway.port}` },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of refused) {
    const told = await ask("GET", "/admin/v1/session", { headers });
    assert.deepEqual([told.status, codeOf(told.value)], [403, "admin_not_allowed"], JSON.stringify(headers));
  }
  const own = { host: `127.0.0.1:${gateway.port}`, origin: `http://127.0.0.1:${gateway.port}` };
  assert.equal((await ask("GET", "/admin/v1/session", { headers: own })).status, 200);
});

test("with admin.remote names and proxies are let in, and pages of other sites are not", async (t) => {
  const { ask } = await adminFor(t, { admin: { remote: true } });
  const headers = { host: "gateway.example", "x-forwarded-for": "203.0.113.7" };
  assert.equal((await ask("GET", "/admin/v1/session", { headers })).status, 200);
  const page = { ...headers, origin: "https://evil.example" };
  assert.equal((await ask("GET", "/admin/v1/session", { headers: page })).status, 403);
});

test("turned off it is not there, and takes no path from the API", async (t) => {
  const { ask } = await adminFor(t, { admin: { enabled: false } });
  const told = await ask("GET", "/admin/v1/session");
  assert.deepEqual([told.status, codeOf(told.value)], [404, "unknown_path"]);
});

test("a link of an older gateway leads to the page that sets the password", async (t) => {
  const { ask } = await adminFor(t);
  const told = await ask("GET", "/admin/setup");
  assert.deepEqual([told.status, told.headers["location"]], [302, "/ui/setup"]);
});

test("a cookie changes nothing unless a page of ours says that it asked", async (t) => {
  const { ask, logIn } = await adminFor(t);
  const headers = { cookie: `oai_gateway_admin=${await logIn()}` };
  assert.equal((await ask("GET", "/admin/v1/keys", { headers })).status, 200);
  const body = { name: "ci" };
  const refused = await ask("POST", "/admin/v1/keys", { headers, body });
  assert.deepEqual([refused.status, codeOf(refused.value)], [403, "admin_not_allowed"]);
  const asked = await ask("POST", "/admin/v1/keys", {
    headers: { ...headers, "x-oai-gateway-csrf": "1" },
    body,
  });
  assert.equal(asked.status, 201);
});

test("who has not logged in may send a password and no more", async (t) => {
  const { ask, logIn } = await adminFor(t);
  const large = JSON.stringify({ password: PASSWORD, filling: "x".repeat(5_000) });
  const stranger = await ask("POST", "/admin/v1/session", { text: large });
  assert.deepEqual([stranger.status, codeOf(stranger.value)], [413, "request_too_large"]);
  const token = await logIn();
  const known = await ask("POST", "/admin/v1/keys", { token, body: { name: "a", owner: "x".repeat(5_000) } });
  assert.equal(known.status, 400);
});
