// The official `openai` package's socket of Responses: a conversation of two turns with a tool, over endpoints without
// one, and its errors.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import OpenAI from "openai";
import type { ResponsesServerEvent } from "openai/resources/responses/responses";
import { ResponsesWS } from "openai/resources/responses/ws";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { makeChatOnly, makeResponsesOnly } from "../support/fakes/one-wire-endpoint.ts";
import { gatewayFor } from "../support/start-gateway.ts";

type Completed = Extract<ResponsesServerEvent, { type: "response.completed" }>;

async function socketOf(t: TestContext, endpoint: FakeEndpoint): Promise<ResponsesWS> {
  const { url } = await gatewayFor(t, {
    server: { api_keys: ["sk-caller"] },
    endpoints: [{ name: "one", base_url: endpoint.url }],
  });
  const socket = new ResponsesWS(new OpenAI({ baseURL: url, apiKey: "sk-caller" }));
  t.after(() => socket.close());
  return socket;
}

function completed(socket: ResponsesWS): Promise<Completed> {
  return new Promise((resolve) => socket.on("response.completed", resolve));
}

for (const [kind, make] of [
  ["Responses", makeResponsesOnly],
  ["chats", makeChatOnly],
] as const)
  test(`two turns with a tool by the package, over an endpoint of ${kind}`, async (t) => {
    const socket = await socketOf(t, make(await fakeFor(t)));
    const parameters = { type: "object", properties: { city: { type: "string" } } };
    const tools: OpenAI.Responses.Tool[] = [{ type: "function", name: "weather", strict: false, parameters }];
    const first = completed(socket);
    const user = { role: "user", content: "What is the weather?" } as const;
    socket.send({ type: "response.create", model: "m", store: false, tools, input: [user] });
    const { response } = await first;
    const call = response.output.find((item) => item.type === "function_call");
    assert.deepEqual([call?.name, call?.arguments], ["weather", '{"city":"Taipei"}']);
    const second = completed(socket);
    socket.send({
      type: "response.create",
      model: "m",
      store: false,
      tools,
      previous_response_id: response.id,
      input: [{ type: "function_call_output", call_id: call?.call_id ?? "", output: "rain" }],
    });
    const [message] = (await second).response.output;
    assert.ok(message?.type === "message");
    const [part] = message.content;
    assert.equal(part?.type === "output_text" ? part.text : part, "It says: rain");
  });

test("an error reaches the package with its code, and the socket goes on", async (t) => {
  const socket = await socketOf(t, makeResponsesOnly(await fakeFor(t)));
  const failed = new Promise<Error>((resolve) => socket.on("error", resolve));
  socket.send({ type: "response.create", model: "nobody", input: "x" });
  assert.match((await failed).message, /nobody/);
  const done = completed(socket);
  socket.send({ type: "response.create", model: "m", input: "x" });
  assert.equal((await done).response.status, "completed");
});
