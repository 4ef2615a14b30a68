// The playground in a real browser: answers as they come, beside each other, and how each went.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Gate } from "../support/condition.ts";
import { apiError, events, stream } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { PASSWORD, type World, worldFor } from "./support/world.ts";

const chunk = (delta: unknown, more: object = {}) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "gpt-4o-mini",
  choices: [{ index: 0, delta, finish_reason: null }],
  ...more,
});

const ANSWER = events([
  chunk({ role: "assistant", reasoning_content: "Let me see." }),
  chunk({ content: "The answer " }),
  chunk({ content: "is <b>42</b>." }),
  chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
  chunk({}, { choices: [], usage: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 } }),
  "[DONE]",
]);

/** A gateway whose endpoint has a price. */
async function priced(t: TestContext): Promise<World> {
  const fake = await fakeFor(t, { models: ["gpt-4o-mini", "qwen3:8b"] });
  const price = { input: 1_000, output: 2_000 };
  const world = await worldFor(t, { config: { endpoints: [{ name: "local", base_url: fake.url, price }] } });
  await world.logIn();
  await world.open("/playground");
  return { ...world, fake };
}

test("two models answer beside each other, with their thoughts, tokens and cost", async (t) => {
  const { page, fake, checkAccess } = await priced(t);
  fake.always(stream(ANSWER));
  await checkAccess();
  await page.getByLabel("Question").fill("What is the answer?");
  await page.getByRole("button", { name: "Ask" }).click();
  for (const model of ["gpt-4o-mini", "qwen3:8b"]) {
    const lane = page.locator(".lane", { has: page.getByLabel(`Answer of ${model}`) });
    await lane.getByText("The answer is <b>42</b>.").waitFor();
    await lane.getByText("12 / 5").waitFor();
    await lane.getByText("$0.022").waitFor();
    await lane.getByText("local").waitFor();
    await lane.getByText("Thinking").click();
    await lane.getByText("Let me see.").waitFor();
  }
  await checkAccess();
});

test("an answer is stopped where it is, and what the endpoint refuses is said as it said it", async (t) => {
  const { page, fake, expect } = await priced(t);
  expect(/ 400 /);
  await page.getByRole("combobox", { name: "Model 2" }).fill("");
  const gate = new Gate();
  fake.always(stream(ANSWER, { gate }));
  await page.getByLabel("Question").fill("What is the answer?");
  await page.getByRole("button", { name: "Ask" }).click();
  gate.open(2);
  await page.getByText("The answer", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped.").waitFor();
  gate.open(Number.POSITIVE_INFINITY);
  fake.always(apiError(400, "bad_picture"));
  await page.getByRole("button", { name: "Ask" }).click();
  const alert = page.getByRole("alert");
  await alert.getByText("400", { exact: true }).waitFor();
  await alert.getByText("bad_picture: ").waitFor();
});

test("parameters and pictures go along; a file that is no picture is refused", async (t) => {
  const { page, fake } = await priced(t);
  await page.getByRole("combobox", { name: "Model 2" }).fill("");
  fake.always(stream(ANSWER));
  const file = page.locator("input[type=file]");
  await file.setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
  await page.getByText("a.txt is no PNG").waitFor();
  const pixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  await file.setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: Buffer.from(pixel, "base64") });
  await page.getByRole("button", { name: "Take away dot.png" }).waitFor();
  await page.getByLabel("System text").fill("Be brief.");
  await page.getByLabel("Question").fill("What is this?");
  await page.getByLabel("Temperature").fill("hot");
  await page.getByText("A number from 0 to 2.").waitFor();
  await page.getByLabel("Temperature").fill("0.5");
  await page.getByLabel("Tokens at most").fill("64");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.getByText("The answer is").waitFor();
  const asked = fake.requests.findLast(({ path }) => path.endsWith("/chat/completions"))?.json();
  assert.equal(asked?.["temperature"], 0.5);
  assert.equal(asked?.["max_tokens"], 64);
  assert.deepEqual(asked?.["messages"], [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } },
      ],
    },
  ]);
});

test("a session that ends loses no question", async (t) => {
  const { page, fake, expect } = await priced(t);
  fake.always(stream(ANSWER));
  expect(/ 401 /);
  await page.getByRole("combobox", { name: "Model 2" }).fill("");
  await page.getByLabel("Question").fill("What is the answer?");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Ask" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[type=password]").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Log in" }).click();
  await page.getByText("The answer is").waitFor();
  assert.equal(await page.getByLabel("Question").inputValue(), "What is the answer?");
});

test("on a phone there is one lane", async (t) => {
  const browser = { viewport: { width: 390, height: 800 } };
  const { page, logIn, open, checkAccess } = await worldFor(t, { browser });
  await logIn();
  await open("/playground");
  await page.getByRole("combobox", { name: "Model 1" }).waitFor();
  assert.equal(await page.locator(".lane").count(), 1);
  await checkAccess();
});
