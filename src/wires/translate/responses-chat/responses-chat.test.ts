import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, CONTEXT, messagesOf } from "../../../../test/support/responses-over-chat.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";

test("tools with free text and tools in namespaces become functions, and their calls come back as they were meant", () => {
  const request = {
    input: "x",
    tools: [
      {
        type: "function",
        name: "plain",
        description: "d",
        parameters: { type: "object" },
        strict: false,
        defer_loading: true,
      },
      {
        type: "custom",
        name: "apply_patch",
        description: "Patches.",
        format: { type: "grammar", syntax: "lark", definition: "start: x" },
      },
      {
        type: "namespace",
        name: "mcp__files",
        description: "Files.",
        tools: [
          { type: "function", name: "read", parameters: { type: "object" } },
          { type: "custom", name: "note" },
        ],
      },
    ],
    tool_choice: { type: "custom", name: "apply_patch" },
  };
  const { body } = asked(request);
  const tools = body["tools"] as { function: { name: string; description: string } }[];
  assert.deepEqual(
    tools.map((tool) => tool.function.name),
    ["plain", "apply_patch", "mcp__files__read", "mcp__files__note"],
  );
  assert.match(
    tools[1]?.function.description ?? "",
    /Patches\.[\s\S]*plain text[\s\S]*lark grammar:\nstart: x/,
  );
  assert.deepEqual(body["tool_choice"], { type: "function", function: { name: "apply_patch" } });
  const answer = asked(request).answer.plain(
    {
      model: "real",
      choices: [
        {
          finish_reason: "tool_calls",
          message: {
            content: null,
            tool_calls: [
              {
                id: "a",
                type: "function",
                function: { name: "apply_patch", arguments: '{"input":"*** Begin\\n"}' },
              },
              { id: "b", type: "function", function: { name: "mcp__files__read", arguments: '{"p":1}' } },
              { id: "c", type: "function", function: { name: "mcp__files__note", arguments: "just text" } },
              { id: "d", type: "function", function: { name: "plain", arguments: "" } },
            ],
          },
        },
      ],
    },
    CONTEXT,
  );
  assert.deepEqual(answer["output"], [
    {
      id: "ctc_u10",
      type: "custom_tool_call",
      input: "*** Begin\n",
      call_id: "a",
      name: "apply_patch",
      status: "completed",
    },
    {
      id: "fc_u11",
      type: "function_call",
      arguments: '{"p":1}',
      call_id: "b",
      name: "read",
      namespace: "mcp__files",
      status: "completed",
    },
    {
      id: "ctc_u12",
      type: "custom_tool_call",
      input: "just text",
      call_id: "c",
      name: "note",
      namespace: "mcp__files",
      status: "completed",
    },
    {
      id: "fc_u13",
      type: "function_call",
      arguments: "{}",
      call_id: "d",
      name: "plain",
      status: "completed",
    },
  ]);
  const back = messagesOf(
    [
      { type: "custom_tool_call", call_id: "a", name: "apply_patch", input: "*** Begin\n" },
      { type: "custom_tool_call_output", call_id: "a", output: "done" },
      { type: "function_call", call_id: "b", name: "read", namespace: "mcp__files", arguments: '{"p":1}' },
      { type: "function_call_output", call_id: "b", output: "text" },
    ],
    request,
  ) as { tool_calls?: { function: unknown }[] }[];
  assert.deepEqual(back[0]?.tool_calls?.[0]?.function, {
    name: "apply_patch",
    arguments: '{"input":"*** Begin\\n"}',
  });
  assert.deepEqual(back[2]?.tool_calls?.[0]?.function, { name: "mcp__files__read", arguments: '{"p":1}' });
});

test("reasoning comes back under the endpoint's own name, sealed where the client keeps it", () => {
  const request = { input: "x", include: ["reasoning.encrypted_content"] };
  const details = [{ type: "reasoning.text", text: "Hm.", signature: "s", index: 0 }];
  const answer = asked(request).answer.plain(
    {
      choices: [
        { message: { content: "a", reasoning: "Hm.", reasoning_details: details }, finish_reason: "stop" },
      ],
    },
    CONTEXT,
  );
  const output = answer["output"] as JsonObject[];
  assert.deepEqual(messagesOf([...output, { role: "user", content: "b" }]), [
    { role: "assistant", content: "a", reasoning: "Hm.", reasoning_details: details },
    { role: "user", content: "b" },
  ]);
  const { notes, body } = asked({
    input: [{ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" }],
  });
  assert.deepEqual([notes, body["messages"]], [["reasoning of another endpoint"], []]);
});
