// The gateway as Anthropic's own package sees it, over endpoints that have its API, and over endpoints that have chats
// alone; and OpenAI's package over endpoints that have Anthropic's API alone.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { apiError, behaviour, events, json, stream } from "../support/fakes/behaviours.ts";
import type { Behaviour } from "../support/fakes/fake-connection.ts";
import type { FakeEndpoint } from "../support/fakes/fake-endpoint.ts";
import { only } from "../support/fakes/one-api.ts";
import {
  CHAT_EVENTS,
  CHATS,
  COMPLETION,
  chunk,
  MESSAGE,
  MESSAGE_EVENTS,
  MESSAGES,
  namedEvents,
} from "../support/two-apis.ts";
import { worldFor } from "../support/world.ts";

type Kind = "messages" | "chat";
type Client = { readonly anthropic: Anthropic; readonly openai: OpenAI; readonly endpoint: FakeEndpoint };

async function clientsFor(t: TestContext, kind: Kind): Promise<Client> {
  const world = await worldFor(t, {
    endpoints: { one: { config: { speaks: [kind], api_key: "sk-own", models: ["m"] } } },
  });
  const baseURL = new URL("/anthropic", world.gateway.url).href;
  return {
    anthropic: new Anthropic({ baseURL, apiKey: "sk-caller", maxRetries: 0 }),
    openai: new OpenAI({ baseURL: world.gateway.url, apiKey: "sk-caller", maxRetries: 0 }),
    endpoint: world.fakes.one,
  };
}

/** Answers the first request with a call of a tool, the one that has its result with a text: plain or streamed, as asked. */
function twoTurns(
  path: string,
  turns: Readonly<Record<"call" | "end", readonly [plain: unknown, streamed: readonly string[]]>>,
): Behaviour {
  return only(
    path,
    behaviour(async (exchange) => {
      const request = exchange.request.json();
      const hasResult = /"tool_call_id"|"tool_result"/.test(JSON.stringify(request));
      const [plain, streamed] = hasResult ? turns.end : turns.call;
      await (request["stream"] === true ? stream([...streamed]) : json(200, plain)).run(exchange);
    }),
  );
}

const CHAT_CALL = {
  id: "call_1",
  type: "function",
  function: { name: "shell", arguments: '{"command":"echo hi"}' },
};
const CHAT_TURNS = twoTurns(CHATS, {
  call: [
    {
      ...COMPLETION,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: null, tool_calls: [CHAT_CALL] },
          finish_reason: "tool_calls",
        },
      ],
    },
    events([
      chunk({ role: "assistant", content: null }),
      chunk({ tool_calls: [{ index: 0, ...CHAT_CALL, function: { name: "shell", arguments: "" } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"command":' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '"echo hi"}' } }] }),
      chunk({}, "tool_calls"),
      { id: "chatcmpl-1", choices: [], usage: COMPLETION.usage },
      "[DONE]",
    ]),
  ],
  end: [COMPLETION, CHAT_EVENTS],
});

const USE = { type: "tool_use", id: "toolu_1", name: "shell", input: {} };
const MESSAGE_TURNS = twoTurns(MESSAGES, {
  call: [
    { ...MESSAGE, content: [{ ...USE, input: { command: "echo hi" } }], stop_reason: "tool_use" },
    namedEvents([
      { type: "message_start", message: { ...MESSAGE, content: [], stop_reason: null } },
      { type: "content_block_start", index: 0, content_block: USE },
      {
        type: "content_block_delta",
        index: 0,
        delta: { type: "input_json_delta", partial_json: '{"command":"echo' },
      },
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: ' hi"}' } },
      { type: "content_block_stop", index: 0 },
      {
        type: "message_delta",
        delta: { stop_reason: "tool_use", stop_sequence: null },
        usage: { output_tokens: 2 },
      },
      { type: "message_stop" },
    ]),
  ],
  end: [MESSAGE, MESSAGE_EVENTS],
});

const TURNS: Readonly<Record<Kind, Behaviour>> = { messages: MESSAGE_TURNS, chat: CHAT_TURNS };
const KINDS: readonly Kind[] = ["messages", "chat"];
const SCHEMA = { type: "object" as const, properties: { command: { type: "string" } } };

for (const kind of KINDS) {
  for (const isStream of [false, true]) {
    test(`Anthropic's package over ${kind}: a conversation of two turns with a tool, ${isStream ? "streamed" : "plain"}`, async (t) => {
      const { anthropic, endpoint } = await clientsFor(t, kind);
      endpoint.always(TURNS[kind]);
      const messages: Anthropic.MessageParam[] = [{ role: "user", content: "Run echo hi." }];
      const ask = async (): Promise<Anthropic.Message> => {
        const body = {
          model: "m",
          max_tokens: 64,
          messages,
          tools: [{ name: "shell", input_schema: SCHEMA }],
        };
        return isStream ? anthropic.messages.stream(body).finalMessage() : anthropic.messages.create(body);
      };
      const first = await ask();
      assert.equal(first.stop_reason, "tool_use");
      const [call] = first.content;
      assert.ok(call?.type === "tool_use");
      assert.deepEqual([call.name, call.input], ["shell", { command: "echo hi" }]);
      messages.push(
        { role: "assistant", content: first.content },
        { role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: "hi" }] },
      );
      const second = await ask();
      assert.equal(second.stop_reason, "end_turn");
      const [text] = second.content;
      assert.ok(text?.type === "text");
      assert.equal(text.text, "Hello");
      const { input_tokens: input, cache_read_input_tokens: read, output_tokens: output } = second.usage;
      assert.deepEqual([input, read, output], [6, 4, 2]);
      assert.deepEqual(
        endpoint.requests.map(({ path }) => path),
        [kind === "chat" ? CHATS : MESSAGES, kind === "chat" ? CHATS : MESSAGES],
      );
    });

    test(`OpenAI's package over ${kind}: a conversation of two turns with a tool, ${isStream ? "streamed" : "plain"}`, async (t) => {
      const { openai, endpoint } = await clientsFor(t, kind);
      endpoint.always(TURNS[kind]);
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "Run echo hi." }];
      const ask = async (): Promise<OpenAI.ChatCompletion> => {
        const tools = [{ type: "function" as const, function: { name: "shell", parameters: SCHEMA } }];
        const body = { model: "m", messages, tools };
        if (!isStream) return openai.chat.completions.create(body);
        return openai.chat.completions
          .stream({ ...body, stream_options: { include_usage: true } })
          .finalChatCompletion();
      };
      const first = await ask();
      const call = first.choices[0]?.message.tool_calls?.[0];
      assert.ok(call?.type === "function");
      assert.equal(first.choices[0]?.finish_reason, "tool_calls");
      assert.deepEqual(JSON.parse(call.function.arguments), { command: "echo hi" });
      messages.push(
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: call.id, content: "hi" },
      );
      const second = await ask();
      assert.equal(second.choices[0]?.message.content, "Hello");
      assert.equal(second.usage?.prompt_tokens, 10);
      assert.equal(second.usage?.prompt_tokens_details?.cached_tokens, 4);
    });
  }

  test(`Anthropic's package over ${kind}: errors are of its own classes`, async (t) => {
    const body = { model: "m", max_tokens: 64, messages: [{ role: "user" as const, content: "hi" }] };
    for (const [status, type, told] of [
      [400, "BadRequestError", 400],
      [429, "RateLimitError", 429],
      [500, "InternalServerError", 500],
    ] as const) {
      // A world for each: what is limited rests.
      const { anthropic, endpoint } = await clientsFor(t, kind);
      endpoint.always(apiError(status, null));
      await assert.rejects(anthropic.messages.create(body), (error) => {
        assert.ok(error instanceof Anthropic.APIError);
        assert.deepEqual([error.constructor.name, error.status], [type, told]);
        assert.match(error.message, new RegExp(`the endpoint says ${status}`));
        assert.ok(error.requestID);
        return true;
      });
    }
    const { anthropic } = await clientsFor(t, kind);
    await assert.rejects(anthropic.messages.create({ ...body, model: "nobody" }), Anthropic.NotFoundError);
  });

  test(`Anthropic's package over ${kind}: a stream that breaks off is an error`, async (t) => {
    const { anthropic, endpoint } = await clientsFor(t, kind);
    endpoint.always(stream((kind === "chat" ? CHAT_EVENTS : MESSAGE_EVENTS).slice(0, 3)));
    const body = { model: "m", max_tokens: 64, messages: [{ role: "user" as const, content: "hi" }] };
    await assert.rejects(anthropic.messages.stream(body).finalMessage());
  });
}

test("both versions of Anthropic's API reach an endpoint that has it, with every byte", async (t) => {
  const { anthropic, endpoint } = await clientsFor(t, "messages");
  endpoint.always(json(200, MESSAGE));
  for (const version of ["2023-06-01", "2026-10-21"]) {
    const options = { headers: { "anthropic-version": version, "anthropic-beta": "effort-2025-11-24" } };
    const body = { model: "m", max_tokens: 64, messages: [{ role: "user" as const, content: "hi" }] };
    await anthropic.messages.create(body, options);
    const sent = endpoint.requests.at(-1);
    assert.equal(sent?.header("anthropic-version"), version);
    assert.equal(sent?.header("anthropic-beta"), "effort-2025-11-24");
    assert.equal(sent?.header("x-api-key"), "sk-own");
    assert.equal(sent?.body.toString(), JSON.stringify(body));
  }
});

test("models, one model and a count of tokens, below /anthropic", async (t) => {
  const { anthropic, endpoint } = await clientsFor(t, "chat");
  const ids: string[] = [];
  for await (const model of anthropic.models.list()) ids.push(`${model.type} ${model.id}`);
  assert.deepEqual(ids, ["model m"]);
  assert.equal((await anthropic.models.retrieve("m")).id, "m");
  const count = await anthropic.messages.countTokens({
    model: "m",
    messages: [{ role: "user", content: "x".repeat(370) }],
  });
  assert.ok(count.input_tokens > 90 && count.input_tokens < 120);
  assert.equal(endpoint.requests.length, 0);
});
