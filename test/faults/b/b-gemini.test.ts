// Fault 358: answers for clients of Gemini's that cannot be said in their words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { json } from "../../support/fakes/behaviours.ts";
import { generate, googleErrorOf } from "../../support/gemini-world.ts";
import { COMPLETION } from "../../support/two-apis.ts";
import { worldFor } from "../../support/world.ts";

function calling(name: string, given: string): object {
  const tool_calls = [{ id: "c", type: "function", function: { name, arguments: given } }];
  const message = { role: "assistant", content: "So:", tool_calls };
  return { ...COMPLETION, choices: [{ index: 0, message, finish_reason: "tool_calls" }] };
}

test("fault 358: what is no answer is asked for at the next endpoint", async (t) => {
  for (const bad of [[], { choices: [] }, { choices: [{}] }, { hello: 1 }, calling("", "{}")]) {
    const { ask, fakes } = await worldFor(t, { endpoints: { one: {}, two: {} } });
    fakes.one.always(json(200, bad));
    fakes.two.always(json(200, COMPLETION));
    const answers = [await ask(generate()), await ask(generate())];
    for (const { status, text } of answers) assert.deepEqual([status, /Hello/.test(text)], [200, true]);
    fakes.two.always(json(200, bad));
    const failed = await ask(generate());
    assert.ok(failed.status >= 502);
    assert.equal(googleErrorOf(failed).status, "UNAVAILABLE");
  }
});

test("fault 358: arguments that are no JSON object are left out, and said to be", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  for (const given of ["{", "[]", "7", '"x"']) {
    fakes.one.always(json(200, calling("f", given)));
    const [candidate] = (await ask(generate())).json()["candidates"] as readonly Record<string, unknown>[];
    assert.equal(candidate?.["finishReason"], "MALFORMED_FUNCTION_CALL");
    assert.deepEqual(candidate?.["content"], { parts: [{ text: "So:" }], role: "model" });
  }
});
