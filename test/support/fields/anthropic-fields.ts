// The fields of Anthropic's messages, as its library knows them.

import type Anthropic from "@anthropic-ai/sdk";
import { ALWAYS, answer, type Fields, type FieldsOf, SCHEMA, usual } from "./kinds.ts";

export const MESSAGES: FieldsOf<Anthropic.Beta.Messages.MessageCreateParams> & Fields = {
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
export const OUTPUT_CONFIG: FieldsOf<Anthropic.Beta.BetaOutputConfig> = {
  effort: "low",
  format: { type: "json_schema", schema: SCHEMA },
  task_budget: { type: "tokens", total: 1 },
};
export const THINKING: FieldsOf<Anthropic.Beta.BetaThinkingConfigAdaptive> & Fields = {
  block_binding: "x",
  display: answer("omitted"),
  type: ALWAYS,
};
export const MESSAGE_TOOL: FieldsOf<Anthropic.Tool> = {
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
export const TEXT_BLOCK: FieldsOf<Anthropic.TextBlockParam> = {
  cache_control: { type: "ephemeral" },
  citations: [{ type: "char_location" }],
  text: ALWAYS,
  type: ALWAYS,
};
export const IMAGE_BLOCK: FieldsOf<Anthropic.ImageBlockParam> = {
  cache_control: { type: "ephemeral" },
  source: ALWAYS,
  transformations: { x: 1 },
  type: ALWAYS,
};
export const DOCUMENT_BLOCK: FieldsOf<Anthropic.DocumentBlockParam> = {
  cache_control: { type: "ephemeral" },
  citations: { enabled: true },
  context: "c",
  source: ALWAYS,
  title: "t",
  type: ALWAYS,
};
export const RESULT_BLOCK: FieldsOf<Anthropic.ToolResultBlockParam> = {
  cache_control: { type: "ephemeral" },
  content: [{ type: "text", text: "y" }],
  is_error: true,
  tool_use_id: ALWAYS,
  toolset_name: "x",
  type: ALWAYS,
};
export const USE_BLOCK: FieldsOf<Anthropic.ToolUseBlockParam> = {
  cache_control: { type: "ephemeral" },
  caller: usual({ type: "direct" }),
  id: ALWAYS,
  input: ALWAYS,
  name: ALWAYS,
  toolset_name: "x",
  type: ALWAYS,
};
