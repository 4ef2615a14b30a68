// Faults 152, 154 to 156: what of a client's head goes to endpoints, a Host that is none, two keys at once, and lists
// of models that are asked for again and again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { echo } from "../support/behaviours.ts";
import { ask as askRaw } from "../support/wire.ts";
import { chat, errorOf, worldFor } from "../support/world.ts";

const ONE = { endpoints: { one: {} } };

const CREDENTIAL_HEADERS: readonly string[] = [
  ..."authorization x-authorization proxy-authorization x-api-key api-key apikey x-apikey x_api_key x-goog-api-key".split(
    " ",
  ),
  ..."x-auth-token auth-token x-access-token access-token token x-token x-auth x-auth-key x-id-token jwt".split(
    " ",
  ),
  ..."anthropic-api-key anthropic-auth-token openai-api-key openai-auth openai-organization openai-project".split(
    " ",
  ),
  ..."x-litellm-api-key x-litellm-key helicone-auth helicone-api-key cf-aig-authorization cf-access-token".split(
    " ",
  ),
  ..."cf-access-client-secret cf-access-client-id cf-access-jwt-assertion x-amz-security-token x-amz-date".split(
    " ",
  ),
  ..."x-amzn-oidc-data x-goog-iap-jwt-assertion x-goog-user-project ocp-apim-subscription-key x-functions-key".split(
    " ",
  ),
  ..."x-ms-token-aad-access-token x-vault-token x-gitlab-token private-token x-github-token copilot-token".split(
    " ",
  ),
  ..."x-secret client-secret x-client-secret x-signature x-hub-signature x-password password x-credential".split(
    " ",
  ),
  ..."cookie cookie2 set-cookie x-csrf-token x-xsrf-token x-session-token session-token x-openrouter-key".split(
    " ",
  ),
  ..."x-stainless-api-key x-codex-auth x-claude-token x-portkey-api-key x-portkey-virtual-key modal-key".split(
    " ",
  ),
  ..."modal-secret x-dashscope-authtype chatgpt-account-id x-real-ip x-client-ip x-forwarded-user remote-user".split(
    " ",
  ),
  ..."x-http-method-override x-http-method x-method-override x-original-url x-original-uri x-rewrite-url".split(
    " ",
  ),
  ..."x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port x-forwarded-prefix forwarded via".split(
    " ",
  ),
  ..."x-unheard-of-before __proto__ constructor x-oai-gateway-hops-x x-oai-gateway-dry-runs".split(" "),
];

test("fault 152: of a client's headers only those that APIs read are sent on: no credential by any name", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  for (const name of CREDENTIAL_HEADERS) {
    fakes.one.requests.length = 0;
    const answer = await ask({ ...chat(), headers: { [name]: "CANARY" } });
    assert.equal(answer.status, 200, name);
    assert.doesNotMatch(String(fakes.one.requests[0]?.rawHead), /CANARY/, name);
  }
});

const READ_BY_APIS: readonly string[] = [
  ..."content-type accept accept-language user-agent prefer openai-beta anthropic-version anthropic-beta".split(
    " ",
  ),
  ..."anthropic-dangerous-direct-browser-access openai-intent x-stainless-lang x-stainless-helper-method".split(
    " ",
  ),
  ..."idempotency-key x-request-id x-client-request-id session-id session_id thread-id conversation_id".split(
    " ",
  ),
  ..."x-session-id x-session-affinity traceparent tracestate x-initiator x-interaction-type originator".split(
    " ",
  ),
  ..."x-codex-window-id x-codex-turn-metadata x-codex-beta-features x-claude-code-session-id x-app".split(
    " ",
  ),
  ..."http-referer x-title x-openrouter-title helicone-session-id cf-aig-cache-ttl x-goog-api-client".split(
    " ",
  ),
  ..."x-dashscope-cachecontrol x-grok-conv-id copilot-integration-id editor-version x-ms-client-request-id".split(
    " ",
  ),
];

test("fault 152: what APIs do read arrives byte for byte", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const headers = Object.fromEntries(READ_BY_APIS.map((name) => [name, `value/of ${name}; a="b"`]));
  assert.equal((await ask({ ...chat(), headers })).status, 200);
  for (const name of READ_BY_APIS) assert.equal(fakes.one.requests[0]?.header(name), headers[name], name);
});

test("fault 152: further headers by their names in the configuration", async (t) => {
  const { ask, fakes } = await worldFor(t, { ...ONE, server: { pass_headers: ["X-Tenant"] } });
  await ask({ ...chat(), headers: { "x-tenant": "t", "x-tenants": "CANARY", connection: "x-other" } });
  assert.equal(fakes.one.requests[0]?.header("x-tenant"), "t");
  assert.equal(fakes.one.requests[0]?.header("x-tenants"), undefined);
  // The client's own Connection still has the last word.
  await ask({ ...chat(), headers: { "x-tenant": "t", connection: "x-tenant" } });
  assert.equal(fakes.one.requests[1]?.header("x-tenant"), undefined);
});

test("fault 152: credentials in the query stay behind, in every spelling; the rest keeps its bytes and order", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  fakes.one.always(echo());
  const names = [
    ..."key api_key api-key apikey apiKey API_KEY access_token accesstoken token auth auth_token authorization".split(
      " ",
    ),
    ..."sig signature X-Amz-Signature X-Amz-Credential X-Amz-Security-Token client_secret secret password".split(
      " ",
    ),
    ..."k%65y api%5Fkey %6bey api%2dkey +key subscription-key x-api-key id_token jwt code Key %61uthorization".split(
      " ",
    ),
    ..."key[] api_key[0] key%5B%5D token[a] pw sessionid pat ticket".split(" "),
    // A name that cannot be decoded may be anything.
    "%e0%key",
  ];
  for (const name of names) {
    for (const query of [
      `?${name}=CANARY`,
      `?a=%20&${name}=CANARY&b=+%2F`,
      `?${name}=CANARY&${name}=CANARY`,
      `?a&${name}`,
    ]) {
      const answer = await ask({ ...chat(), path: `/v1/chat/completions${query}` });
      const path = String(answer.json()["path"]);
      assert.ok(!path.includes("CANARY") && !path.includes(name), path);
    }
  }
  for (const query of [
    "?beta=true",
    "?a=%20&b=+%2F&&c",
    "?max_tokens=5&keywords=a&monkey=1&author=x&design=y&include[]=key",
    "?",
    "?a=b?key",
    "?after=token",
  ]) {
    const answer = await ask({ ...chat(), path: `/v1/chat/completions${query}` });
    assert.equal(answer.json()["path"], `/v1/chat/completions${query}`);
  }
});

test("fault 152: api-version is Azure's, and goes to no other endpoint", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  fakes.one.always(echo());
  for (const name of ["api-version", "API-Version", "api%2Dversion"]) {
    const answer = await ask({ ...chat(), path: `/openai/v1/chat/completions?${name}=preview&x=1` });
    assert.equal(answer.json()["path"], "/v1/chat/completions?x=1");
  }
});

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

test("fault 154: a Host that is no name and no address is 403, with client keys and without", async (t) => {
  for (const server of [{}, { api_keys: ["sk-client"] }, { allowed_hosts: ["evil.example"] }]) {
    const { port, fakes } = await worldFor(t, { ...ONE, server });
    for (const host of NO_HOSTS) {
      const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer sk-client`;
      const answer = await askRaw(port, `${head}\r\ncontent-length: 13\r\n\r\n{"model":"m"}`);
      assert.deepEqual([answer.status, errorOf(answer).code], [403, "host_not_allowed"], host);
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
