// Faults 175, 176, 178 and 180: errors that are shown. They are counted as they were made, they are never a success, they
// name no model that has not answered, and they repeat no secret.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Gate } from "../../support/condition.ts";
import { apiError, behaviour, body, held, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import * as faults from "../../support/faults.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const DOWN = apiError(503, null);
const TOO_LONG = {
  model: "small",
  error: { message: "too long", type: "t", param: null, code: "context_length_exceeded" },
};

test("fault 175: the only endpoint's own error is told as the attempts that were made, without a success", async (t) => {
  const cases: readonly [number, string, Behaviour][] = [
    [429, "1; a=upstream_rate_limited", apiError(429, "rate_limit_exceeded", { "retry-after": "3000" })],
    [500, `3${"; a=upstream_server_error".repeat(3)}`, apiError(500, null)],
    [503, `3${"; a=upstream_server_error".repeat(3)}`, DOWN],
    [408, `3${"; a=upstream_timeout_status".repeat(3)}`, apiError(408, null)],
    [404, "1; a=upstream_model_missing", apiError(404, "model_not_found")],
    [429, "1; a=upstream_quota_exhausted", apiError(429, "insufficient_quota")],
  ];
  for (const [status, header, failure] of cases) {
    const { ask, fakes, log } = await worldFor(t, { endpoints: { a: {} } }, { clock: new HeldClock() });
    fakes.a.always(failure);
    const answer = await ask(chat());
    assert.deepEqual([answer.status, answer.header("x-oai-gateway-attempts")], [status, header]);
    assert.match(answer.text, /the endpoint says/);
    const { attempts } = await log.nextSummary();
    assert.equal(attempts.length, fakes.a.requests.length);
    assert.equal(answer.header("x-oai-gateway-attempts")?.split("; ").length, attempts.length + 1);
    assert.ok(!attempts.some(({ outcome }) => outcome === "ok"));
  }
});

test("fault 175: the caller's own error after a failover is refused, not ok, and no failure either", async (t) => {
  const { ask, fakes, log } = await worldFor(t, { endpoints: { a: {}, b: {} } });
  fakes.a.always(DOWN);
  fakes.b.always(apiError(422, "invalid_value"));
  const answer = await ask(chat());
  const header = "2; a=upstream_server_error; b=refused";
  assert.deepEqual([answer.status, answer.header("x-oai-gateway-attempts")], [422, header]);
  const { attempts, error } = await log.nextSummary();
  assert.deepEqual(
    [error, attempts.map(({ outcome }) => outcome)],
    [undefined, ["upstream_server_error", "refused"]],
  );
});

test("fault 175: a hedged request tells both attempts as they ended", async (t) => {
  const hedged = { endpoints: { a: {}, b: {} }, routing: { hedge: { after: "20ms" } } };
  const both = await worldFor(t, hedged);
  const gate = new Gate();
  for (const fake of Object.values(both.fakes)) fake.always(held(gate, DOWN));
  const failed = both.ask(chat());
  await both.fakes.b.waitForRequest();
  gate.open(Number.POSITIVE_INFINITY);
  assert.match(
    (await failed).header("x-oai-gateway-attempts") ?? "",
    /^2(?:; [ab]=upstream_server_error){2}$/,
  );

  const refused = await worldFor(t, hedged);
  refused.fakes.a.always(faults.neverAnswer());
  refused.fakes.b.always(apiError(422, "invalid_value"));
  const answer = await refused.ask(chat());
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=lost; b=refused");
});

test("fault 175: a stream that breaks off is no success in the log", async (t) => {
  const { ask, fakes, log } = await worldFor(t, { endpoints: { a: {} } });
  fakes.a.script([stream(["data: {}\n\n"])]);
  await ask(chat("m", { stream: true }));
  const { attempts, error } = await log.nextSummary();
  assert.deepEqual([error, attempts[0]?.outcome], ["upstream_cut_off", "upstream_cut_off"]);
});

/** `small` falls back to `large` where a prompt is too long, and to `other` for anything. */
function chainOf(on: readonly string[], more = {}) {
  return {
    endpoints: {
      s: { fake: { models: ["small"] }, config: more },
      l: { fake: { models: ["large"] } },
    },
    routing: { fallbacks: { small: [{ to: "large", on }] } },
  } as const;
}

test("fault 176: a fallback that cannot be asked has not answered: no header, and the body keeps its model", async (t) => {
  const world = await worldFor(t, chainOf(["context_length"]), { clock: new HeldClock() });
  const limit = apiError(429, null, { "retry-after": "60" });
  world.fakes.l.script([limit, limit]);
  // A second client sees whether the limit holds; after that nobody asks for five seconds.
  for (const seed of [1, 2]) await world.ask(chat("large", { seed }));
  world.fakes.s.always(json(400, TOO_LONG));
  const answer = await world.ask(chat("small"));
  assert.deepEqual([answer.status, answer.json()["model"]], [400, "small"]);
  assert.equal(answer.header("x-oai-gateway-fallback"), undefined);
  assert.equal(answer.header("x-oai-gateway-attempts"), "1; s=upstream_context_length");
  assert.equal(world.fakes.l.requests.length, 2);
});

test("fault 176: a fallback that was asked and failed has not answered either", async (t) => {
  const world = await worldFor(t, { ...chainOf(["any"]), retries: { attempts: 1 } });
  world.fakes.s.always(DOWN);
  world.fakes.l.always(apiError(500, null));
  const answer = await world.ask(chat("small"));
  assert.equal(answer.status, 500);
  assert.equal(answer.header("x-oai-gateway-fallback"), undefined);
  assert.equal(
    answer.header("x-oai-gateway-attempts"),
    "2; s=upstream_server_error; l=upstream_server_error",
  );
  // An answer that breaks off before anything of it was passed on is a failure like any other.
  world.fakes.l.always(faults.cutAfter(GOOD, { of: "body", count: 0, how: "reset" }));
  const broken = await world.ask(chat("small"));
  assert.deepEqual([broken.status, broken.header("x-oai-gateway-fallback")], [502, undefined]);
});

test("fault 176: a fallback that answers is named, its refusals included", async (t) => {
  const world = await worldFor(t, { ...chainOf(["any"]), retries: { attempts: 1 } });
  world.fakes.s.always(DOWN);
  for (const [status, answered] of [
    [200, json(200, { model: "large" })],
    [
      422,
      json(422, { ...TOO_LONG, model: "large", error: { message: "no", type: "t", param: null, code: "c" } }),
    ],
    [400, json(400, { ...TOO_LONG, model: "large" })],
  ] as const) {
    world.fakes.l.always(answered);
    const answer = await world.ask(chat("small"));
    assert.deepEqual([answer.status, answer.json()["model"]], [status, "large"]);
    assert.equal(answer.header("x-oai-gateway-fallback"), "large");
  }
});

const KEY = "sk-endpoint-SECRET/0123456789";

/** Two endpoints with a key; the second one's error is the last. */
async function saidBy(t: Parameters<typeof worldFor>[0], said: Behaviour): Promise<string> {
  const config = { api_key: KEY };
  const { ask, fakes } = await worldFor(t, { endpoints: { a: { config }, b: { config } } });
  fakes.a.always(DOWN);
  fakes.b.always(said);
  const answer = await ask(chat());
  assert.ok(answer.status >= 400);
  return errorOf(answer).message;
}

test("fault 178: the error of several attempts ends in the last endpoint's own words", async (t) => {
  assert.match(
    await saidBy(t, apiError(500, null)),
    /^All 2 attempts failed: .* b said: the endpoint says 500$/,
  );
  const slowly = behaviour(async (exchange) => {
    await exchange.head(500, ["content-type", "application/json"]);
    await exchange.piece('{"error":{"message":"piece');
    await exchange.piece(' by piece"}}');
    await exchange.finish();
  });
  assert.match(await saidBy(t, slowly), / b said: piece by piece$/);
  assert.match(await saidBy(t, body(500, "no JSON at all")), / b said: no JSON at all$/);
  const packed = gzipSync('{"error":{"message":"packed"}}');
  assert.match(await saidBy(t, body(500, packed, { "content-encoding": "gzip" })), / b said: packed$/);
});

test("fault 178: keys, control characters and length: masked, cleaned, bounded; pages and refused keys not at all", async (t) => {
  const message = async (text: string): Promise<string> =>
    (await saidBy(t, json(500, { error: { message: text, type: "t", param: null, code: null } }))).replace(
      /^.* b said: /,
      "",
    );
  for (const key of [KEY, `Bearer ${KEY}`, "sk-somebody-elses-0123456789"]) {
    const told = await message(`Incorrect key ${key} was sent`);
    assert.ok(told.startsWith("Incorrect key ") && told.endsWith(" was sent"), told);
    assert.ok(!told.includes("SECRET") && !told.includes("0123456789"), told);
  }
  assert.equal(
    await message("two\r\nlines\tand\u001b[31mcolour\u202e"),
    "two lines and\\u001b[31mcolour\\u202e",
  );
  const long = await message("é".repeat(10_000));
  assert.equal(long, `${"é".repeat(300)}…`);
  // The cut may not leave the beginning of a key behind, wherever it falls.
  for (const before of [280, 295, 8_000 - 60, 8_192 - 60, 8_192 - 20]) {
    const told = await message(`${" ".repeat(before)}${KEY} `.repeat(2));
    assert.ok(!told.includes("endpoint-S"), told);
  }
  const page = await saidBy(t, faults.htmlPage(500));
  assert.ok(!page.includes(" said: <"), page);
  const refused = await saidBy(t, apiError(401, "invalid_api_key"));
  assert.ok(!refused.includes("the endpoint says 401"), refused);
});

test("fault 178: an error whose body never ends keeps nobody waiting for its words", async (t) => {
  const endless = behaviour(async (exchange) => {
    await exchange.head(500, ["content-type", "application/json"]);
    await exchange.piece('{"error":{"message":"begun');
    await exchange.closed();
  });
  assert.match(await saidBy(t, endless), /^All 2 attempts failed: /);
});

test("fault 180: a DELETE is never passed on to a fallback, whatever its own endpoint says", async (t) => {
  const world = await worldFor(t, { ...chainOf(["any"]), retries: { attempts: 1 } });
  for (const failure of [DOWN, apiError(429, null), apiError(404, "model_not_found"), faults.hangUp()]) {
    world.fakes.s.script([failure]);
    const answer = await world.ask({ method: "DELETE", path: "/v1/models/small" });
    assert.ok(answer.status >= 400, String(answer.status));
  }
  assert.equal(world.fakes.l.requests.length, 0);
});
