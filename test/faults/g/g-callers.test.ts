// Faults 154 to 156: a Host that is none, two keys at once, and lists of models that are asked for again and again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask as askRaw } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const ONE = { endpoints: { one: {} } };

const NO_HOSTS: readonly string[] = [
  ..."evil.example:80:80 [::1 ::1 [::1]x [::1]:x [::1]:80:80 [evil.example] [] [::1]] ]::1[ 1:2:3 ::".split(
    " ",
  ),
  ..."127.0.0.1: localhost: localhost:99999 localhost:-1 localhost:8a localhost:+80 :80 :".split(" "),
  ..."user@localhost user:pass@localhost localhost@evil.example evil.example:80@localhost localhost/ localhost?x".split(
    " ",
  ),
  ..."localhost#x localhost\\evil.example http://localhost localhost,evil.example loc%61lhost 127.0.0.1%00".split(
    " ",
  ),
  ...[
    "local host",
    "localhost evil.example",
    "localhost\tx",
    "[::1]:80 x",
    "l\xf6calhost",
    "[127.0.0.1]",
    "[::1%25lo]x",
  ],
];

test("fault 154: a Host that is no name and no address is refused, with client keys and without", async (t) => {
  for (const server of [{}, { api_keys: ["sk-client"] }, { allowed_hosts: ["evil.example"] }]) {
    const { port, fakes } = await worldFor(t, { ...ONE, server });
    for (const host of NO_HOSTS) {
      const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer sk-client`;
      const answer = await askRaw(port, `${head}\r\ncontent-length: 13\r\n\r\n{"model":"m"}`);
      const told = `${answer.status} ${errorOf(answer).code}`;
      assert.match(told, /^(?:400 bad_request|403 host_not_allowed)$/, host);
    }
    assert.equal(fakes.one.requests.length, 0);
  }
});

test("fault 154: what only looks like an address is a name of somewhere else", async (t) => {
  const { ask } = await worldFor(t, ONE);
  for (const host of [
    "999.1.1.1",
    "1.2.3.4.5",
    "1.2.3",
    "127.1.evil.example",
    "0x7f.1.1.1",
    "127.0.0.1.example",
  ])
    assert.equal((await ask({ ...chat(), headers: { host } })).status, 403, host);
  for (const host of [
    "10.1.2.3:80",
    "[2001:db8::1]:8080",
    "[::1]",
    "localhost:0",
    "my_nas:8080",
    "127.0.0.1:65535",
  ])
    assert.equal((await ask({ ...chat(), headers: { host } })).status, 200, host);
});

test("fault 154: an Origin with a host that is none is refused, whatever it looks like", async (t) => {
  const { ask } = await worldFor(t, ONE);
  for (const origin of [
    "http://localhost:1:1",
    "http://[::1",
    "http://localhost:",
    "http://user@localhost",
    "http://::1",
  ]) {
    const answer = await ask({ ...chat(), headers: { origin } });
    assert.deepEqual([answer.status, errorOf(answer).code], [403, "origin_not_allowed"], origin);
  }
});

test('fault 154: the origin "null" of files and views is let in where it is named, and only there', async (t) => {
  const headers = { origin: "null" };
  const closed = await worldFor(t, { ...ONE, server: { cors_origins: ["https://app.example"] } });
  assert.equal((await closed.ask({ ...chat(), headers })).status, 403);
  const open = await worldFor(t, { ...ONE, server: { cors_origins: ["null"] } });
  const answer = await open.ask({ ...chat(), headers });
  assert.deepEqual([answer.status, answer.header("access-control-allow-origin")], [200, "null"]);
  assert.equal((await open.ask({ ...chat(), headers: { origin: "https://app.example" } })).status, 403);
});

test("fault 155: of several keys on a request the one that is ours counts, by whichever header", async (t) => {
  const { ask, fakes } = await worldFor(t, { ...ONE, server: { api_keys: ["sk-client", "sk-second"] } });
  const names = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];
  const as = (name: string, key: string): string => (name === "authorization" ? `Bearer ${key}` : key);
  for (const ours of names) {
    const headers = Object.fromEntries(
      names.map((name) => [name, as(name, name === ours ? "sk-client" : "sk-CANARY")]),
    );
    assert.equal((await ask({ ...chat(), headers })).status, 200, ours);
    const basic = { ...headers, ...(ours !== "authorization" && { authorization: "Basic CANARY" }) };
    assert.equal((await ask({ ...chat(), headers: basic })).status, 200, ours);
  }
  const two = { authorization: "Bearer sk-second", "x-api-key": "sk-client" };
  assert.equal((await ask({ ...chat(), headers: two })).status, 200);
  assert.ok(
    fakes.one.requests.every((request) => !/CANARY|sk-client|sk-second/.test(String(request.rawHead))),
  );
  const before = fakes.one.requests.length;
  const neither = Object.fromEntries(names.map((name) => [name, as(name, "sk-CANARY")]));
  for (const headers of [
    neither,
    { ...neither, authorization: "sk-client" },
    { "x-api-key": "sk-client,sk-x" },
  ]) {
    const answer = await ask({ ...chat(), headers });
    assert.deepEqual([answer.status, errorOf(answer).code], [401, "invalid_api_key"]);
    assert.ok(!answer.text.includes("CANARY"));
  }
  assert.equal(fakes.one.requests.length, before);
});

test("fault 156: a list of models that has not changed need not be sent again, in either shape", async (t) => {
  const { ask, fakes, gateway } = await worldFor(t, ONE);
  for (const dialect of [{}, { "anthropic-version": "2023-06-01" }]) {
    for (const path of ["/v1/models", "/v1/models/m"]) {
      const first = await ask({ path, headers: dialect });
      const etag = first.header("etag") ?? "";
      assert.match(etag, /^"[\w-]{22}"$/);
      for (const wanted of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
        const again = await ask({ path, headers: { ...dialect, "if-none-match": wanted } });
        assert.deepEqual([again.status, again.text, again.header("etag")], [304, "", etag], wanted);
      }
      assert.equal((await ask({ path, headers: { ...dialect, "if-none-match": '"x"' } })).text, first.text);
    }
  }
  const before = (await ask({ path: "/v1/models" })).header("etag") ?? "";
  fakes.one.models = ["m", "n"];
  await gateway.catalogue.askAgain();
  const after = await ask({ path: "/v1/models", headers: { "if-none-match": before } });
  assert.equal(after.status, 200);
  assert.match(after.text, /"id":"n"/);
});

test("a page can read every header of ours on an answer", async (t) => {
  const { ask } = await worldFor(t, {
    endpoints: { one: { config: { models: ["m"] } }, two: { config: { models: ["n"] } } },
    routing: { fallbacks: { m: ["n"] } },
  });
  const headers = { origin: "http://localhost:3000" };
  for (const request of [chat(), { path: "/v1/models" }, chat("none"), { path: "/" }]) {
    const answer = await ask({ ...request, headers });
    const exposed = (answer.header("access-control-expose-headers") ?? "").split(", ");
    const ours = answer.headers.filter(
      (name, at) => at % 2 === 0 && name.toLowerCase().startsWith("x-oai-gateway-"),
    );
    for (const name of [...ours, "x-oai-gateway-fallback"])
      assert.ok(exposed.includes(name.toLowerCase()), name);
  }
});
