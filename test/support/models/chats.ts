// The scripted model as an endpoint of chat completions.

import { behaviour, events, json, stream } from "../fakes/behaviours.ts";
import type { Behaviour } from "../fakes/fake-connection.ts";
import { type Asked, type ModelTool, nextMove, pieces, THOUGHT, TOKENS, textIn } from "./scripted-model.ts";

type Fields = Record<string, unknown>;

const USAGE = {
  prompt_tokens: TOKENS.input,
  completion_tokens: TOKENS.output,
  total_tokens: TOKENS.input + TOKENS.output,
  prompt_tokens_details: { cached_tokens: TOKENS.cached },
  completion_tokens_details: { reasoning_tokens: TOKENS.thought },
};

/** Answers `/chat/completions`, plain or streamed as it is asked. */
export function chats(): Behaviour {
  return behaviour(async (exchange) => {
    const request = exchange.request.json();
    const message = messageFor(request);
    const finish = message["tool_calls"] === undefined ? "stop" : "tool_calls";
    const head = { id: "chatcmpl-1", created: 1_700_000_000, model: request["model"] };
    const choice = { index: 0, message, finish_reason: finish, logprobs: null };
    const answer =
      request["stream"] === true
        ? stream(events(chunksOf(head, message, finish)))
        : json(200, { ...head, object: "chat.completion", choices: [choice], usage: USAGE });
    await answer.run(exchange);
  });
}

function messageFor(request: Fields): Fields {
  const move = nextMove(askedOf(request));
  if (move.kind === "text") return { role: "assistant", content: move.text, refusal: null };
  const { tool, given } = move;
  const call =
    tool.schema === undefined
      ? { type: "custom", custom: { name: tool.name, input: String(given["input"]) } }
      : { type: "function", function: { name: tool.name, arguments: JSON.stringify(given) } };
  return {
    role: "assistant",
    content: null,
    reasoning_content: THOUGHT,
    tool_calls: [{ id: "call_1", ...call }],
  };
}

function askedOf(request: Fields): Asked {
  const messages = (request["messages"] ?? []) as Fields[];
  const spoken = messages.findLastIndex(({ role }) => role === "assistant");
  const since = messages.slice(spoken + 1);
  const results = (of: readonly Fields[]): string[] =>
    of.filter(({ role }) => role === "tool").map(({ content }) => textIn(content));
  const format = request["response_format"] as { json_schema?: { schema?: unknown } } | undefined;
  return {
    said: since
      .filter(({ role }) => role === "user")
      .map(({ content }) => textIn(content))
      .join("\n"),
    results: results(since),
    allResults: results(messages),
    tools: request["tool_choice"] === "none" ? [] : toolsIn(request["tools"]),
    mustCall: request["tool_choice"] === "required" || typeof request["tool_choice"] === "object",
    shape: format?.json_schema?.schema,
  };
}

function toolsIn(tools: unknown): ModelTool[] {
  return ((tools ?? []) as Fields[]).map((tool) => {
    const named = (tool["function"] ?? tool["custom"] ?? {}) as Fields;
    const schema = tool["type"] === "custom" ? undefined : (named["parameters"] ?? { type: "object" });
    return { name: String(named["name"]), schema };
  });
}

function chunksOf(head: Fields, message: Fields, finish: string): unknown[] {
  const chunk = (delta: Fields, reason: string | null = null): Fields => ({
    ...head,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: reason, logprobs: null }],
  });
  const [call] = (message["tool_calls"] ?? []) as Fields[];
  const thoughts = pieces(String(message["reasoning_content"] ?? "")).map((reasoning_content) => ({
    reasoning_content,
  }));
  const made: Fields[] =
    call === undefined
      ? pieces(String(message["content"])).map((content) => ({ content }))
      : [...thoughts, ...callDeltas(call)];
  return [
    chunk({ role: "assistant", content: "" }),
    ...made.map((delta) => chunk(delta)),
    chunk({}, finish),
    { ...head, object: "chat.completion.chunk", choices: [], usage: USAGE },
    "[DONE]",
  ];
}

/** A call whose arguments come in pieces. */
function callDeltas(call: Fields): Fields[] {
  const kind = call["type"] === "custom" ? "custom" : "function";
  const field = kind === "custom" ? "input" : "arguments";
  const whole = call[kind] as Fields;
  const open = { index: 0, id: call["id"], type: kind, [kind]: { ...whole, [field]: "" } };
  const parts = pieces(String(whole[field])).map((part) => ({ index: 0, [kind]: { [field]: part } }));
  return [open, ...parts].map((one) => ({ tool_calls: [one] }));
}
