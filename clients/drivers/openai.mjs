// The package `openai` of npm, by all that the table asks of it.

import OpenAI, { toFile } from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { ResponsesWS } from "openai/resources/responses/ws";
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
  WEATHER,
} from "./check.mjs";

const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: KEY, maxRetries: 0 });
const messages = [{ role: "user", content: "Hi." }];

await check("models", async () => {
  const names = [];
  for await (const one of await openai.models.list()) names.push(one.id);
  equal(names.includes(model), true);
  equal((await openai.models.retrieve(model)).id, model);
});
await check("plain", async () => {
  const answer = await openai.chat.completions.create({ model, messages });
  equal(answer.choices[0].message.content, GREETING);
  equal(answer.usage.total_tokens, 25);
});
await check("async", async () => {
  const asked = Array.from({ length: 5 }, () => openai.chat.completions.create({ model, messages }));
  for (const answer of await Promise.all(asked)) equal(answer.choices[0].message.content, GREETING);
});
await check("stream", async () => {
  let text = "";
  let total;
  const options = { model, messages, stream: true, stream_options: { include_usage: true } };
  for await (const chunk of await openai.chat.completions.create(options)) {
    text += chunk.choices[0]?.delta.content ?? "";
    total = chunk.usage?.total_tokens ?? total;
  }
  equal(text, GREETING);
  equal(total, 25);
});
await check("raw", async () => {
  const { data, response } = await openai.chat.completions.create({ model, messages }).withResponse();
  equal(data.choices[0].message.content, GREETING);
  equal(typeof response.headers.get("x-request-id"), "string");
  const raw = await openai.chat.completions.create({ model, messages, stream: true }).asResponse();
  equal((await raw.text()).trimEnd().endsWith("data: [DONE]"), true);
});
await check("tools", async () => {
  const weather = {
    type: "function",
    function: {
      name: "weather",
      description: "Tells the weather.",
      parameters: WEATHER,
      parse: JSON.parse,
      function: ({ city }) => `rain in ${city}`,
    },
  };
  const runner = openai.chat.completions.runTools({
    model,
    messages: [{ role: "user", content: ASKS }],
    tools: [weather],
    stream: true,
  });
  equal(await runner.finalContent(), ANSWER);
  const history = [...runner.messages, { role: "user", content: LEAVES }];
  equal(await openai.chat.completions.stream({ model, messages: history }).finalContent(), FAREWELL);
});
await check("parse", async () => {
  const shape = z.object({ city: z.string(), isWet: z.boolean() });
  const answer = await openai.chat.completions.parse({
    model,
    messages,
    response_format: zodResponseFormat(shape, "weather"),
  });
  equal(JSON.stringify(answer.choices[0].message.parsed), '{"city":"Taipei","isWet":false}');
});
await check("errors", async () => {
  const failure = await openai.chat.completions
    .create({ model: "nobody-has-it", messages })
    .catch((error) => error);
  equal(failure instanceof OpenAI.NotFoundError, true);
  equal(failure.code, "model_not_found");
});
await check("responses", async () => {
  const tools = [{ type: "function", name: "weather", strict: false, parameters: WEATHER }];
  const input = [{ role: "user", content: ASKS }];
  const first = await openai.responses.stream({ model, input, tools, store: false }).finalResponse();
  const call = first.output.find(({ type }) => type === "function_call");
  equal(call.arguments, '{"city":"Taipei"}');
  input.push(...first.output, {
    type: "function_call_output",
    call_id: call.call_id,
    output: "rain in Taipei",
  });
  const second = await openai.responses.create({ model, input, tools, store: false });
  equal(second.output_text, ANSWER);
});
await check("socket", async () => {
  const socket = new ResponsesWS(openai, { reconnect: false });
  const whole = new Promise((resolve, reject) => {
    let text = "";
    socket.on("event", (event) => {
      if (event.type === "response.output_text.delta") text += event.delta;
      if (event.type === "response.completed") resolve(text);
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed")));
  });
  socket.send({ type: "response.create", model, store: false, input: [{ role: "user", content: "Hi." }] });
  try {
    equal(await whole, GREETING);
  } finally {
    socket.close();
  }
});
await checkUnlessChats("embeddings", async () => {
  const { data } = await openai.embeddings.create({ model, input: ["a", "b"] });
  equal(data.length, 2);
  equal(data[1].embedding[2], 1);
});
await checkUnlessChats("files", async () => {
  const file = await openai.files.create({
    file: await toFile(Buffer.from("{}\n"), "a.jsonl"),
    purpose: "batch",
  });
  equal((await openai.files.retrieve(file.id)).id, file.id);
  equal(await (await openai.files.content(file.id)).text(), "{}\n");
  equal((await openai.files.delete(file.id)).deleted, true);
});
await checkUnlessChats("images", async () => {
  const made = await openai.images.generate({ model, prompt: "a lake" });
  equal(typeof made.data[0].b64_json, "string");
  const edited = await openai.images.edit({
    model,
    image: await toFile(Buffer.from("png"), "a.png"),
    prompt: "wider",
  });
  equal(typeof edited.data[0].b64_json, "string");
});
await checkUnlessChats("audio", async () => {
  const speech = await openai.audio.speech.create({ model, voice: "alloy", input: "hi" });
  equal((await speech.arrayBuffer()).byteLength, 4096);
  const sound = await toFile(Buffer.from("sound"), "a.mp3");
  equal((await openai.audio.transcriptions.create({ model, file: sound })).text.length > 0, true);
});
process.exit();
