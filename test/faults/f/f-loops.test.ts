// Fault 153: an endpoint that is the gateway itself, under its own address, another name of it, or by way of a second
// gateway. Every shape ends after a few calls, in words, and strikes nobody.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { HOPS_HEADER } from "../../../src/core/hops.ts";
import { saidInEnglish } from "../../../src/language/messages.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { deadPort, deadPorts } from "../../support/ports.ts";
import { gatewayFor, type TestGateway } from "../../support/start-gateway.ts";
import { ask } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

/** More than one request may cost at all of the gateways and endpoints together. */
const HANDFUL = 12;

type Endpoints = readonly Readonly<Record<string, unknown>>[];

/** Lists are static, since those of a loop are empty: the model is there whatever has been found out. */
const MODEL = { models: ["m"] };

function at(name: string, port: number, host = "127.0.0.1"): Readonly<Record<string, unknown>> {
  return { name, base_url: `http://${host}:${port}/v1`, ...MODEL };
}

/** How many requests a gateway has served, those from itself and from others included. */
function served(...gateways: readonly TestGateway[]): number {
  return gateways.reduce((sum, { log }) => sum + log.summaries.length, 0);
}

const SHAPES: Readonly<Record<string, (own: number, second: number) => { a: Endpoints; b: Endpoints }>> = {
  "directly, and nothing else": (own) => ({ a: [at("self", own)], b: [] }),
  "by two names": (own) => ({ a: [at("self", own), at("again", own, "localhost")], b: [] }),
  "by three names": (own) => ({
    a: [
      at("self", own),
      at("again", own, "localhost"),
      { ...at("third", own), base_url: `http://127.0.0.1:${own}/openai/v1` },
    ],
    b: [],
  }),
  "through a second gateway": (own, second) => ({ a: [at("b", second)], b: [at("a", own)] }),
  "through a second gateway by two names, and directly": (own, second) => ({
    a: [at("b", second), at("c", second, "localhost"), at("self", own)],
    b: [at("a", own), at("a2", own, "localhost")],
  }),
  "through two gateways that know each other and themselves": (own, second) => ({
    a: [at("b", second), at("self", own)],
    b: [at("a", own), at("self", second)],
  }),
};

for (const [shape, endpointsOf] of Object.entries(SHAPES)) {
  for (const isDead of [false, true]) {
    const beside = isDead ? ", beside a dead endpoint" : "";
    test(`fault 153: a loop ${shape}${beside} ends after a handful of calls, with a word in the log`, async (t) => {
      const [own = 0, second = 0, dead = 0] = await deadPorts(3);
      const { a, b } = endpointsOf(own, second);
      const more = isDead ? [at("real", dead)] : [];
      const health = { active_probes: false };
      const first = await gatewayFor(t, { server: { port: own }, endpoints: [...more, ...a], health });
      const other = await gatewayFor(t, { server: { port: second }, endpoints: [...b, ...more], health });
      for (const isStream of [false, true]) {
        const before = served(first, other);
        const answer = await ask(own, chat("m", { stream: isStream }));
        assert.ok(answer.status >= 500, answer.text);
        const error = errorOf(answer);
        if (!isDead) assert.deepEqual([answer.status, error.code], [508, "loop_detected"]);
        assert.equal(answer.header("x-should-retry"), "false");
        assert.ok(served(first, other) - before <= HANDFUL, `${served(first, other) - before} requests`);
      }
      const warned = [...first.log.lines, ...other.log.lines].filter(
        ({ event }) => event === "loop_detected",
      );
      assert.ok(warned.length > 0);
      for (const line of warned) assert.match(line.message, /^Endpoint \S+ leads back to this gateway/);
      const names = warned.map(({ fields }) => fields["endpoint"]);
      assert.ok(
        names.every((name) => name !== "real"),
        names.join(),
      );
    });
  }
}

test("fault 153: while another endpoint can serve, none of the requests fails for the loop, and the loop has no strike", async (t) => {
  const own = await deadPort();
  const fake = await fakeFor(t);
  const endpoints = [at("self", own), { name: "real", base_url: fake.url }];
  const { log, gateway } = await gatewayFor(t, { server: { port: own }, endpoints });
  for (let time = 0; time < 12; time += 1) assert.equal((await ask(own, chat())).status, 200);
  assert.equal(fake.requests.length, 12);
  // Told once, not with every request.
  assert.equal(log.lines.filter(({ event }) => event === "loop_detected").length, 1);
  const plan = gateway.plan("m");
  assert.deepEqual(
    plan?.candidates.map(({ skipped }) => skipped),
    [null, null],
  );
});

test("fault 153: gateways that all lead to one another stop as well, by the count of those on the way", async (t) => {
  const ports = await Promise.all(Array.from({ length: 6 }, deadPort));
  const gateways = await Promise.all(
    ports.map((port) => {
      const others = ports.filter((other) => other !== port).map((other) => at(`to-${other}`, other));
      return gatewayFor(t, { server: { port }, endpoints: others, health: { active_probes: false } });
    }),
  );
  for (const port of ports) {
    const before = served(...gateways);
    const answer = await ask(port, chat());
    assert.deepEqual([answer.status, errorOf(answer).code], [508, "loop_detected"]);
    // Three attempts of the first, two of each of the next, one of each of those: 3 × (1 + 2 × (1 + 1)), and itself.
    assert.ok(served(...gateways) - before <= 22, `${served(...gateways) - before} requests`);
  }
});

test("fault 153: two gateways that lead to one another serve what an endpoint of either can", async (t) => {
  const [own = 0, second = 0, dead = 0] = await deadPorts(3);
  const fake = await fakeFor(t);
  await gatewayFor(t, { server: { port: own }, endpoints: [at("real", dead), at("b", second)] });
  const real = { name: "real", base_url: fake.url };
  await gatewayFor(t, { server: { port: second }, endpoints: [at("a", own), real] });
  for (let time = 0; time < 12; time += 1) assert.equal((await ask(own, chat())).status, 200);
  assert.equal(fake.requests.length, 12);
});

test("fault 153: a start does not wait for its own list, and the endpoint is told to be the gateway", async (t) => {
  const own = await deadPort();
  const fake = await fakeFor(t);
  const endpoints = [
    { name: "self", base_url: `http://127.0.0.1:${own}/v1` },
    { name: "real", base_url: fake.url },
  ];
  // No answer by a time limit: were it waited for, the test would not end.
  const { gateway, log } = await gatewayFor(t, {
    server: { port: own },
    endpoints,
    discovery: { timeout: "5m" },
  });
  const [self, real] = gateway.status();
  assert.deepEqual([self?.state, real?.state], ["failed", "listed"]);
  assert.match(JSON.stringify(self?.reason, saidInEnglish), /this endpoint is this gateway/);
  const line = await log.line("models_not_listed");
  assert.match(line.message, /^self: .*this endpoint is this gateway/);
  const list = await ask(own, { path: "/v1/models" });
  assert.match(list.text, /"id":"m"/);
});

test("fault 153: also where client keys are wanted that the endpoint's configuration does not have", async (t) => {
  const own = await deadPort();
  const server = { port: own, api_keys: ["sk-client"] };
  const { gateway } = await gatewayFor(t, {
    server,
    endpoints: [{ name: "self", base_url: `http://localhost:${own}/v1` }],
  });
  assert.match(JSON.stringify(gateway.status()[0]?.reason, saidInEnglish), /this endpoint is this gateway/);
});

test("fault 153: two gateways that start together, each an endpoint of the other, do not wait for one another", async (t) => {
  const [own = 0, second = 0] = await deadPorts(2);
  const fake = await fakeFor(t);
  const discovery = { timeout: "5m", interval: "1m" };
  const real = { name: "real", base_url: fake.url };
  const towards = (port: number) => ({ name: "other", base_url: `http://127.0.0.1:${port}/v1` });
  const start = (port: number, ...endpoints: Endpoints) =>
    gatewayFor(t, { server: { port }, endpoints, discovery }, { waitsForLists: false });
  const gateways = await Promise.all([start(own, real, towards(second)), start(second, towards(own))]);
  // Were they to wait, this would last until the test's own limit.
  await Promise.all(gateways.map(({ gateway }) => gateway.catalogue.firstAnswers()));
  await gateways[1].gateway.catalogue.askAgain();
  const list = await ask(second, { path: "/v1/models" });
  assert.match(list.text, /"id":"m"/);
});

async function countedAt(
  t: TestContext,
  value: string | undefined,
): Promise<{ status: number; sent: string | undefined }> {
  const { ask: send, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const headers = value === undefined ? {} : { [HOPS_HEADER]: value };
  const { status } = await send({ ...chat(), headers });
  return { status, sent: fakes.one.requests[0]?.header(HOPS_HEADER) };
}

test("fault 153: gateways are counted: up to three may have passed a request on", async (t) => {
  const first = await countedAt(t, undefined);
  assert.match(first.sent ?? "", /^1; [0-9a-f]{16}$/);
  const third = await countedAt(t, "3; 00112233445566aa 00112233445566bb");
  assert.equal(third.status, 200);
  assert.match(third.sent ?? "", /^4; 00112233445566aa 00112233445566bb [0-9a-f]{16}$/);
  for (const value of [
    "4",
    "4; 00112233445566aa",
    "999999",
    "",
    "-1",
    "x",
    "1, 4",
    "1e9",
    "٣",
    "1; a, b",
    "0x1",
  ]) {
    const { status, sent } = await countedAt(t, value);
    assert.deepEqual([status, sent], [508, undefined], value);
  }
  const ids = Array.from({ length: 4 }, (_, index) => `00112233445566a${index}`).join(" ");
  assert.equal((await countedAt(t, `1; ${ids}`)).status, 508);
});

test("fault 153: a second header of that name counts as well", async (t) => {
  const { port, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const body = '{"model":"m"}';
  const head = ["host: a", `${HOPS_HEADER}: 1`, `${HOPS_HEADER}: 4`, `content-length: ${body.length}`];
  const answer = await ask(port, `POST /v1/chat/completions HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n${body}`);
  assert.deepEqual([answer.status, errorOf(answer).code], [508, "loop_detected"]);
  assert.equal(fakes.one.requests.length, 0);
});

test("fault 153: a 508 of an endpoint goes to the next one, and is never a strike", async (t) => {
  const { ask: send, fakes, gateway } = await worldFor(t, { endpoints: { one: {}, two: {} } });
  fakes.one.always({
    run: async (exchange) => {
      await exchange.head(508, ["content-type", "text/plain", "content-length", "0"]);
      await exchange.finish();
    },
  });
  for (let time = 0; time < 10; time += 1) assert.equal((await send(chat())).status, 200);
  assert.deepEqual(
    gateway.plan("m")?.candidates.map(({ skipped }) => skipped),
    [null, null],
  );
});
