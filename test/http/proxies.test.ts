// Forward proxies in a whole gateway: of the environment and of an endpoint, for lists, requests, WebSockets, `doctor`
// and reloads. What goes wrong with them on the wire is in `test/faults/a/a-proxies.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCli, startCli } from "../support/cli.ts";
import { json } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { forwardProxyFor } from "../support/fakes/forward-proxy.ts";
import { joined, realtimeWorld } from "../support/fakes/realtime-world.ts";
import { deadPort } from "../support/ports.ts";
import { configOf, gatewayFor } from "../support/start-gateway.ts";
import { certificate } from "../support/tls.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

const GOOD = json(200, '{"good":true}');
const CA_FILE = fileURLToPath(new URL("../support/certs/ca.crt", import.meta.url));
const SECRET = "canary-password-9";

test("the environment's proxy serves list and requests of https and http endpoints, but for NO_PROXY", async (t) => {
  const proxy = await forwardProxyFor(t, { credentials: `user:${SECRET}` });
  const secure = await fakeFor(t, { tls: certificate("wrong-host"), models: ["of-secure"] });
  const plain = await fakeFor(t, { models: ["of-plain"] });
  for (const fake of [secure, plain]) fake.always(GOOD);
  const config = {
    server: { port: 0 },
    endpoints: [
      { name: "secure", base_url: `https://other.example:${secure.port}/v1`, ca_file: CA_FILE },
      { name: "plain", base_url: `http://plain.test:${plain.port}/v1` },
      { name: "direct", base_url: `http://direct.test:${plain.port}/v1`, models: ["of-direct"] },
    ],
  };
  const url = proxy.url(`user:${SECRET}`);
  const env = { https_proxy: url, HTTP_PROXY: url, NO_PROXY: "direct.test" };
  const files = { "config.yaml": JSON.stringify(config) };
  const run = await startCli(t, ["serve", "--config", "config.yaml"], { env, files });
  const port = await run.port();
  await run.ready();
  for (const model of ["of-secure", "of-plain"])
    assert.equal((await ask(port, chat(model))).text, '{"good":true}', model);
  // Only a proxy knows the name.
  assert.match((await ask(port, chat("of-direct"))).text, /upstream_dns_failed/);
  assert.deepEqual(new Set(proxy.tunnels), new Set([`other.example:${secure.port}`]));
  assert.deepEqual(
    new Set(proxy.forwarded),
    new Set(["models", "chat/completions"].map((path) => `http://plain.test:${plain.port}/v1/${path}`)),
  );
  assert.ok(!(run.stderr + run.stdout).includes(SECRET));
});

test("an endpoint's own proxy counts on this machine too, and off goes straight there", async (t) => {
  const proxy = await forwardProxyFor(t);
  const fake = await fakeFor(t);
  fake.always(GOOD);
  const url = `http://127.0.0.1:${await deadPort()}`;
  const endpoints = [
    { name: "own", base_url: fake.url, models: ["own"], proxy: "${OWN}" },
    { name: "off", base_url: fake.url, models: ["off"], proxy: "off" },
    { name: "no", base_url: fake.url, models: ["no"], proxy: false },
    { name: "unset", base_url: fake.url, models: ["unset"], proxy: "${NOTHING:-}" },
  ];
  const env = { HTTP_PROXY: url, ALL_PROXY: url, OWN: proxy.url() };
  const files = { "config.yaml": JSON.stringify({ server: { port: 0 }, endpoints }) };
  const port = await (await startCli(t, ["serve", "--config", "config.yaml"], { env, files })).port();
  for (const model of ["own", "off", "no", "unset"])
    assert.equal((await ask(port, chat(model))).text, '{"good":true}', model);
  assert.equal(proxy.forwarded.length, 1);
});

test("a WebSocket goes through the proxy by a tunnel", async (t) => {
  const proxy = await forwardProxyFor(t);
  const world = await realtimeWorld(t, {}, { proxy: proxy.url() });
  const { client, session } = await joined(t, world.port, world.first);
  await client.send("ping");
  assert.equal((await session.reader.exactly(4)).toString(), "ping");
  assert.deepEqual(proxy.tunnels, [new URL(world.first.url).host]);
});

test("a reload that changes the proxy asks by the new one, whatever was held against the old one", async (t) => {
  const [old, fresh] = [await forwardProxyFor(t), await forwardProxyFor(t)];
  const fake = await fakeFor(t);
  fake.always(GOOD);
  const configWith = (proxy: string) => ({
    endpoints: [{ name: "a", base_url: fake.url, models: ["m"], proxy }],
    retries: { attempts: 1 },
  });
  const { port, gateway } = await gatewayFor(t, configWith(old.url()));
  assert.equal((await ask(port, chat())).status, 200);
  old.mood = 407;
  for (let time = 0; time < 5; time += 1)
    assert.match((await ask(port, chat())).text, /answered 407 to the request/);
  gateway.reload(configOf(configWith(fresh.url())));
  assert.equal((await ask(port, chat())).status, 200);
  assert.equal(fresh.forwarded.length, 1);
});

test("doctor names the proxy that fails, and says what to do; check refuses what is none", async (t) => {
  const proxy = await forwardProxyFor(t, { credentials: `user:${SECRET}` });
  const endpoint = { name: "far", base_url: "https://other.example/v1", proxy: proxy.url(`user:x${SECRET}`) };
  const files = (one: object) => ({
    "config.yaml": JSON.stringify({ server: { port: 0 }, endpoints: [one] }),
  });
  const doctor = await runCli(t, ["doctor", "--config", "config.yaml"], { files: files(endpoint) });
  assert.match(doctor.stdout, new RegExp(`proxy 127.0.0.1:${proxy.port}: answered 407 to CONNECT`));
  assert.match(doctor.stdout.replaceAll(/\s+/g, " "), /correct the user and password of the proxy/);
  const chinese = await runCli(t, ["doctor", "--config", "config.yaml", "--lang", "zh-TW"], {
    files: files(endpoint),
  });
  assert.match(
    chinese.stdout.replaceAll(/\s+/g, ""),
    /代理伺服器拒絕（代理伺服器127[^）]*：對CONNECT回應407：不接受這組帳號密碼）.*更正代理的帳號與密碼/,
  );
  const bad = { ...endpoint, proxy: `socks5://user:${SECRET}@127.0.0.1:1080` };
  const check = await runCli(t, ["check", "--config", "config.yaml"], { files: files(bad) });
  assert.equal(check.code, 1);
  assert.match(check.stderr + check.stdout, /OG145[\s\S]*endpoints\[0\]\.proxy is a SOCKS proxy/);
  for (const { stdout, stderr } of [doctor, chinese, check]) assert.ok(!(stdout + stderr).includes(SECRET));
});
