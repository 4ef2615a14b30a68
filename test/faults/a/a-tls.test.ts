// Fault 6: certificates that are not to be trusted. None is, and nothing in the environment changes that.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { json } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { gatewayFor } from "../../support/start-gateway.ts";
import { type CertificateName, certificate } from "../../support/tls.ts";
import { ask } from "../../support/wire.ts";
import { chat, errorOf } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const CA_FILE = fileURLToPath(new URL("../../support/certs/ca.crt", import.meta.url));

/** Each with the reason that is told; the authority of the first three is unknown unless `ca_file` names it. */
const REASONS: Readonly<Record<CertificateName, string>> = {
  good: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  expired: "CERT_HAS_EXPIRED",
  "wrong-host": "ERR_TLS_CERT_ALTNAME_INVALID",
  "self-signed": "DEPTH_ZERO_SELF_SIGNED_CERT",
};

/** An endpoint with such a certificate, called by its name. */
async function endpointWith(t: TestContext, name: CertificateName, config: object = {}) {
  const fake = await fakeFor(t, { tls: certificate(name) });
  fake.always(GOOD);
  return { fake, endpoint: { name, base_url: fake.url, models: ["m"], ...config } };
}

const BAD: readonly (readonly [CertificateName, object])[] = [
  ["good", {}],
  ["expired", { ca_file: CA_FILE }],
  ["wrong-host", { ca_file: CA_FILE }],
  ["self-signed", {}],
];

test("fault 6: a certificate that cannot be trusted: the next endpoint, and nothing was sent there", async (t) => {
  for (const [name, config] of BAD) {
    const { fake, endpoint } = await endpointWith(t, name, config);
    const plain = await fakeFor(t);
    plain.always(GOOD);
    const endpoints = [endpoint, { name: "plain", base_url: plain.url, models: ["m"] }];
    const { port, log } = await gatewayFor(t, { endpoints });
    const answer = await ask(port, chat());
    assert.equal(answer.text, '{"good":true}');
    assert.equal(answer.header("x-oai-gateway-attempts"), `2; ${name}=upstream_tls_failed; plain=ok`);
    assert.equal((await log.nextSummary()).attempts[0]?.reason, REASONS[name]);
    assert.equal(fake.requests.length, 0);
  }
});

test("fault 6: when all are bad the error names each endpoint with its reason", async (t) => {
  const made = await Promise.all(BAD.slice(1).map(([name, config]) => endpointWith(t, name, config)));
  const { port } = await gatewayFor(t, { endpoints: made.map(({ endpoint }) => endpoint) });
  const answer = await ask(port, chat());
  assert.deepEqual([answer.status, errorOf(answer).code], [502, "upstream_tls_failed"]);
  for (const [name] of BAD.slice(1))
    assert.ok(
      errorOf(answer).message.includes(`${name}: upstream_tls_failed (${REASONS[name]})`),
      answer.text,
    );
});

test("fault 6: ca_file makes an authority known, and only for its endpoint", async (t) => {
  const known = await endpointWith(t, "good", { ca_file: CA_FILE });
  const { fake, endpoint } = await endpointWith(t, "good");
  const endpoints = [
    { ...known.endpoint, name: "known" },
    { ...endpoint, name: "unknown" },
  ];
  const { port } = await gatewayFor(t, { endpoints });
  for (let time = 0; time < 4; time += 1)
    assert.equal((await ask(port, chat())).header("x-oai-gateway-endpoint"), "known");
  assert.equal(fake.requests.length, 0);
});

test("fault 6: ca_file counts for the list of models too", async (t) => {
  const { fake, endpoint } = await endpointWith(t, "good");
  const { port } = await gatewayFor(t, {
    endpoints: [{ name: endpoint.name, base_url: fake.url, ca_file: CA_FILE }],
  });
  const listed = (await ask(port, { method: "GET", path: "/v1/models" })).json();
  assert.ok(Array.isArray(listed["data"]) && listed["data"].length > 0);
});

test("fault 6: not even Node's own switch turns the checks off", async (t) => {
  const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  t.after(() => {
    if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
  });
  const { fake, endpoint } = await endpointWith(t, "self-signed");
  const { port } = await gatewayFor(t, { endpoints: [endpoint], retries: { attempts: 1 } });
  const answer = await ask(port, chat());
  assert.deepEqual([answer.status, errorOf(answer).code], [502, "upstream_tls_failed"]);
  assert.equal(fake.requests.length, 0);
});
