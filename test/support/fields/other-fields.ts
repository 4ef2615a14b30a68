// The fields of Gemini's API, whose library is not among the packages, and of Ollama's, as its library knows them.

import type { ChatRequest, EmbeddingsRequest, EmbedRequest, GenerateRequest, Message } from "ollama";
import { ALWAYS, answer, type Fields, type FieldsOf, SCHEMA, usual } from "./kinds.ts";

export const GEMINI: Fields = {
  safetySettings: [],
  labels: { a: "b" },
  serviceTier: "flex",
  store: true,
  systemInstruction: { parts: [{ text: "x" }] },
  toolConfig: { retrievalConfig: {} },
};
export const GENERATION: Fields = {
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
export const GEMINI_THINKING: Fields = {
  includeThoughts: answer(true),
  thinkingBudget: 100,
  thinkingLevel: "LOW",
  thinkingOther: 1,
};
export const DECLARATION: Fields = {
  description: "d",
  parameters: { type: "OBJECT", properties: { a: { type: "STRING" } } },
  parametersJsonSchema: { type: "object", properties: { a: {} } },
  behavior: "NON_BLOCKING",
  response: { type: "OBJECT" },
  responseJsonSchema: SCHEMA,
};
export const CALLING: Fields = {
  mode: "ANY",
  allowedFunctionNames: usual(["f"]),
  streamFunctionCallArguments: true,
  other: 1,
};

export const OLLAMA: FieldsOf<ChatRequest> & Fields = {
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
export const OLLAMA_MESSAGE: FieldsOf<Message> = {
  content: ALWAYS,
  images: ["iVBORw0KGgo="],
  role: ALWAYS,
  thinking: usual("of a user"),
  tool_calls: usual([]),
  tool_name: usual("of a user"),
};
export const GENERATE: FieldsOf<GenerateRequest> & Fields = {
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
export const EMBED: FieldsOf<EmbedRequest> = {
  dimensions: 3,
  input: ALWAYS,
  keep_alive: "5m",
  model: ALWAYS,
  options: { num_ctx: 8_192 },
  truncate: true,
};
export const EMBEDDINGS: FieldsOf<EmbeddingsRequest> = {
  keep_alive: "5m",
  model: ALWAYS,
  options: { num_ctx: 8_192 },
  prompt: ALWAYS,
};
export const EMBED_CONTENT: Fields = {
  taskType: "x",
  title: "t",
  outputDimensionality: 3,
  embedContentConfig: {},
};
