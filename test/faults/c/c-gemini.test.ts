// Fault 355: streams that are told in Gemini's words, and go wrong.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { events, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { cutAfter } from "../../support/faults.ts";
import { type GoogleError, generateStream } from "../../support/gemini-world.ts";
import { chunk } from "../../support/two-apis.ts";
import { sse } from "../../support/wire.ts";
import { worldFor } from "../../support/world.ts";

const SECRET = "sk-canary-12345678";
const TEXT = chunk({ role: "assistant", content: "Hel" });

/** The error that a client is told last, the same whichever form of stream it asks for. */
async function failureOf(t: TestContext, answer: Behaviour): Promise<GoogleError> {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { api_key: SECRET } } } });
  fakes.one.always(answer);
  const told = sse((await ask(generateStream())).text).map(({ data }) => JSON.parse(data));
  const listed = await ask(generateStream(true));
  assert.deepEqual(JSON.parse(listed.text), told);
  assert.doesNotMatch(listed.text, /finishReason|sk-canary/);
  assert.match(listed.text, /"Hel"/);
  return told.at(-1)?.error;
}

test("fault 355: a chat that is cut, or ends without its end", async (t) => {
  for (const answer of [
    stream(events([TEXT])),
    cutAfter(stream(events([TEXT]), { end: "never" }), { of: "pieces", count: 1, how: "reset" }),
  ])
    assert.equal((await failureOf(t, answer)).status, "UNAVAILABLE");
});

test("fault 355: an error in it, alone or beside its choices, is told with its words and without a key", async (t) => {
  const alone = { error: { message: `Too many. ${SECRET}`, code: 429 } };
  assert.match((await failureOf(t, stream(events([TEXT, alone])))).message, /^Too many\. /);
  const beside = {
    ...Object(chunk({ content: "" }, "error")),
    error: { code: 502, message: "Provider gone" },
  };
  assert.equal((await failureOf(t, stream(events([TEXT, beside])))).message, "Provider gone");
});

test("fault 355: events that are none, and a call without a name", async (t) => {
  const nameless = chunk({ tool_calls: [{ index: 0, function: { arguments: "{}" } }] });
  for (const last of ["{", "7", nameless])
    assert.equal((await failureOf(t, stream(events([TEXT, last, chunk({}, "stop"), "[DONE]"])))).code, 502);
});

test("fault 355: a silent stretch and an endpoint's comments are no comments to the client", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} }, streams: { keep_alive: "1s" } });
  const pieces = [": busy\n\n", ...events([TEXT]), ": busy\n", ...events([chunk({}, "stop"), "[DONE]"])];
  fakes.one.always(stream(pieces));
  const { text } = await ask(generateStream());
  for (const event of text.split("\n\n").slice(0, -1)) assert.match(event, /^data: \{.*\}$/);
});
