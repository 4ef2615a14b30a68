// Faults 389 to 393: budgets in a running gateway. Prices are round: a token of output costs ten thousand nano-dollars.

import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { Condition, Gate } from "../../support/condition.ts";
import { events, held, json, manual } from "../../support/fakes/behaviours.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { gatewayFor } from "../../support/start-gateway.ts";
import { type Answer, ask } from "../../support/wire.ts";
import { chat, errorOf, type World, type WorldOptions, worldFor } from "../../support/world.ts";

const KEY = "sk-phone-0123456789";
const HEADERS = { authorization: `Bearer ${KEY}` };
const NANO_A_TOKEN = 10_000;
const PRICE = { input: 0, output: 10 };
/** What an answer of 400 tokens costs, in dollars. */
const COST = 0.004;

function answerOf(tokens: number): object {
  return {
    id: "1",
    object: "chat.completion",
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: tokens, total_tokens: tokens + 10 },
  };
}

type BudgetWorld = World<"a"> & { readonly clock: HeldClock; readonly store: MemoryStore };

async function budgetWorld(
  t: TestContext,
  budget: object,
  options: Partial<WorldOptions<"a">> = {},
): Promise<BudgetWorld> {
  const clock = new HeldClock();
  const store = new MemoryStore();
  const server = { api_keys: [{ name: "phone", key: KEY, tags: ["family"], budget }] };
  const endpoints = { a: { config: { price: PRICE } } };
  const world = await worldFor<"a">(t, { endpoints, server, ...options }, { clock, store });
  world.fakes.a.always(json(200, answerOf(400)));
  return { ...world, clock, store };
}

const send = (world: World<"a">, fields: object = { max_tokens: 400 }): Promise<Answer> =>
  world.ask({ ...chat("m", { ...fields }), headers: HEADERS });

function spentOf(world: BudgetWorld, id = "key config:phone"): number {
  return world.gateway.clients.accounts.bounds.budgets.get(id)?.at(world.clock.wallMs()).spent ?? -1;
}

test("fault 389: of a hundred requests at once as many begin as a budget has room for, and no more is spent", async (t) => {
  const world = await budgetWorld(t, { usd: 25 * COST, per: "day" });
  const gate = new Gate();
  world.fakes.a.always(held(gate, json(200, answerOf(400))));
  const asked = Array.from({ length: 100 }, () => send(world));
  await world.fakes.a.waitForRequest(25);
  // Those that are refused are answered while the others are under way.
  const refused = new Condition();
  let count = 0;
  for (const one of asked)
    void one.then(({ status }) => {
      if (status === 429) count += 1;
      refused.notify();
    });
  await refused.until(() => count === 75);
  gate.open(Number.POSITIVE_INFINITY);
  const answers = await Promise.all(asked);
  assert.equal(answers.filter(({ status }) => status === 200).length, 25);
  assert.equal(world.fakes.a.requests.length, 25);
  assert.equal(spentOf(world), 25 * 400 * NANO_A_TOKEN);
  const last = answers.find(({ status }) => status === 429);
  assert.ok(last);
  const { code, type, message } = errorOf(last);
  assert.deepEqual([code, type], ["insufficient_quota", "insufficient_quota"]);
  assert.match(
    message,
    /The budget of the client key "phone" \(0\.10 USD a day\) has less left than requests under way/,
  );
  const after = await send(world);
  assert.equal(after.status, 429);
  assert.equal(after.header("x-should-retry"), "false");
  assert.match(errorOf(after).message, /is spent: 0\.10 USD\. It begins anew at 2023-11-15T00:00:00\.000Z\./);
});

test("fault 389: what is spent above a budget is what requests under way cost above their estimates", async (t) => {
  const world = await budgetWorld(t, { usd: 10 * COST, per: "day" });
  // The endpoint writes twice as much as it was allowed.
  const gate = new Gate();
  world.fakes.a.always(held(gate, json(200, answerOf(800))));
  const asked = Array.from({ length: 40 }, () => send(world));
  await world.fakes.a.waitForRequest(10);
  gate.open(Number.POSITIVE_INFINITY);
  const answers = await Promise.all(asked);
  const begun = answers.filter(({ status }) => status === 200).length;
  assert.equal(spentOf(world), begun * 800 * NANO_A_TOKEN);
  assert.ok(begun <= 10, `${begun} began`);
});

test("a request alone may use the last of a budget, whatever it might cost", async (t) => {
  const world = await budgetWorld(t, { usd: COST + 0.001, per: "day" });
  assert.equal((await send(world)).status, 200);
  await world.log.nextSummary();
  assert.equal((await send(world, { max_tokens: 100_000 })).status, 200);
  await world.log.nextSummary();
  assert.equal((await send(world)).status, 429);
});

test("a failed request costs nothing, and what was reserved for it is free again", async (t) => {
  const world = await budgetWorld(t, { usd: COST, per: "day" });
  world.fakes.a.script([json(400, { error: { message: "no", type: "x", param: null, code: null } })]);
  assert.equal((await send(world)).status, 400);
  await world.log.nextSummary();
  assert.equal(spentOf(world), 0);
  assert.equal((await send(world)).status, 200);
});

test("fault 390: a budget that ends cuts no stream, and the next request is refused until it begins anew", async (t) => {
  const world = await budgetWorld(
    t,
    { usd: COST, per: "day" },
    { budgets: [{ tag: "family", usd: 1, per: "week" }] },
  );
  const live = manual();
  world.fakes.a.script([live]);
  const streaming = send(world, { stream: true, max_tokens: 1 });
  const exchange = await live.started;
  const chunk = (fields: object) => ({ id: "1", object: "chat.completion.chunk", model: "m", ...fields });
  await exchange.head(200, ["content-type", "text/event-stream"]);
  const [first = ""] = events([chunk({ choices: [{ index: 0, delta: { content: "a" } }] })]);
  await exchange.piece(first);
  // Alone it may begin; while it is under way another one finds nothing left.
  assert.equal((await send(world)).status, 429);
  const usage = { prompt_tokens: 10, completion_tokens: 5_000, total_tokens: 5_010 };
  for (const piece of events([
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
    chunk({ choices: [], usage }),
  ]))
    await exchange.piece(piece);
  await exchange.piece("data: [DONE]\n\n");
  await exchange.finish();
  live.release();
  const answer = await streaming;
  assert.equal(answer.status, 200);
  assert.match(answer.text, /\[DONE\]/);
  await world.log.nextSummary();
  assert.equal(spentOf(world), 5_000 * NANO_A_TOKEN);
  assert.equal(spentOf(world, "tag family week"), 5_000 * NANO_A_TOKEN);
  const refused = await send(world);
  assert.equal(errorOf(refused).code, "insufficient_quota");
  world.clock.advance(86_400_000);
  assert.equal((await send(world)).status, 200);
});

test("fault 391: a restart finds what was spent, and a store that cannot be read is asked again", async (t) => {
  const world = await budgetWorld(t, { usd: 10 * COST, per: "day" }, { budgets: [{ usd: 1, per: "month" }] });
  const { store, clock, config } = world;
  const row = {
    values: [] as (string | number)[],
    requests: 9,
    failed: 0,
    input: 0,
    output: 0,
    cached: 0,
    reasoning: 0,
    unpriced: 0,
    estimated: 0,
  };
  store.usageRows = ({ groups }) =>
    groups[0] === "key"
      ? [
          { ...row, values: ["config:phone"], nanoDollars: 39_000_000 },
          { ...row, values: ["another"], nanoDollars: 77 },
        ]
      : [{ ...row, nanoDollars: 123_456_789 }];
  const again = await gatewayFor(t, config, { store, clock });
  const spent = (id: string) =>
    again.gateway.clients.accounts.bounds.budgets.get(id)?.at(clock.wallMs()).spent;
  assert.equal(spent("key config:phone"), 39_000_000);
  assert.equal(spent("all month"), 123_456_789);
  const [question] = store.asked.slice(-2);
  assert.deepEqual(question?.groups, ["key"]);
  assert.equal(question?.toMs, clock.wallMs());
  const request = { ...chat("m", { max_tokens: 400 }), headers: HEADERS };
  assert.equal((await ask(again.port, request)).status, 200);
  await again.log.nextSummary();
  assert.equal((await ask(again.port, request)).status, 429);
  store.failure = new Error("locked");
  const broken = await gatewayFor(t, config, { store, clock });
  assert.ok(broken.log.events.includes("budgets_unknown"));
  assert.equal((await ask(broken.port, request)).status, 200);
  store.failure = undefined;
});

test("fault 391: a clock that jumps over a border and back makes no budget larger", async (t) => {
  const world = await budgetWorld(t, { usd: COST, per: "day" });
  assert.equal((await send(world)).status, 200);
  await world.log.nextSummary();
  world.clock.advance(40 * 86_400_000);
  assert.equal((await send(world)).status, 200);
  await world.log.nextSummary();
  world.clock.advance(-40 * 86_400_000);
  assert.equal((await send(world)).status, 429);
});

/** A webhook that keeps what it is told, and answers as the test says. */
async function webhookFor(
  t: TestContext,
  answer: (response: ServerResponse, number: number) => void,
): Promise<{ readonly url: string; readonly told: Record<string, unknown>[]; readonly heard: Condition }> {
  const told: Record<string, unknown>[] = [];
  const heard = new Condition();
  const server = createServer((request: IncomingMessage, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      told.push(JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>);
      answer(response, told.length);
      heard.notify();
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, told, heard };
}

test("fault 392: what has no price is counted and told once, or refused, as the budget says", async (t) => {
  const endpoints = { a: {} };
  const { url, told, heard } = await webhookFor(t, (response) => response.writeHead(204).end());
  const world = await budgetWorld(t, { usd: 1, per: "day" }, { endpoints, alerts: { webhook: url } });
  for (let count = 0; count < 3; count += 1) {
    assert.equal((await send(world)).status, 200);
    await world.log.nextSummary();
  }
  await heard.until(() => told.length > 0);
  assert.equal(told[0]?.["type"], "budget_unpriced");
  assert.equal(world.log.events.filter((event) => event === "budget_unpriced").length, 1);
  const strict = await budgetWorld(t, { usd: 1, per: "day", unpriced: "refuse" }, { endpoints });
  const refused = await send(strict);
  assert.deepEqual([refused.status, errorOf(refused).code], [429, "unpriced_model"]);
  assert.equal(strict.fakes.a.requests.length, 0);
});

test("fault 393: the webhook hears of each warning and end once, again where it failed, and holds nobody up", async (t) => {
  const { url, told, heard } = await webhookFor(t, (response, number) => {
    // A redirect is not followed: it is a failure, and the same is tried again.
    if (number === 1) response.writeHead(302, { location: "http://169.254.169.254/" }).end();
    else response.writeHead(200).end();
  });
  const world = await budgetWorld(
    t,
    { usd: 4 * COST, per: "day", warn_at: "50%" },
    { alerts: { webhook: url } },
  );
  for (let count = 0; count < 4; count += 1) {
    assert.equal((await send(world)).status, 200);
    await world.log.nextSummary();
  }
  assert.equal((await send(world)).status, 429);
  await heard.until(() => told.length >= 3);
  assert.deepEqual(
    told.map(({ type }) => type),
    ["budget_warning", "budget_warning", "budget_spent"],
  );
  const [warning] = told;
  assert.deepEqual(warning?.["budget"], {
    of: "key",
    id: "config:phone",
    name: "phone",
    per: "day",
    time_zone: "UTC",
    limit_usd: 0.016,
    limit_nano_usd: 16_000_000,
  });
  assert.equal(warning?.["spent_nano_usd"], 8_000_000);
  assert.ok(!JSON.stringify(told).includes(KEY));
});
