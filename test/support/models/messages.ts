// The scripted model as an endpoint of Anthropic's messages.

import { behaviour, json, stream } from "../fakes/behaviours.ts";
import type { Behaviour } from "../fakes/fake-connection.ts";
import { type Asked, nextMove, pieces, THOUGHT, TOKENS, textIn } from "./scripted-model.ts";

type Fields = Record<string, unknown>;

const USAGE = {
  input_tokens: TOKENS.input - TOKENS.cached,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: TOKENS.cached,
  output_tokens: TOKENS.output,
};

/** Answers `/messages`, plain or streamed as it is asked. */
export function messages(): Behaviour {
  return behaviour(async (exchange) => {
    const request = exchange.request.json();
    const content = blocksFor(request);
    const isCall = content.some(({ type }) => type === "tool_use");
    const message = {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: request["model"],
      content,
      stop_reason: isCall ? "tool_use" : "end_turn",
      stop_sequence: null,
      usage: USAGE,
    };
    const answer = request["stream"] === true ? stream(eventsOf(message).map(named)) : json(200, message);
    await answer.run(exchange);
  });
}

/** Answers `/messages/count_tokens`. */
export function countedTokens(): Behaviour {
  return json(200, { input_tokens: TOKENS.input });
}

function blocksFor(request: Fields): Fields[] {
  const move = nextMove(askedOf(request));
  if (move.kind === "text") return [{ type: "text", text: move.text }];
  const { type } = (request["thinking"] ?? {}) as Fields;
  const isThinking = type === "enabled" || type === "adaptive";
  const thought = { type: "thinking", thinking: THOUGHT, signature: "EqQBCgIYAhIM" };
  const call = { type: "tool_use", id: "toolu_1", name: move.tool.name, input: move.given };
  return [...(isThinking ? [thought] : []), { type: "text", text: "I will ask." }, call];
}

function askedOf(request: Fields): Asked {
  const all = (request["messages"] ?? []) as Fields[];
  const spoken = all.findLastIndex(({ role }) => role === "assistant");
  const since = all.slice(spoken + 1).filter(({ role }) => role === "user");
  const format = (request["output_config"] as Fields | undefined)?.["format"] ?? request["output_format"];
  const choice = (request["tool_choice"] as Fields | undefined)?.["type"];
  return {
    said: since.map(({ content }) => textIn(content)).join("\n"),
    results: since.flatMap(resultsIn),
    allResults: all.flatMap(resultsIn),
    tools: ((request["tools"] ?? []) as Fields[])
      .filter(({ input_schema }) => input_schema !== undefined)
      .map(({ name, input_schema }) => ({ name: String(name), schema: input_schema })),
    mustCall: choice === "any" || choice === "tool",
    shape: (format as Fields | undefined)?.["schema"],
  };
}

function resultsIn({ content }: Fields): string[] {
  if (!Array.isArray(content)) return [];
  return (content as Fields[])
    .filter(({ type }) => type === "tool_result")
    .map((block) => textIn(block["content"]));
}

function eventsOf(message: Fields): Fields[] {
  const { content, stop_reason, usage } = message;
  const blocks = (content as Fields[]).flatMap((block, index) => blockEvents(block, index));
  const started = { ...message, content: [], stop_reason: null, usage: { ...USAGE, output_tokens: 1 } };
  return [
    { type: "message_start", message: started },
    { type: "ping" },
    ...blocks,
    { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
}

function blockEvents(block: Fields, index: number): Fields[] {
  const delta = (value: Fields): Fields => ({ type: "content_block_delta", index, delta: value });
  const start = (empty: Fields): Fields => ({ type: "content_block_start", index, content_block: empty });
  const stop = { type: "content_block_stop", index };
  if (block["type"] === "thinking") {
    const thoughts = pieces(String(block["thinking"])).map((thinking) =>
      delta({ type: "thinking_delta", thinking }),
    );
    const signature = delta({ type: "signature_delta", signature: block["signature"] });
    return [start({ type: "thinking", thinking: "", signature: "" }), ...thoughts, signature, stop];
  }
  if (block["type"] === "tool_use") {
    const parts = pieces(JSON.stringify(block["input"]));
    const input = parts.map((partial_json) => delta({ type: "input_json_delta", partial_json }));
    return [start({ ...block, input: {} }), ...input, stop];
  }
  const texts = pieces(String(block["text"])).map((text) => delta({ type: "text_delta", text }));
  return [start({ type: "text", text: "" }), ...texts, stop];
}

function named(event: Fields): string {
  return `event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`;
}
