// The package `@google/genai` of npm, by all that the table asks of it.

import { ApiError, GoogleGenAI } from "@google/genai";
import { ASKS, check, equal, GREETING, KEY, LEAVES, model, url, WEATHER } from "./check.mjs";

const genai = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: url, retryOptions: { attempts: 1 } } });
const usual = { model, contents: "Hi." };

await check("models", async () => {
  const names = [];
  for await (const one of await genai.models.list()) names.push(one.name);
  equal(
    names.some((name) => name.endsWith(model)),
    true,
  );
});
await check("plain", async () => {
  const answer = await genai.models.generateContent(usual);
  equal(answer.text, GREETING);
  equal(answer.usageMetadata.totalTokenCount, 25);
});
await check("async", async () => {
  const asked = Array.from({ length: 5 }, () => genai.models.generateContent(usual));
  for (const answer of await Promise.all(asked)) equal(answer.text, GREETING);
});
await check("stream", async () => {
  let text = "";
  for await (const piece of await genai.models.generateContentStream(usual)) text += piece.text ?? "";
  equal(text, GREETING);
});
await check("tools", async () => {
  const config = {
    tools: [
      {
        functionDeclarations: [
          { name: "weather", description: "Tells the weather.", parametersJsonSchema: WEATHER },
        ],
      },
    ],
  };
  const contents = [{ role: "user", parts: [{ text: ASKS }] }];
  const streamed = async () => {
    const parts = [];
    for await (const piece of await genai.models.generateContentStream({ model, contents, config }))
      parts.push(...(piece.candidates?.[0]?.content?.parts ?? []));
    contents.push({ role: "model", parts });
    return parts;
  };
  const textIn = (parts) =>
    parts
      .filter(({ text, thought }) => text && !thought)
      .map(({ text }) => text)
      .join("");
  const call = (await streamed()).find(({ functionCall }) => functionCall).functionCall;
  equal(JSON.stringify(call.args), '{"city":"Taipei"}');
  const response = { output: "rain in Taipei" };
  contents.push({ role: "user", parts: [{ functionResponse: { id: call.id, name: call.name, response } }] });
  equal(textIn(await streamed()).includes("rain in Taipei"), true);
  contents.push({ role: "user", parts: [{ text: LEAVES }] });
  equal(textIn(await streamed()).includes("rain in Taipei"), true);
});
await check("parse", async () => {
  const config = { responseMimeType: "application/json", responseJsonSchema: WEATHER };
  equal((await genai.models.generateContent({ ...usual, config })).text, '{"city":"Taipei"}');
});
await check("errors", async () => {
  const failure = await genai.models
    .generateContent({ ...usual, model: "nobody-has-it" })
    .catch((error) => error);
  equal(failure instanceof ApiError, true);
  equal(failure.status, 404);
});
await check("count", async () => equal((await genai.models.countTokens(usual)).totalTokens > 0, true));
process.exit();
