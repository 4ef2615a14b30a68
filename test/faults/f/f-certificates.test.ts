// Faults 265 to 269, and 314: the certificate that the listener speaks TLS by.

import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { configFromText } from "../../../src/config/file/load.ts";
import type { Diagnostic } from "../../../src/config/report/diagnostics.ts";
import { type ListenerCertificate, readCertificate } from "../../../src/config/rules/certificate.ts";
import { translator } from "../../../src/language/messages.ts";
import { type CertificateHolder, CertificateWatch } from "../../../src/supervise/certificate-watch.ts";
import { runCli, startCli } from "../../support/cli.ts";
import { Condition } from "../../support/condition.ts";
import { json } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { folderFor } from "../../support/folder.ts";
import { KeptLog } from "../../support/kept-log.ts";
import { configOf, gatewayFor } from "../../support/start-gateway.ts";
import { certificate } from "../../support/tls.ts";
import { ask, speakTlsTo, wireFor } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

const GOOD = certificate("good");
const OTHER = certificate("self-signed");
const TLS = { cert_file: "tls/cert.pem", key_file: "tls/key.pem" };

function problemsOf(folder: string, tls: object = TLS, say = translator("en")): readonly string[] {
  const text = JSON.stringify({ server: { tls }, endpoints: [{ name: "a", base_url: "http://h:1/v1" }] });
  const loaded = configFromText(text, { file: "config.yaml", path: join(folder, "config.yaml"), env: {} });
  const found = loaded.kind === "ok" ? loaded.warnings : loaded.problems;
  return found.map(({ code, message, fix = message }) => `${code} ${say(message)}; ${say(fix)}`);
}

function write(folder: string, pair: { readonly cert: string; readonly key: string }): void {
  mkdirSync(join(folder, "tls"), { recursive: true });
  writeFileSync(join(folder, "tls/cert.pem"), pair.cert);
  writeFileSync(join(folder, "tls/key.pem"), pair.key);
}

test("fault 265: each thing that can be wrong with the two files is said, with the file and a fix", (t) => {
  const folder = folderFor(t);
  const cases: readonly (readonly [{ cert: string; key: string }, RegExp])[] = [
    [{ ...GOOD, key: OTHER.key }, /OG146 server\.tls\.key_file has a key that does not belong to/],
    [
      certificate("expired"),
      /OG146 server\.tls\.cert_file has a certificate that expired on \d{4}-\d\d-\d\d/,
    ],
    [{ ...GOOD, cert: "nothing" }, /cert_file has no certificate/],
    [
      { ...GOOD, cert: GOOD.cert.replace(/\n..../, "\nAAAA") },
      /cert_file has a certificate that cannot be read/,
    ],
    [{ ...GOOD, key: GOOD.cert }, /key_file has no private key/],
    [{ ...GOOD, key: GOOD.key.replace(/\n..../, "\nAAAA") }, /key_file has a key that cannot be read/],
    [{ cert: GOOD.key, key: GOOD.cert }, /cert_file has no certificate/],
  ];
  for (const [pair, words] of cases) {
    write(folder, pair);
    const [problem = "none", ...more] = problemsOf(folder);
    assert.match(problem, words);
    assert.match(problem, /tls\/(cert|key)\.pem".*; .{10,}/);
    assert.deepEqual(more, []);
    assert.ok(!problem.includes("BEGIN EC"));
  }
  rmSync(join(folder, "tls/key.pem"));
  write(join(folder, "x"), GOOD);
  assert.match(
    problemsOf(folder, { ...TLS, cert_file: "x/tls/cert.pem" })[0] ?? "",
    /key_file cannot be read/,
  );
  assert.match(problemsOf(folder, { cert_file: "tls/cert.pem" })[0] ?? "", /OG111/);
  write(folder, GOOD);
  assert.deepEqual(problemsOf(folder), []);
});

test("fault 265: what is wrong is said in the language of the reader", (t) => {
  const folder = folderFor(t);
  write(folder, { ...GOOD, key: OTHER.key });
  assert.deepEqual(problemsOf(folder, TLS, translator("zh-TW")), [
    'OG146 server.tls.key_file 裡面的金鑰與 cert_file 的第一張憑證不相符："tls/key.pem"; 請指定同一張憑證的兩個檔案；cert_file 裡要先放伺服器自己的憑證',
  ]);
});

test("fault 265: a key that is encrypted is opened by its passphrase, and by no other", async (t) => {
  const folder = folderFor(t);
  const passphrase = "canary-password-9";
  const form = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase } as const;
  write(folder, { ...GOOD, key: createPrivateKey(GOOD.key).export(form).toString() });
  for (const tls of [TLS, { ...TLS, key_passphrase: `${passphrase}x` }]) {
    const [problem = "none"] = problemsOf(folder, tls);
    assert.match(problem, /OG146 server\.tls\.key_file is encrypted, .*; set server\.tls\.key_passphrase/);
    assert.ok(!problem.includes(passphrase));
  }
  const tls = {
    cert_file: join(folder, "tls/cert.pem"),
    key_file: join(folder, "tls/key.pem"),
    key_passphrase: passphrase,
  };
  assert.deepEqual(problemsOf(folder, tls), []);
  const { gateway, port } = await gatewayFor(t, { server: { tls } });
  speakTlsTo(port);
  assert.equal((await ask(port, { method: "GET", path: "/health" })).status, 200);
  assert.ok(!JSON.stringify([gateway.config(), gateway.snapshot()]).includes(passphrase));
});

test("fault 265: while it runs the end of a certificate is told ahead and once it has come, each once", async (t) => {
  const folder = folderFor(t);
  write(folder, GOOD);
  const endMs = new X509Certificate(GOOD.cert).validToDate.getTime();
  const dayMs = 86_400_000;
  t.mock.timers.enable({ apis: ["Date"], now: endMs - 5 * dayMs });
  const { log } = watched(t, folder);
  const ahead = await log.line("certificate_expires");
  assert.equal(ahead.level, "warn");
  assert.match(ahead.message, /^server\.tls: the certificate expires on \d{4}-\d\d-\d\d; renew it\.$/);
  t.mock.timers.setTime(endMs + 1_000);
  const { message } = await log.line("certificate_expires", "has expired");
  assert.match(message, /clients refuse it; renew it\.$/);
  assert.deepEqual(log.events, ["certificate_expires", "certificate_expires"]);
});

test("fault 265: a certificate whose time is nearly up is warned of, and one whose time is still to come refused", (t) => {
  const folder = folderFor(t);
  write(folder, GOOD);
  const { validToDate, validFromDate } = new X509Certificate(GOOD.cert);
  const dayMs = 86_400_000;
  t.mock.timers.enable({ apis: ["Date"], now: validToDate.getTime() - 5 * dayMs });
  assert.match(
    problemsOf(folder)[0] ?? "",
    /^OG136 server\.tls\.cert_file has a certificate that expires on/,
  );
  t.mock.timers.setTime(validFromDate.getTime() - 2 * dayMs);
  assert.match(problemsOf(folder)[0] ?? "", /^OG146 .*cert_file has a certificate that is not valid before/);
});

/** A holder of a certificate that is watched, and tells of each it is given. */
function watched(t: TestContext, folder: string, onRenew: () => void = () => undefined) {
  const files = {
    certFile: join(folder, "tls/cert.pem"),
    keyFile: join(folder, "tls/key.pem"),
    passphrase: undefined,
  };
  const first = readCertificate(files, Date.now());
  assert.ok(first.kind === "ok");
  const changed = new Condition();
  const taken: ListenerCertificate[] = [first.certificate];
  const holder: CertificateHolder = {
    certificate: () => taken.at(-1),
    renewCertificate: (next) => {
      onRenew();
      taken.push(next);
      changed.notify();
    },
  };
  const log = new KeptLog();
  const watch = new CertificateWatch(holder, log, 20);
  t.after(() => watch.close());
  const refused: Diagnostic[] = [];
  watch.start((problem) => refused.push(problem));
  const whenTaken = (count: number) => changed.until(() => taken.length === count + 1);
  return { log, taken, whenTaken, refused };
}

test("fault 266: a new pair is taken, also where one file comes after the other, and by a link", async (t) => {
  const folder = folderFor(t);
  write(join(folder, "1"), GOOD);
  write(join(folder, "2"), OTHER);
  symlinkSync("1/tls", join(folder, "tls"));
  const { taken, whenTaken } = watched(t, folder);
  // As Kubernetes does: the folder is another one at once.
  symlinkSync("2/tls", join(folder, "next"));
  renameSync(join(folder, "next"), join(folder, "tls"));
  await whenTaken(1);
  assert.equal(taken[1]?.keyPem(), OTHER.key);
  writeFileSync(join(folder, "2/tls/cert.pem"), GOOD.cert);
  writeFileSync(join(folder, "2/tls/key.pem"), GOOD.key);
  await whenTaken(2);
  assert.equal(taken[2]?.keyPem(), GOOD.key);
});

test("fault 267: a pair that does not fit is told once, and the good one stays until another is whole", async (t) => {
  const folder = folderFor(t);
  write(folder, GOOD);
  const { log, taken, whenTaken, refused } = watched(t, folder);
  writeFileSync(join(folder, "tls/cert.pem"), OTHER.cert);
  const { message } = await log.line("certificate_refused");
  assert.match(message, /key_file has a key that does not belong.*the certificate before it stays in force/);
  assert.equal(taken.length, 1);
  assert.deepEqual(
    refused.map(({ code, message: words }) => `${code} ${translator("zh-TW")(words)}`),
    ["OG146 server.tls：key_file 裡面的金鑰與 cert_file 的第一張憑證不相符；繼續使用先前的憑證"],
  );
  writeFileSync(join(folder, "tls/key.pem"), OTHER.key);
  await whenTaken(1);
  assert.equal(taken[1]?.keyPem(), OTHER.key);
});

test("fault 314: a pair that the listener refuses is told, and the next one is still taken", async (t) => {
  const folder = folderFor(t);
  write(folder, GOOD);
  const refusals = [new Error("dh key too small")];
  const { log, taken, whenTaken, refused } = watched(t, folder, () => {
    const refusal = refusals.pop();
    if (refusal !== undefined) throw refusal;
  });
  write(folder, OTHER);
  const { message, cause } = await log.line("certificate_refused");
  assert.match(
    message,
    /cert_file has a certificate or a key that TLS does not take; the certificate before/,
  );
  assert.match(String(cause), /dh key too small/);
  assert.equal(taken.length, 1);
  assert.equal(refused[0]?.code, "OG146");
  write(folder, certificate("wrong-host"));
  await whenTaken(1);
  assert.equal(taken[1]?.keyPem(), certificate("wrong-host").key);
});

test("fault 266: over the wire, by SIGHUP, and an open connection goes on", async (t) => {
  const fake = await fakeFor(t);
  fake.always(json(200, '{"good":true}'));
  const config = { server: { port: 0, tls: TLS }, endpoints: [{ name: "a", base_url: fake.url }] };
  const files = {
    "config.yaml": JSON.stringify(config),
    "tls/cert.pem": GOOD.cert,
    "tls/key.pem": GOOD.key,
  };
  const run = await startCli(t, ["serve", "--config", "config.yaml", "--log-format", "pretty"], { files });
  const [, digits] = await run.says("stderr", /API +https:\/\/127\.0\.0\.1:(\d+)\/v1/);
  const port = Number(digits);
  await run.says("stderr", /curl https:\/\/127\.0\.0\.1:\d+\/v1\/chat/);
  const plain = await ask(port, chat());
  assert.equal(plain.status, 400);
  assert.match(plain.text, /This port speaks https/);
  speakTlsTo(port);
  const open = await wireFor(t, port);
  await open.send("GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
  assert.equal((await open.answer()).status, 200);
  write(run.folder, OTHER);
  run.kill("SIGHUP");
  await run.says("stdout", /server settings/);
  // Its authority is unknown to the client.
  await assert.rejects(ask(port, chat()));
  await open.send("GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
  assert.equal((await open.answer()).status, 200);
  assert.ok(!(run.stdout + run.stderr).includes("PRIVATE"));
});

test("the command to try names a host that the certificate covers", async (t) => {
  const fake = await fakeFor(t);
  const endpoints = [{ name: "a", base_url: fake.url, models: ["m"] }];
  const pair = certificate("wrong-host");
  const files = {
    "config.yaml": JSON.stringify({ server: { port: 0, tls: TLS, api_keys: ["k-1"] }, endpoints }),
    "tls/cert.pem": pair.cert,
    "tls/key.pem": pair.key,
  };
  const run = await startCli(t, ["serve", "--config", "config.yaml", "--log-format", "pretty"], { files });
  await run.says("stderr", /API +https:\/\/127\.0\.0\.1:\d+\/v1/);
  await run.says("stderr", /curl https:\/\/other\.example:\d+\/v1\/chat/);
});

test("fault 268: plain HTTP at a port that speaks TLS is told so, and the port is known as ours", async (t) => {
  const folder = folderFor(t);
  write(folder, GOOD);
  const tls = { cert_file: join(folder, "tls/cert.pem"), key_file: join(folder, "tls/key.pem") };
  const { port } = await gatewayFor(t, { server: { tls } });
  const answer = await ask(port, chat());
  assert.deepEqual([answer.status, answer.header("connection")], [400, "close"]);
  const config = JSON.stringify({ server: { port } });
  const second = await runCli(t, ["serve", "--config", "config.yaml"], { files: { "config.yaml": config } });
  assert.match(second.stderr, /in use by another oai-gateway/);
});

test("fault 269: TLS turned on or off by a reload takes a restart, and is said to", async (t) => {
  const folder = folderFor(t);
  write(folder, GOOD);
  const tls = { cert_file: join(folder, "tls/cert.pem"), key_file: join(folder, "tls/key.pem") };
  const { gateway, port } = await gatewayFor(t, {});
  const words = ["server.tls takes effect at the next start"];
  assert.deepEqual(gateway.reload(configOf({ server: { tls } })), words);
  assert.equal((await ask(port, { method: "GET", path: "/health" })).status, 200);
  assert.deepEqual(gateway.reload(configOf({})), []);
});
