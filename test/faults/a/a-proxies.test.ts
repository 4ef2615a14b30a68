// Faults 258 to 264: forward proxies that are down, refuse, hang, cut or babble. They are a failure to connect to the
// endpoint, and another one is asked.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startCli } from "../../support/cli.ts";
import { json } from "../../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { type FakeForwardProxy, forwardProxyFor, type ProxyMood } from "../../support/fakes/forward-proxy.ts";
import { hangUp } from "../../support/faults.ts";
import { deadPort } from "../../support/ports.ts";
import { gatewayFor, type TestGateway } from "../../support/start-gateway.ts";
import { certificate } from "../../support/tls.ts";
import { ask } from "../../support/wire.ts";
import { chat, errorOf } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const CA_FILE = fileURLToPath(new URL("../../support/certs/ca.crt", import.meta.url));

type Proxied = TestGateway & { readonly fake: FakeEndpoint };

/** An endpoint `far` behind a proxy, before one, `near`, that is asked directly. */
async function proxied(
  t: TestContext,
  proxy: string,
  { isSecure = true, isAlone = false, more = {} } = {},
): Promise<Proxied> {
  const fake = await fakeFor(t, isSecure ? { tls: certificate("good") } : {});
  const near = await fakeFor(t);
  for (const one of [fake, near]) one.always(GOOD);
  const far = { name: "far", base_url: fake.url, models: ["m"], ca_file: CA_FILE, proxy, ...more };
  const other = { name: "near", base_url: near.url, models: ["m"], priority: 2 };
  const endpoints = isAlone ? [far] : [far, other];
  return { ...(await gatewayFor(t, { endpoints, retries: { attempts: 2 } })), fake };
}

/** Asks once: the other endpoint answers, and the attempt before it is told so. */
async function failsOver({ port, log, fake }: Proxied, code: string, reason: RegExp): Promise<void> {
  const answer = await ask(port, chat());
  assert.equal(answer.text, '{"good":true}');
  assert.equal(answer.header("x-oai-gateway-attempts"), `2; far=${code}; near=ok`);
  const told = (await log.nextSummary()).attempts[0]?.reason ?? "";
  assert.match(told, reason);
  assert.equal(fake.requests.length, 0);
}

test("fault 258: a proxy that is down: the next endpoint, and the reason names the proxy", async (t) => {
  const port = await deadPort();
  const world = await proxied(t, `http://user:canary-password@127.0.0.1:${port}`);
  await failsOver(world, "upstream_connect_failed", new RegExp(`^proxy 127.0.0.1:${port}: ECONNREFUSED$`));
  const alone = await proxied(t, `http://user:canary-password@127.0.0.1:${port}`, { isAlone: true });
  const { message } = errorOf(await ask(alone.port, chat()));
  assert.ok(
    message.includes(`far: upstream_connect_failed (proxy 127.0.0.1:${port}: ECONNREFUSED)`),
    message,
  );
});

test("fault 258: a proxy whose name does not exist, or whose certificate is not to be trusted", async (t) => {
  const nowhere = await proxied(t, "http://nowhere.invalid:3128");
  await failsOver(nowhere, "upstream_connect_failed", /^proxy nowhere\.invalid:3128: (ENOTFOUND|EAI_AGAIN)$/);
  const proxy = await forwardProxyFor(t, { isSecure: true });
  const distrusting = await proxied(t, proxy.url(), { more: { ca_file: undefined } });
  const reason = new RegExp(`^proxy 127.0.0.1:${proxy.port}: UNABLE_TO_VERIFY_LEAF_SIGNATURE$`);
  await failsOver(distrusting, "upstream_connect_failed", reason);
  assert.deepEqual(proxy.tunnels, []);
});

const REFUSALS: readonly (readonly [ProxyMood, string, string])[] = [
  [403, "failed", "answered 403 to CONNECT: it does not let this endpoint through"],
  [502, "failed", "answered 502 to CONNECT: it does not reach the endpoint"],
  [503, "failed", "answered 503 to CONNECT: it does not reach the endpoint"],
  [504, "timeout", "answered 504 to CONNECT: it had no answer from the endpoint"],
  [302, "failed", "answered 302 to CONNECT"],
  ["cut", "failed", "closed the connection without an answer to CONNECT"],
  ["garbage", "failed", "answered CONNECT with something that is no HTTP"],
  ["flood", "failed", "answered CONNECT with something that is no HTTP"],
  ["interim", "failed", "answered CONNECT with something that is no HTTP"],
  ["switch", "failed", "answered CONNECT with something that is no HTTP"],
  ["cut-tunnel", "failed", "cut the tunnel during the endpoint's TLS handshake"],
];

test("fault 259: a proxy that refuses, cuts or babbles at CONNECT: the next endpoint, and a word for each", async (t) => {
  for (const [mood, end, words] of REFUSALS) {
    const proxy = await forwardProxyFor(t);
    proxy.mood = mood;
    const world = await proxied(t, proxy.url());
    await failsOver(
      world,
      `upstream_connect_${end}`,
      new RegExp(`^proxy 127.0.0.1:${proxy.port}: ${words}$`),
    );
  }
});

test("fault 259: a proxy that fails again and again has its endpoint ejected", async (t) => {
  const proxy = await forwardProxyFor(t);
  proxy.mood = 503;
  const { port, fake } = await proxied(t, proxy.url());
  const failed = "2; far=upstream_connect_failed; near=ok";
  while ((await ask(port, chat())).header("x-oai-gateway-attempts") === failed);
  assert.ok(proxy.tunnels.length > 0);
  assert.equal(fake.requests.length, 0);
});

test("fault 260: wrong credentials, or none where the proxy wants some", async (t) => {
  const proxy = await forwardProxyFor(t, { credentials: "user:canary-p@ss" });
  const none = await proxied(t, proxy.url());
  const at = `^proxy 127.0.0.1:${proxy.port}: answered 407 to CONNECT: it`;
  await failsOver(none, "upstream_connect_failed", new RegExp(`${at} wants credentials$`));
  const wrong = await proxied(t, proxy.url("user:other"));
  await failsOver(wrong, "upstream_connect_failed", new RegExp(`${at} does not take these credentials$`));
  const right = await proxied(t, proxy.url("user:canary-p%40ss"));
  assert.equal((await ask(right.port, chat())).header("x-oai-gateway-endpoint"), "far");
  // The endpoint never sees them.
  assert.ok(!JSON.stringify(right.fake.requests).toLowerCase().includes("proxy-authorization"));
});

test("fault 260: the same for a plain HTTP endpoint, whose requests the proxy sends on", async (t) => {
  const proxy = await forwardProxyFor(t, { credentials: "user:canary-p@ss" });
  const none = await proxied(t, proxy.url(), { isSecure: false });
  const at = `^proxy 127.0.0.1:${proxy.port}: answered`;
  await failsOver(
    none,
    "upstream_connect_failed",
    new RegExp(`${at} 407 to the request: it wants credentials$`),
  );
  const right = await proxied(t, proxy.url("user:canary-p%40ss"), { isSecure: false });
  assert.equal((await ask(right.port, chat())).header("x-oai-gateway-endpoint"), "far");
  assert.ok(!JSON.stringify(right.fake.requests).toLowerCase().includes("proxy-authorization"));
  proxy.mood = 503;
  const down = await proxied(t, proxy.url("user:canary-p%40ss"), { isSecure: false });
  await failsOver(down, "upstream_connect_failed", new RegExp(`${at} 503 to the request: it does not reach`));
});

test("fault 261: a proxy that hangs: given up after timeouts.connect, before CONNECT and behind it", async (t) => {
  const timeouts = { connect: "50ms" };
  const proxy = await forwardProxyFor(t);
  proxy.mood = "silent";
  const hung = await proxied(t, proxy.url(), { more: { timeouts } });
  const at = `^proxy 127.0.0.1:${proxy.port}:`;
  await failsOver(hung, "upstream_connect_timeout", new RegExp(`${at} no answer to CONNECT in time$`));
  const silent = await fakeFor(t);
  silent.welcome = "silent";
  const stalled = await proxied(t, `https://127.0.0.1:${silent.port}`, { more: { timeouts } });
  await failsOver(stalled, "upstream_connect_timeout", /: no connection in time$/);
});

test("fault 261: a proxy that hangs over a whole URL: given up after timeouts.first_byte, as the endpoint would be", async (t) => {
  const proxy = await forwardProxyFor(t);
  proxy.mood = "silent";
  const more = { timeouts: { connect: "10s", first_byte: "50ms" } };
  const world = await proxied(t, proxy.url(), { isSecure: false, more });
  const answer = await ask(world.port, chat());
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; far=upstream_first_byte_timeout; near=ok");
  assert.equal(proxy.forwarded.length, 1);
});

test("fault 261: an endpoint that stalls inside of the tunnel is its own failure", async (t) => {
  const proxy = await forwardProxyFor(t);
  const world = await proxied(t, proxy.url(), { more: { timeouts: { connect: "50ms" } } });
  world.fake.welcome = "silent";
  await failsOver(world, "upstream_connect_timeout", /^ETIMEDOUT$/);
});

/** All that a client and a person are told. */
async function allWords(world: Proxied, proxy: FakeForwardProxy): Promise<string> {
  const answers = [];
  for (const mood of [407, 403, 502, "cut", "garbage"] as const) {
    proxy.mood = mood;
    const answer = await ask(world.port, chat());
    answers.push(answer.text, answer.headers.join("\n"));
  }
  return [
    ...answers,
    JSON.stringify(world.log),
    JSON.stringify(world.gateway.snapshot()),
    JSON.stringify(world.gateway.config()),
  ].join("\n");
}

test("fault 262: the credentials of a proxy are in no error, log line, snapshot or configuration", async (t) => {
  const password = "canary-password-9";
  for (const isSecure of [true, false]) {
    const proxy = await forwardProxyFor(t);
    const world = await proxied(t, proxy.url(`canary-user:${password}`), { isSecure, isAlone: true });
    const words = await allWords(world, proxy);
    assert.ok(words.includes(`127.0.0.1:${proxy.port}`));
    const encoded = Buffer.from(`canary-user:${password}`).toString("base64");
    for (const secret of [password, encoded]) assert.ok(!words.includes(secret), words);
  }
});

test("fault 263: a tunnel that is cut in the middle of an answer: as any connection that breaks", async (t) => {
  const proxy = await forwardProxyFor(t);
  const { port, fake } = await proxied(t, proxy.url());
  fake.script([hangUp()]);
  const answer = await ask(port, chat());
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; far=upstream_reset; near=ok");
});

test("fault 264: a variable that is no proxy is warned of, and the gateway serves", async (t) => {
  const fake = await fakeFor(t);
  fake.always(GOOD);
  const endpoints = [{ name: "a", base_url: fake.url, models: ["m"] }];
  const files = { "config.yaml": JSON.stringify({ server: { port: 0 }, endpoints }) };
  const env = { ALL_PROXY: `socks5://user:canary-password-9@127.0.0.1:1080`, https_proxy: "http://p:99999" };
  const run = await startCli(t, ["serve", "--config", "config.yaml"], { env, files });
  assert.equal((await ask(await run.port(), chat())).text, '{"good":true}');
  assert.match(run.stderr, /OG137[\s\S]*the variable https_proxy is no address of a proxy; it is not used/);
  assert.match(run.stderr, /the variable ALL_PROXY is a SOCKS proxy/);
  const bare = await startCli(t, ["serve", "--no-detect", "--port", "0"], { env });
  await bare.port();
  assert.match(bare.stderr, /the variable ALL_PROXY is a SOCKS proxy/);
  for (const { stdout, stderr } of [run, bare]) assert.ok(!(stdout + stderr).includes("canary-password-9"));
});
