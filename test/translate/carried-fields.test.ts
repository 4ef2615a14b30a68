// Every field of a request that another API's endpoint is asked for goes on in its words, or the client is told that it did
// not. The tables name each field that the clients' own libraries know: one that they learn is missed by the compiler.

import assert from "node:assert/strict";
import { test } from "node:test";
import type Anthropic from "@anthropic-ai/sdk";
import type { ChatRequest, EmbeddingsRequest, EmbedRequest, GenerateRequest, Message } from "ollama";
import type OpenAI from "openai";
import type { ChatApi } from "../../src/wires/paths/operation.ts";
import { translationBetween } from "../../src/wires/registry/translations.ts";

type Fields = Readonly<Record<string, unknown>>;
type FieldsOf<Known> = { readonly [Name in keyof Known]-?: unknown };
/** A field that means nothing to the request: `answer`, it says how the answer is told; `usual`, it asks for what is so anyway. */
type Kind = { readonly answer: unknown } | { readonly usual: unknown };

const answer = (value: unknown): Kind => ({ answer: value });
const usual = (value: unknown): Kind => ({ usual: value });
/** In every request of the table. */
const ALWAYS = Symbol("always");

const SCHEMA = { type: "object", properties: {} };

const RESPONSE: FieldsOf<OpenAI.Responses.ResponseCreateParams> & Fields = {
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
const REASONING: FieldsOf<OpenAI.Reasoning> = {
  context: "all_turns",
  effort: "low",
  generate_summary: answer("auto"),
  mode: "pro",
  summary: answer("auto"),
};
const TEXT: FieldsOf<OpenAI.Responses.ResponseTextConfig> = {
  format: { type: "json_schema", name: "a", schema: SCHEMA },
  verbosity: "low",
};
const RESPONSE_TOOL: FieldsOf<OpenAI.Responses.FunctionTool> = {
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
const INPUT_FILE: FieldsOf<OpenAI.Responses.ResponseInputFile> = {
  detail: "high",
  file_data: ALWAYS,
  file_id: "file_1",
  file_url: usual(""),
  filename: "a.pdf",
  prompt_cache_breakpoint: { mode: "explicit" },
  type: ALWAYS,
};

const CHAT: FieldsOf<OpenAI.ChatCompletionCreateParams> = {
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
const CHAT_STREAM: FieldsOf<OpenAI.ChatCompletionStreamOptions> = {
  include_obfuscation: false,
  include_usage: answer(true),
};
const CHAT_TOOL: FieldsOf<OpenAI.FunctionDefinition> = {
  description: "d",
  name: ALWAYS,
  parameters: { type: "object", properties: { a: {} } },
  strict: true,
};
const CHAT_USER: FieldsOf<OpenAI.ChatCompletionUserMessageParam> = {
  content: ALWAYS,
  name: "ann",
  role: ALWAYS,
};
const CHAT_ASSISTANT: FieldsOf<OpenAI.ChatCompletionAssistantMessageParam> = {
  audio: { id: "audio_1" },
  content: "x",
  function_call: { name: "f", arguments: "{}" },
  name: "bot",
  refusal: "no",
  role: ALWAYS,
  tool_calls: usual([]),
};
const CHAT_TEXT: FieldsOf<OpenAI.ChatCompletionContentPartText> = {
  prompt_cache_breakpoint: { mode: "explicit" },
  text: ALWAYS,
  type: ALWAYS,
};

const MESSAGES: FieldsOf<Anthropic.Beta.Messages.MessageCreateParams> & Fields = {
  betas: ["x"],
  billing_policy: "x",
  cache_control: { type: "ephemeral" },
  compaction: { type: "x" },
  container: "c",
  context_management: { edits: [] },
  diagnostics: { x: 1 },
  fallback_credit_token: "t",
  fallbacks: [{ model: "x" }],
  inference_geo: "eu",
  max_tokens: 100,
  mcp_servers: [{ name: "x" }],
  messages: ALWAYS,
  metadata: { user_id: "u" },
  model: ALWAYS,
  output_config: { effort: "low" },
  output_format: { type: "json_schema", schema: SCHEMA },
  service_tier: "auto",
  speed: "fast",
  stop_sequences: ["x"],
  stream: true,
  system: "Be brief.",
  temperature: 0.5,
  thinking: { type: "enabled", budget_tokens: 2_000 },
  thread: { id: "x" },
  tool_choice: { type: "any" },
  tools: ALWAYS,
  top_k: 4,
  top_p: 0.5,
  user_profile_id: "p",
  workspace_id: "w",
};
const OUTPUT_CONFIG: FieldsOf<Anthropic.Beta.BetaOutputConfig> = {
  effort: "low",
  format: { type: "json_schema", schema: SCHEMA },
  task_budget: { type: "tokens", total: 1 },
};
const THINKING: FieldsOf<Anthropic.Beta.BetaThinkingConfigAdaptive> & Fields = {
  block_binding: "x",
  display: answer("omitted"),
  type: ALWAYS,
};
const MESSAGE_TOOL: FieldsOf<Anthropic.Tool> = {
  allowed_callers: ["direct"],
  cache_control: { type: "ephemeral" },
  defer_loading: usual(true),
  description: "d",
  eager_input_streaming: true,
  input_examples: [{}],
  input_schema: { type: "object", properties: { a: {} } },
  name: ALWAYS,
  strict: true,
  type: usual("custom"),
};
const TEXT_BLOCK: FieldsOf<Anthropic.TextBlockParam> = {
  cache_control: { type: "ephemeral" },
  citations: [{ type: "char_location" }],
  text: ALWAYS,
  type: ALWAYS,
};
const IMAGE_BLOCK: FieldsOf<Anthropic.ImageBlockParam> = {
  cache_control: { type: "ephemeral" },
  source: ALWAYS,
  transformations: { x: 1 },
  type: ALWAYS,
};
const DOCUMENT_BLOCK: FieldsOf<Anthropic.DocumentBlockParam> = {
  cache_control: { type: "ephemeral" },
  citations: { enabled: true },
  context: "c",
  source: ALWAYS,
  title: "t",
  type: ALWAYS,
};
const RESULT_BLOCK: FieldsOf<Anthropic.ToolResultBlockParam> = {
  cache_control: { type: "ephemeral" },
  content: [{ type: "text", text: "y" }],
  is_error: true,
  tool_use_id: ALWAYS,
  toolset_name: "x",
  type: ALWAYS,
};
const USE_BLOCK: FieldsOf<Anthropic.ToolUseBlockParam> = {
  cache_control: { type: "ephemeral" },
  caller: usual({ type: "direct" }),
  id: ALWAYS,
  input: ALWAYS,
  name: ALWAYS,
  toolset_name: "x",
  type: ALWAYS,
};

const GEMINI: Fields = {
  safetySettings: [],
  labels: { a: "b" },
  serviceTier: "flex",
  store: true,
  systemInstruction: { parts: [{ text: "x" }] },
  toolConfig: { retrievalConfig: {} },
};
const GENERATION: Fields = {
  stopSequences: ["x"],
  responseMimeType: "application/json",
  responseModalities: ["TEXT", "IMAGE"],
  candidateCount: 2,
  maxOutputTokens: 100,
  temperature: 0.5,
  topP: 0.5,
  topK: 4,
  seed: 1,
  presencePenalty: 0.5,
  frequencyPenalty: 0.5,
  responseLogprobs: true,
  logprobs: usual(2),
  enableEnhancedCivicAnswers: true,
  speechConfig: {},
  imageConfig: {},
  mediaResolution: "MEDIA_RESOLUTION_LOW",
  responseSchema: { type: "OBJECT" },
  responseJsonSchema: SCHEMA,
};
const GEMINI_THINKING: Fields = {
  includeThoughts: answer(true),
  thinkingBudget: 100,
  thinkingLevel: "LOW",
  thinkingOther: 1,
};
const DECLARATION: Fields = {
  description: "d",
  parameters: { type: "OBJECT", properties: { a: { type: "STRING" } } },
  parametersJsonSchema: { type: "object", properties: { a: {} } },
  behavior: "NON_BLOCKING",
  response: { type: "OBJECT" },
  responseJsonSchema: SCHEMA,
};
const CALLING: Fields = {
  mode: "ANY",
  allowedFunctionNames: usual(["f"]),
  streamFunctionCallArguments: true,
  other: 1,
};

const OLLAMA: FieldsOf<ChatRequest> & Fields = {
  format: "json",
  keep_alive: "5m",
  logprobs: true,
  messages: ALWAYS,
  model: ALWAYS,
  options: { num_ctx: 8_192 },
  stream: false,
  think: "low",
  tools: [{ type: "function", function: { name: "f" } }],
  top_logprobs: usual(2),
  truncate: true,
  shift: true,
};
const OLLAMA_MESSAGE: FieldsOf<Message> = {
  content: ALWAYS,
  images: ["iVBORw0KGgo="],
  role: ALWAYS,
  thinking: usual("of a user"),
  tool_calls: usual([]),
  tool_name: usual("of a user"),
};
const GENERATE: FieldsOf<GenerateRequest> & Fields = {
  context: [1, 2],
  format: "json",
  height: 64,
  images: ["iVBORw0KGgo="],
  keep_alive: "5m",
  logprobs: true,
  model: ALWAYS,
  options: { num_ctx: 8_192 },
  prompt: ALWAYS,
  raw: true,
  steps: 1,
  stream: false,
  suffix: "x",
  system: "x",
  template: "x",
  think: "low",
  top_logprobs: usual(2),
  width: 64,
  truncate: true,
  shift: true,
};
const EMBED: FieldsOf<EmbedRequest> = {
  dimensions: 3,
  input: ALWAYS,
  keep_alive: "5m",
  model: ALWAYS,
  options: { num_ctx: 8_192 },
  truncate: true,
};
const EMBEDDINGS: FieldsOf<EmbeddingsRequest> = {
  keep_alive: "5m",
  model: ALWAYS,
  options: { num_ctx: 8_192 },
  prompt: ALWAYS,
};
const EMBED_CONTENT: Fields = { taskType: "x", title: "t", outputDimensionality: 3, embedContentConfig: {} };

const PNG = "iVBORw0KGgo=";
const RESPONSE_BASE = {
  model: "m",
  input: [
    { role: "user", content: [{ type: "input_text", text: "x" }] },
    {
      role: "user",
      content: [
        { type: "input_file", file_data: "data:application/pdf;base64,AAAA" },
        { type: "input_image", image_url: `data:image/png;base64,${PNG}` },
      ],
    },
    { role: "assistant", content: "said" },
    { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
    { type: "function_call_output", call_id: "c", output: "x" },
  ],
  tools: [{ type: "function", name: "f" }],
};
const CHAT_BASE = {
  model: "m",
  messages: [
    { role: "user", content: [{ type: "text", text: "x" }] },
    { role: "assistant", content: "said" },
    { role: "user", content: "more" },
  ],
  tools: [{ type: "function", function: { name: "f" } }],
};
const MESSAGES_BASE = {
  model: "m",
  thinking: { type: "adaptive" },
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "x" },
        { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
        { type: "document", source: { type: "text", media_type: "text/plain", data: "x" } },
      ],
    },
    { role: "assistant", content: [{ type: "tool_use", id: "c", name: "f", input: {} }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "c", content: "x" }] },
  ],
  tools: [{ name: "f", input_schema: SCHEMA }],
};
const GEMINI_BASE = {
  model: "m",
  contents: [{ role: "user", parts: [{ text: "x" }] }],
  tools: [{ functionDeclarations: [{ name: "f" }] }],
};

type Case = readonly [ChatApi, ChatApi, Fields, readonly (readonly [string, Fields])[]];

/** What is put where: a path through the base, and the fields that the object there may have. */
const CASES: readonly Case[] = [
  [
    "responses",
    "chat",
    RESPONSE_BASE,
    [
      ["", RESPONSE],
      ["reasoning", REASONING],
      ["text", TEXT],
      ["tools.0", RESPONSE_TOOL],
      ["input.1.content.0", INPUT_FILE],
      ["input.0.content.0", { prompt_cache_breakpoint: { mode: "explicit" }, annotations: [{}] }],
      ["input.0", { phase: "commentary", internal_x: 1, other: 1 }],
      ["input.2", { phase: "final_answer", internal_x: 1, id: usual("msg_1"), status: usual("completed") }],
      ["input.3", { namespace: "n", async: true, id: usual("fc_1"), status: usual("completed") }],
      ["input.4", { other: 1, id: usual("fc_2"), status: usual("completed") }],
    ],
  ],
  [
    "chat",
    "responses",
    CHAT_BASE,
    [
      ["", CHAT],
      ["stream_options", CHAT_STREAM],
      ["tools.0.function", CHAT_TOOL],
      ["messages.0", CHAT_USER],
      ["messages.1", { ...CHAT_ASSISTANT, reasoning_content: "x" }],
      ["messages.0.content.0", CHAT_TEXT],
    ],
  ],
  [
    "chat",
    "messages",
    CHAT_BASE,
    [
      ["", CHAT],
      ["stream_options", { include_usage: answer(true), include_obfuscation: true }],
      ["tools.0.function", CHAT_TOOL],
      ["messages.0", CHAT_USER],
      ["messages.1", { ...CHAT_ASSISTANT, reasoning_content: "x" }],
      ["messages.0.content.0", CHAT_TEXT],
    ],
  ],
  [
    "messages",
    "chat",
    MESSAGES_BASE,
    [
      ["", MESSAGES],
      ["output_config", OUTPUT_CONFIG],
      ["thinking", THINKING],
      ["metadata", { user_id: "u", other: 1 }],
      ["tools.0", MESSAGE_TOOL],
      ["messages.0", { output_config: { effort: "low" } }],
      ["messages.0.content.0", TEXT_BLOCK],
      ["messages.0.content.1", IMAGE_BLOCK],
      ["messages.0.content.2", DOCUMENT_BLOCK],
      ["messages.1.content.0", USE_BLOCK],
      ["messages.2.content.0", RESULT_BLOCK],
    ],
  ],
  [
    "gemini",
    "chat",
    GEMINI_BASE,
    [
      ["", GEMINI],
      ["generationConfig", GENERATION],
      ["generationConfig.thinkingConfig", GEMINI_THINKING],
      ["tools.0", { googleSearch: {}, codeExecution: {}, urlContext: {} }],
      ["tools.0.functionDeclarations.0", DECLARATION],
      ["toolConfig.functionCallingConfig", CALLING],
      ["contents.0.parts.0", { videoMetadata: {}, mediaResolution: {}, partMetadata: {} }],
    ],
  ],
  [
    "ollama_chat",
    "chat",
    { model: "m", messages: [{ role: "user", content: "x" }] },
    [
      ["", OLLAMA],
      ["messages.0", OLLAMA_MESSAGE],
    ],
  ],
  ["ollama_generate", "chat", { model: "m", prompt: "x" }, [["", GENERATE]]],
  ["ollama_embed", "embeddings", { model: "m", input: "x" }, [["", EMBED]]],
  ["ollama_embeddings", "embeddings", { model: "m", prompt: "x" }, [["", EMBEDDINGS]]],
  ["embed_content", "embeddings", { model: "m", content: { parts: [{ text: "x" }] } }, [["", EMBED_CONTENT]]],
];

/** `name` may be empty: the place is there, and nothing is put into it. */
function withField(base: Fields, place: string, name: string, value: unknown): Fields {
  const made = structuredClone(base) as Record<string, unknown>;
  let at = made;
  for (const step of place === "" ? [] : place.split(".")) {
    at[step] ??= {};
    at = at[step] as Record<string, unknown>;
  }
  if (name !== "") at[name] = value;
  return made;
}

/** What is sent for a request, with what the client is told. */
function told(from: ChatApi, to: ChatApi, body: Fields): string {
  const translation = translationBetween(from, to);
  assert.ok(translation !== undefined, `${from} over ${to}`);
  const { body: sent, notes, operation } = translation.request(body);
  return JSON.stringify([sent, notes, operation?.path]);
}

for (const [from, to, base, places] of CASES)
  test(`each field of ${from} over ${to} is carried over, or said to be left out`, () => {
    const lost: string[] = [];
    for (const [place, fields] of places) {
      const before = told(from, to, withField(base, place, "", undefined));
      for (const [name, value] of Object.entries(fields)) {
        if (value === ALWAYS) continue;
        const isNothing =
          typeof value === "object" && value !== null && ("answer" in value || "usual" in value);
        const sample = isNothing ? Object.values(value)[0] : value;
        const after = told(from, to, withField(base, place, name, sample));
        if ((after === before) !== isNothing)
          lost.push(`${place === "" ? "" : `${place}.`}${name}${isNothing ? " is told" : ""}`);
      }
    }
    assert.deepEqual(lost, []);
  });
