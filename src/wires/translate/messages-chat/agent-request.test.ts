// The request of an agent with all that comes with it, as a chat.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { MESSAGES_TO_CHAT } from "./messages-chat.ts";

/** The shape of Claude Code's first request; its words are not. */
const AGENT: JsonObject = {
  model: "qwen",
  max_tokens: 32_000,
  stream: true,
  thinking: { type: "adaptive", display: "omitted" },
  output_config: { effort: "high" },
  context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
  metadata: { user_id: JSON.stringify({ device_id: "d".repeat(64), session_id: "s" }) },
  system: [
    { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.332; cc_entrypoint=cli;" },
    { type: "text", text: "You are an agent.", cache_control: { type: "ephemeral" } },
    { type: "text", text: "Be careful.", cache_control: { type: "ephemeral" } },
  ],
  messages: [
    { role: "user", content: [{ type: "text", text: "Run it." }] },
    {
      role: "system",
      content: [{ type: "text", text: "The date is today.", cache_control: { type: "ephemeral" } }],
      output_config: { effort: "high" },
    },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm.", signature: "EqQBCgIYAhIM" },
        { type: "text", text: "I will." },
        { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "echo hi" } },
        { type: "tool_use", id: "toolu_2", name: "Read", input: {} },
      ],
    },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "toolu_1", content: "hi", is_error: false },
        {
          type: "tool_result",
          tool_use_id: "toolu_2",
          content: [{ type: "text", text: "no file" }],
          is_error: true,
        },
        { type: "text", text: "Go on." },
      ],
    },
  ],
  tools: [
    { name: "Bash", description: "Runs.", input_schema: { type: "object", properties: {} } },
    { name: "Read", input_schema: { type: "object" }, defer_loading: true },
    { type: "web_search_20250305", name: "web_search", max_uses: 5 },
  ],
};

test("the request of an agent: all that a chat has words for, and a note of the rest", () => {
  const { body, notes } = MESSAGES_TO_CHAT.request(AGENT);
  assert.deepEqual(body, {
    max_tokens: 32_000,
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: "system", content: "You are an agent.\n\nBe careful." },
      { role: "user", content: "Run it." },
      { role: "system", content: "The date is today." },
      {
        role: "assistant",
        content: "I will.",
        tool_calls: [
          { id: "toolu_1", type: "function", function: { name: "Bash", arguments: '{"command":"echo hi"}' } },
          { id: "toolu_2", type: "function", function: { name: "Read", arguments: "{}" } },
        ],
      },
      { role: "tool", tool_call_id: "toolu_1", content: "hi" },
      { role: "tool", tool_call_id: "toolu_2", content: "Error: no file" },
      { role: "user", content: "Go on." },
    ],
    tools: [
      {
        type: "function",
        function: { name: "Bash", description: "Runs.", parameters: { type: "object", properties: {} } },
      },
      { type: "function", function: { name: "Read", parameters: { type: "object" } } },
    ],
  });
  assert.deepEqual(notes, [
    "cache_control",
    "messages.output_config",
    "content.thinking",
    "tools.web_search_20250305",
    "context_management",
    "metadata",
    "output_config.effort",
  ]);
});
