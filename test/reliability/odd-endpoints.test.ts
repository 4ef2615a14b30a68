// Endpoints that are odd on the wire but can be lived with: early answers, interim answers, bytes nobody asked for,
// error pages without end. Failures proper are in `failover.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError, early, informational, json, stream } from "../support/fakes/behaviours.ts";
import { endless, hugeHead, thenUnsolicited } from "../support/faults.ts";
import { chat, errorOf, worldFor } from "../support/world.ts";

const GOOD = json(200, '{"good":true}');
const BIG = { ...chat(), body: `{"model":"m","a":"${"x".repeat(8 << 20)}"}` };

test("an endpoint that answers before it has read the request: its answer is delivered", async (t) => {
  for (const afterwards of ["drain", "close"] as const) {
    const { ask, fakes } = await worldFor(t, { endpoints: { a: {}, b: {} } });
    fakes.a.script([early(apiError(422, "too_big"), afterwards)]);
    const answer = await ask(BIG);
    assert.deepEqual([answer.status, errorOf(answer).code], [422, "too_big"]);
    for (let time = 0; time < 4; time += 1) assert.equal((await ask(BIG)).status, 200);
  }
});

test("interim answers are skipped, but not without end", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {}, b: {} } });
  fakes.a.script([informational([102, 103, 103], GOOD)]);
  const answer = await ask(chat());
  assert.deepEqual([answer.status, answer.text], [200, '{"good":true}']);
  assert.equal(answer.header("link"), undefined);
  await ask(chat());
  fakes.a.always(
    informational(
      Array.from({ length: 1000 }, () => 103),
      GOOD,
    ),
  );
  assert.equal((await ask(chat())).header("x-oai-gateway-attempts"), "2; a=upstream_bad_response; b=ok");
});

test("bytes that nobody asked for never become another client's answer", async (t) => {
  const forged = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nFORGED";
  for (const bytes of [forged, "garbage", "\r\n"]) {
    const { ask, fakes } = await worldFor(t, { endpoints: { a: {} } });
    fakes.a.always(thenUnsolicited(GOOD, bytes));
    for (let time = 0; time < 5; time += 1) {
      const answer = await ask(chat());
      assert.deepEqual([answer.status, answer.text], [200, '{"good":true}']);
    }
  }
});

test("an error page without end is left after a little of it", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {}, b: {} } });
  fakes.a.always(endless("x".repeat(10_000), 503, { "content-type": "text/plain" }));
  const answer = await ask(chat());
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_server_error; b=ok");
  await fakes.a.requests[0]?.aborted;
});

test("a head of many headers passes up to a bound", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {}, b: {} } });
  fakes.a.script([hugeHead({ headers: 500 })]);
  const answer = await ask(chat());
  assert.deepEqual([answer.header("x-499"), answer.header("x-oai-gateway-attempts")], ["v", "1"]);
  await ask(chat());
  fakes.a.always(hugeHead({ headers: 20_000 }));
  assert.equal((await ask(chat())).header("x-oai-gateway-endpoint"), "b");
});

test("an endpoint that closes after each answer, or speaks without framing, serves all the same", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {} } });
  const type = { "content-type": "application/json" };
  for (const answer of [
    json(200, "{}", { connection: "close" }),
    stream(["{", "}"], { end: "close", headers: type }),
    stream(["{}"], { end: "length", headers: type }),
  ]) {
    fakes.a.always(answer);
    for (let time = 0; time < 3; time += 1) assert.equal((await ask(chat())).text, "{}");
  }
});
