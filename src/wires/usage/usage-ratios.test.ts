import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_USAGE } from "../../core/usage.ts";
import { estimated, guessedInput, guessedOutput, UsageRatios } from "./usage-ratios.ts";

function isAbout(actual: number, expected: number): void {
  assert.ok(actual > expected * 0.7 && actual < expected * 1.4, `${actual} is not about ${expected}`);
}

test("what a model's own figures were is what is expected of its next streams", () => {
  const ratios = new UsageRatios();
  const ratio = ratios.of("one/m");
  assert.deepEqual([ratio.isKnown, ratio.inputOf(100), ratio.outputOf(100)], [false, undefined, undefined]);
  ratio.learn(4_000, 30_000, { ...NO_USAGE, input: 1_000, output: 150, reasoning: 50 });
  assert.deepEqual([ratio.isKnown, ratio.inputOf(400), ratio.outputOf(3_000)], [true, 100, 10]);
  for (let count = 0; count < 50; count += 1)
    ratio.learn(4_000, 30_000, { ...NO_USAGE, input: 2_000, output: 200 });
  assert.deepEqual([ratio.inputOf(400), ratio.outputOf(3_000)], [200, 20]);
  assert.equal(ratios.of("one/m"), ratio);
  assert.equal(ratios.of("two/m").isKnown, false);
});

test("nothing is learnt of streams without text, and of none that is too short", () => {
  const ratio = new UsageRatios().of("one/m");
  ratio.learn(100, 10, { ...NO_USAGE, input: 10, output: 1 });
  ratio.learn(100, 10_000, { ...NO_USAGE, input: 10 });
  ratio.learn(0, 10_000, { ...NO_USAGE, input: 10, output: 1 });
  assert.equal(ratio.isKnown, false);
});

test("characters are counted where nothing was learnt, in every API's words", () => {
  const text = "The quick brown fox jumps over the lazy dog. ".repeat(20);
  for (const body of [
    { messages: [{ role: "user", content: text }] },
    { input: text },
    { prompt: text },
    { instructions: text, input: [{ role: "user", content: [{ type: "input_text", text: "x" }] }] },
  ])
    isAbout(guessedInput(Buffer.from(JSON.stringify(body))), 200);
  isAbout(
    guessedInput(Buffer.from(JSON.stringify({ messages: [{ content: "今天天氣很好".repeat(50) }] }))),
    285,
  );
  const picture = { type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(40_000)}` } };
  isAbout(guessedInput(Buffer.from(JSON.stringify({ messages: [{ content: [picture] }] }))), 1_500);
  assert.equal(guessedInput(Buffer.from("no JSON")), 0);
  const events = [
    { choices: [{ delta: { content: text } }] },
    { type: "response.output_text.delta", delta: text },
    { type: "content_block_delta", delta: { type: "text_delta", text } },
  ].map((one) => `data: ${JSON.stringify(one)}\n\n`);
  isAbout(guessedOutput(events.join("")), 600);
});

test("what was told before the end stays, and the estimate says that it is one", () => {
  const told = { ...NO_USAGE, input: 100, cached: 40, output: 1 };
  const guess = { input: 7, output: 30, by: "ratio" } as const;
  const usage = estimated(told, guess);
  assert.deepEqual([usage.input, usage.cached, usage.output, usage.isEstimate], [100, 40, 30, true]);
  const { input, output, estimatedBy } = estimated(undefined, guess);
  assert.deepEqual([input, output, estimatedBy], [7, 30, "ratio"]);
});
