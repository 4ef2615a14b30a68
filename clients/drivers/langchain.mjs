// LangChain in JavaScript over one of two packages: `node langchain.mjs openai|responses|anthropic`.

import { ChatAnthropic } from "@langchain/anthropic";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
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
} from "./check.mjs";

const which = process.argv[2];
const configuration = { baseURL: `${url}/v1` };
const chatOf = (name) =>
  which === "anthropic"
    ? new ChatAnthropic({ model: name, apiKey: KEY, anthropicApiUrl: url, maxRetries: 0, maxTokens: 64 })
    : new ChatOpenAI({
        model: name,
        apiKey: KEY,
        configuration,
        maxRetries: 0,
        useResponsesApi: which === "responses",
      });
const chat = chatOf(model);

await check("plain", async () => equal((await chat.invoke("Hi.")).text, GREETING));
await check("async", async () => {
  for (const answer of await chat.batch(["Hi.", "Hi.", "Hi."])) equal(answer.text, GREETING);
});
await check("stream", async () => {
  let text = "";
  for await (const piece of await chat.stream("Hi.")) text += piece.text;
  equal(text, GREETING);
});
await check("tools", async () => {
  const weather = tool(({ city }) => `rain in ${city}`, {
    name: "weather",
    description: "Tells the weather.",
    schema: z.object({ city: z.string() }),
  });
  const bound = chat.bindTools([weather]);
  const history = [new HumanMessage(ASKS)];
  const streamed = async () => {
    let whole;
    for await (const piece of await bound.stream(history))
      whole = whole === undefined ? piece : whole.concat(piece);
    history.push(whole);
    return whole;
  };
  const [call] = (await streamed()).tool_calls;
  history.push(new ToolMessage({ tool_call_id: call.id, content: await weather.invoke(call.args) }));
  equal((await streamed()).text, ANSWER);
  history.push(new HumanMessage(LEAVES));
  equal((await streamed()).text, FAREWELL);
});
await check("parse", async () => {
  const shape = z.object({ city: z.string() });
  const method = which === "anthropic" ? "functionCalling" : "jsonSchema";
  const asked = which === "anthropic" ? ASKS : "Hi.";
  equal(
    JSON.stringify(await chat.withStructuredOutput(shape, { method, name: "shape" }).invoke(asked)),
    '{"city":"Taipei"}',
  );
});
await check("errors", async () => {
  const failure = await chatOf("nobody-has-it")
    .invoke("Hi.")
    .catch((error) => error);
  equal(failure.status, 404);
});
if (which === "openai")
  await checkUnlessChats("embeddings", async () => {
    const made = new OpenAIEmbeddings({ model, apiKey: KEY, configuration, maxRetries: 0 });
    equal((await made.embedDocuments(["a", "b"]))[1][2], 1);
  });
process.exit();
