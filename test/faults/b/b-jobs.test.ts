// Fault 177: requests that start a job whose receipt is lost. They are sent once, and nobody is told to send them again;
// what was refused, or was never sent, is still taken to another endpoint.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Gate } from "../../support/condition.ts";
import { apiError, closeOnReuse, held, json } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import * as faults from "../../support/faults.ts";
import { HeldClock } from "../../support/held-clock.ts";
import type { Answer, WireRequest } from "../../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"id":"job"}');
const JOBS: Readonly<Record<string, WireRequest>> = {
  "a video": { path: "/v1/videos", body: { model: "m", prompt: "p" } },
  "a fine-tuning": { path: "/v1/fine_tuning/jobs", body: { model: "m", suffix: "mine" } },
  "a response in the background": {
    path: "/v1/responses",
    body: { model: "m", input: "hi", background: true },
  },
  "a path that nobody knows": { path: "/v1/some/work", body: { model: "m" } },
};

function submitted(world: World<string>): number {
  return Object.values(world.fakes).reduce((sum, fake) => sum + fake.requests.length, 0);
}

const SILENCE = "no answer in time";
const LIMIT_MS = 30;

const LOST: Readonly<Record<string, Behaviour>> = {
  "a reset": faults.hangUp("reset"),
  "an end": faults.hangUp("fin"),
  "a reset in the head": faults.resetInHeaders(),
  "no HTTP": faults.garbageStatusLine(),
  "a cut before the first byte of the body": faults.cutAfter(GOOD, { of: "body", count: 0, how: "reset" }),
  "a page with 200": faults.htmlPage(200),
  "a good head without a body": faults.emptyAnswer(200),
  [SILENCE]: faults.neverAnswer(),
  "504 of a proxy": apiError(504, null),
  "502 of a proxy": apiError(502, null),
};

/** The answer after the limit for the first byte, which passes once the endpoint has the request, and not before. */
async function givenUp(world: World<string>, job: WireRequest, clock: HeldClock): Promise<Answer> {
  const answer = world.ask(job);
  await world.fakes["a"]?.waitForRequest();
  const turns = new AbortController();
  const settled = answer.finally(() => turns.abort());
  while (!turns.signal.aborted) {
    clock.advance(LIMIT_MS);
    await nextTurn();
  }
  return settled;
}

for (const [what, job] of Object.entries(JOBS)) {
  test(`fault 177: ${what} whose receipt is lost is not sent again, to no endpoint and to no fallback`, async (t) => {
    for (const [how, loss] of Object.entries(LOST)) {
      for (const names of [["a"], ["a", "b", "c"]]) {
        const config = { timeouts: { first_byte: `${LIMIT_MS}ms` } };
        const endpoints: Record<string, object> = Object.fromEntries(names.map((name) => [name, { config }]));
        const spare = { fake: { models: ["other"] } };
        const clock = new HeldClock();
        const routing = { fallbacks: { m: [{ to: "other", on: ["any"] }] } };
        const world = await worldFor<string>(t, { endpoints: { ...endpoints, spare }, routing }, { clock });
        for (const fake of Object.values(world.fakes)) fake.always(loss);
        const answer = how === SILENCE ? await givenUp(world, job, clock) : await world.ask(job);
        assert.ok(answer.status >= 500, `${how}: ${answer.status}`);
        assert.equal(submitted(world), 1, how);
        assert.equal(answer.header("x-should-retry"), "false", how);
        assert.match(answer.header("x-oai-gateway-attempts") ?? "", /^1; a=upstream_\w+$/);
      }
    }
  });

  test(`fault 177: ${what} that was refused, or never sent, is taken to another endpoint`, async (t) => {
    for (const status of [429, 503, 500, 401, 402, 408]) {
      const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
      world.fakes.a.always(apiError(status, null));
      world.fakes.b.always(GOOD);
      assert.equal((await world.ask(job)).text, '{"id":"job"}', String(status));
    }
    const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
    world.fakes.b.always(GOOD);
    await world.fakes.a.close();
    assert.equal((await world.ask(job)).text, '{"id":"job"}');
  });

  test(`fault 177: ${what} never uses a connection that the endpoint may have closed in passing`, async (t) => {
    const world = await worldFor(t, { endpoints: { a: {} } });
    world.fakes.a.always(closeOnReuse(GOOD));
    for (let sent = 0; sent < 4; sent += 1) assert.equal((await world.ask(job)).text, '{"id":"job"}');
    assert.equal(submitted(world), 4);
  });

  test(`fault 177: ${what} is not hedged`, async (t) => {
    const world = await worldFor(t, { endpoints: { a: {}, b: {} }, routing: { hedge: { after: "5ms" } } });
    const gate = new Gate();
    for (const fake of Object.values(world.fakes)) fake.always(held(gate, GOOD));
    const submission = world.ask(job);
    await world.fakes.a.waitForRequest();
    // An answer in itself that comes later is hedged: by then the job would have been too.
    const hedged = world.ask(chat());
    await world.fakes.a.waitForRequest(2);
    await world.fakes.b.waitForRequest(1);
    gate.open(Number.POSITIVE_INFINITY);
    assert.equal((await submission).text, '{"id":"job"}');
    await hedged;
    const jobs = [...world.fakes.a.requests, ...world.fakes.b.requests].filter(
      ({ body }) => !body.includes("messages"),
    );
    assert.equal(jobs.length, 1);
  });
}

test("fault 177: the error says why it was not sent again", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
  for (const fake of Object.values(world.fakes)) fake.always(faults.hangUp());
  const { code, message } = errorOf(await world.ask(JOBS["a video"] ?? ""));
  assert.equal(code, "upstream_reset");
  assert.match(message, /may have been accepted: it was not sent again/);
});

test("fault 177: answers in themselves are asked again elsewhere, also those that speak of the background", async (t) => {
  const asked: readonly WireRequest[] = [
    chat(),
    { path: "/v1/responses", body: { model: "m", input: "hi", background: false } },
    { path: "/v1/responses", body: { model: "m", input: '"background": true', text: { background: null } } },
    { path: "/v1/images/generations", body: { model: "m", prompt: "p" } },
    { path: "/v1/embeddings", body: { model: "m", input: "p" } },
  ];
  for (const request of asked) {
    const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
    world.fakes.a.always(faults.hangUp());
    world.fakes.b.always(GOOD);
    assert.equal((await world.ask(request)).text, '{"id":"job"}', request.path);
  }
});

test("fault 215: a response in the background is one in whatever spelling", async (t) => {
  const spaces = " \n".repeat(200);
  for (const member of [
    `"background"${spaces}:${spaces}true`,
    '"\\u0062ackground":true',
    '"b\\u0061ckground": true',
    `"${[..."background"].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join("")}":true`,
    '"\\u0062\\u0061ckgroun\\u0064":\ttrue',
    '"background":false,"background":true',
    '"x":"\\u0061","\\u0062ackground":true',
  ]) {
    const body = `{"model":"m","input":"hi",${member}}`;
    const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
    for (const fake of Object.values(world.fakes)) fake.always(faults.hangUp());
    const job = { path: "/v1/responses", headers: { "content-type": "application/json" }, body };
    assert.equal(errorOf(await world.ask(job)).code, "upstream_reset");
    assert.equal(submitted(world), 1, member);
  }
  const text = "\\u0062ackground true ".repeat(20_000);
  for (const member of [
    `"input":"${text}"`,
    '"input":"\\"\\\\u0062ackground\\":true"',
    '"\\u0062ackgrounds":true',
    '"\\u0062ackground":false',
    '"\\u0061":"background"',
  ]) {
    const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
    world.fakes.a.always(faults.hangUp());
    world.fakes.b.always(GOOD);
    const headers = { "content-type": "application/json" };
    const answer = await world.ask({ path: "/v1/responses", headers, body: `{"model":"m",${member}}` });
    assert.equal(answer.text, '{"id":"job"}', member.slice(0, 60));
  }
});
