// Faults 203, 204, 205 and 209: what in a stream is an error, and streams that say that they are something else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { behaviour, events, json, manual, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { heldAnswer } from "../../support/held-answer.ts";
import { requestBytes, sse, wireFor } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const TWO = { endpoints: { one: {}, two: {} } };
const STREAM = chat("m", { stream: true });
const HEAD = ["content-type", "text/event-stream"];
const WORD = 'data: {"model":"m","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]}\n\n';
const FINISH = 'data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const DONE = "data: [DONE]\n\n";
const GOOD = stream([WORD, FINISH, DONE]);

const NOTHING = ["null", "false", '""', "{}", '{"message":"","type":"","param":"","code":null}'];

test("fault 203: an error that says nothing is none: the endpoint keeps its share", async (t) => {
  for (const nothing of NOTHING) {
    const { ask, fakes, log } = await worldFor(t, { ...TWO, health: { consecutive_failures: 1 } });
    const filled = [WORD, FINISH].map((event) => event.replace("{", `{"error":${nothing},`));
    const whole = `{"error":${nothing},"object":"chat.completion","choices":[{"message":{"content":"x"}}]}`;
    for (const fake of Object.values(fakes)) fake.always(stream([...filled, DONE]));
    for (let time = 0; time < 4; time += 1)
      assert.equal((await ask(STREAM)).text, `${filled.join("")}${DONE}`);
    for (const text of [whole, whole.replace('"x"', `"${"x".repeat(9_000)}"`)]) {
      for (const fake of Object.values(fakes)) fake.always(json(200, text));
      for (let time = 0; time < 2; time += 1) assert.equal((await ask(chat())).text, text);
    }
    assert.deepEqual([fakes.one.requests.length, fakes.two.requests.length], [4, 4]);
    for (let time = 0; time < 8; time += 1) assert.equal((await log.nextSummary()).error, undefined);
  }
});

test("fault 203: an error that says nothing is no end: the stream that ends there is broken", async (t) => {
  for (const nothing of NOTHING) {
    const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
    const filled = WORD.replace("{", `{"error":${nothing},`);
    fakes.one.always(stream([filled, filled]));
    const found = sse((await ask(STREAM)).text);
    assert.equal(JSON.parse(found.at(-1)?.data ?? "").error.code, "upstream_cut_off");
  }
});

const CHUNK = { id: "g", object: "chat.completion.chunk", model: "m" };
const CHOICES = [{ index: 0, delta: { content: "" }, finish_reason: "error" }];
const BESIDE: readonly (readonly [object, string])[] = [
  [
    { ...CHUNK, error: { code: 502, message: "Provider disconnected" }, choices: CHOICES },
    "upstream_server_error",
  ],
  [{ ...CHUNK, choices: CHOICES, error: { code: 429, message: "slow down" } }, "upstream_rate_limited"],
  [{ ...CHUNK, error: "busy", choices: [] }, "upstream_server_error"],
  [
    { ...CHUNK, choices: [{ index: 0, error: { code: 502, message: "x" }, delta: {} }] },
    "upstream_server_error",
  ],
];

test("fault 203: an error beside choices is one, as the first event and in a whole answer", async (t) => {
  for (const [event, code] of BESIDE) {
    for (const hold_first_event of [true, false]) {
      const { ask, fakes } = await worldFor(t, { ...TWO, streams: { hold_first_event } });
      fakes.one.script([stream([`data: ${JSON.stringify(event)}\n\n`, DONE]), json(200, event)]);
      fakes.two.always(GOOD);
      const answer = await ask(STREAM);
      assert.equal(answer.header("x-oai-gateway-attempts"), `2; one=${code}; two=ok`);
      assert.equal(answer.text, WORD + FINISH + DONE);
    }
    const { ask, fakes } = await worldFor(t, TWO);
    fakes.one.always(json(200, { ...event, object: "chat.completion" }));
    fakes.two.always(json(200, '{"good":true}'));
    assert.equal((await ask(chat())).header("x-oai-gateway-attempts"), `2; one=${code}; two=ok`);
  }
});

test("fault 203: a job or a stored response that failed is what was asked for", async (t) => {
  const { ask, fakes, gateway } = await worldFor(t, TWO);
  const failed = [
    {
      id: "r",
      object: "response",
      status: "failed",
      error: { code: "server_error", message: "x" },
      output: [],
    },
    { id: "j", object: "fine_tuning.job", status: "failed", error: { code: "x", message: "y" } },
    { id: "v", object: "video", status: "failed", error: { code: "x", message: "y" } },
  ];
  for (const object of failed) {
    for (const fake of Object.values(fakes)) fake.always(json(200, object));
    const answer = await ask({ path: "/v1/responses", body: { model: "m", input: "hi" } });
    assert.deepEqual([answer.status, answer.json()], [200, object]);
  }
  assert.ok(gateway.targets.health.isPristine);
});

test("fault 204: a first event in pieces of a hundred bytes that does not end passes as it is", async (t) => {
  const { ask, fakes } = await worldFor(t, { ...TWO, streams: { hold_first_event: true } });
  const lines = "data:\n".repeat(2_000);
  const pieces = Array.from({ length: Math.ceil(lines.length / 100) }, (_, at) =>
    lines.slice(at * 100, at * 100 + 100),
  );
  for (const fake of Object.values(fakes)) fake.always(stream([...pieces, `\n${FINISH}`, DONE]));
  assert.equal((await ask(STREAM)).text, `${lines}\n${FINISH}${DONE}`);
});

const QUEUE_FULL = events([
  {
    error: { object: "error", message: "The request queue is full.", type: "SERVICE_UNAVAILABLE", code: 503 },
  },
  "[DONE]",
]).join("");

/** An error some time behind the head, and after the client could have read the head. */
function lateError(port: () => number): Behaviour {
  return behaviour(async (exchange) => {
    await exchange.head(200, HEAD);
    // A round trip through the gateway: the head has long been there.
    await fetch(`http://127.0.0.1:${port()}/livez`).then((answer) => answer.text());
    await exchange.piece(QUEUE_FULL);
    await exchange.finish();
  });
}

test("fault 205: an error shortly behind the head of a stream goes to the next endpoint", async (t) => {
  const { ask, fakes, port } = await worldFor(t, TWO);
  fakes.one.script([lateError(() => port)]);
  fakes.two.always(GOOD);
  const answer = await ask(STREAM);
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; one=upstream_server_error; two=ok");
  assert.equal(answer.text, WORD + FINISH + DONE);
});

test("fault 205: where no other endpoint is left the head does not wait", async (t) => {
  for (const names of [["one"], ["one", "two"], ["one", "off"]]) {
    const { fakes, port } = await worldFor(t, {
      endpoints: Object.fromEntries(names.map((name) => [name, { config: { enabled: name !== "off" } }])),
      retries: { attempts: names.includes("two") ? 1 : 3 },
    });
    const live = manual();
    fakes["one"]?.script([live]);
    const wire = await wireFor(t, port);
    await wire.send(requestBytes(STREAM));
    const exchange = await live.started;
    await exchange.head(200, HEAD);
    assert.equal((await wire.head()).status, 200);
    await exchange.piece(FINISH + DONE);
    assert.equal((await wire.body()).toString(), FINISH + DONE);
  }
});

test("fault 205: a head that no event follows leaves after a short while", async (t) => {
  const { fakes, port } = await worldFor(t, TWO);
  const { wire, exchange } = await heldAnswer(t, port, fakes.one, STREAM);
  await exchange.head(200, HEAD);
  await exchange.piece(": still here\n\n");
  assert.equal((await wire.head()).status, 200);
  assert.equal(await wire.readUntil("here\n\n"), ": still here\n\n");
  await exchange.piece(QUEUE_FULL);
  assert.equal((await wire.body()).toString(), QUEUE_FULL);
  assert.equal(fakes.two.requests.length, 0);
});

const LABELS = ["application/json", "text/plain; charset=utf-8", "application/x-ndjson", undefined] as const;

test("fault 209: a stream that says it is something else is read as one", async (t) => {
  for (const label of LABELS) {
    const { ask, fakes } = await worldFor(t, { ...TWO, routing: { model_overrides: { nick: ["one/m"] } } });
    const headers = label === undefined ? {} : { "content-type": label };
    const labelled = (pieces: readonly string[], end: "chunked" | "close" = "chunked"): Behaviour =>
      behaviour(async (exchange) => {
        await exchange.head(200, Object.entries(headers).flat(), end === "close" ? "close" : "auto");
        for (const piece of pieces) await exchange.piece(piece);
        await exchange.finish();
      });
    // Cut within its first field's name, and behind comments.
    fakes.one.script([labelled([`: hi\n\nda`, `${WORD.slice(2)}${FINISH}`, DONE]), labelled([WORD, WORD])]);
    const named = await ask(chat("nick", { stream: true }));
    assert.equal(named.text, `: hi\n\n${WORD}${FINISH}${DONE}`.replaceAll('"m"', '"nick"'));
    assert.equal(named.header("content-type"), label);
    const cut = await ask(chat("nick", { stream: true }));
    assert.equal(JSON.parse(sse(cut.text).at(-1)?.data ?? "").error.code, "upstream_cut_off");
    fakes.one.script([labelled([QUEUE_FULL])]);
    fakes.two.always(GOOD);
    const served = await ask(STREAM);
    assert.equal(served.header("x-oai-gateway-attempts"), "2; one=upstream_server_error; two=ok");
    assert.equal(served.text, WORD + FINISH + DONE);
  }
});

test("fault 209: JSON, JSON lines and text that are none stay what they are", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const texts = [
    '{"choices":[{"message":{"content":"data: x"}}]}',
    '{"a":1}\n{"a":2}\n',
    "dates are fruit",
    "data",
  ];
  for (const text of texts) {
    fakes.one.always(stream([...text], { headers: { "content-type": "text/plain" } }));
    const answer = await ask(STREAM);
    assert.deepEqual([answer.status, answer.text], [200, text]);
  }
  // Nobody asked for a stream.
  fakes.one.always(stream([WORD], { headers: { "content-type": "text/plain" } }));
  assert.equal((await ask(chat())).text, WORD);
});
