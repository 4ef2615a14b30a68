// Streams of OpenAI's models that do not tell what they have used are counted by a tokenizer, those of others by what they
// used before; and the thread that counts is there only while somebody needs it.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ExchangeSummary } from "../../src/core/summary.ts";
import { StreamTexts } from "../../src/proxy/answer/stream-texts.ts";
import { TokenCounter } from "../../src/tokenizer/token-counter.ts";
import { encodingOf } from "../../src/wires/usage/token-encoding.ts";
import { textsOfRequest, textsOfStream } from "../../src/wires/usage/token-texts.ts";
import { Condition } from "../support/condition.ts";
import { events, json, stream } from "../support/fakes/behaviours.ts";
import { cutAfter } from "../support/faults.ts";
import { requestBytes, wireFor } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

const TEXT = "The quick brown fox jumps over the lazy dog. ";
const KEY = "sk-phone-0123456789";
const HEADERS = { authorization: `Bearer ${KEY}` };
const PRICE = { input: 2, output: 10 };
const [PIECE = ""] = events([{ choices: [{ index: 0, delta: { content: TEXT } }] }]);
/** Of ten times the text: 101 by either vocabulary, 1 for the role, 3 for the message and 3 for the answer. */
const ASKED = 108;
/** Of the text once, and three times. */
const ONCE = 11;
const THRICE = 31;

function question(model: string) {
  return chat(model, { stream: true, messages: [{ role: "user", content: TEXT.repeat(10) }] });
}

function serving(t: TestContext, model: string) {
  return worldFor(t, { endpoints: { one: { fake: { models: [model] }, config: { price: PRICE } } } });
}

type Served = Awaited<ReturnType<typeof serving>>;

/** What is known of a stream whose client leaves after its first event. */
async function abandoned(t: TestContext, world: Served, model: string): Promise<ExchangeSummary> {
  world.fakes.one.always(stream([PIECE], { end: "never" }));
  const wire = await wireFor(t, world.port);
  await wire.send(requestBytes({ ...question(model), headers: HEADERS }));
  await wire.head();
  await wire.piece();
  wire.reset();
  return await world.log.nextSummary();
}

test("a GPT stream whose client leaves, or whose endpoint breaks off, has the tokenizer's count and its price", async (t) => {
  const world = await serving(t, "gpt-4o-mini");
  const left = await abandoned(t, world, "gpt-4o-mini");
  assert.equal(left.status, 499);
  const { input, output, isEstimate, estimatedBy } = left.usage ?? {};
  assert.deepEqual([input, output, isEstimate, estimatedBy], [ASKED, ONCE, true, "tokenizer"]);
  assert.equal(left.cost?.nanoDollars, ASKED * 2_000 + ONCE * 10_000);
  world.fakes.one.always(cutAfter(stream([PIECE, PIECE, PIECE]), { of: "pieces", count: 3, how: "reset" }));
  await world.ask(question("gpt-4o-mini"));
  const cut = await world.log.nextSummary();
  assert.equal(cut.error, "upstream_cut_off");
  assert.deepEqual([cut.usage?.input, cut.usage?.output], [ASKED, THRICE]);
  assert.equal(world.log.summaries.length, 2);
});

/** A gateway whose only client key has these limits. */
function limited(t: TestContext, key: object) {
  return worldFor(t, {
    endpoints: { one: { fake: { models: ["gpt-4o-mini"] }, config: { price: PRICE } } },
    server: { api_keys: [{ name: "phone", key: KEY, ...key }] },
  });
}

test("the place of a stream among those at once is free while its tokens are counted", async (t) => {
  const world = await limited(t, { limits: { parallel: 1 } });
  world.fakes.one.always(stream([PIECE], { end: "never" }));
  for (let at = 1; at <= 3; at += 1) {
    const wire = await wireFor(t, world.port);
    await wire.send(requestBytes({ ...question("gpt-4o-mini"), headers: HEADERS }));
    assert.equal((await wire.head()).statusLine, "HTTP/1.1 200 OK", `stream ${at}`);
    await wire.piece();
    wire.reset();
    await (await world.fakes.one.waitForRequest(at)).aborted;
  }
});

test("a budget has spent what is counted, to the nano-dollar", async (t) => {
  const cost = ASKED * 2_000 + ONCE * 10_000;
  for (const [budget, status] of [
    [cost, 429],
    [cost + 1, 200],
  ] as const) {
    const world = await limited(t, { budget: { usd: budget / 1e9, per: "day" } });
    assert.equal((await abandoned(t, world, "gpt-4o-mini")).cost?.nanoDollars, cost);
    world.fakes.one.always(json(200, {}));
    assert.equal((await world.ask({ ...chat("gpt-4o-mini"), headers: HEADERS })).status, status);
  }
});

test("a stream of a Claude model whose client leaves is estimated by what the endpoint's figures were before", async (t) => {
  const world = await serving(t, "claude-haiku");
  const counts = { choices: [], usage: { prompt_tokens: 1_000, completion_tokens: 300 } };
  const [last = "", told = "", done = ""] = events([
    { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    counts,
    "[DONE]",
  ]);
  world.fakes.one.always(stream([PIECE, PIECE, PIECE, last, told, done]));
  await world.ask(question("claude-haiku"));
  assert.equal((await world.log.nextSummary()).usage?.estimatedBy, undefined);
  const { usage } = await abandoned(t, world, "claude-haiku");
  assert.deepEqual([usage?.input, usage?.isEstimate, usage?.estimatedBy], [1_000, true, "ratio"]);
});

test("a gateway that is stopped while tokens are counted has told of each request once", async (t) => {
  const world = await serving(t, "gpt-4o-mini");
  world.fakes.one.always(cutAfter(stream([PIECE, PIECE]), { of: "pieces", count: 2, how: "reset" }));
  await world.ask(question("gpt-4o-mini"));
  await world.gateway.close();
  assert.equal(world.log.summaries.length, 1);
  assert.equal(world.log.summaries[0]?.usage?.isEstimate, true);
});

/** A counter, and when its threads have started and ended. */
function counterFor(t: TestContext, bounds: ConstructorParameters<typeof TokenCounter>[0]) {
  const counter = new TokenCounter(bounds);
  const changed = new Condition();
  const threads = { started: 0, ended: 0 };
  counter.onThread = (what) => {
    threads[what] += 1;
    changed.notify();
  };
  t.after(() => counter.close());
  return { counter, threads, changed };
}

const wish = (answered: string) => ({ encoding: "o200k_base", asked: undefined, answered }) as const;

test("the thread starts when it is needed, ends when it is idle, and another one is started", async (t) => {
  const { counter, threads, changed } = counterFor(t, { idleMs: 0 });
  assert.deepEqual(threads, { started: 0, ended: 0 });
  assert.equal((await counter.count(wish(PIECE)))?.output, ONCE);
  await changed.until(() => threads.ended === 1);
  const both = await Promise.all([counter.count(wish(PIECE)), counter.count(wish(PIECE.repeat(3)))]);
  assert.deepEqual(
    both.map((counts) => counts?.output),
    [ONCE, THRICE],
  );
  assert.equal(threads.started, 2);
});

test("what is kept, what waits and how long it may take have bounds, beyond which nothing is counted", async (t) => {
  const { counter } = counterFor(t, { waiting: 1, heldBytes: 100 });
  assert.deepEqual([counter.hold(60), counter.hold(60), counter.hold(40)], [true, false, true]);
  counter.release(60);
  assert.equal(counter.hold(60), true);
  // The first has its turn at once; of the others the longest goes.
  const counts = [1, 10, 3].map((times) => counter.count(wish(PIECE.repeat(times))));
  const outputs = (await Promise.all(counts)).map((count) => count?.output);
  assert.deepEqual(outputs, [ONCE, undefined, THRICE]);
  const { counter: hasty, threads, changed } = counterFor(t, { patienceMs: 0 });
  assert.equal(await hasty.count(wish(PIECE)), undefined);
  await changed.until(() => threads.ended === threads.started);
  const { counter: late } = counterFor(t, { turnMs: -1 });
  assert.equal(await late.count(wish(PIECE)), undefined);
  await counter.close();
  assert.equal(await counter.count(wish(PIECE)), undefined);
});

test("what a stream keeps is held with what its pieces take, and is given back", () => {
  const counter = new TokenCounter({ heldBytes: 10_000 });
  const texts = new StreamTexts(counter, "o200k_base", Buffer.alloc(1_000));
  for (let at = 0; at < 100; at += 1) texts.push(Buffer.from("a"));
  assert.deepEqual([counter.hold(5_000), counter.hold(4_000)], [false, true]);
  // There is no room for more: what came is let go.
  for (let at = 0; at < 100; at += 1) texts.push(Buffer.from("a"));
  assert.equal(counter.hold(5_000), true);
  texts.drop();
  assert.deepEqual([counter.hold(1_001), counter.hold(1_000)], [false, true]);
});

test("a count that its thread does not survive is the only one that is lost, and short texts have their turn first", async (t) => {
  const { counter, threads } = counterFor(t, {});
  const order: string[] = [];
  const asked = Object.entries({ first: 1, long: 10, deadly: 0, short: 3 }).map(async ([name, times]) => {
    // What no message takes ends the thread, as a want of memory does.
    const one = times > 0 ? wish(PIECE.repeat(times)) : { ...wish(PIECE), asked: (() => 0) as never };
    const output = (await counter.count(one))?.output;
    order.push(`${name} ${output}`);
  });
  await Promise.all(asked);
  assert.deepEqual(order, [`first ${ONCE}`, "deadly undefined", `short ${THRICE}`, "long 101"]);
  assert.equal(threads.started, 2);
});

test("a text without a space takes no longer than others", async (t) => {
  const { counter } = counterFor(t, { patienceMs: 60_000 });
  const counts = await counter.count(wish(`"content":"${"a".repeat(200_000)}"`));
  assert.equal(counts?.output, 25_000);
});

test("a long word is cut between characters", async (t) => {
  const { counter } = counterFor(t, { patienceMs: 60_000 });
  const emoji = Buffer.from(`"content":"a${"😀".repeat(3_000)}"`).toString("latin1");
  assert.equal((await counter.count(wish(emoji)))?.output, 3_001);
});

test("models of OpenAI are known by their names, and nobody else's", () => {
  const names = {
    o200k_base: [
      "gpt-4o",
      "gpt-4.1-mini",
      "GPT-5",
      "openai/gpt-5.1",
      "o3",
      "o4-mini",
      "chatgpt-4o-latest",
      "codex-mini",
      "ft:gpt-4o:me::1",
      "gpt-oss-20b",
    ],
    cl100k_base: ["gpt-4", "gpt-4-turbo", "gpt-3.5-turbo", "gpt-35-turbo", "text-embedding-3-small"],
  } as const;
  for (const [encoding, models] of Object.entries(names))
    for (const model of models) assert.equal(encodingOf(model), encoding, model);
  for (const model of ["claude-haiku", "llama3", "olmo-2", "gemini-2", "my-gpt-4o", ""])
    assert.equal(encodingOf(model), undefined, model);
});

test("texts are found in requests and streams of every API, each of them once", () => {
  const texts = (body: unknown) => textsOfRequest(JSON.stringify(body));
  const system = "be brief";
  assert.deepEqual(
    texts({ messages: [{ role: "user", name: "ann", content: [{ type: "text", text: "hi" }] }] }),
    {
      texts: ["user", "ann", "hi"],
      more: 7,
    },
  );
  assert.deepEqual(texts({ instructions: system, input: "hi" }), { texts: [system, "hi", "user"], more: 9 });
  assert.deepEqual(texts({ prompt: "hi" }), { texts: ["hi"], more: 0 });
  // Prompts of tokens, one or some.
  assert.deepEqual(texts({ prompt: [1, 2, 3] }), { texts: [], more: 3 });
  assert.deepEqual(texts({ prompt: [[1, 2], [3]], max_tokens: 9 }), { texts: [], more: 3 });
  const file = { type: "input_file", file_data: "data:application/pdf;base64,AAAA" };
  assert.deepEqual(texts({ input: [{ role: "user", content: [file] }] }), { texts: ["user"], more: 1_006 });
  assert.deepEqual(texts({ messages: [{ role: "user", content: [{ type: "image_url" }] }] })?.more, 1_006);
  assert.equal(textsOfRequest("no JSON"), undefined);
  const responses = events([
    { type: "response.output_text.delta", delta: "a\n" },
    { type: "response.output_text.delta", delta: "名" },
    { type: "response.output_text.done", text: "a\n名" },
  ]);
  assert.deepEqual(textsOfStream(Buffer.from(responses.join("")).toString("latin1")), ["a\n名"]);
});
