// Fault 152: what of a client's head goes to endpoints.

import assert from "node:assert/strict";
import { test } from "node:test";
import { echo } from "../../support/fakes/behaviours.ts";
import { chat, worldFor } from "../../support/world.ts";

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
