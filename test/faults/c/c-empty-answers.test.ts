// Fault 363: an answer that breaks off before anything of it was passed on, although its head was taken.

import assert from "node:assert/strict";
import { test } from "node:test";
import { behaviour } from "../../support/fakes/behaviours.ts";
import type { WireRequest } from "../../support/wire.ts";
import { worldFor } from "../../support/world.ts";

const BODY = { model: "m", input: "say this", voice: "alloy" };
const SPEECH: WireRequest = { path: "/v1/audio/speech", body: BODY };
const HEAD = ["content-type", "audio/mpeg", "content-length"];

const BREAKS = {
  "ends behind its head": behaviour(async (exchange) => {
    await exchange.head(200, [...HEAD, "0"]);
    await exchange.finish();
  }),
  "breaks off behind its head": behaviour(async (exchange) => {
    await exchange.head(200, [...HEAD, "100"]);
    exchange.reset();
  }),
};

for (const [what, broken] of Object.entries(BREAKS)) {
  test(`fault 363: an answer that ${what}: the next endpoint gets the whole request`, async (t) => {
    const { fakes, ask } = await worldFor(t, { endpoints: { one: {}, two: {} } });
    fakes.one.always(broken);
    for (let sent = 0; sent < 2; sent += 1) assert.equal((await ask(SPEECH)).status, 200);
    assert.equal(fakes.one.requests.length, 1);
    assert.deepEqual(
      fakes.two.requests.map(({ body }) => JSON.parse(String(body))),
      [BODY, BODY],
    );
  });
}
