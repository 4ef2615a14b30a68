// An endpoint that begins every answer well and breaks it off: its good heads must not hide it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../support/fakes/behaviours.ts";
import { cutAfter } from "../support/faults.ts";
import { chat, worldFor } from "../support/world.ts";

const PIECE = 'data: {"id":"c","choices":[{"delta":{"content":"x"}}]}\n\n';

test("an endpoint that cuts every stream is ejected after three in a row", async (t) => {
  const { ask, fakes, gateway } = await worldFor(t, { endpoints: { a: {}, b: { config: { weight: 0 } } } });
  fakes.a.always(cutAfter(stream([PIECE, PIECE]), { of: "pieces", count: 1, how: "reset" }));
  for (let time = 1; time <= 3; time += 1) {
    assert.match((await ask(chat("m", { stream: true }))).text, /upstream_cut_off/);
    const skipped = gateway.plan("m")?.candidates[0]?.skipped;
    assert.equal(skipped === null, time < 3, `after ${time}: ${skipped}`);
  }
  const answer = await ask(chat("m", { stream: true }));
  assert.equal(answer.header("x-oai-gateway-endpoint"), "b");
});

test("whole answers in between keep it in use", async (t) => {
  const { ask, fakes, gateway } = await worldFor(t, { endpoints: { a: {}, b: { config: { weight: 0 } } } });
  const cut = cutAfter(stream([PIECE, PIECE]), { of: "pieces", count: 1, how: "reset" });
  const whole = stream([PIECE, "data: [DONE]\n\n"]);
  fakes.a.script([cut, cut, whole, cut, cut, whole]);
  for (let time = 1; time <= 6; time += 1) await ask(chat("m", { stream: true }));
  assert.equal(gateway.plan("m")?.candidates[0]?.skipped, null);
});
