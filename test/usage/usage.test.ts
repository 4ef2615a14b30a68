// What an exchange used and cost, as it is told when it is over: whatever the wire, plain and streamed, translated or not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Gate } from "../support/condition.ts";
import { body, json, stream } from "../support/fakes/behaviours.ts";
import { cutAfter } from "../support/faults.ts";
import { requestBytes, wireFor } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

const USAGE = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
const PRICE = { input: 2, output: 10, cached: 0.5 };
const ONE = { endpoints: { one: { fake: { models: ["m"] }, config: { price: PRICE } } } } as const;

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

test("a plain chat tells what it used, and the configured price what it cost", async (t) => {
  const { ask, fakes, log } = await worldFor(t, ONE);
  fakes.one.always(json(200, JSON.stringify({ choices: [{ message: { content: "x" } }], usage: USAGE })));
  assert.equal((await ask(chat())).status, 200);
  const { usage, cost } = await log.nextSummary();
  assert.deepEqual([usage?.input, usage?.output, usage?.isEstimate], [1_000, 100, false]);
  assert.deepEqual(cost, { nanoDollars: 3_000_000, source: "config", date: undefined });
});

test("a stream tells it in its last event", async (t) => {
  const { ask, fakes, log } = await worldFor(t, ONE);
  const usage = { ...USAGE, prompt_tokens_details: { cached_tokens: 400 } };
  const first = event({
    choices: [{ index: 0, delta: { content: "x" }, finish_reason: "stop" }],
    usage: null,
  });
  fakes.one.always(stream([first, event({ choices: [], usage }), "data: [DONE]\n\n"]));
  await ask(chat("m", { stream: true, stream_options: { include_usage: true } }));
  const summary = await log.nextSummary();
  assert.deepEqual([summary.usage?.input, summary.usage?.cached, summary.usage?.output], [1_000, 400, 100]);
  assert.equal(summary.cost?.nanoDollars, 600 * 2_000 + 400 * 500 + 100 * 10_000);
});

test("what an endpoint says in another API than the client's is counted in its own words", async (t) => {
  const speaks = { speaks: ["messages"], price: PRICE };
  const { ask, fakes, log } = await worldFor(t, {
    endpoints: { one: { fake: { models: ["m"] }, config: speaks } },
  });
  const counts = { input_tokens: 5, cache_read_input_tokens: 95, output_tokens: 7 };
  fakes.one.always(
    json(
      200,
      JSON.stringify({
        type: "message",
        role: "assistant",
        content: [{ type: "text", text: "x" }],
        usage: counts,
      }),
    ),
  );
  assert.equal((await ask(chat())).status, 200);
  const plain = await log.nextSummary();
  assert.deepEqual([plain.usage?.input, plain.usage?.cached, plain.usage?.output], [100, 95, 7]);
  const events = [
    {
      type: "message_start",
      message: { id: "1", role: "assistant", content: [], usage: { ...counts, output_tokens: 1 } },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "x" } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } },
    { type: "message_stop" },
  ];
  fakes.one.always(stream(events.map((one) => `event: ${one.type}\n${event(one)}`)));
  await ask(chat("m", { stream: true }));
  const streamed = await log.nextSummary();
  assert.deepEqual([streamed.usage?.input, streamed.usage?.cached, streamed.usage?.output], [100, 95, 9]);
});

test("an answer that does not say what it used has no price, and an error none either", async (t) => {
  const { ask, fakes, log } = await worldFor(t, ONE);
  fakes.one.always(json(200, JSON.stringify({ choices: [{ message: { content: "x" } }] })));
  await ask(chat());
  const silent = await log.nextSummary();
  assert.equal(silent.usage, undefined);
  assert.deepEqual(silent.cost, { nanoDollars: null, source: "unpriced", date: undefined });
  fakes.one.always(json(400, { error: { message: "no" }, usage: USAGE }));
  await ask(chat());
  const refused = await log.nextSummary();
  assert.deepEqual([refused.status, refused.usage, refused.cost], [400, undefined, undefined]);
});

test("what a failed attempt would have used is not counted", async (t) => {
  const { ask, fakes, log } = await worldFor(t, {
    endpoints: {
      one: { fake: { models: ["m"] }, config: { price: PRICE } },
      two: { fake: { models: ["m"] }, config: { price: "free" } },
    },
  });
  fakes.one.always(json(500, { error: { message: "no" }, usage: USAGE }));
  fakes.two.always(json(200, JSON.stringify({ choices: [{ message: { content: "x" } }], usage: USAGE })));
  for (let count = 0; count < 2; count += 1) {
    await ask(chat());
    const { usage, cost, endpoint } = await log.nextSummary();
    assert.deepEqual([endpoint, usage?.input, cost?.nanoDollars, cost?.source], ["two", 1_000, 0, "config"]);
  }
});

test("the endpoint's own word goes before the tables, and the configuration before both", async (t) => {
  const answer = json(
    200,
    JSON.stringify({ choices: [{ message: { content: "x" } }], usage: { ...USAGE, cost: 0.25 } }),
  );
  const rows = [
    [{}, 250_000_000, "endpoint"],
    [{ price: { input: 1, output: 1 } }, 1_100_000, "config"],
    [{ price: "free" }, 0, "config"],
    [
      { price: { input: 1, output: 1 }, prices: { "gpt-*": { input: 2, output: 2, discount: 50 } } },
      1_100_000,
      "config",
    ],
    [{ prices: { "gpt-4*": { per_request: 0.5, input: 0, output: 0 } } }, 500_000_000, "config"],
  ] as const;
  for (const [config, nanoDollars, source] of rows) {
    const { ask, fakes, log } = await worldFor(t, {
      endpoints: { one: { fake: { models: ["gpt-4o"] }, config } },
    });
    fakes.one.always(answer);
    await ask(chat("gpt-4o"));
    const { cost } = await log.nextSummary();
    assert.deepEqual([cost?.nanoDollars, cost?.source], [nanoDollars, source], JSON.stringify(config));
  }
});

test("a model is priced by what really answered, and by the table where nobody says more", async (t) => {
  const { ask, fakes, log } = await worldFor(t, {
    endpoints: { one: { fake: { models: ["gpt-4o", "deployed"] } } },
    routing: { model_overrides: { cheap: ["one/gpt-4o"] } },
  });
  const answer = { model: "gpt-4o-2024-08-06", choices: [{ message: { content: "x" } }], usage: USAGE };
  fakes.one.always(json(200, JSON.stringify(answer)));
  for (const model of ["cheap", "gpt-4o", "deployed"]) {
    await ask(chat(model));
    const { cost } = await log.nextSummary();
    // 2.50 and 10 dollars a million.
    assert.deepEqual([cost?.nanoDollars, cost?.source], [3_500_000, "table"], model);
    assert.match(cost?.date ?? "", /^\d{4}-\d{2}-\d{2}$/);
  }
});

test("an answer that comes packed all the same is unpacked for its counts, and passes as it is", async (t) => {
  const { ask, fakes, log } = await worldFor(t, ONE);
  const packed = gzipSync(JSON.stringify({ choices: [{ message: { content: "x" } }], usage: USAGE }));
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  fakes.one.always(body(200, packed, headers));
  const answer = await ask({ ...chat(), headers: { "accept-encoding": "gzip" } });
  assert.ok(answer.body.equals(packed));
  assert.equal((await log.nextSummary()).usage?.input, 1_000);
});

test("a stream that breaks off, or whose client leaves, is recorded with what was seen, as an estimate", async (t) => {
  const { ask, fakes, log, port } = await worldFor(t, ONE);
  const text = "The quick brown fox jumps over the lazy dog. ";
  const piece = event({ choices: [{ index: 0, delta: { content: text } }] });
  const cut = cutAfter(stream([piece, piece, piece]), { of: "pieces", count: 3, how: "reset" });
  const request = chat("m", { stream: true, messages: [{ role: "user", content: text.repeat(10) }] });
  fakes.one.always(cut);
  await ask(request);
  const first = await log.nextSummary();
  assert.equal(first.error, "upstream_cut_off");
  assert.ok(first.usage?.isEstimate === true && first.cost?.nanoDollars !== null);
  // Some hundred tokens were asked, and thirty answered.
  assert.ok(first.usage.input > 70 && first.usage.input < 150, `${first.usage.input}`);
  assert.ok(first.usage.output > 20 && first.usage.output < 45, `${first.usage.output}`);
  // From then on the endpoint's own figures say it.
  const last = event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  const counts = event({ choices: [], usage: { prompt_tokens: 1_000, completion_tokens: 300 } });
  fakes.one.always(stream([piece, piece, piece, last, counts, "data: [DONE]\n\n"]));
  await ask(request);
  assert.equal((await log.nextSummary()).usage?.isEstimate, false);
  const held = new Gate();
  fakes.one.always(stream([piece, piece], { gate: held }));
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(request));
  await wire.head();
  held.open();
  await wire.piece();
  wire.reset();
  const left = await log.nextSummary();
  assert.deepEqual([left.status, left.usage?.input, left.usage?.isEstimate], [499, 1_000, true]);
  assert.ok((left.usage?.output ?? 0) > 50);
});

test("of a stream in Anthropic's words what was told at its beginning stays", async (t) => {
  const { ask, fakes, log } = await worldFor(t, {
    endpoints: { one: { fake: { models: ["m"] }, config: { price: PRICE, api: "anthropic" } } },
  });
  const start = {
    type: "message_start",
    message: { usage: { input_tokens: 5, cache_read_input_tokens: 95 } },
  };
  const delta = {
    type: "content_block_delta",
    delta: { type: "text_delta", text: "one two three four ".repeat(9) },
  };
  const events = [start, delta].map((one) => `event: ${one.type}\n${event(one)}`);
  fakes.one.always(cutAfter(stream(events), { of: "pieces", count: 2, how: "reset" }));
  await ask({ path: "/v1/messages", body: { model: "m", max_tokens: 9, stream: true, messages: [] } });
  const { usage } = await log.nextSummary();
  assert.deepEqual([usage?.input, usage?.cached, usage?.isEstimate], [100, 95, true]);
  assert.ok((usage?.output ?? 0) > 20);
});

test("what is read aloud is counted by its characters, and what nobody prices by the second stays unknown", async (t) => {
  const { ask, fakes, log } = await worldFor(t, {
    endpoints: {
      one: {
        fake: { models: ["tts", "stt"] },
        config: { prices: { tts: { per_character: 0.000015 }, stt: { input: 1 } } },
      },
    },
  });
  fakes.one.always(body(200, Buffer.alloc(64), { "content-type": "audio/mpeg" }));
  await ask({ path: "/v1/audio/speech", body: { model: "tts", input: "哈囉 hello", voice: "v" } });
  const spoken = await log.nextSummary();
  assert.deepEqual([spoken.usage?.characters, spoken.cost?.nanoDollars], [8, 120_000]);
  fakes.one.always(json(200, { text: "x", usage: { type: "duration", seconds: 12 } }));
  await ask({ path: "/v1/audio/transcriptions", body: { model: "stt" } });
  const heard = await log.nextSummary();
  assert.deepEqual([heard.usage?.seconds, heard.cost?.nanoDollars], [12, null]);
});
