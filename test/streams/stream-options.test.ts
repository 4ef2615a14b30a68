// What can be chosen for streams: comments that keep a connection alive, the first event held back, answers without
// content as failures, and the limits of time apart for each stage.

import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { Gate } from "../support/condition.ts";
import { ANSWER_TEXT } from "../support/fakes/answers.ts";
import { events, json, manual, stream } from "../support/fakes/behaviours.ts";
import type { Behaviour } from "../support/fakes/fake-connection.ts";
import * as faults from "../support/faults.ts";
import { heldAnswer } from "../support/held-answer.ts";
import { requestBytes, sse, wireFor } from "../support/wire.ts";
import { chat, errorOf, worldFor } from "../support/world.ts";

const STREAM = chat("m", { stream: true });
const HEAD = ["content-type", "text/event-stream"];
const COMMENT = ": keep-alive\n";
const [HI = "", DONE = ""] = events([
  { choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: "stop" }] },
  "[DONE]",
]);
const TWO = { endpoints: { a: {}, b: {} } } as const;

test("keep_alive: comments of one line in silence, between events only, every other byte as sent", async (t) => {
  const { fakes, port } = await worldFor(t, { endpoints: { a: {} }, streams: { keep_alive: "10ms" } });
  const [quiet, open] = [manual(), manual()];
  fakes.a.script([quiet, open]);
  const clock = await wireFor(t, port);
  await clock.send(requestBytes(STREAM));
  const idle = await quiet.started;
  await idle.head(200, HEAD);
  await idle.piece(HI);
  await clock.head();
  assert.equal(await clock.readUntil(COMMENT.repeat(2)), HI + COMMENT.repeat(2));

  const wire = await wireFor(t, port);
  await wire.send(requestBytes(STREAM));
  const exchange = await open.started;
  await exchange.head(200, HEAD);
  await wire.head();
  const pieces = [HI, "event: x\ndata: {", '"a":1}', "\n", "\n"];
  let text = "";
  for (const [index, piece] of pieces.entries()) {
    await exchange.piece(piece);
    text += await wire.readUntil(piece);
    // The other stream tells that enough time has passed.
    await clock.readUntil(COMMENT.repeat(3));
    if (index === 0 || index === 4) text += await wire.readUntil(COMMENT);
  }
  await exchange.piece(DONE);
  text += (await wire.body()).toString();
  assert.equal(text.replaceAll(COMMENT, ""), pieces.join("") + DONE);
  assert.ok(text.includes('\nevent: x\ndata: {"a":1}\n\n'), "nothing inside the event");
  idle.fin();
});

test("keep_alive: the official SDK reads the same answer", async (t) => {
  const { fakes, url, port } = await worldFor(t, { endpoints: { a: {} }, streams: { keep_alive: "5ms" } });
  const [live, quiet] = [manual(), manual()];
  fakes.a.script([live, quiet]);
  const client = new OpenAI({ baseURL: url, apiKey: "none", maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "hi" }];
  const asked = client.chat.completions.create({ model: "m", messages, stream: true });
  const exchange = await live.started;
  await exchange.head(200, HEAD);
  const chunks = (await asked)[Symbol.asyncIterator]();
  const clock = await wireFor(t, port);
  await clock.send(requestBytes(STREAM));
  const idle = await quiet.started;
  await idle.head(200, HEAD);
  await clock.head();
  for (const word of ["one", "two", "three"]) {
    await clock.readUntil(COMMENT.repeat(3));
    await exchange.piece(events([{ choices: [{ index: 0, delta: { content: word } }] }]).join(""));
    const { value } = await chunks.next();
    assert.equal(value?.choices[0]?.delta.content, word);
  }
  await clock.readUntil(COMMENT.repeat(3));
  await exchange.piece(HI + DONE);
  assert.equal((await chunks.next()).value?.choices[0]?.delta.content, "Hi");
  assert.equal((await chunks.next()).done, true);
  idle.fin();
});

test("keep_alive: never in an answer that is no stream, nor before the head", async (t) => {
  const streams = { keep_alive: "5ms", hold_first_event: true };
  const { fakes, port, ask } = await worldFor(t, { endpoints: { a: {} }, streams });
  const [quiet, late] = [manual(), manual()];
  const gate = new Gate();
  fakes.a.script([
    quiet,
    late,
    stream(['{"a":', "1}"], { gate, headers: { "content-type": "application/json" } }),
  ]);
  const clock = await wireFor(t, port);
  await clock.send(requestBytes(STREAM));
  const idle = await quiet.started;
  await idle.head(200, HEAD);
  await idle.piece(HI);
  await clock.head();
  const early = await wireFor(t, port);
  await early.send(requestBytes(STREAM));
  const exchange = await late.started;
  await exchange.head(200, HEAD);
  const plain = ask(chat());
  gate.open();
  await clock.readUntil(COMMENT.repeat(5));
  gate.open(Number.POSITIVE_INFINITY);
  assert.equal((await plain).text, '{"a":1}');
  await exchange.piece(HI + DONE);
  const answer = await early.answer();
  assert.equal(answer.text, HI + DONE);
  idle.fin();
});

const BEFORE_THE_FIRST_EVENT: Readonly<Record<string, readonly [Behaviour, string]>> = {
  "an error as the first event": [
    stream(events([{ error: { message: "overloaded", type: "overloaded_error" } }])),
    "upstream_server_error",
  ],
  "an error after comments": [
    stream([": hello\n\n", ...events([{ error: { message: "slow down", type: "rate_limit_error" } }])]),
    "upstream_rate_limited",
  ],
  "a reset": [
    faults.cutAfter(stream([], { end: "never" }), { of: "body", count: 0, how: "reset" }),
    "upstream_reset",
  ],
  "an end without an event": [stream([": bye\n\n"]), "upstream_bad_response"],
  "a stall": [stream([], { end: "never" }), "upstream_first_byte_timeout"],
  "a stall behind comments": [stream([": wait\n\n"], { end: "never" }), "upstream_first_byte_timeout"],
};

for (const [what, [failure, code]] of Object.entries(BEFORE_THE_FIRST_EVENT)) {
  test(`hold_first_event: ${what} goes on to the next endpoint`, async (t) => {
    const config = { timeouts: { first_event: "60ms" } };
    const streams = { hold_first_event: true };
    const { fakes, ask } = await worldFor(t, { endpoints: { a: { config }, b: {} }, streams });
    fakes.a.always(failure);
    const answer = await ask(STREAM);
    assert.equal(answer.header("x-oai-gateway-attempts"), `2; a=${code}; b=ok`);
    assert.equal(sse(answer.text).at(-1)?.data, "[DONE]");
  });
}

test("hold_first_event: no head before the first whole event, then each piece as it comes", async (t) => {
  const { fakes, port, ask } = await worldFor(t, {
    endpoints: { a: {} },
    streams: { hold_first_event: true },
  });
  const { wire, exchange } = await heldAnswer(t, port, fakes.a, STREAM);
  await exchange.head(200, HEAD);
  let early: unknown;
  const head = wire.head().then((came) => {
    early = came;
    return came.status;
  });
  const pieces = [": note\n\n", HI.slice(0, 20), HI.slice(20)];
  for (const piece of pieces) {
    // Another request goes all the way while the first one's head is held.
    await ask(chat());
    assert.equal(early, undefined);
    await exchange.piece(piece);
  }
  assert.equal(await head, 200);
  assert.equal(await wire.readUntil(HI), pieces.join(""));
  await exchange.piece(DONE);
  assert.equal((await wire.body()).toString(), DONE);
});

test("by default the head of a stream does not wait for its first event", async (t) => {
  const { fakes, port } = await worldFor(t, { endpoints: { a: {} } });
  const { wire, exchange } = await heldAnswer(t, port, fakes.a, STREAM);
  await exchange.head(200, HEAD);
  assert.equal((await wire.head()).status, 200);
  await exchange.piece(HI + DONE);
  assert.equal((await wire.body()).toString(), HI + DONE);
});

const chatAnswer = (message: object): Behaviour =>
  json(200, {
    id: "c",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: "stop" }],
  });

const chatStream = (...deltas: readonly object[]): Behaviour =>
  stream(
    events([
      ...deltas.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
      { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
      "[DONE]",
    ]),
  );

const ROLE = { role: "assistant", content: "" };

/** Answers with nothing in them, plain and as a stream. */
const EMPTY: Readonly<Record<string, readonly [Behaviour, Behaviour]>> = {
  "an empty text": [chatAnswer({ content: "" }), chatStream(ROLE)],
  null: [chatAnswer({ content: null }), chatStream({ ...ROLE, content: null })],
  "no choice at all": [json(200, { id: "c", choices: [] }), stream(events([{ choices: [] }, "[DONE]"]))],
};

/** Answers that have something, though it may be no text. */
const FULL: Readonly<Record<string, readonly [Behaviour, Behaviour]>> = {
  text: [chatAnswer({ content: "x" }), chatStream(ROLE, { content: "x" })],
  "a call of a tool": [
    chatAnswer({ content: null, tool_calls: [{ id: "t", type: "function", function: { name: "f" } }] }),
    chatStream(ROLE, { tool_calls: [{ index: 0, id: "t", function: { name: "f", arguments: "" } }] }),
  ],
  reasoning: [
    chatAnswer({ content: "", reasoning_content: "hm" }),
    chatStream(ROLE, { reasoning_content: "hm" }),
  ],
  "a refusal": [chatAnswer({ content: null, refusal: "no" }), chatStream({ ...ROLE, refusal: "no" })],
};

for (const isStream of [false, true]) {
  const what = isStream ? "a stream" : "a plain answer";
  test(`on_empty_answer: ${what} without content goes on to the next endpoint, one with any does not`, async (t) => {
    const { fakes, ask } = await worldFor(t, {
      endpoints: { a: {}, b: { config: { weight: 0 } } },
      retries: { on_empty_answer: true },
    });
    for (const [name, forms] of Object.entries(FULL)) {
      fakes.a.always(forms[isStream ? 1 : 0]);
      const answer = await ask(chat("m", { stream: isStream }));
      assert.equal(answer.header("x-oai-gateway-attempts"), "1", name);
    }
    for (const [name, forms] of Object.entries(EMPTY)) {
      fakes.a.script([forms[isStream ? 1 : 0]]);
      const answer = await ask(chat("m", { stream: isStream }));
      assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_empty_answer; b=ok", name);
      assert.ok(answer.text.includes(ANSWER_TEXT) || isStream);
      fakes.a.always(forms[isStream ? 1 : 0]);
    }
  });
}

test("on_empty_answer: when all are empty that is told; other operations are not looked at; off by default", async (t) => {
  const empty = chatAnswer({ content: "" });
  const strict = await worldFor(t, { ...TWO, retries: { on_empty_answer: true } });
  for (const fake of Object.values(strict.fakes)) fake.always(empty);
  const refused = await strict.ask(chat());
  assert.deepEqual([refused.status, errorOf(refused).code], [502, "upstream_empty_answer"]);
  const embeddings = { path: "/v1/embeddings", body: { model: "m", input: "" } };
  assert.equal((await strict.ask(embeddings)).header("x-oai-gateway-attempts"), "1");
  const usual = await worldFor(t, TWO);
  usual.fakes.a.always(empty);
  assert.equal((await usual.ask(chat())).header("x-oai-gateway-attempts"), "1");
});
