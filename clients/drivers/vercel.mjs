// The package `ai` of npm with one of its providers: `node vercel.mjs openai|compatible|anthropic`.

import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, embedMany, generateObject, generateText, isStepCount, streamText, tool } from "ai";
import { z } from "zod";
import {
  ANSWER,
  ASKS,
  check,
  checkUnlessChats,
  equal,
  FAREWELL,
  GREETING,
  KEY,
  LEAVES,
  model,
  url,
  way,
} from "./check.mjs";

const baseURL = `${url}/v1`;
const provider = {
  openai: () => createOpenAI({ baseURL, apiKey: KEY }),
  compatible: () =>
    createOpenAICompatible({ name: "gateway", baseURL, apiKey: KEY, supportsStructuredOutputs: true }),
  anthropic: () => createAnthropic({ baseURL, apiKey: KEY }),
}[process.argv[2]]();
const ask = { model: provider(model), maxRetries: 0 };

await check("plain", async () => equal((await generateText({ ...ask, prompt: "Hi." })).text, GREETING));
await check("async", async () => {
  const asked = Array.from({ length: 5 }, () => generateText({ ...ask, prompt: "Hi." }));
  for (const { text } of await Promise.all(asked)) equal(text, GREETING);
});
await check("stream", async () => {
  let text = "";
  for await (const piece of streamText({ ...ask, prompt: "Hi." }).textStream) text += piece;
  equal(text, GREETING);
});
await check("raw", async () => {
  const { response } = await generateText({ ...ask, prompt: "Hi." });
  equal(typeof response.headers["x-request-id"], "string");
});
await check("tools", async () => {
  const weather = tool({
    description: "Tells the weather.",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `rain in ${city}`,
  });
  // Otherwise it refers to items of earlier answers, which an endpoint of chats does not keep.
  const isStoreless = process.argv[2] === "openai" && way === "chats";
  const usual = {
    ...ask,
    tools: { weather },
    ...(isStoreless ? { providerOptions: { openai: { store: false } } } : {}),
  };
  const history = [{ role: "user", content: ASKS }];
  const first = streamText({ ...usual, messages: history, stopWhen: isStepCount(3) });
  equal(await first.text, ANSWER);
  history.push(...(await first.responseMessages), { role: "user", content: LEAVES });
  equal(await streamText({ ...usual, messages: history }).text, FAREWELL);
  return isStoreless ? "storeless" : undefined;
});
await check("parse", async () => {
  const schema = z.object({ city: z.string(), isWet: z.boolean() });
  const { object } = await generateObject({ ...ask, schema, prompt: "Hi." });
  equal(JSON.stringify(object), '{"city":"Taipei","isWet":false}');
});
await check("errors", async () => {
  const failure = await generateText({ ...ask, model: provider("nobody-has-it"), prompt: "Hi." }).catch(
    (error) => error,
  );
  equal(APICallError.isInstance(failure), true);
  equal(failure.statusCode, 404);
});
if (process.argv[2] !== "anthropic")
  await checkUnlessChats("embeddings", async () => {
    const made = provider.embeddingModel ?? provider.textEmbeddingModel;
    try {
      const { embeddings } = await embedMany({ model: made(model), values: ["a", "b"], maxRetries: 0 });
      equal(embeddings[1][2], 1);
    } catch (error) {
      // The package's own word for it.
      error.status = error.statusCode;
      throw error;
    }
  });
process.exit();
