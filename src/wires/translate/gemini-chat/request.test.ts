// What a request in Gemini's words becomes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, messagesOf, notesOf, PNG } from "../../../../test/support/gemini-words.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { asObject, objectsOf } from "../values.ts";

const HI = [{ role: "user", parts: [{ text: "hi" }] }];

test("a whole request, as Gemini CLI sends it", () => {
  const body = {
    model: "gpt-4o",
    systemInstruction: { role: "user", parts: [{ text: "Be brief." }, { text: "Be kind." }] },
    generationConfig: {
      temperature: 1,
      topP: 0.95,
      topK: 64,
      maxOutputTokens: 100,
      stopSequences: ["A", "B", "C", "D", "E"],
      candidateCount: 2,
      seed: 3,
      responseLogprobs: true,
      logprobs: 2,
      thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 },
    },
    safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
    stream: true,
  };
  assert.deepEqual(asked(body), {
    temperature: 1,
    top_p: 0.95,
    max_tokens: 100,
    stop: ["A", "B", "C", "D"],
    n: 2,
    seed: 3,
    logprobs: true,
    top_logprobs: 2,
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: "system", content: "Be brief.\n\nBe kind." },
      { role: "user", content: "hi" },
    ],
  });
  assert.deepEqual(notesOf(body), [
    "safetySettings",
    "generationConfig.topK",
    "stopSequences beyond 4",
    "thinkingBudget",
  ]);
});

test("names in snake case are the same names", () => {
  const body = {
    system_instruction: { parts: { text: "Be brief." } },
    generation_config: { max_output_tokens: 5, stop_sequences: ["A"] },
    contents: { parts: [{ inline_data: { mime_type: "image/png", data: PNG } }] },
    tools: [{ function_declarations: [{ name: "f" }] }],
    tool_config: { function_calling_config: { mode: "ANY", allowed_function_names: ["f"] } },
  };
  assert.deepEqual(asked(body), {
    max_tokens: 5,
    stop: ["A"],
    messages: [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } }],
      },
    ],
    tools: [{ type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } }],
    tool_choice: "required",
  });
});

test("parallel calls and their results, with ids and without, are matched in their order", () => {
  const contents = [
    ...HI,
    {
      role: "model",
      parts: [
        { text: "Let me see." },
        {
          functionCall: { name: "ns.read", args: { path: "a" } },
          thoughtSignature: "skip_thought_signature_validator",
        },
        { functionCall: { name: "ns.read", args: { path: "b" } } },
        { functionCall: { id: "call-1", name: "list", args: {} } },
      ],
    },
    {
      role: "user",
      parts: [
        { functionResponse: { id: "call-1", name: "list", response: { output: "a b" } } },
        { functionResponse: { name: "ns.read", response: { error: "no file" } } },
        { functionResponse: { name: "ns.read", response: { lines: 2 } } },
        { functionResponse: { name: "unasked", response: { output: "x" } } },
        { text: "Go on." },
      ],
    },
  ];
  assert.deepEqual(messagesOf(contents), [
    { role: "user", content: "hi" },
    {
      role: "assistant",
      content: "Let me see.",
      tool_calls: [
        { id: "call_0", type: "function", function: { name: "ns_read", arguments: '{"path":"a"}' } },
        { id: "call_1", type: "function", function: { name: "ns_read", arguments: '{"path":"b"}' } },
        { id: "call-1", type: "function", function: { name: "list", arguments: "{}" } },
      ],
    },
    { role: "tool", tool_call_id: "call-1", content: "a b" },
    { role: "tool", tool_call_id: "call_0", content: "Error: no file" },
    { role: "tool", tool_call_id: "call_1", content: '{"lines":2}' },
    { role: "user", content: "The result of unasked: x\n\nGo on." },
  ]);
  assert.deepEqual(notesOf({ contents }), []);
});

test("a result with a picture: the picture follows it as the user's", () => {
  const contents = [
    { role: "model", parts: [{ functionCall: { id: "a".repeat(60), name: "shot", args: {} } }] },
    {
      role: "function",
      parts: [
        {
          functionResponse: {
            id: "a".repeat(60),
            name: "shot",
            response: { output: "done" },
            parts: [{ inlineData: { mimeType: "image/png", data: PNG } }],
          },
        },
      ],
    },
  ];
  const [called, result, shown] = objectsOf(messagesOf(contents));
  const [call] = objectsOf(called?.["tool_calls"]);
  assert.equal(result?.["tool_call_id"], call?.["id"]);
  assert.ok(String(call?.["id"]).length <= 40);
  assert.deepEqual(shown?.["content"], [
    { type: "text", text: "Of the result of shot:" },
    { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
  ]);
});

test("what a part may hold", () => {
  const kinds: readonly (readonly [JsonObject, unknown])[] = [
    [
      { inlineData: { mimeType: "audio/mp3", data: "AA-_" } },
      [{ type: "input_audio", input_audio: { data: "AA+/", format: "mp3" } }],
    ],
    [
      { inlineData: { mimeType: "application/pdf", data: "JVBE", displayName: "a.pdf" } },
      [{ type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBE" } }],
    ],
    [{ inlineData: { mimeType: "text/plain; charset=utf-8", data: "aGk=" } }, "hi"],
    [
      { fileData: { mimeType: "image/png", fileUri: "https://example.com/a.png" } },
      [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }],
    ],
    [{ executableCode: { language: "PYTHON", code: "1" } }, "```python\n1\n```"],
    [{ codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } }, "```\n1\n```"],
  ];
  for (const [part, content] of kinds)
    assert.deepEqual(messagesOf([{ role: "user", parts: [part] }]), [{ role: "user", content }]);
  const hinted = [{ role: "user", parts: [{ text: "x", videoMetadata: { fps: 1 } }] }];
  assert.deepEqual(notesOf({ contents: hinted }), ["parts.videoMetadata"]);
});

test("what would be another request without it is refused, with its place", () => {
  const file = { mimeType: "video/mp4", fileUri: "https://generativelanguage.googleapis.com/v1beta/files/a" };
  const rows: readonly (readonly [JsonObject, RegExp])[] = [
    [{ contents: [{ parts: [{ fileData: file }] }] }, /^contents\.0\.parts\.0\.fileData\.fileUri: /],
    [
      { contents: [{ parts: [{ inlineData: { mimeType: "video/mp4", data: "AA==" } }] }] },
      /mimeType: .*video/,
    ],
    [{ contents: [{ parts: [{ inlineData: { mimeType: "image/png", data: "no base64!" } }] }] }, /no base64/],
    [{ contents: [{ parts: [{ inlineData: { data: "AA==" } }] }] }, /mimeType/],
    [{ contents: [{ parts: [{ unheardOf: {} }] }] }, /not known/],
    [{ contents: [{ role: "model", parts: [{ unheardOf: {} }] }] }, /not known/],
    [{ contents: [{ role: "owner", parts: [] }] }, /^contents\.0\.role: /],
    [{ contents: "hi" }, /^contents: /],
    [{ contents: [{ parts: [{ text: 1 }] }] }, /must be a text/],
    [{ contents: [{ parts: "x" }] }, /^contents\.0\.parts: /],
    [{ contents: [{ role: "model", parts: [{ functionCall: { name: "f", args: [] } }] }] }, /args: /],
    [{ contents: [{ role: "model", parts: [{ functionCall: {} }] }] }, /name of its function/],
    [{ contents: [{ parts: [{ functionResponse: {} }] }] }, /name of its function/],
    [{ systemInstruction: 1 }, /^systemInstruction: /],
    [
      { systemInstruction: { parts: [{ inlineData: { mimeType: "image/png", data: PNG } }] } },
      /must be texts/,
    ],
    [{ cachedContent: "cachedContents/1" }, /^cachedContent: /],
    [{ tools: "x" }, /^tools: /],
    [{ tools: [{ functionDeclarations: [{}] }] }, /name: must be a text/],
    [{ tools: [{ functionDeclarations: [{ name: "f", parameters: 1 }] }] }, /must be a schema/],
    [{ generationConfig: 1 }, /^generationConfig: /],
    [{ generationConfig: { responseModalities: ["AUDIO"] } }, /only text/],
  ];
  for (const [body, message] of rows)
    assert.throws(() => asked(body), { code: "untranslatable", message }, JSON.stringify(body));
});

test("which functions may be called", () => {
  const tools = [{ functionDeclarations: [{ name: "f" }, { name: "g" }] }];
  const choice = (config: JsonObject): unknown => {
    const { tools: told, tool_choice: chosen } = asked({
      tools,
      toolConfig: { functionCallingConfig: config },
    });
    return [objectsOf(told).map((tool) => asObject(tool["function"])?.["name"]), chosen];
  };
  assert.deepEqual(choice({}), [["f", "g"], undefined]);
  assert.deepEqual(choice({ mode: "AUTO" }), [["f", "g"], "auto"]);
  assert.deepEqual(choice({ mode: "NONE" }), [["f", "g"], "none"]);
  assert.deepEqual(choice({ mode: "ANY", allowedFunctionNames: ["g"] }), [["g"], "required"]);
  assert.deepEqual(choice({ mode: "VALIDATED" }), [["f", "g"], "auto"]);
  assert.throws(() => choice({ mode: "ANY", allowedFunctionNames: ["h"] }), /names no function/);
  assert.throws(() => choice({ mode: "SOME" }), /must be AUTO/);
});
