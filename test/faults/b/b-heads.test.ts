// Faults 14 to 20, 27, 30: answers that do not come, or whose heads are wrong. With a second endpoint the client gets
// its answer, with nothing configured; without one it is told what was wrong, and never gets the broken head.

import assert from "node:assert/strict";
import { test } from "node:test";
import { dryRun } from "../../support/dry-run.ts";
import { body, informational, json } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import {
  cutAfter,
  emptyAnswer,
  garbageStatusLine,
  hugeHead,
  neverAnswer,
  raw,
  redirect,
} from "../../support/faults.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

type Case = readonly [behaviour: Behaviour, code: string];

/** For each: from the other endpoint, for plain requests and streams; alone, 502 in the envelope. */
async function failsOver(
  t: Parameters<typeof worldFor>[0],
  what: string,
  [fault, code]: Case,
): Promise<void> {
  for (const isStream of [false, true]) {
    const two = await worldFor(t, { endpoints: { a: {}, b: {} }, health: { consecutive_failures: 1 } });
    two.fakes.a.always(fault);
    two.fakes.b.always(GOOD);
    const answer = await two.ask(chat("m", { stream: isStream }));
    assert.equal(answer.text, '{"good":true}', what);
    assert.equal(answer.header("x-oai-gateway-attempts"), `2; a=${code}; b=ok`, what);
    assert.ok(!answer.headers.join().includes("x-evil"), what);
    const { attempts } = await two.log.nextSummary();
    assert.deepEqual(
      attempts.map(({ outcome }) => outcome),
      [code, "ok"],
      what,
    );
    assert.equal((await dryRun(two)).skipped["a"], "failing, ejected for now", what);
  }
  const one = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
  one.fakes.a.always(fault);
  const alone = await one.ask(chat());
  assert.deepEqual([alone.status, errorOf(alone).code], [502, code], what);
  assert.ok(!alone.headers.join().includes("x-evil"), what);
  // Whatever framing the endpoint meant, its connection serves nobody else.
  if (code !== "upstream_redirect") await one.fakes.a.whenOpenConnections(0);
}

test("fault 14: an endpoint that takes the request and never answers is left at timeouts.first_byte", async (t) => {
  const config = { timeouts: { first_byte: { plain: "40ms", stream: "80ms" } } };
  for (const isStream of [false, true]) {
    const { ask, fakes, log } = await worldFor(t, { endpoints: { a: { config }, b: {} } });
    fakes.a.always(neverAnswer());
    fakes.b.always(GOOD);
    const answer = await ask(chat("m", { stream: isStream }));
    assert.equal(answer.text, '{"good":true}');
    assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_first_byte_timeout; b=ok");
    const [first] = (await log.nextSummary()).attempts;
    // Each kind of request has its own limit.
    assert.ok((first?.durationMs ?? 0) >= (isStream ? 75 : 38), String(first?.durationMs));
    await fakes.a.requests[0]?.aborted;
  }
});

test("fault 14: where no endpoint is left it is 504", async (t) => {
  const config = { timeouts: { first_byte: "40ms" } };
  const { ask, fakes } = await worldFor(t, { endpoints: { a: { config }, b: { config } } });
  for (const fake of Object.values(fakes)) fake.always(neverAnswer());
  const answer = await ask(chat());
  assert.deepEqual([answer.status, errorOf(answer).code], [504, "upstream_first_byte_timeout"]);
  assert.equal(answer.header("x-should-retry"), "false");
});

test("fault 15: a reset or an end anywhere in the head goes to the next endpoint", async (t) => {
  const head = `${HEAD}content-length: 2\r\n\r\n`;
  for (const how of ["reset", "fin"] as const) {
    for (const count of [1, 9, 15, 30, head.length - 1]) {
      await failsOver(t, `${how} after ${count}`, [
        cutAfter(raw(`${head}{}`), { of: "wire", count, how }),
        "upstream_reset",
      ]);
    }
  }
});

test("fault 15: a reset behind the head of an answer of any kind too, while no byte of it was passed on", async (t) => {
  for (const type of ["application/json", "audio/mpeg", "application/octet-stream"]) {
    const answer = body(200, "0123456789", { "content-type": type });
    await failsOver(t, type, [cutAfter(answer, { of: "body", count: 0, how: "reset" }), "upstream_reset"]);
  }
});

test("fault 16: 1xx answers are skipped, and nothing of them is passed on", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {} } });
  const lists = [
    [100],
    [102],
    [103],
    [100, 100],
    [100, 102, 103, 100],
    Array.from({ length: 20 }, () => 103),
  ];
  for (const statuses of [...lists, Array.from({ length: 20 }, () => 100)]) {
    fakes.a.always(informational(statuses, GOOD));
    const answer = await ask(chat());
    assert.deepEqual([answer.status, answer.text], [200, '{"good":true}']);
    assert.equal(answer.header("x-oai-gateway-attempts"), "1");
    assert.equal(answer.header("link"), undefined);
  }
});

test("fault 16: a connection that skipped some is used again, and skips again", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {} } });
  fakes.a.always(informational([100, 103], GOOD));
  for (let time = 0; time < 3; time += 1) assert.equal((await ask(chat())).text, '{"good":true}');
  assert.equal(new Set(fakes.a.requests.map(({ connection }) => connection)).size, 1);
});

test("fault 16: too many of them are a bad answer, and so is a 101 that nobody asked for", async (t) => {
  for (const status of [100, 102, 103]) {
    const many = Array.from({ length: 1000 }, () => status);
    await failsOver(t, `many ${status}`, [informational(many, GOOD), "upstream_bad_response"]);
  }
  const switching = "HTTP/1.1 101 Switching Protocols\r\n";
  for (const headers of ["", "upgrade: x\r\n", "connection: upgrade\r\nupgrade: websocket\r\n"])
    await failsOver(t, `101 ${headers}`, [raw(`${switching}${headers}\r\n`), "upstream_bad_response"]);
  await failsOver(t, "100, then 101", [informational([100, 101], GOOD), "upstream_bad_response"]);
});

test("fault 17: a head over the limit, in one header or in ten thousand", async (t) => {
  await failsOver(t, "bytes", [hugeHead({ bytes: 100_000 }), "upstream_bad_response"]);
  await failsOver(t, "headers", [hugeHead({ headers: 10_000 }), "upstream_bad_response"]);
});

const BROKEN_HEADS: Readonly<Record<string, string>> = {
  "bare LF everywhere": "HTTP/1.1 200 OK\ncontent-type: application/json\ncontent-length: 2\n\n{}",
  "bare LF in a header": `${HEAD}x-a: b\nx-evil: 1\r\ncontent-length: 2\r\n\r\n{}`,
  "a folded line": `${HEAD}x-a: b\r\n x-evil: 1\r\ncontent-length: 2\r\n\r\n{}`,
  "a NUL": `${HEAD}x-evil: b\u0000c\r\ncontent-length: 2\r\n\r\n{}`,
  "a CR": `${HEAD}x-a: b\rx-evil: 1\r\ncontent-length: 2\r\n\r\n{}`,
  "an escape": `${HEAD}x-evil: \u001b[31m\r\ncontent-length: 2\r\n\r\n{}`,
  "a space in a name": `${HEAD}x evil: b\r\ncontent-length: 2\r\n\r\n{}`,
  "a space before the colon": `${HEAD}x-evil : b\r\ncontent-length: 2\r\n\r\n{}`,
};

for (const [what, head] of Object.entries(BROKEN_HEADS)) {
  test(`fault 18: ${what} in a head is never forwarded`, async (t) => {
    await failsOver(t, what, [raw(head), "upstream_bad_response"]);
  });
}

const LENGTHS: Readonly<Record<string, string>> = {
  "the same length twice": `${HEAD}content-length: 2\r\ncontent-length: 2\r\n\r\n{}`,
  "two lengths": `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
  "a list of lengths": `${HEAD}content-length: 2, 3\r\n\r\n{}`,
  "a length and chunks": `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  "a length below zero": `${HEAD}content-length: -2\r\n\r\n{}`,
  "a length with a sign": `${HEAD}content-length: +2\r\n\r\n{}`,
  "a length beyond all numbers": `${HEAD}content-length: 99999999999999999999999\r\n\r\n{}`,
  "an unknown coding": `${HEAD}transfer-encoding: xchunked\r\n\r\n{}`,
  "a coding behind chunks": `${HEAD}transfer-encoding: chunked, gzip\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
};

for (const [what, answer] of Object.entries(LENGTHS)) {
  test(`fault 19: ${what}: a bad answer, and its connection is closed`, async (t) => {
    await failsOver(t, what, [raw(answer), "upstream_bad_response"]);
  });
}

const NO_HTTP: Readonly<Record<string, Behaviour>> = {
  "another protocol's greeting": garbageStatusLine(),
  "HTTP/0.9": raw('{"good":false}'),
  "HTTP/3.0": raw("HTTP/3.0 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
  "a TLS alert": raw(Buffer.from("15030100020228", "hex")),
  zeros: raw(Buffer.alloc(1_000)),
  "a status of two digits": raw("HTTP/1.1 20 OK\r\ncontent-length: 2\r\n\r\n{}"),
  "a status of four digits": raw("HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\n{}"),
  "a status beyond all classes": raw(`${HEAD.replace("200", "799")}content-length: 2\r\n\r\n{}`),
};

for (const [what, behaviour] of Object.entries(NO_HTTP)) {
  test(`fault 20: ${what} in place of an answer goes to the next endpoint`, async (t) => {
    await failsOver(t, what, [behaviour, "upstream_bad_response"]);
  });
}

test("fault 27: redirects are not followed, wherever they lead", async (t) => {
  const { fakes } = await worldFor(t, { endpoints: { a: {}, trap: {} } });
  for (const status of [301, 302, 303, 307, 308]) {
    for (const location of [fakes.trap.url, "http://169.254.169.254/latest/meta-data", "/v1/elsewhere"]) {
      await failsOver(t, `${status} ${location}`, [redirect(location, status), "upstream_redirect"]);
    }
  }
  assert.equal(fakes.trap.requests.length, 0);
});

test("fault 27: the error says that there was a redirect, and not where to", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
  fakes.a.always(redirect("http://169.254.169.254/secret"));
  const answer = await ask(chat());
  assert.match(errorOf(answer).message, /^a: upstream_redirect \(302\)\. .*redirect/);
  assert.ok(!(answer.text + answer.headers.join()).includes("169.254"));
});

test("fault 30: 204, and bodies of nothing by every framing, go to the next endpoint", async (t) => {
  const empty: Readonly<Record<string, Behaviour>> = {
    "204": emptyAnswer(204),
    "length 0": emptyAnswer(200),
    "no chunk": raw(`${HEAD}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
    "a close": raw(`${HEAD}\r\n`),
    "no sound": body(200, "", { "content-type": "audio/mpeg" }),
    "no event": raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 0\r\n\r\n"),
  };
  for (const [what, behaviour] of Object.entries(empty)) {
    const { ask, fakes, log } = await worldFor(t, { endpoints: { a: {}, b: {} } });
    fakes.a.always(behaviour);
    fakes.b.always(GOOD);
    const answer = await ask(chat());
    assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_bad_response; b=ok", what);
    assert.equal((await log.nextSummary()).attempts.length, 2, what);
    fakes.b.always(behaviour);
    assert.deepEqual(
      [(await ask(chat())).status, errorOf(await ask(chat())).code],
      [502, "upstream_bad_response"],
    );
  }
});
