// The package `ollama` of npm, by all that the table asks of it.

import { Ollama } from "ollama";
import { ANSWER, ASKS, check, equal, FAREWELL, GREETING, LEAVES, model, url, WEATHER } from "./check.mjs";

const ollama = new Ollama({ host: url });
const messages = [{ role: "user", content: "Hi." }];

await check("models", async () => {
  const { models } = await ollama.list();
  equal(
    models.some(({ name }) => name.startsWith(model)),
    true,
  );
});
await check("plain", async () => {
  equal((await ollama.chat({ model, messages })).message.content, GREETING);
  equal((await ollama.generate({ model, prompt: "Hi." })).response, GREETING);
});
await check("async", async () => {
  const asked = Array.from({ length: 5 }, () => ollama.chat({ model, messages }));
  for (const { message } of await Promise.all(asked)) equal(message.content, GREETING);
});
await check("stream", async () => {
  let text = "";
  let isDone = false;
  for await (const piece of await ollama.chat({ model, messages, stream: true })) {
    text += piece.message.content;
    isDone = piece.done;
  }
  equal(text, GREETING);
  equal(isDone, true);
});
await check("tools", async () => {
  const tools = [
    {
      type: "function",
      function: { name: "weather", description: "Tells the weather.", parameters: WEATHER },
    },
  ];
  const history = [{ role: "user", content: ASKS }];
  const streamed = async () => {
    const whole = { role: "assistant", content: "", tool_calls: [] };
    for await (const { message } of await ollama.chat({ model, messages: history, tools, stream: true })) {
      whole.content += message.content;
      whole.tool_calls.push(...(message.tool_calls ?? []));
    }
    history.push(whole);
    return whole;
  };
  const [call] = (await streamed()).tool_calls;
  equal(JSON.stringify(call.function.arguments), '{"city":"Taipei"}');
  history.push({ role: "tool", tool_name: "weather", content: "rain in Taipei" });
  equal((await streamed()).content, ANSWER);
  history.push({ role: "user", content: LEAVES });
  equal((await streamed()).content, FAREWELL);
});
await check("parse", async () =>
  equal((await ollama.chat({ model, messages, format: WEATHER })).message.content, '{"city":"Taipei"}'),
);
await check("errors", async () => {
  const failure = await ollama.chat({ model: "nobody-has-it", messages }).catch((error) => error);
  equal(failure.status_code, 404);
});
process.exit();
