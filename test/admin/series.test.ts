// What charts are drawn from: latency, beats and shares, by what the store has added up; and usage as lines.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { AttemptSummary } from "../../src/core/summary.ts";
import { adminFor } from "../support/admin-rig.ts";
import { folderFor } from "../support/folder.ts";
import { KeptLog } from "../support/kept-log.ts";
import { fileStore, storeEntry } from "../support/store-entries.ts";

const MINUTE = 60_000;

async function rig(t: TestContext) {
  const folder = folderFor(t);
  const store = fileStore(folder, new KeptLog());
  t.after(() => store.close());
  const endpoint = (name: string) => ({ name, base_url: "http://127.0.0.1:1/v1", models: ["m"] });
  const config = { endpoints: [endpoint("alpha"), endpoint("beta")] };
  const made = await adminFor(t, { config, kept: store });
  const token = await made.logIn();
  const read = async (path: string) => {
    const told = await made.ask("GET", `/admin/v1${path}`, { token });
    assert.equal(told.status, 200, told.text);
    return Object(told.value);
  };
  return { ...made, store, token, read };
}

function attempt(endpoint: string, outcome: AttemptSummary["outcome"]): AttemptSummary {
  const times = { startedAfterMs: 0, durationMs: 5 };
  return { endpoint, credential: undefined, upstreamModel: "m", outcome, status: undefined, ...times };
}

function measured(timeMs: number, durationMs: number, parts: Parameters<typeof storeEntry>[0] = {}) {
  const entry = storeEntry({ timeMs, isStream: true, ...parts });
  const attempts = [attempt("beta", "internal"), attempt("alpha", "ok")];
  return { ...entry, request: { ...entry.request, durationMs, firstByteMs: durationMs / 10, attempts } };
}

for (const isFolded of [false, true])
  test(`latency is told by time and by endpoint, from ${isFolded ? "sums" : "rows"}`, async (t) => {
    const { store, read, ask, token } = await rig(t);
    const now = Date.now();
    for (let at = 0; at < 100; at += 1) store.append(measured(now - 5 * MINUTE, 1_000 + 10 * at));
    store.append(measured(now - 5 * MINUTE, 60_000, { status: 503, error: "overloaded" }));
    store.append(measured(now - 5 * MINUTE, 60_000, { isCached: true }));
    store.append(measured(now - 5 * MINUTE, 4_000, { endpoint: "beta", isStream: false }));
    await store.flush();
    if (isFolded) await store.tidy();
    const all = await read("/latency");
    assert.equal(all.data.length, 1);
    const [{ first_token: first, duration }] = all.data;
    assert.deepEqual([first.count, duration.count], [100, 101]);
    assert.ok(Math.abs(duration.p50_ms / 1_500 - 1) < 0.1, String(duration.p50_ms));
    assert.ok(Math.abs(first.p95_ms / 195 - 1) < 0.1, String(first.p95_ms));
    const byEndpoint = await read("/latency?by=hour,endpoint");
    const named = byEndpoint.data.map(({ group }: { group: Record<string, string> }) => group["endpoint"]);
    assert.deepEqual(named.toSorted(), ["alpha", "beta"]);
    assert.ok(
      byEndpoint.data.every(({ group }: { group: Record<string, string> }) => group["hour"] !== undefined),
    );
    const beta = await read("/latency?endpoint=beta");
    assert.deepEqual([beta.data[0].duration.count, beta.data[0].first_token], [1, null]);
    assert.deepEqual((await read("/latency?model=nobody")).data, []);
    const refused = await ask("GET", "/admin/v1/latency?by=model&endpoint=beta", { token });
    assert.deepEqual([refused.status, Object(refused.value).error.code], [400, "admin_invalid"]);
  });

test("a beat counts what was sent to an endpoint and failed there, whoever answered", async (t) => {
  const { store, read } = await rig(t);
  const now = Date.now();
  for (let at = 0; at < 10; at += 1) store.append(measured(now, 100));
  await store.flush();
  const { data, minutes } = await read("/beats?minutes=10&count=6");
  assert.equal(minutes, 10);
  const told = data.map((one: Record<string, never[]>) => [one["endpoint"], one["attempts"], one["failed"]]);
  assert.deepEqual(told, [
    ["alpha", 10, 0],
    ["beta", 10, 10],
  ]);
  assert.equal(data[0].beats.length, 6);
  const states = data.map(({ beats }: { beats: { state: string }[] }) => beats.map(({ state }) => state));
  assert.deepEqual(new Set(states.flat()), new Set(["idle", "ok", "failed"]));
});

test("shares are those that endpoints really had", async (t) => {
  const { store, read } = await rig(t);
  const now = Date.now();
  for (const endpoint of ["alpha", "alpha", "alpha", "beta", ""])
    store.append(measured(now - MINUTE, 100, { endpoint }));
  await store.flush();
  const { data } = await read("/shares?model=m");
  const told = data.map((one: Record<string, unknown>) => [one["endpoint"], one["percent"]]);
  assert.deepEqual(told.toSorted(), [
    ["", 0],
    ["alpha", 75],
    ["beta", 25],
  ]);
});

test("usage is there for spreadsheets, and no name is a formula", async (t) => {
  const { store, ask, token } = await rig(t);
  store.append(measured(Date.now(), 100, { model: '=cmd|"x",\u202e<b>' }));
  await store.flush();
  const told = await ask("GET", "/admin/v1/usage.csv?by=model", { token });
  assert.match(String(told.headers["content-type"]), /^text\/csv/);
  const [header, line] = told.text.split("\r\n");
  assert.match(header ?? "", /^model,requests,failed,/);
  assert.ok(line?.startsWith(`"'=cmd|""x"",\u202e<b>",1,0,`), line);
  const west = await ask("GET", "/admin/v1/usage?by=day&utc_offset=-300", { token });
  assert.equal(west.status, 200, west.text);
});
