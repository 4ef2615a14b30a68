// Fault 158: whoever looks whether anybody is there.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { startGateway } from "../../../src/gateway.ts";
import { KeptLog } from "../../support/kept-log.ts";
import { configOf } from "../../support/start-gateway.ts";
import { ask as askRaw, wireFor } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const KEY = { authorization: "Bearer sk-client" };

test("fault 158: / and /v1 say who answers, as JSON and as a page; with client keys without the version", async (t) => {
  const { ask, log, port } = await worldFor(t, { endpoints: { one: {} } });
  for (const path of ["/", "/v1", "/v1/", "//", "/openai/v1"]) {
    const answer = await ask({ path });
    assert.deepEqual(
      [answer.status, answer.json()["name"], answer.json()["models"]],
      [200, "oai-gateway", "/v1/models"],
    );
    const page = await ask({ path, headers: { accept: "text/html,application/xhtml+xml;q=0.9" } });
    assert.equal(page.header("content-type"), "text/html; charset=utf-8");
    assert.match(page.text, /^<!doctype html>[\s\S]*<a href="\/v1\/models">/);
    assert.match(page.header("content-security-policy") ?? "", /default-src 'none'/);
    assert.equal(await headStatus(t, port, path), 200);
    assert.equal((await ask({ ...chat(), path })).status, 405);
    const foreign = await ask({ path, headers: { host: "evil.example" } });
    assert.equal(foreign.status, 403);
  }
  log.summaries.length = 0;
  assert.equal(await headStatus(t, port, "/api/hello"), 200);
  assert.equal((await ask({ path: "/api/hello" })).status, 200);
  assert.equal(log.summaries.length, 0);
  assert.equal((await ask({ ...chat(), path: "/api/hello" })).status, 405);
});

test("fault 158: with client keys / needs none, and tells the version only to who has one", async (t) => {
  const config = configOf({ server: { api_keys: ["sk-client"] }, endpoints: [] });
  const log = new KeptLog();
  const gateway = await startGateway({ config, log, sinks: [log], dataDir: undefined, version: "1.2.3" });
  t.after(() => gateway.close({ graceMs: 0 }));
  const version = async (headers: Readonly<Record<string, string>>): Promise<unknown> =>
    (await askRaw(gateway.port, { path: "/", headers })).json()["version"];
  assert.equal(await version({}), undefined);
  assert.equal(await version({ authorization: "Bearer sk-other" }), undefined);
  assert.equal(await version(KEY), "1.2.3");
  const page = await askRaw(gateway.port, { path: "/", headers: { ...KEY, accept: "text/html" } });
  assert.match(page.text, /<h1>oai-gateway 1\.2\.3<\/h1>/);
  assert.equal(await headStatus(t, gateway.port, "/api/hello"), 200);
});

async function headStatus(t: TestContext, port: number, path: string): Promise<number> {
  const wire = await wireFor(t, port);
  await wire.send(`HEAD ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
  const { status } = await wire.head();
  return status;
}
