// Faults 292 and 293: endpoints that want to see a certificate.

import assert from "node:assert/strict";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startCli } from "../../support/cli.ts";
import { json } from "../../support/fakes/behaviours.ts";
import { demandingFor } from "../../support/fakes/demanding-endpoint.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { gatewayFor } from "../../support/start-gateway.ts";
import { type CertificateName, certificate } from "../../support/tls.ts";
import { ask } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

const CA_FILE = pem("ca.crt");

function pem(file: string): string {
  return fileURLToPath(new URL(`../../support/certs/${file}`, import.meta.url));
}

function tlsOf(name: CertificateName): object {
  return { tls: { cert_file: pem(`${name}.crt`), key_file: pem(`${name}.key`) } };
}

test("fault 292: an endpoint that refuses what it is shown: the next endpoint, and the reason says so", async (t) => {
  for (const shown of [{}, tlsOf("expired"), tlsOf("self-signed")]) {
    const { origin } = await demandingFor(t);
    const plain = await fakeFor(t);
    plain.always(json(200, '{"plain":true}'));
    const endpoints = [
      { name: "demanding", base_url: `${origin}/v1`, models: ["m"], ca_file: CA_FILE, ...shown },
      { name: "plain", base_url: plain.url, models: ["m"] },
    ];
    const { port, log } = await gatewayFor(t, { endpoints });
    const answer = await ask(port, chat());
    assert.equal(answer.text, '{"plain":true}');
    const [first] = (await log.nextSummary()).attempts;
    assert.equal(first?.endpoint, "demanding");
    // Peers that say why have a reason of ERR_SSL_…; others close without a word.
    assert.match(
      `${first.outcome} ${first.reason}`,
      /upstream_tls_failed ERR_SSL_|ECONNRESET|EPIPE|UND_ERR_SOCKET/,
    );
  }
});

test("fault 292: each endpoint is shown its own certificate", async (t) => {
  const [one, other] = [await demandingFor(t), await demandingFor(t)];
  const entry = { models: ["m"], ca_file: CA_FILE };
  const endpoints = [
    { ...entry, name: "one", base_url: `${one.origin}/v1`, ...tlsOf("good") },
    { ...entry, name: "other", base_url: `${other.origin}/v1`, ...tlsOf("wrong-host") },
  ];
  const { port } = await gatewayFor(t, { endpoints });
  for (let time = 0; time < 4; time += 1) assert.equal((await ask(port, chat())).text, '{"good":true}');
  assert.deepEqual([one.shown, other.shown], [["good"], ["wrong-host"]]);
});

test("fault 293: a renewed certificate is shown by new connections, and half of one by none", async (t) => {
  const endpoint = await demandingFor(t);
  const [old, next] = [certificate("good"), certificate("wrong-host")];
  const config = {
    server: { port: 0 },
    endpoints: [
      {
        name: "a",
        base_url: `${endpoint.origin}/v1`,
        models: ["m"],
        ca_file: CA_FILE,
        tls: { cert_file: "client.pem", key_file: "client.key" },
      },
    ],
  };
  const files = { "config.yaml": JSON.stringify(config), "client.pem": old.cert, "client.key": old.key };
  const run = await startCli(t, ["serve", "--config", "config.yaml"], { files });
  const port = await run.port();
  assert.equal((await ask(port, chat())).status, 200);
  await writeFile(join(run.folder, "client.pem"), next.cert);
  await run.says("stderr", /OG165/);
  endpoint.cut();
  assert.equal((await ask(port, chat())).status, 200);
  assert.deepEqual(new Set(endpoint.shown), new Set(["good"]));
  await writeFile(join(run.folder, "next.key"), next.key);
  await rename(join(run.folder, "next.key"), join(run.folder, "client.key"));
  await run.says("stdout", /a: new tls/);
  assert.equal((await ask(port, chat())).status, 200);
  assert.equal(endpoint.shown.at(-1), "wrong-host");
});
