// The scripted model as an endpoint of Responses over HTTP. It keeps nothing: whoever asks sends the whole conversation.

import { behaviour, json, stream } from "../fakes/behaviours.ts";
import type { Behaviour } from "../fakes/fake-connection.ts";
import { type Asked, type ModelTool, nextMove, pieces, TOKENS, textIn } from "./scripted-model.ts";

type Fields = Record<string, unknown>;

const USAGE = {
  input_tokens: TOKENS.input,
  input_tokens_details: { cached_tokens: TOKENS.cached },
  output_tokens: TOKENS.output,
  output_tokens_details: { reasoning_tokens: TOKENS.thought },
  total_tokens: TOKENS.input + TOKENS.output,
};

/** Answers `POST /responses`, plain or streamed as it is asked. */
export function responses(): Behaviour {
  return behaviour(async (exchange) => {
    const request = exchange.request.json();
    const answer = responseTo(request);
    const sent =
      request["stream"] === true
        ? stream(
            eventsOf(answer).map(
              (event) => `event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`,
            ),
          )
        : json(200, answer);
    await sent.run(exchange);
  });
}

/** The whole answer. */
function responseTo(request: Fields): Fields {
  const {
    model,
    instructions = null,
    tools = [],
    tool_choice = "auto",
    parallel_tool_calls = true,
  } = request;
  return {
    id: "resp_1",
    object: "response",
    created_at: 1_700_000_000,
    status: "completed",
    error: null,
    incomplete_details: null,
    instructions,
    metadata: {},
    model,
    output: [itemFor(request)],
    parallel_tool_calls,
    temperature: 1,
    tool_choice,
    tools,
    top_p: 1,
    usage: USAGE,
  };
}

/** The events that bring it. */
function eventsOf(response: Fields): Fields[] {
  const [item = {}] = response["output"] as Fields[];
  const open = { ...response, status: "in_progress", output: [], usage: null };
  const events = [
    { type: "response.created", response: open },
    { type: "response.in_progress", response: open },
    ...(item["type"] === "message" ? messageEvents(item) : callEvents(item)),
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response },
  ];
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

function itemFor(request: Fields): Fields {
  const move = nextMove(askedOf(request));
  if (move.kind === "text") {
    const content = [{ type: "output_text", text: move.text, annotations: [], logprobs: [] }];
    return { id: "msg_1", type: "message", role: "assistant", status: "completed", content };
  }
  const { tool, given } = move;
  const [space, name] = tool.name.includes("/") ? tool.name.split("/") : [undefined, tool.name];
  const call = {
    call_id: "call_1",
    name,
    ...(space === undefined ? {} : { namespace: space }),
    status: "completed",
  };
  return tool.schema === undefined
    ? { id: "ctc_1", type: "custom_tool_call", ...call, input: String(given["input"]) }
    : { id: "fc_1", type: "function_call", ...call, arguments: JSON.stringify(given) };
}

function askedOf(request: Fields): Asked {
  const { input, text } = request;
  const items = Array.isArray(input) ? (input as Fields[]) : [{ role: "user", content: input }];
  const spoken = items.findLastIndex(
    ({ type, role }) => role === "assistant" || String(type).endsWith("_call"),
  );
  const since = items.slice(spoken + 1);
  const format = (text as Fields | undefined)?.["format"] as Fields | undefined;
  return {
    said: since
      .filter(({ role }) => role === "user")
      .map(({ content }) => textIn(content))
      .join("\n"),
    results: resultsIn(since),
    allResults: resultsIn(items),
    tools: toolsIn(request["tools"]),
    mustCall: request["tool_choice"] === "required" || typeof request["tool_choice"] === "object",
    shape: format?.["schema"],
  };
}

function resultsIn(items: readonly Fields[]): string[] {
  return items
    .filter(({ type }) => String(type).endsWith("_call_output"))
    .map(({ output }) => textIn(output));
}

function toolsIn(tools: unknown, space = ""): ModelTool[] {
  return ((tools ?? []) as Fields[]).flatMap(({ type, name, parameters, tools: inner }) => {
    if (type === "namespace") return toolsIn(inner, `${String(name)}/`);
    if (type !== "function" && type !== "custom") return [];
    const schema = type === "custom" ? undefined : (parameters ?? { type: "object" });
    return [{ name: space + String(name), schema }];
  });
}

function messageEvents(item: Fields): Fields[] {
  const [part = {}] = item["content"] as Fields[];
  const at = { item_id: item["id"], output_index: 0, content_index: 0 };
  const { text } = part;
  return [
    {
      type: "response.output_item.added",
      output_index: 0,
      item: { ...item, status: "in_progress", content: [] },
    },
    { type: "response.content_part.added", ...at, part: { ...part, text: "" } },
    ...pieces(String(text)).map((delta) => ({
      type: "response.output_text.delta",
      ...at,
      delta,
      logprobs: [],
    })),
    { type: "response.output_text.done", ...at, text, logprobs: [] },
    { type: "response.content_part.done", ...at, part },
  ];
}

function callEvents(item: Fields): Fields[] {
  const isCustom = item["type"] === "custom_tool_call";
  const field = isCustom ? "input" : "arguments";
  const kind = isCustom ? "response.custom_tool_call_input" : "response.function_call_arguments";
  const at = { item_id: item["id"], output_index: 0 };
  return [
    {
      type: "response.output_item.added",
      output_index: 0,
      item: { ...item, status: "in_progress", [field]: "" },
    },
    ...pieces(String(item[field])).map((delta) => ({ type: `${kind}.delta`, ...at, delta })),
    { type: `${kind}.done`, ...at, [field]: item[field] },
  ];
}
