// Streams through the gateway: each piece at once, back-pressure, a client that leaves. Broken ones are in
// `broken-streams.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Gate } from "../support/condition.ts";
import { ANSWER_TEXT } from "../support/fakes/answers.ts";
import { behaviour, events, flat, held, json, manual, stream } from "../support/fakes/behaviours.ts";
import { neverAnswer } from "../support/faults.ts";
import { requestBytes, type Wire, wireFor } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

const STREAM = requestBytes(chat("m", { stream: true }));
const PLAIN = requestBytes(chat());
const ONE = { endpoints: { one: {} }, routing: { model_overrides: { nick: ["one/m"] } } };

test("the head, then each piece, is with the client before the endpoint sends the next", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  // Cut in the middle of a character, of a line end and of `data:`.
  const whole = Buffer.from('data: {"a":"\u{1F600}"}\r\n\r\ndata: {"finish_reason":"stop"}\n\nda');
  const pieces = [
    whole.subarray(0, 13),
    whole.subarray(13, 19),
    whole.subarray(19, 50),
    whole.subarray(50),
    "ta: [DONE]\n\n",
  ];
  const gate = new Gate();
  fakes.one.always(stream(pieces, { gate }));
  const wire = await wireFor(t, port);
  // Where the gateway has to ask for the usage, the beginning of what may be its event is held at the end.
  await wire.send(requestBytes(chat("m", { stream: true, stream_options: { include_usage: true } })));
  const head = await wire.head();
  assert.deepEqual([head.status, head.header("content-type")], [200, "text/event-stream"]);
  assert.equal(head.header("content-length"), undefined);
  for (const piece of pieces) {
    gate.open();
    assert.deepEqual(await wire.piece(), Buffer.from(piece));
  }
  gate.open();
  assert.equal(await wire.piece(), undefined);
});

test("a renamed stream holds nothing back but a name that is cut", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const gate = new Gate();
  fakes.one.always(
    stream(['data: {"model":"m","x":1}\n\ndata: {"id":7', ',"model":"', 'm"}\n\n', "data: [DONE]\n\n"], {
      gate,
    }),
  );
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat("nick", { stream: true })));
  await wire.head();
  for (const expected of [
    'data: {"model":"nick","x":1}\n\ndata: {"id":7',
    ',"model":',
    '"nick"}\n\n',
    "data: [DONE]\n\n",
  ]) {
    gate.open();
    assert.equal((await wire.piece())?.toString(), expected);
  }
});

test("a body of any other type is passed on piece by piece too", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  for (const type of ["audio/mpeg", "application/x-ndjson", "application/octet-stream"]) {
    const gate = new Gate();
    fakes.one.always(stream(["1", "22", "333"], { gate, headers: { "content-type": type } }));
    const wire = await wireFor(t, port);
    await wire.send(PLAIN);
    gate.open();
    assert.equal((await wire.head()).header("content-type"), type);
    assert.equal((await wire.piece())?.toString(), "1");
    gate.open();
    assert.equal((await wire.piece())?.toString(), "22");
    gate.open(2);
    assert.equal((await wire.body()).toString(), "333");
  }
});

test("an event of a megabyte, and a thousand events in one segment, pass as they are", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const large = [...events([{ a: "x".repeat(1 << 20) }]), ...events(["[DONE]"])].join("");
  const many = [...events(Array.from({ length: 1000 }, (_, i) => ({ i }))), ...events(["[DONE]"])].join("");
  for (const text of [large, many]) {
    fakes.one.always(stream([text]));
    assert.equal((await ask(chat("m", { stream: true }))).text, text);
  }
});

test("a stream that the endpoint answers with JSON, and JSON that it answers with a stream, pass", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  fakes.one.script([json(200, '{"a": 1}'), stream(events(["[DONE]"])), json(400, '{"error": 1}')]);
  assert.equal((await ask(chat("m", { stream: true }))).text, '{"a": 1}');
  assert.equal((await ask(chat())).text, "data: [DONE]\n\n");
  const refused = await ask(chat("m", { stream: true }));
  assert.deepEqual([refused.status, refused.text], [400, '{"error": 1}']);
});

test("a client that does not read stops the endpoint; nothing is lost when it reads again", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const piece = Buffer.alloc(64 * 1024, "x");
  const count = 1024;
  // One long comment within a stream: behind a stream's own end there is no time for so much.
  const first = "data: 1\n\n: ";
  const last = "\n\ndata: [DONE]\n\n";
  for (const type of ["text/event-stream", "application/octet-stream"]) {
    let sent = 0;
    const flood = behaviour(async (exchange) => {
      await exchange.head(200, flat({ "content-type": type }));
      await exchange.piece(first);
      for (; sent < count; sent += 1) await exchange.piece(piece);
      await exchange.piece(last);
      await exchange.finish();
    });
    fakes.one.script([flood]);
    const wire = await wireFor(t, port);
    await wire.send(STREAM);
    await wire.head();
    wire.pause();
    await untilStill(() => sent);
    // What the kernel and the gateway hold: far less than the 64 MiB of the answer.
    assert.ok(sent < count / 2, `${sent} of ${count} pieces were taken`);
    wire.resume();
    const body = await wire.body();
    assert.equal(body.length, count * piece.length + Buffer.byteLength(first + last));
    assert.equal(sent, count);
  }
});

test("one slow reader does not slow another", async (t) => {
  const { ask, fakes, port } = await worldFor(t, ONE);
  let sent = 0;
  const flood = behaviour(async (exchange) => {
    await exchange.head(200, flat({ "content-type": "text/event-stream" }));
    for (; sent < 1024; sent += 1) await exchange.piece(Buffer.alloc(64 * 1024, "x"));
  });
  fakes.one.script([flood]);
  const wire = await wireFor(t, port);
  await wire.send(STREAM);
  await wire.head();
  wire.pause();
  await untilStill(() => sent);
  const answer = await ask(chat("m", { stream: true }));
  assert.match(answer.text, new RegExp(ANSWER_TEXT.slice(0, 5)));
});

const LEAVING: readonly (readonly [string, (wire: Wire) => void])[] = [
  ["closes", (wire) => wire.close()],
  ["resets", (wire) => wire.reset()],
  ["closes its side only", (wire) => wire.halfClose()],
];

for (const [how, leave] of LEAVING) {
  test(`a client that ${how} before the first byte: the endpoint is told, no other is asked`, async (t) => {
    for (const request of [STREAM, PLAIN]) {
      const { fakes, port, log } = await worldFor(t, { endpoints: { one: {}, two: {} } });
      fakes.one.always(neverAnswer());
      fakes.two.always(neverAnswer());
      const wire = await wireFor(t, port);
      await wire.send(request);
      const received = await fakes.one.waitForRequest();
      await received.bodyRead;
      leave(wire);
      await received.aborted;
      const summary = await log.nextSummary();
      assert.deepEqual([summary.status, summary.error], [499, "client_closed"]);
      assert.equal(fakes.two.requests.length, 0);
    }
  });

  test(`a client that ${how} in the middle of a stream: the endpoint is told`, async (t) => {
    for (const request of [STREAM, PLAIN]) {
      const { fakes, port, log } = await worldFor(t, ONE);
      const live = manual();
      fakes.one.script([live]);
      const wire = await wireFor(t, port);
      await wire.send(request);
      const exchange = await live.started;
      await exchange.head(200, ["content-type", "text/event-stream"]);
      await exchange.piece("data: {}\n\n");
      await wire.head();
      await wire.readUntil("data: {}\n\n");
      leave(wire);
      await exchange.request.aborted;
      const summary = await log.nextSummary();
      assert.deepEqual([summary.status, summary.error], [499, "client_closed"]);
    }
  });
}

test("a client that leaves while its body is on the way costs no endpoint anything", async (t) => {
  const { fakes, port, log } = await worldFor(t, { endpoints: { one: {}, two: {} } });
  const wire = await wireFor(t, port);
  await wire.send(PLAIN.subarray(0, PLAIN.length - 5));
  wire.close();
  assert.equal((await log.nextSummary()).error, "client_closed");
  assert.equal(fakes.one.requests.length + fakes.two.requests.length, 0);
});

test("a client that leaves with back-pressure on releases the endpoint", async (t) => {
  const { fakes, port, log } = await worldFor(t, ONE);
  let sent = 0;
  const flood = behaviour(async (exchange) => {
    await exchange.head(200, flat({ "content-type": "text/event-stream" }));
    while (!exchange.isClosed) {
      await exchange.piece(Buffer.alloc(64 * 1024, "x"));
      sent += 1;
    }
  });
  fakes.one.script([flood]);
  const wire = await wireFor(t, port);
  await wire.send(STREAM);
  await wire.head();
  wire.pause();
  await untilStill(() => sent);
  wire.close();
  assert.equal((await log.nextSummary()).error, "client_closed");
  await fakes.one.whenOpenConnections(0);
});

test("an endpoint's connection is used again after a stream, and not after an abort", async (t) => {
  const { ask, fakes, port } = await worldFor(t, ONE);
  const before = fakes.one.totalConnections();
  for (let time = 0; time < 3; time += 1) await ask(chat("m", { stream: true }));
  assert.ok(fakes.one.totalConnections() - before <= 1);
  const gate = new Gate();
  fakes.one.script([held(gate, json(200, {}))]);
  const wire = await wireFor(t, port);
  await wire.send(STREAM);
  const request = await fakes.one.waitForRequest(4);
  wire.close();
  await request.aborted;
  gate.open();
  assert.equal((await ask(chat())).status, 200);
});

/** Turns the loop until nothing has moved for many turns: everything that can be written has been. */
async function untilStill(count: () => number): Promise<void> {
  let still = 0;
  for (let last = count(); still < 300; still += 1) {
    await setImmediate();
    if (count() !== last) still = 0;
    last = count();
  }
}
