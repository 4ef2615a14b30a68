// A request of chat completions, as a request of Responses for an endpoint that has nothing else.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { isLeftOut, isObject, listOf, objectOf, without } from "../json-values.ts";
import { Notes } from "../notes.ts";
import { untranslatable } from "../values.ts";
import { inputItems } from "./messages.ts";
import { responsesChoice, responsesTools } from "./tools.ts";

/** What the answer needs to know of the request. */
export type AskedCompletion = {
  /** Whether a stream tells at its end what was used. */
  readonly wantsUsage: boolean;
  /** The client knows calls of one function only, as they were before there were tools. */
  readonly isOlderForm: boolean;
};

/** A request for a Responses endpoint. */
export type AskedOfResponses = {
  readonly body: JsonObject;
  readonly notes: readonly string[];
  readonly asked: AskedCompletion;
};

/** Fields that are translated below. */
const TRANSLATED: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "tools",
  "functions",
  "tool_choice",
  "function_call",
  "web_search_options",
  "max_tokens",
  "max_completion_tokens",
  "response_format",
  "verbosity",
  "reasoning_effort",
  "logprobs",
  "top_logprobs",
  "stream_options",
  "store",
  "n",
]);
/** Fields that Responses does not have. */
const DROPPED = [
  "stop",
  "seed",
  "frequency_penalty",
  "presence_penalty",
  "logit_bias",
  "prediction",
  "audio",
  "modalities",
] as const;
const LEFT_OUT: ReadonlySet<string> = new Set<string>([...TRANSLATED, ...DROPPED]);
/** The smallest limit that Responses takes. */
const MIN_OUTPUT_TOKENS = 16;

/**
 * Translates a request.
 * @throws GatewayError untranslatable, with the place, for what cannot be had from a Responses endpoint
 */
export function responsesRequest(request: JsonObject): AskedOfResponses {
  refuseOthers(request);
  const notes = new Notes();
  for (const name of DROPPED) if (isDroppedAloud(name, request[name])) notes.add(name);
  const tools = responsesTools(request);
  const choice = responsesChoice(request);
  const body = {
    ...without(request, LEFT_OUT),
    input: inputItems(request["messages"], notes),
    // Chats are not kept unless they are asked to be, and responses are unless they are not.
    store: request["store"] === true,
    ...(tools.length === 0 ? {} : { tools }),
    ...(tools.length === 0 || choice === undefined ? {} : { tool_choice: choice }),
    ...writingFields(request, notes),
    ...streamFields(request),
  };
  const wantsUsage = objectOf(request["stream_options"])["include_usage"] === true;
  const isOlderForm = listOf(request["functions"]).length > 0 && listOf(request["tools"]).length === 0;
  return { body, notes: notes.texts, asked: { wantsUsage, isOlderForm } };
}

/** A response is one answer, and written. */
function refuseOthers({ n, modalities }: JsonObject): void {
  if (typeof n === "number" && n > 1) throw untranslatable("n", "there is one answer at a time");
  if (listOf(modalities).includes("audio")) throw untranslatable("modalities", "answers are in text only");
}

function isDroppedAloud(name: string, value: unknown): boolean {
  return !isLeftOut(value) && value !== 0 && name !== "modalities";
}

/** How the answer is to be written: its shape, its length, the effort. */
function writingFields(request: JsonObject, notes: Notes): JsonObject {
  const fields: Record<string, unknown> = {};
  const format = textFormat(request["response_format"]);
  const { verbosity, reasoning_effort: effort, top_logprobs: alternatives } = request;
  if (format !== undefined || !isLeftOut(verbosity))
    fields["text"] = {
      ...(format === undefined ? {} : { format }),
      ...(isLeftOut(verbosity) ? {} : { verbosity }),
    };
  const include: string[] = [];
  if (!isLeftOut(effort)) {
    fields["reasoning"] = { effort };
    // It comes back with the next request, so that the model goes on where it was after a tool call.
    if (effort !== "none") include.push("reasoning.encrypted_content");
  }
  if (request["logprobs"] === true) include.push("message.output_text.logprobs");
  if (typeof alternatives === "number") fields["top_logprobs"] = alternatives;
  if (include.length > 0) fields["include"] = include;
  const limit = request["max_completion_tokens"] ?? request["max_tokens"];
  if (typeof limit === "number") {
    if (limit < MIN_OUTPUT_TOKENS) notes.add(`max_tokens below ${MIN_OUTPUT_TOKENS}`);
    fields["max_output_tokens"] = Math.max(limit, MIN_OUTPUT_TOKENS);
  }
  return fields;
}

function textFormat(format: unknown): JsonObject | undefined {
  if (!isObject(format)) return undefined;
  if (format["type"] !== "json_schema") return format;
  return { type: "json_schema", ...objectOf(format["json_schema"]) };
}

function streamFields(request: JsonObject): JsonObject {
  const obfuscation = objectOf(request["stream_options"])["include_obfuscation"];
  return typeof obfuscation === "boolean" ? { stream_options: { include_obfuscation: obfuscation } } : {};
}
