// The admin API over several processes: whichever is asked, the owner answers, and what is changed holds in all of them.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { firstHeader } from "../../src/http/first-header.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { type Answer, requestBytes, type WireRequest } from "../support/wire.ts";
import { askOn, configOf, until, type WorkersRun, type WorkerWire, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

const PASSWORD = "correct horse battery staple";
const KEY = "sk-of-the-file-0123456789";

type Ask = { readonly body?: unknown; readonly token?: string; readonly headers?: Record<string, string> };

async function start(t: TestContext, server: object = {}): Promise<WorkersRun> {
  const fake = await fakeFor(t);
  return workersFor(t, configOf({ fake }, { server: { api_keys: [{ name: "file", key: KEY }], ...server } }));
}

/** A connection to each of the two processes. */
async function both(gateway: WorkersRun): Promise<readonly [WorkerWire, WorkerWire]> {
  return [
    { worker: 1, wire: await gateway.openAt(1) },
    { worker: 2, wire: await gateway.openAt(2) },
  ];
}

function askAdmin({ wire }: WorkerWire, method: string, path: string, ask: Ask = {}): Promise<Answer> {
  const headers = {
    ...(ask.body === undefined ? {} : { "content-type": "application/json" }),
    ...(ask.token === undefined ? {} : { authorization: `Bearer ${ask.token}` }),
    ...ask.headers,
  };
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
  const request: WireRequest = { method, path, headers, ...(body === undefined ? {} : { body }) };
  return askOn(wire, request);
}

function told(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.body.toString());
}

async function logIn(gateway: WorkersRun, at: WorkerWire): Promise<string> {
  const [, secret] = await gateway.run.says("stdout", /"event":"admin_link"[^\n]*#([\w-]+)/);
  const answer = await askAdmin(at, "POST", "/admin/v1/setup", { body: { secret, password: PASSWORD } });
  assert.equal(answer.status, 200, answer.body.toString());
  return String(told(answer)["token"]);
}

async function useKey({ wire }: WorkerWire, key: string): Promise<number> {
  await wire.send(requestBytes({ ...chat(), headers: { authorization: `Bearer ${key}` } }));
  return (await wire.answer()).status;
}

test("a key made through one process is good in all, disabled in all, and its use shows", async (t) => {
  const gateway = await start(t);
  const [first, second] = await both(gateway);
  assert.equal((await askAdmin(second, "GET", "/admin/v1/keys")).status, 401);
  const token = await logIn(gateway, first);
  const session = await askAdmin(second, "POST", "/admin/v1/session", { body: { password: PASSWORD } });
  assert.match(firstHeader(session.headers, "set-cookie") ?? "", /oai_gateway_admin=/);
  const made = await askAdmin(second, "POST", "/admin/v1/keys", { token, body: { name: "phone" } });
  assert.equal(made.status, 201, made.body.toString());
  const { id, key } = told(made) as { id: string; key: string };
  for (const one of [first, second]) {
    await until(
      () => useKey(one, key),
      (status) => status === 200,
    );
  }
  const usage = async (): Promise<unknown> => {
    const answer = await askAdmin(first, "GET", "/admin/v1/usage?by=key", { token });
    const rows = told(answer)["data"] as readonly { group: { key?: string }; requests: number }[];
    return rows.find(({ group }) => group.key === "phone")?.requests;
  };
  await until(usage, (requests) => Number(requests) >= 2);
  const body = { is_disabled: true };
  const disabled = await askAdmin(first, "PATCH", `/admin/v1/keys/${id}`, { token, body });
  assert.equal(disabled.status, 200, disabled.body.toString());
  for (const one of [first, second]) {
    await until(
      () => useKey(one, key),
      (status) => status === 403 || status === 401,
    );
  }
});

test("the owner judges by what the process saw: place, site, credentials, path and body", async (t) => {
  const gateway = await start(t);
  const [first, second] = await both(gateway);
  const token = await logIn(gateway, first);
  const refused = async (path: string, ask: Ask, method = "GET"): Promise<readonly [number, unknown]> => {
    const answer = await askAdmin(first, method, path, ask);
    return [answer.status, Object(told(answer)["error"]).code];
  };
  const forwarded = { "x-forwarded-for": "203.0.113.9" };
  assert.deepEqual(await refused("/admin/v1/keys", { token, headers: forwarded }), [
    403,
    "admin_not_allowed",
  ]);
  const origin = { origin: "https://evil.example" };
  assert.deepEqual(await refused("/admin/v1/keys", { token, headers: origin }), [403, "admin_not_allowed"]);
  assert.deepEqual(await refused("/admin/v1/keys", { token: KEY }), [401, "admin_login_required"]);
  assert.deepEqual(await refused("/admin/v1/nothing", { token }), [404, "unknown_path"]);
  const twoMiB = { name: "x".repeat(2 * 1024 * 1024) };
  const inChinese = { token, body: twoMiB, headers: { "accept-language": "zh-CN" } };
  const large = await askAdmin(first, "POST", "/admin/v1/keys", inChinese);
  assert.equal(large.status, 413);
  const { code, message } = Object(told(large)["error"]);
  assert.deepEqual([code, message], ["request_too_large", "请求体超过 1048576 字节，这里不接受更大的内容。"]);
  const page = await askAdmin(second, "GET", "/admin/setup");
  assert.equal(firstHeader(page.headers, "location"), "/ui/setup");
  assert.equal(firstHeader(page.headers, "x-frame-options"), "DENY");
});

test("a body that never comes keeps nobody else waiting", async (t) => {
  const gateway = await start(t);
  const [first, second] = await both(gateway);
  const token = await logIn(gateway, first);
  const head = `POST /admin/v1/keys HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`;
  await first.wire.send(Buffer.from(head));
  first.wire.close();
  assert.equal((await askAdmin(second, "GET", "/admin/v1/keys", { token })).status, 200);
});

test("without an admin API its paths are the API's own", async (t) => {
  const fake = await fakeFor(t);
  const gateway = await workersFor(t, configOf({ fake }, { rest: { admin: { enabled: false } } }));
  assert.equal((await askAdmin(await gateway.open(), "GET", "/admin/v1/keys")).status, 404);
});

test("what is asked and answered in another process is told by the owner, for keys that ask for it", async (t) => {
  const fake = await fakeFor(t);
  const keys = [{ name: "file", key: KEY, log_bodies: true }];
  const gateway = await workersFor(t, configOf({ fake }, { server: { api_keys: keys } }));
  const [first, second] = await both(gateway);
  const token = await logIn(gateway, first);
  assert.equal(await useKey(second, KEY), 200);
  const logged = async (): Promise<string | undefined> => {
    const { data } = Object(told(await askAdmin(first, "GET", "/admin/v1/requests", { token })));
    return data[0]?.id;
  };
  const id = await until(logged, (seen) => seen !== undefined);
  const answer = await askAdmin(first, "GET", `/admin/v1/requests/${id}`, { token });
  const { bodies } = Object(told(answer));
  assert.match(bodies.asked.text, /"content":"hi"/);
  assert.equal(bodies.answered.is_cut, false);
});

test("strangers who send their bodies slowly leave places for others", async (t) => {
  const gateway = await start(t);
  const strangers = await Promise.all(Array.from({ length: 80 }, () => gateway.openAt(1)));
  const head = "POST /admin/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n";
  const statuses: number[] = [];
  const { promise: refused, resolve } = Promise.withResolvers<void>();
  const wait = async (wire: WorkerWire["wire"]): Promise<void> => {
    await wire.send(Buffer.from(`${head}content-length: 30\r\n\r\n{`));
    statuses.push((await wire.answer()).status);
    if (statuses.length === 64) resolve();
  };
  for (const wire of strangers) wait(wire).catch(() => undefined);
  await refused;
  assert.deepEqual(new Set(statuses), new Set([503]));
  const other = await askAdmin({ worker: 1, wire: await gateway.openAt(1) }, "GET", "/admin/v1/session");
  assert.equal(other.status, 200);
});
