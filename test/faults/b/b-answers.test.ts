// Faults 22, 26, 28, 29, 31: whole answers that are failures, failures that look like answers, and answers that look
// like failures.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { dryRun } from "../../support/dry-run.ts";
import { apiError, behaviour, body, early, events, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { errorWith200, htmlPage } from "../../support/faults.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const TWO = { endpoints: { a: {}, b: {} } };

const STATUSES = [500, 502, 503, 504, 520, 521, 522, 523, 524, 529];

test("fault 22: every 5xx goes to the next endpoint, and is a strike", async (t) => {
  for (const status of STATUSES) {
    for (const isStream of [false, true]) {
      const world = await worldFor(t, { ...TWO, health: { consecutive_failures: 1 } });
      world.fakes.a.always(apiError(status, null));
      world.fakes.b.always(GOOD);
      const answer = await world.ask(chat("m", { stream: isStream }));
      assert.equal(answer.text, '{"good":true}');
      assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_server_error; b=ok");
      const { attempts } = await world.log.nextSummary();
      assert.deepEqual([attempts[0]?.status, attempts[1]?.status], [status, 200]);
      assert.equal((await dryRun(world)).skipped["a"], "failing, ejected for now");
    }
  }
});

test("fault 22: when all fail the answer has the last one's status and names every attempt", async (t) => {
  for (const status of STATUSES) {
    const { ask, fakes, log } = await worldFor(t, TWO);
    fakes.a.always(apiError(503, null));
    fakes.b.always(apiError(status, null, { "retry-after": "9" }));
    const answer = await ask(chat());
    assert.deepEqual([answer.status, errorOf(answer).code], [status, "upstream_server_error"]);
    const told = `All 2 attempts failed: a: upstream_server_error (503); b: upstream_server_error (${status}).`;
    assert.ok(errorOf(answer).message.startsWith(told), answer.text);
    assert.deepEqual([answer.header("retry-after"), answer.header("x-should-retry")], ["9", undefined]);
    assert.equal((await log.nextSummary()).attempts.length, 2);
  }
});

test("fault 22: the only endpoint is asked again, and its own error is the answer in the end", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {} }, health: { consecutive_failures: 10 } });
  fakes.a.script([apiError(503, null, { "retry-after-ms": "1" })]);
  assert.equal((await ask(chat())).header("x-oai-gateway-attempts"), "2; a=upstream_server_error; a=ok");
  const own = '{"error":{"message":"own words"}}';
  fakes.a.always(json(503, own, { "retry-after-ms": "1" }));
  const answer = await ask(chat());
  assert.deepEqual([answer.status, answer.text], [503, own]);
  assert.equal(fakes.a.requests.length, 5);
});

test("fault 26: a 400 passes as it is, once, without a strike; with a key of ours about it too", async (t) => {
  const text = '{"error" : {"message":"caf\\u00e9 \u00e9","param":"n","type":"x","code":1.0}}\n';
  for (const config of [{}, { api_key: "sk-canary-12345678" }]) {
    for (const status of [400, 404, 415, 422]) {
      const world = await worldFor(t, { endpoints: { a: { config }, b: { config } } });
      for (const fake of Object.values(world.fakes))
        fake.always(json(status, text, { "x-own": "1", etag: '"e"' }));
      const answer = await world.ask(chat());
      assert.deepEqual([answer.status, answer.text], [status, text]);
      const length = String(Buffer.byteLength(text));
      assert.deepEqual(
        ["x-own", "etag", "content-length"].map((name) => answer.header(name)),
        ["1", '"e"', length],
      );
      assert.equal(world.fakes.a.requests.length + world.fakes.b.requests.length, 1);
      assert.ok(world.gateway.targets.health.isPristine);
      assert.equal((await world.log.nextSummary()).error, undefined);
    }
  }
});

const TOO_BIG = early(apiError(400, "bad"), "drain");

test("fault 26: an early 400 is one too", async (t) => {
  const { ask, fakes } = await worldFor(t, TWO);
  fakes.a.always(TOO_BIG);
  const answer = await ask(chat());
  assert.deepEqual([answer.status, errorOf(answer).code], [400, "bad"]);
  assert.equal(fakes.b.requests.length, 0);
});

/** Errors that come as 200, with the code they are told by and the status they should have had. */
const HIDDEN: Readonly<Record<string, readonly [Behaviour, string, number]>> = {
  "an error": [errorWith200(), "upstream_server_error", 502],
  "an error as a text": [json(200, '{"error":"model is not loaded"}'), "upstream_server_error", 502],
  "an error in pieces": [
    stream(['{"err', 'or":{"mess', 'age":"x"}}'], { headers: { "content-type": "application/json" } }),
    "upstream_server_error",
    502,
  ],
  "a limit": [json(200, '{"error":{"message":"slow down","code":429}}'), "upstream_rate_limited", 429],
  "a login page": [htmlPage(200), "upstream_bad_response", 502],
  "a page that says it is JSON": [json(200, "<!DOCTYPE html><html></html>"), "upstream_bad_response", 502],
};

for (const [what, [hidden, code, status]] of Object.entries(HIDDEN)) {
  test(`fault 28: ${what} with 200 goes to the next endpoint, for a stream as well`, async (t) => {
    for (const isStream of [false, true]) {
      const { ask, fakes, log } = await worldFor(t, TWO);
      fakes.a.always(hidden);
      fakes.b.always(GOOD);
      const answer = await ask(chat("m", { stream: isStream }));
      assert.equal(answer.text, '{"good":true}');
      assert.equal(answer.header("x-oai-gateway-attempts"), `2; a=${code}; b=ok`);
      assert.equal((await log.nextSummary()).attempts[0]?.outcome, code);
    }
  });

  test(`fault 28: ${what} with 200 of the only endpoint is told as ${status}`, async (t) => {
    const { ask, fakes } = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
    fakes.a.always(hidden);
    const answer = await ask(chat());
    assert.equal(answer.status, status);
    assert.equal(typeof answer.json()["error"], "object");
  });
}

test("fault 28: the caller's own error with 200 passes, with the status it should have had", async (t) => {
  const { ask, fakes } = await worldFor(t, TWO);
  const text = '{"error":{"message":"n must be 1","type":"invalid_request_error","code":400}}';
  fakes.a.always(json(200, text));
  const answer = await ask(chat());
  assert.deepEqual([answer.status, answer.text], [400, text]);
  assert.equal(fakes.b.requests.length, 0);
});

test("fault 28: a stream whose first event is an error goes to the next endpoint while it is held", async (t) => {
  const { ask, fakes } = await worldFor(t, { ...TWO, streams: { hold_first_event: true } });
  const errors = [
    'data: {"error":{"message":"overloaded"}}\n\n',
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"x"}}\n\n',
    ': hello\n\ndata: {"error":{"message":"overloaded"}}\n\n',
  ];
  for (const error of errors) {
    fakes.a.always(stream([error], { end: "never" }));
    fakes.b.always(stream(["data: [DONE]\n\n"]));
    for (let time = 0; time < 2; time += 1)
      assert.equal((await ask(chat("m", { stream: true }))).text, "data: [DONE]\n\n");
  }
});

test("fault 28: answers that speak of errors are answers", async (t) => {
  const { ask, fakes } = await worldFor(t, TWO);
  const answers = [
    '{"error":null,"choices":[]}',
    '{"id":"r","object":"response","error":{"message":"x"},"output":[]}',
    '{"choices":[{"message":{"content":"{\\"error\\":{\\"message\\":\\"x\\"}}"}}]}',
  ];
  for (const text of answers) {
    fakes.a.always(json(200, text));
    fakes.b.always(json(200, text));
    const answer = await ask(chat());
    assert.deepEqual([answer.status, answer.text, answer.header("x-oai-gateway-attempts")], [200, text, "1"]);
  }
});

test("fault 29: JSON for a stream, and a stream for a plain request, pass as they came", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {} } });
  fakes.a.always(json(200, '{"choices":[{"message":{"content":"x"}}]}'));
  const plain = await ask(chat("m", { stream: true }));
  assert.equal(plain.text, '{"choices":[{"message":{"content":"x"}}]}');
  assert.match(plain.header("content-type") ?? "", /^application\/json/);
  const told = events([{ choices: [{ delta: { content: "x" } }] }, "[DONE]"]);
  fakes.a.always(stream(told));
  const streamed = await ask(chat());
  assert.equal(streamed.text, told.join(""));
  assert.match(streamed.header("content-type") ?? "", /^text\/event-stream/);
});

const HUGE = 100 << 20;
const PIECE = Buffer.alloc(64 << 10, "x");

/** An error of 100 MB, and how much of it could be written. */
function hugeError(status: number, type: string): { readonly error: Behaviour; written(): number } {
  let written = 0;
  const error = behaviour(async (exchange) => {
    await exchange.head(status, ["content-type", type, "content-length", String(HUGE)]);
    while (!exchange.isClosed && written < HUGE) {
      await exchange.piece(PIECE);
      written += PIECE.length;
    }
    if (!exchange.isClosed) await exchange.finish();
  });
  return { error, written: () => written };
}

test("fault 31: of a huge error little is read, and its connection is closed", async (t) => {
  for (const status of [429, 500, 503]) {
    for (const type of ["application/json", "text/html", "text/plain"]) {
      for (const names of [["a"], ["a", "b"]]) {
        const endpoints: Record<string, object> = Object.fromEntries(names.map((name) => [name, {}]));
        const { ask, fakes } = await worldFor(t, { endpoints, retries: { attempts: names.length } });
        const { error, written } = hugeError(status, type);
        fakes["a"]?.always(error);
        fakes["b"]?.always(GOOD);
        const answer = await ask(chat());
        assert.equal(answer.status, names.length === 1 ? status : 200);
        assert.ok(answer.text.length < 1_000, answer.text.slice(0, 100));
        const request = await fakes["a"]?.waitForRequest();
        await request?.aborted;
        // What the kernel holds between the two is counted too; it takes some megabytes.
        assert.ok(written() < HUGE / 4, String(written()));
      }
    }
  }
});

test("fault 31: a compressed error that unpacks to very much is not unpacked", async (t) => {
  const { ask, fakes } = await worldFor(t, TWO);
  const bomb = gzipSync(Buffer.alloc(HUGE / 4, " "));
  for (const status of [404, 429]) {
    const fake = body(status, bomb, { "content-type": "application/json", "content-encoding": "gzip" });
    fakes.a.always(fake);
    fakes.b.always(fake);
    const answer = await ask(chat());
    assert.equal(answer.status, status);
    if (status === 404) assert.equal(answer.body.length, bomb.length);
  }
});
