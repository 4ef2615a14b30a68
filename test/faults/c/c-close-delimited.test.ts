// Faults 139 and 140: answers that nothing but the end of the connection ends. A reset is no end, and JSON whose
// brackets are open is not over.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { behaviour } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { cutShort, requestBytes, wireFor } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const ANSWER = JSON.stringify({ id: "x", model: "inner", choices: [{ text: "a".repeat(400) }] });
const RENAMED = { routing: { model_overrides: { nick: ["a/inner"] } } };

/** A head without length and chunks, these bytes, and an end. */
function closeDelimited(headers: readonly string[], bytes: Buffer, how: "reset" | "fin"): Behaviour {
  return behaviour(async (exchange) => {
    await exchange.head(200, headers, "close");
    await exchange.raw(bytes);
    if (how === "reset") exchange.reset();
    else exchange.fin();
  });
}

const JSON_TYPE = ["content-type", "application/json"];
const BODIES: Readonly<Record<string, readonly [headers: readonly string[], bytes: Buffer]>> = {
  plain: [JSON_TYPE, Buffer.from(ANSWER)],
  gzip: [[...JSON_TYPE, "content-encoding", "gzip"], gzipSync(ANSWER)],
  audio: [["content-type", "audio/mpeg"], Buffer.alloc(300, 1)],
  "a packed stream": [
    ["content-type", "text/event-stream", "content-encoding", "gzip"],
    gzipSync("data: {}\n\ndata: [DONE]\n\n"),
  ],
};

/** Asks and gives what arrived before the connection was cut; fails where the answer looks whole. */
async function brokenAnswer(t: TestContext, fault: Behaviour, isRenamed: boolean): Promise<string> {
  const config = { models: ["m", "inner"] };
  const renamed = isRenamed ? RENAMED : {};
  const world = await worldFor(t, { endpoints: { a: { config } }, retries: { attempts: 1 }, ...renamed });
  world.fakes.a.always(fault);
  const wire = await wireFor(t, world.port);
  await wire.send(requestBytes(chat(isRenamed ? "nick" : "m")));
  const { status } = await wire.head();
  // A reset that overtakes the bytes before it: nothing was passed on, and the request failed as a whole.
  if (status === 502) return "";
  const received = await cutShort(wire.body());
  const { error } = await world.log.nextSummary();
  assert.equal(error, "upstream_cut_off");
  return received.toString();
}

for (const [what, [headers, bytes]] of Object.entries(BODIES)) {
  for (const isRenamed of [false, true]) {
    const name = isRenamed ? `${what}, renamed` : what;
    test(`fault 139: ${name}: a reset in place of the end is seen by the client`, async (t) => {
      for (const count of [100, bytes.length]) {
        const fault = closeDelimited(headers, bytes.subarray(0, count), "reset");
        await brokenAnswer(t, fault, isRenamed);
      }
    });
  }
}

test("fault 139: the same answer that ends in order is whole, and its length is not asked for", async (t) => {
  for (const [what, [headers, bytes]] of Object.entries(BODIES)) {
    const world = await worldFor(t, { endpoints: { a: {} } });
    world.fakes.a.always(closeDelimited(headers, bytes, "fin"));
    const answer = await world.ask(chat());
    assert.deepEqual([answer.status, answer.body], [200, bytes], what);
    assert.equal((await world.log.nextSummary()).error, undefined, what);
  }
});

for (const isRenamed of [false, true]) {
  test(`fault 140: JSON with open brackets at the connection's end was cut${isRenamed ? ", renamed too" : ""}`, async (t) => {
    for (const count of [20, 100, ANSWER.length - 1]) {
      const fault = closeDelimited(JSON_TYPE, Buffer.from(ANSWER).subarray(0, count), "fin");
      await brokenAnswer(t, fault, isRenamed);
    }
  });
}

test("fault 140: while nothing of it was passed on, another endpoint answers", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} }, retries: { on_empty_answer: true } });
  world.fakes.a.always(closeDelimited(JSON_TYPE, Buffer.from('{"id":"x","choices":[{'), "fin"));
  world.fakes.b.always(closeDelimited(JSON_TYPE, Buffer.from(ANSWER), "fin"));
  const answer = await world.ask(chat());
  assert.equal(answer.text, ANSWER);
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_reset; b=ok");
});

test("fault 140: an error keeps its status, however its body ends", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
  world.fakes.a.always(
    behaviour(async (exchange) => {
      await exchange.head(400, JSON_TYPE, "close");
      await exchange.raw('{"error":{"message":"bad');
      exchange.fin();
    }),
  );
  assert.equal((await world.ask(chat())).status, 400);
});
