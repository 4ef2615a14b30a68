// Every field of a request that another API's endpoint is asked for goes on in its words, or the client is told that it did
// not. The tables name each field that the clients' own libraries know: one that they learn is missed by the compiler.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatApi } from "../../src/wires/paths/operation.ts";
import { translationBetween } from "../../src/wires/registry/translations.ts";
import {
  DOCUMENT_BLOCK,
  IMAGE_BLOCK,
  MESSAGE_TOOL,
  MESSAGES,
  OUTPUT_CONFIG,
  RESULT_BLOCK,
  TEXT_BLOCK,
  THINKING,
  USE_BLOCK,
} from "../support/fields/anthropic-fields.ts";
import { ALWAYS, answer, type Fields, SCHEMA, usual } from "../support/fields/kinds.ts";
import {
  CHAT,
  CHAT_ASSISTANT,
  CHAT_STREAM,
  CHAT_TEXT,
  CHAT_TOOL,
  CHAT_USER,
  INPUT_FILE,
  REASONING,
  RESPONSE,
  RESPONSE_TOOL,
  TEXT,
} from "../support/fields/openai-fields.ts";
import {
  CALLING,
  DECLARATION,
  EMBED,
  EMBED_CONTENT,
  EMBEDDINGS,
  GEMINI,
  GEMINI_THINKING,
  GENERATE,
  GENERATION,
  OLLAMA,
  OLLAMA_MESSAGE,
} from "../support/fields/other-fields.ts";

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
  contents: [
    { role: "user", parts: [{ text: "x" }] },
    { role: "model", parts: [{ functionCall: { name: "f" } }] },
  ],
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
      ["messages.1", { ...CHAT_ASSISTANT, reasoning_content: "x", annotations: [{}], other: 1 }],
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
      ["messages.1", { ...CHAT_ASSISTANT, reasoning_content: "x", annotations: [{}], other: 1 }],
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
      ["contents.0", { other: 1 }],
      ["contents.1.parts.0.functionCall", { other: 1, id: "c" }],
      ["contents.0.parts.0", { videoMetadata: {}, mediaResolution: {}, partMetadata: {} }],
    ],
  ],
  [
    "ollama_chat",
    "chat",
    { model: "m", messages: [{ role: "user", content: "x" }] },
    [
      ["", OLLAMA],
      ["messages.0", { ...OLLAMA_MESSAGE, other: 1 }],
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
