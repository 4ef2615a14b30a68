// Faults 211 and 212: answers that are made, or happen, to be slow to read. What is quadratic or worse would not end
// within the life of a test.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutQuotes } from "../../src/routing/quotes.ts";
import { apiError, body } from "../support/behaviours.ts";
import { chat, errorOf, worldFor } from "../support/world.ts";

const STREAM = chat("m", { stream: true });
const ANSWER =
  'data: {"model":"m","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}\n\n';

test("fault 211: hundreds of comments before an unlabelled stream are read once", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  for (const comment of [":\n\n", ": ping\n\n", ":\r\n\r\n", ":\n\n\n\n\n", ":\r\r \r\r"]) {
    for (const text of [
      `${comment.repeat(100)}${ANSWER}data: [DONE]\n\n`,
      `${comment.repeat(25)}nothing of a stream`,
    ]) {
      fakes.one.always(body(200, text, { "content-type": "text/plain" }));
      assert.equal((await ask(STREAM)).text, text);
    }
  }
});

test("fault 212: an error with quotation marks that nothing closes is read once", async (t) => {
  const opening = ["`", '"', "“", "‘", "「", "『", "[", " '", "a'", "[“「"];
  for (const quote of opening) {
    const text = withoutQuotes(`${quote.repeat(200_000)}x`);
    assert.equal(text.endsWith("x"), true);
  }
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  for (const quote of opening) {
    fakes.one.always(apiError(400, `${quote.repeat(2_000)} is no role`));
    assert.equal(errorOf(await ask(chat())).code, `${quote.repeat(2_000)} is no role`);
  }
});

test("fault 212: what stands between the first and the last quotation mark is left out", () => {
  for (const [message, left] of [
    ['No model "a" or "b" here', "No model   here"],
    ["'a' is no 'b', and don't", " , and don't"],
    ["“a 「b” c」 d", "  c」 d"],
    ["[x] (y)", "  (y)"],
    ["no end 'x", "no end 'x"],
    ["", ""],
  ] as const)
    assert.equal(withoutQuotes(message), left);
});
