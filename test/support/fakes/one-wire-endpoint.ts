// Endpoints that know one API for chats only, with a model behind them that calls a tool in its first turn and answers
// with what the tool gave in its second.

import { behaviour, events, json, stream } from "./behaviours.ts";
import type { Behaviour } from "./fake-connection.ts";
import type { FakeEndpoint } from "./fake-endpoint.ts";

type Fields = Record<string, unknown>;

/** What a server says of a path that it does not have. */
export const NO_SUCH_PATH: Behaviour = json(404, { detail: "Not Found" });

/** The tokens of every turn. */
export const TURN_USAGE = {
  prompt_tokens: 20,
  completion_tokens: 5,
  total_tokens: 25,
  prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
  completion_tokens_details: { reasoning_tokens: 2 },
};

/** Knows chat completions only. */
export function makeChatOnly(endpoint: FakeEndpoint): FakeEndpoint {
  return endpoint.always(NO_SUCH_PATH).on(
    "/chat/completions",
    turns((request) => chatTurn(request)),
  );
}

/** Knows Responses only. */
export function makeResponsesOnly(endpoint: FakeEndpoint): FakeEndpoint {
  return endpoint.always(NO_SUCH_PATH).on(
    "/responses",
    turns((request) => responseTurn(request)),
  );
}

type Turn = { readonly plain: Fields; readonly streamed: readonly unknown[]; readonly isNamed: boolean };

function turns(turnOf: (request: Fields) => Turn): Behaviour {
  return behaviour(async (exchange) => {
    const request = exchange.request.json();
    const { plain, streamed, isNamed } = turnOf(request);
    const named = streamed.map((event) => `event: ${String((event as Fields)["type"])}\n`);
    const pieces = events(streamed).map((text, at) => (isNamed ? named[at] : "") + text);
    await (request["stream"] === true ? stream(pieces) : json(200, plain)).run(exchange);
  });
}

/** The first function that a request offers, and what it is called with. */
function callIn(tools: unknown): { readonly name: string; readonly given: string } | undefined {
  const [tool] = (tools ?? []) as Fields[];
  if (tool === undefined) return undefined;
  const { name, parameters } = (tool["function"] ?? tool) as Fields;
  const takesText = JSON.stringify(parameters ?? {}).includes('"input"');
  return { name: String(name), given: takesText ? '{"input":"echo hi"}' : '{"city":"Taipei"}' };
}

function chatTurn(request: Fields): Turn {
  const head = { id: "chatcmpl-1", created: 1_700_000_000, model: request["model"] };
  const last = (request["messages"] as Fields[]).at(-1);
  const isAnswered = last?.["role"] === "tool" || request["tool_choice"] === "none";
  const call = isAnswered ? undefined : callIn(request["tools"]);
  const content = last?.["role"] === "tool" ? `It says: ${String(last["content"])}` : "Hello there.";
  const calls = [{ id: "call_1", type: "function", function: { name: call?.name, arguments: call?.given } }];
  const message = { role: "assistant", content: null, reasoning_content: "Let me think.", tool_calls: calls };
  const finish = call === undefined ? "stop" : "tool_calls";
  const chunk = (delta: object, reason: string | null = null): object => ({
    ...head,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const given = call?.given ?? "";
  const made =
    call === undefined
      ? [chunk({ content: content.slice(0, 4) }), chunk({ content: content.slice(4) })]
      : [
          chunk({ reasoning_content: "Let me " }),
          chunk({ reasoning_content: "think." }),
          chunk({ tool_calls: [{ index: 0, ...calls[0], function: { name: call.name, arguments: "" } }] }),
          chunk({ tool_calls: [{ index: 0, function: { arguments: given.slice(0, 7) } }] }),
          chunk({ tool_calls: [{ index: 0, function: { arguments: given.slice(7) } }] }),
        ];
  return {
    plain: {
      ...head,
      object: "chat.completion",
      choices: [
        {
          index: 0,
          message: call === undefined ? { role: "assistant", content } : message,
          finish_reason: finish,
        },
      ],
      usage: TURN_USAGE,
    },
    streamed: [
      chunk({ role: "assistant", content: "" }),
      ...made,
      chunk({}, finish),
      { ...head, object: "chat.completion.chunk", choices: [], usage: TURN_USAGE },
      "[DONE]",
    ],
    isNamed: false,
  };
}

function responseTurn(request: Fields): Turn {
  const input = request["input"];
  const last = Array.isArray(input) ? (input.at(-1) as Fields) : {};
  const isOutput = String(last["type"]).endsWith("_output");
  const call = isOutput ? undefined : callIn(request["tools"]);
  const text = isOutput ? `It says: ${String(last["output"])}` : "Hello there.";
  const usage = {
    input_tokens: TURN_USAGE.prompt_tokens,
    input_tokens_details: TURN_USAGE.prompt_tokens_details,
    output_tokens: TURN_USAGE.completion_tokens,
    output_tokens_details: TURN_USAGE.completion_tokens_details,
    total_tokens: TURN_USAGE.total_tokens,
  };
  const parts = [{ type: "output_text", text, annotations: [] }];
  const message = { id: "msg_1", type: "message", role: "assistant", status: "completed", content: parts };
  const called = {
    id: "fc_1",
    type: "function_call",
    call_id: "call_1",
    name: call?.name,
    arguments: call?.given,
  };
  const item = call === undefined ? message : { ...called, status: "completed" };
  const head = { id: "resp_1", object: "response", created_at: 1_700_000_000, model: request["model"] };
  const plain = { ...head, status: "completed", output: [item], usage };
  const at = { output_index: 0, item_id: item.id };
  const delta =
    call === undefined
      ? [
          {
            type: "response.output_text.delta",
            ...at,
            content_index: 0,
            delta: text.slice(0, 4),
            logprobs: [],
          },
          { type: "response.output_text.delta", ...at, content_index: 0, delta: text.slice(4), logprobs: [] },
        ]
      : [{ type: "response.function_call_arguments.delta", ...at, delta: call.given }];
  const open = call === undefined ? { ...message, content: [] } : { ...called, arguments: "" };
  const streamed = [
    { type: "response.created", response: { ...head, status: "in_progress", output: [] } },
    { type: "response.output_item.added", output_index: 0, item: open },
    ...delta,
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: plain },
  ];
  return {
    plain,
    streamed: streamed.map((event, number) => ({ ...event, sequence_number: number })),
    isNamed: true,
  };
}
