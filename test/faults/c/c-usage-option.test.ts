// Streams whose client has not asked for their usage: the endpoint is asked, and the client does not see it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { behaviour, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { chat, worldFor } from "../../support/world.ts";

const ONE = { endpoints: { one: { fake: { models: ["m"] } } } } as const;
const USAGE = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
const DONE = "data: [DONE]\n\n";

function event(value: unknown, lineEnd = "\n"): string {
  return `data: ${JSON.stringify(value)}${lineEnd}${lineEnd}`;
}

const FIRST = event({ choices: [{ index: 0, delta: { content: "x" }, finish_reason: null }], usage: null });
const LAST = event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage: null });
const COUNTS = event({ choices: [], usage: USAGE });

/** Bodies as a client may send them, and as the endpoint gets them. */
const BODIES: readonly (readonly [sent: string, received: string])[] = [
  [
    '{ "model":"m","n":1.0,"stream": true}',
    '{"stream_options":{"include_usage":true}, "model":"m","n":1.0,"stream": true}',
  ],
  [
    '{"model":"m","stream":true,"stream_options": {"include_obfuscation" : false}}',
    '{"model":"m","stream":true,"stream_options": {"include_usage":true,"include_obfuscation" : false}}',
  ],
  [
    '{"stream_options":null,"model":"m","stream":true}',
    '{"stream_options":{"include_usage":true},"model":"m","stream":true}',
  ],
  [
    '{"stream_options":{"include_usage":false},"model":"m","stream":true}',
    '{"stream_options":{"include_usage":true},"model":"m","stream":true}',
  ],
  [
    '{"stream_options":{},"model":"m","stream":true}',
    '{"stream_options":{"include_usage":true},"model":"m","stream":true}',
  ],
  // Asked for by the client, or nothing that could be changed.
  [
    '{"model":"m","stream":true,"stream_options":{"include_usage": true}}',
    '{"model":"m","stream":true,"stream_options":{"include_usage": true}}',
  ],
  ['{"model":"m","stream":true,"stream_options":7}', '{"model":"m","stream":true,"stream_options":7}'],
  ['{"model":"m","stream":false}', '{"model":"m","stream":false}'],
];

test("fault 375: the option is put in where the client has not asked, and every other byte is kept", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  for (const [sent, received] of BODIES) {
    await ask({
      path: "/v1/chat/completions",
      body: Buffer.from(sent),
      headers: { "content-type": "application/json" },
    });
    assert.equal(fakes.one.requests.at(-1)?.body.toString(), received);
  }
});

test("fault 375: with a model that is renamed both are put in", async (t) => {
  const { ask, fakes } = await worldFor(t, { ...ONE, routing: { model_overrides: { nick: ["one/m"] } } });
  await ask({
    path: "/v1/chat/completions",
    body: Buffer.from('{"stream":true,"model":"nick"}'),
    headers: { "content-type": "application/json" },
  });
  const expected = '{"stream_options":{"include_usage":true},"stream":true,"model":"m"}';
  assert.equal(fakes.one.requests.at(-1)?.body.toString(), expected);
});

test("fault 376: the event of the counts is taken out again, however the stream is cut, and counted", async (t) => {
  const { ask, fakes, log } = await worldFor(t, ONE);
  const whole = FIRST + LAST + COUNTS + DONE;
  const crlf = [FIRST, LAST, COUNTS, DONE].map((one) => one.replaceAll("\n", "\r\n")).join("");
  const cuts = [
    [whole],
    [FIRST, LAST, COUNTS, DONE],
    [FIRST, LAST + COUNTS.slice(0, 9), COUNTS.slice(9) + DONE],
    [FIRST + LAST.slice(0, -1), LAST.slice(-1) + COUNTS.slice(0, -1), COUNTS.slice(-1), DONE],
    [FIRST.slice(0, 20), FIRST.slice(20) + LAST.slice(0, 30), LAST.slice(30) + COUNTS + DONE],
    [crlf],
  ];
  for (const pieces of cuts) {
    fakes.one.always(stream(pieces));
    const answer = await ask(chat("m", { stream: true }));
    const expected =
      pieces[0] === crlf ? (FIRST + LAST + DONE).replaceAll("\n", "\r\n") : FIRST + LAST + DONE;
    assert.equal(answer.text, expected);
    assert.equal((await log.nextSummary()).usage?.input, 10);
  }
});

test("fault 376: a client that has asked gets the counts, and so does one whose endpoint tells them with a choice", async (t) => {
  const { ask, fakes, log } = await worldFor(t, ONE);
  fakes.one.always(stream([FIRST, LAST, COUNTS, DONE]));
  const asked = await ask(chat("m", { stream: true, stream_options: { include_usage: true } }));
  assert.equal(asked.text, FIRST + LAST + COUNTS + DONE);
  const withChoice = event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage: USAGE });
  fakes.one.always(stream([FIRST, withChoice, DONE]));
  assert.equal((await ask(chat("m", { stream: true }))).text, FIRST + withChoice + DONE);
  for (let count = 0; count < 2; count += 1) assert.equal((await log.nextSummary()).usage?.output, 2);
});

/** Knows nothing of the option. */
function strict(status: number, message: string): Behaviour {
  return behaviour(async (exchange) => {
    const isAsked = exchange.request.body.includes("stream_options");
    await (isAsked ? json(status, { error: { message } }) : stream([FIRST, LAST, DONE])).run(exchange);
  });
}

test("fault 377: an endpoint that refuses the option is asked again without it, once, and not again", async (t) => {
  const refusals = [
    [400, "Unrecognized request argument supplied: stream_options"],
    [422, "Extra inputs are not permitted"],
    [500, "unknown field include_usage"],
  ] as const;
  for (const [status, message] of refusals) {
    const { ask, fakes, log } = await worldFor(t, ONE);
    fakes.one.always(strict(status, message));
    for (const count of [2, 3, 4]) {
      const answer = await ask(chat("m", { stream: true }));
      assert.deepEqual([answer.status, answer.text], [200, FIRST + LAST + DONE]);
      assert.equal(fakes.one.requests.length, count, message);
      const { attempts, cost } = await log.nextSummary();
      assert.deepEqual(
        attempts.map(({ outcome }) => outcome),
        ["ok"],
      );
      assert.equal(cost?.source, "unpriced");
    }
  }
});

test("fault 377: an error of the caller's is shown as it is, and costs one more request at most", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  fakes.one.always(json(400, { error: { message: "messages: too short" } }));
  assert.equal((await ask(chat("m", { stream: true }))).status, 400);
  assert.equal(fakes.one.requests.length, 2);
  // Not each of them: every doubt costs a request.
  assert.equal((await ask(chat("m", { stream: true }))).status, 400);
  assert.equal(fakes.one.requests.length, 3);
  fakes.one.always(stream([FIRST, LAST, COUNTS, DONE]));
  await ask(chat("m", { stream: true }));
  fakes.one.always(json(400, { error: { message: "messages: too short" } }));
  const answer = await ask(chat("m", { stream: true }));
  assert.deepEqual([answer.status, fakes.one.requests.length], [400, 5]);
});

test("fault 375: nobody is asked where the configuration says so", async (t) => {
  const { ask, fakes } = await worldFor(t, { ...ONE, usage: { ask_in_streams: false } });
  await ask(chat("m", { stream: true }));
  assert.ok(!fakes.one.requests.at(-1)?.body.includes("stream_options"));
});

test("a stream that is translated into chats is asked for its usage as well", async (t) => {
  const { ask, fakes, log } = await worldFor(t, {
    endpoints: { one: { fake: { models: ["m"] }, config: { speaks: ["chat"] } } },
  });
  fakes.one.always(stream([FIRST, LAST, COUNTS, DONE]));
  const body = { model: "m", max_tokens: 9, stream: true, messages: [{ role: "user", content: "hi" }] };
  const answer = await ask({ path: "/v1/messages", body });
  assert.match(answer.text, /"output_tokens":2/);
  assert.equal((await log.nextSummary()).usage?.input, 10);
});
