// The fields of OpenAI's two APIs for chats, as its library knows them.

import type OpenAI from "openai";
import { ALWAYS, answer, type Fields, type FieldsOf, SCHEMA, usual } from "./kinds.ts";

export const RESPONSE: FieldsOf<OpenAI.Responses.ResponseCreateParams> & Fields = {
  access_programs: ["x"],
  background: usual(false),
  context_management: [{ type: "compaction" }],
  conversation: usual(null),
  image: { size: "1024x1024" },
  include: ["file_search_call.results"],
  input: ALWAYS,
  instructions: "Be brief.",
  max_output_tokens: 100,
  max_tool_calls: 3,
  metadata: answer({ topic: "x" }),
  model: ALWAYS,
  moderation: { model: "x" },
  parallel_tool_calls: false,
  previous_response_id: usual(null),
  prompt: usual(null),
  prompt_cache_key: "k",
  prompt_cache_options: { mode: "x" },
  prompt_cache_retention: "24h",
  reasoning: { effort: "low" },
  safety_identifier: "s",
  service_tier: "flex",
  store: true,
  stream: true,
  stream_options: { include_obfuscation: true },
  temperature: 0.5,
  text: { verbosity: "low" },
  tool_choice: "required",
  tools: ALWAYS,
  top_logprobs: 2,
  top_p: 0.5,
  truncation: "auto",
  user: "u",
  // Codex has it, and its library does not.
  client_metadata: { window: "1" },
  generate: usual(true),
};
export const REASONING: FieldsOf<OpenAI.Reasoning> = {
  context: "all_turns",
  effort: "low",
  generate_summary: answer("auto"),
  mode: "pro",
  summary: answer("auto"),
};
export const TEXT: FieldsOf<OpenAI.Responses.ResponseTextConfig> = {
  format: { type: "json_schema", name: "a", schema: SCHEMA },
  verbosity: "low",
};
export const RESPONSE_TOOL: FieldsOf<OpenAI.Responses.FunctionTool> = {
  allowed_callers: ["direct", "programmatic"],
  async: true,
  // The model is told of all of them at once.
  defer_loading: usual(true),
  description: "d",
  name: ALWAYS,
  output_schema: SCHEMA,
  parameters: SCHEMA,
  strict: true,
  type: ALWAYS,
};
export const INPUT_FILE: FieldsOf<OpenAI.Responses.ResponseInputFile> = {
  detail: "high",
  file_data: ALWAYS,
  file_id: "file_1",
  file_url: usual(""),
  filename: "a.pdf",
  prompt_cache_breakpoint: { mode: "explicit" },
  type: ALWAYS,
};

export const CHAT: FieldsOf<OpenAI.ChatCompletionCreateParams> = {
  audio: { voice: "alloy", format: "mp3" },
  frequency_penalty: 0.5,
  // Goes with `functions`.
  function_call: ALWAYS,
  functions: usual([]),
  logit_bias: { 1: 2 },
  logprobs: true,
  max_completion_tokens: 100,
  max_tokens: 100,
  messages: ALWAYS,
  metadata: { topic: "x" },
  modalities: usual(["text"]),
  model: ALWAYS,
  moderation: { model: "x" },
  n: usual(1),
  parallel_tool_calls: false,
  prediction: { type: "content", content: "x" },
  presence_penalty: 0.5,
  prompt_cache_key: "k",
  prompt_cache_options: { mode: "x" },
  prompt_cache_retention: "24h",
  reasoning_effort: "high",
  response_format: { type: "json_schema", json_schema: { name: "a", schema: SCHEMA } },
  safety_identifier: "s",
  seed: 1,
  service_tier: "flex",
  stop: ["x"],
  store: true,
  stream: true,
  stream_options: answer({ include_usage: true }),
  temperature: 0.5,
  tool_choice: "required",
  tools: ALWAYS,
  top_logprobs: 2,
  top_p: 0.5,
  user: "u",
  verbosity: "low",
  web_search_options: { search_context_size: "low" },
};
export const CHAT_STREAM: FieldsOf<OpenAI.ChatCompletionStreamOptions> = {
  include_obfuscation: false,
  include_usage: answer(true),
};
export const CHAT_TOOL: FieldsOf<OpenAI.FunctionDefinition> = {
  description: "d",
  name: ALWAYS,
  parameters: { type: "object", properties: { a: {} } },
  strict: true,
};
export const CHAT_USER: FieldsOf<OpenAI.ChatCompletionUserMessageParam> = {
  content: ALWAYS,
  name: "ann",
  role: ALWAYS,
};
export const CHAT_ASSISTANT: FieldsOf<OpenAI.ChatCompletionAssistantMessageParam> = {
  audio: { id: "audio_1" },
  content: "x",
  function_call: { name: "f", arguments: "{}" },
  name: "bot",
  refusal: "no",
  role: ALWAYS,
  tool_calls: usual([]),
};
export const CHAT_TEXT: FieldsOf<OpenAI.ChatCompletionContentPartText> = {
  prompt_cache_breakpoint: { mode: "explicit" },
  text: ALWAYS,
  type: ALWAYS,
};
