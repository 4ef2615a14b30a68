// The package `@anthropic-ai/sdk` of npm, by all that the table asks of it.

import Anthropic from "@anthropic-ai/sdk";
import {
  ANSWER,
  ASKS,
  check,
  equal,
  FAREWELL,
  GREETING,
  KEY,
  LEAVES,
  model,
  url,
  WEATHER,
} from "./check.mjs";

const anthropic = new Anthropic({ baseURL: url, apiKey: KEY, maxRetries: 0 });
const usual = { model, max_tokens: 64, messages: [{ role: "user", content: "Hi." }] };

await check("models", async () => {
  const names = [];
  for await (const one of anthropic.models.list()) names.push(one.id);
  equal(names.includes(model), true);
});
await check("plain", async () => {
  const message = await anthropic.messages.create(usual);
  equal(message.content[0].text, GREETING);
  equal(message.usage.input_tokens, 16);
  equal(message.usage.cache_read_input_tokens, 4);
});
await check("async", async () => {
  const asked = Array.from({ length: 5 }, () => anthropic.messages.create(usual));
  for (const message of await Promise.all(asked)) equal(message.content[0].text, GREETING);
});
await check("stream", async () => equal(await anthropic.messages.stream(usual).finalText(), GREETING));
await check("raw", async () => {
  const { data, response } = await anthropic.messages.create(usual).withResponse();
  equal(data.content[0].text, GREETING);
  equal(response.status, 200);
});
await check("tools", async () => {
  const tools = [{ name: "weather", description: "Tells the weather.", input_schema: WEATHER }];
  const messages = [{ role: "user", content: ASKS }];
  const ask = () =>
    anthropic.messages
      .stream({
        ...usual,
        messages,
        tools,
        thinking: { type: "enabled", budget_tokens: 1024 },
        max_tokens: 4096,
      })
      .finalMessage();
  const first = await ask();
  const call = first.content.find(({ type }) => type === "tool_use");
  equal(JSON.stringify(call.input), '{"city":"Taipei"}');
  const result = { type: "tool_result", tool_use_id: call.id, content: "rain in Taipei" };
  messages.push({ role: "assistant", content: first.content }, { role: "user", content: [result] });
  const second = await ask();
  equal(second.content.at(-1).text, ANSWER);
  messages.push({ role: "assistant", content: second.content }, { role: "user", content: LEAVES });
  equal((await ask()).content.at(-1).text, FAREWELL);
});
await check("parse", async () => {
  const schema = {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  };
  const message = await anthropic.messages.create({
    ...usual,
    output_config: { format: { type: "json_schema", schema } },
  });
  equal(message.content[0].text, '{"city":"Taipei"}');
});
await check("errors", async () => {
  const failure = await anthropic.messages
    .create({ ...usual, model: "nobody-has-it" })
    .catch((error) => error);
  equal(failure instanceof Anthropic.NotFoundError, true);
  equal(failure.error.error.type, "not_found_error");
});
await check("versions", async () => {
  for (const version of ["2023-06-01", "2026-10-21"]) {
    const message = await anthropic.messages.create(usual, { headers: { "anthropic-version": version } });
    equal(message.content[0].text, GREETING);
  }
  const bearer = new Anthropic({ baseURL: url, authToken: KEY, apiKey: null, maxRetries: 0 });
  equal((await bearer.messages.create(usual)).content[0].text, GREETING);
});
await check("count", async () => {
  const { input_tokens } = await anthropic.messages.countTokens({ model, messages: usual.messages });
  equal(input_tokens > 0, true);
});
process.exit();
