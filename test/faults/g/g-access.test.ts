// Faults 101, 104, 105, 108: who may call, from where, what reaches a log or a terminal, and what is installed.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { runCli, startCli } from "../../support/cli.ts";
import { json } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { raw } from "../../support/faults.ts";
import { ask } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const KEY = "sk-client-Canary-1";

test("fault 101: a key counts exactly as it is, by the first header that has one, and never from the query", async (t) => {
  const { ask: send, fakes } = await worldFor(t, {
    endpoints: { a: {} },
    server: { api_keys: ["another-key", KEY] },
  });
  const good: readonly Readonly<Record<string, string>>[] = [
    { authorization: `Bearer ${KEY}` },
    { authorization: `BEARER ${KEY}` },
    { authorization: "Bearer another-key" },
    { "x-api-key": KEY },
  ];
  for (const headers of good) assert.equal((await send({ ...chat(), headers })).status, 200);
  const before = fakes.a.requests.length;
  const wrong = [
    // Prefixes, longer ones, other cases, twice, together, digests of it: nothing but the key itself.
    ...[KEY.slice(0, -1), KEY.slice(0, 1), `${KEY}1`, ` ${KEY}x`, KEY.toUpperCase(), KEY.toLowerCase()],
    ...[`Bearer ${KEY}`, `${KEY},${KEY}`, `${KEY} ${KEY}`, `another-key${KEY}`, `"${KEY}"`, ""],
    ...[Buffer.from(KEY).toString("base64"), "*", "undefined", "null", "__proto__", "constructor"],
  ];
  for (const key of wrong) {
    const answer = await send({ ...chat(), headers: { authorization: `Bearer ${key}` } });
    assert.deepEqual([answer.status, errorOf(answer).code], [401, "invalid_api_key"], key);
    assert.ok(!answer.text.includes("Canary"), answer.text);
  }
  for (const name of ["key", "api_key", "api-key", "access_token", "authorization", "token"]) {
    const path = `/v1/chat/completions?${name}=${KEY}`;
    assert.equal((await send({ ...chat(), path })).status, 401, name);
  }
  assert.equal(fakes.a.requests.length, before);
});

/** Whether a connection to an address of this machine is accepted. */
async function isOpen(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test("fault 104: without a word about it the gateway listens on one loopback address alone", async (t) => {
  const fake = await fakeFor(t);
  const files = {
    "config.yaml": JSON.stringify({ server: { port: 0 }, endpoints: [{ name: "a", base_url: fake.url }] }),
  };
  const run = await startCli(t, ["serve", "--config", "config.yaml"], { files });
  const port = await run.port();
  assert.deepEqual([await isOpen("127.0.0.1", port), await isOpen("127.0.0.2", port)], [true, false]);
  // Figures without a secret, for programs of this machine: who comes by way of another one is refused.
  const forwarded = { path: "/metrics", headers: { "x-forwarded-for": "203.0.113.9" } };
  assert.deepEqual(
    [(await ask(port, { path: "/metrics" })).status, (await ask(port, forwarded)).status],
    [200, 403],
  );
  for (const path of ["/admin", "/debug", "/v1/config", "/dashboard", "/.env"])
    assert.equal((await ask(port, { path })).status, 404, path);
});

test("fault 104: another address without client keys refuses to start, unless it is said outright", async (t) => {
  const fake = await fakeFor(t);
  const endpoints = [{ name: "a", base_url: fake.url }];
  for (const host of ["0.0.0.0", "::", "127.0.0.1.nip.example", "192.0.2.1"]) {
    const files = { "config.yaml": JSON.stringify({ server: { host, port: 0 }, endpoints }) };
    const { code, stderr } = await runCli(t, ["serve", "--config", "config.yaml"], { files });
    assert.notEqual(code, 0);
    assert.match(stderr, /api_keys/);
  }
  for (const more of [{ allow_anonymous: true }, { api_keys: [KEY] }]) {
    const server = { host: "0.0.0.0", port: 0, ...more };
    const files = { "config.yaml": JSON.stringify({ server, endpoints }) };
    const run = await startCli(t, ["serve", "--config", "config.yaml"], { files });
    assert.ok(await isOpen("127.0.0.2", await run.port()));
  }
});

const EVIL_ID =
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: \u009b31m\u0085id\r\ncontent-length: 14\r\n\r\n{"choices":[]}';
const EVIL_NAME = "evil\u001b[2J\u001b]0;owned\u0007\nFAKE LINE\u202e";

for (const format of ["json", "pretty"]) {
  test(`fault 105: no name, path or id steers the ${format} log or forges a line of it`, async (t) => {
    const fake = await fakeFor(t, { models: ["m", EVIL_NAME] });
    const config = {
      server: { port: 0 },
      log: { format },
      endpoints: [{ name: "a", base_url: fake.url }],
    };
    const files = { "config.yaml": JSON.stringify(config) };
    const run = await startCli(t, ["serve", "--config", "config.yaml"], { files });
    const port = await run.port();
    fake.always(raw(EVIL_ID));
    await ask(port, chat());
    fake.always(json(200, { choices: [] }));
    await ask(port, chat(EVIL_NAME));
    await ask(port, chat("x\u2028FAKE\u009b2J"));
    await ask(port, { path: "/v1/%0aFAKE%1b[2J", body: { model: "m" } });
    await ask(port, { ...chat(), headers: { "x-request-id": "id\u009b2J", "user-agent": "\u009b2J" } });
    await ask(port, `GET /v1/\u009b2J HTTP/1.1\r\nhost: a\r\n\r\n`);
    run.kill("SIGTERM");
    const { stdout, stderr } = await run.ended;
    const all = stdout + stderr;
    // Lines end in line ends; nothing else of what steers terminals is there.
    assert.doesNotMatch(all, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
    assert.doesNotMatch(all, /^\s*FAKE/m);
    if (format === "json")
      for (const line of stdout.split("\n").filter((one) => one !== "")) JSON.parse(line);
    assert.ok(all.includes("chat"), all);
  });
}

type Package = {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
};

test("fault 108: every package is locked by a digest, from the registry, and none runs anything at install", () => {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8"));
  const lock = read("package-lock.json") as { readonly packages: Readonly<Record<string, Package>> };
  const { "": _root, ...packages } = lock.packages;
  assert.ok(Object.keys(packages).length > 10);
  for (const [name, { integrity, resolved, hasInstallScript }] of Object.entries(packages)) {
    assert.match(integrity ?? "", /^sha512-[A-Za-z0-9+/]{86}==$/, name);
    // Left out where it is the registry's own place for it.
    assert.ok(resolved === undefined || resolved.startsWith("https://registry.npmjs.org/"), name);
    assert.notEqual(hasInstallScript, true, name);
  }
});

test("fault 108: what is depended on at run time is named by exact versions, and we run nothing at install", () => {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  const manifest = JSON.parse(text) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {}))
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
  }
  for (const script of ["preinstall", "install", "postinstall", "prepare", "prepublish"])
    assert.equal(manifest["scripts"]?.[script], undefined);
});
