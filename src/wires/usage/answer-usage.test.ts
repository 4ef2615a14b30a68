import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_USAGE, type TokenUsage } from "../../core/usage.ts";
import { passthroughOperation } from "../paths/operation.ts";
import { OPERATIONS } from "../registry/wires.ts";
import { AnswerUsage } from "./answer-usage.ts";

function usageOf(
  name: string,
  text: string,
  isStream = false,
  cuts: readonly number[] = [],
): TokenUsage | undefined {
  const operation = OPERATIONS.find((one) => one.name === name) ?? passthroughOperation("/ocr");
  const answer = new AnswerUsage(operation, isStream);
  const bytes = Buffer.from(text);
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    const end = Math.min(bytes.length, Math.max(at, cut));
    answer.push(bytes.subarray(at, end));
    at = end;
  }
  return answer.finish();
}

/** Only what is not nothing. */
function told(usage: TokenUsage | undefined): Partial<TokenUsage> | undefined {
  if (usage === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(usage).filter(([name, value]) => value !== NO_USAGE[name as keyof TokenUsage]),
  );
}

function events(...values: readonly unknown[]): string {
  return values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("");
}

type Row = readonly [operation: string, answer: unknown, expected: Partial<TokenUsage> | undefined];

/** What each wire says in a plain answer, and what that is. */
const PLAIN: readonly Row[] = [
  [
    "chat",
    {
      id: "1",
      service_tier: "flex",
      usage: {
        prompt_tokens: 100,
        completion_tokens: 20,
        total_tokens: 120,
        prompt_tokens_details: { cached_tokens: 40, audio_tokens: 7, cache_write_tokens: 3 },
        completion_tokens_details: {
          reasoning_tokens: 5,
          audio_tokens: 2,
          accepted_prediction_tokens: 1,
          rejected_prediction_tokens: 4,
        },
      },
    },
    {
      input: 100,
      output: 20,
      cached: 40,
      cacheWrite30m: 3,
      audioInput: 7,
      reasoning: 5,
      audioOutput: 2,
      acceptedPrediction: 1,
      rejectedPrediction: 4,
      serviceTier: "flex",
    },
  ],
  // DeepSeek's name of what came from the cache.
  [
    "chat",
    { usage: { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 8 } },
    { input: 9, output: 1, cached: 8 },
  ],
  // Chats before Claude that count in Anthropic's way: 3 new tokens, 18,011 from the cache.
  [
    "chat",
    { usage: { prompt_tokens: 3, completion_tokens: 1, cache_read_input_tokens: 18_011 } },
    { input: 18_014, output: 1, cached: 18_011 },
  ],
  // What was thought is in the total alone.
  [
    "chat",
    { usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 100 } },
    { input: 10, output: 90, reasoning: 70 },
  ],
  // OpenRouter and xAI tell what it costs.
  [
    "chat",
    { usage: { prompt_tokens: 1, completion_tokens: 1, cost: 0.000123 } },
    { input: 1, output: 1, reportedNanoDollars: 123_000 },
  ],
  [
    "chat",
    { usage: { prompt_tokens: 1, completion_tokens: 1, cost_in_usd_ticks: 1_230 } },
    { input: 1, output: 1, reportedNanoDollars: 123 },
  ],
  [
    "chat",
    {
      usage: {
        prompt_tokens: 1,
        completion_tokens: 1,
        cost: 0.05,
        is_byok: true,
        cost_details: { upstream_inference_cost: 1 },
      },
    },
    { input: 1, output: 1, reportedNanoDollars: 1_050_000_000 },
  ],
  [
    "responses",
    {
      output: [
        { type: "function_call", arguments: '{"usage":{"input_tokens":9}}' },
        { usage: { input_tokens: 7 } },
      ],
      service_tier: "priority",
      usage: {
        input_tokens: 50,
        input_tokens_details: { cached_tokens: 10 },
        output_tokens: 8,
        output_tokens_details: { reasoning_tokens: 6 },
        total_tokens: 58,
      },
    },
    { input: 50, output: 8, cached: 10, reasoning: 6, serviceTier: "priority" },
  ],
  [
    "messages",
    {
      usage: {
        input_tokens: 5,
        cache_creation_input_tokens: 30,
        cache_read_input_tokens: 100,
        cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
        output_tokens: 7,
        output_tokens_details: { thinking_tokens: 2 },
        server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
        service_tier: "standard",
        inference_geo: "us",
      },
    },
    {
      input: 135,
      output: 7,
      cached: 100,
      cacheWrite5m: 20,
      cacheWrite1h: 10,
      reasoning: 2,
      webSearches: 2,
      webFetches: 1,
      serviceTier: "standard",
      inferenceGeo: "us",
    },
  ],
  [
    "embeddings",
    { data: [{ embedding: [0.1] }], usage: { prompt_tokens: 8, total_tokens: 8 } },
    { input: 8 },
  ],
  ["rerank", { results: [], usage: { total_tokens: 77 } }, { input: 77 }],
  ["rerank", { results: [], meta: { billed_units: { search_units: 1 } } }, { searches: 1 }],
  [
    "audio_transcriptions",
    {
      text: "hello",
      usage: {
        type: "tokens",
        input_tokens: 14,
        input_token_details: {},
        output_tokens: 4,
        total_tokens: 18,
      },
    },
    { input: 14, output: 4 },
  ],
  ["audio_transcriptions", { text: "hello", usage: { type: "duration", seconds: 12 } }, { seconds: 12 }],
  ["audio_transcriptions", { task: "transcribe", duration: 8.47, text: "hello" }, { seconds: 8.47 }],
  ["images_generations", { data: [{ b64_json: "AA==" }, { b64_json: "BB==" }] }, { images: 2 }],
  [
    "images_generations",
    {
      data: [{ b64_json: "AA==" }],
      usage: {
        input_tokens: 50,
        output_tokens: 4_160,
        input_tokens_details: { image_tokens: 40, text_tokens: 10 },
      },
    },
    { input: 50, output: 4_160, imageInput: 40, imageOutput: 4_160, images: 1 },
  ],
  ["videos", { id: "video_1", seconds: "8", model: "sora-2" }, { seconds: 8 }],
  ["passthrough", { pages: [{}], usage_info: { pages_processed: 3 } }, { pages: 3 }],
  ["completions", { choices: [], usage: null }, undefined],
  ["chat", { choices: [{ message: { content: 'say "usage": {"prompt_tokens": 5}' } }] }, undefined],
  ["chat", { choices: [{ message: { usage: { prompt_tokens: 5 } } }] }, undefined],
  ["chat", { usage: { prompt_tokens: -5, completion_tokens: "7" } }, {}],
];

test("what each wire reports in a plain answer, wherever it is cut", () => {
  for (const [name, answer, expected] of PLAIN) {
    for (const text of [JSON.stringify(answer), JSON.stringify(answer, undefined, 2)]) {
      assert.deepEqual(told(usageOf(name, text)), expected, `${name} ${text}`);
      // Only the service's name has to lie in one piece.
      const noTier = expected !== undefined && "serviceTier" in expected && name !== "messages";
      const every = noTier ? [] : Array.from({ length: text.length }, (_one, index) => index + 1);
      assert.deepEqual(told(usageOf(name, text, false, every)), expected, `in bytes: ${name}`);
    }
  }
});

test("what each wire reports in a stream", () => {
  const chat = { choices: [{ delta: { content: 'x "usage": {"prompt_tokens": 1}' } }], usage: null };
  const rows: readonly (readonly [string, string, Partial<TokenUsage> | undefined])[] = [
    [
      "chat",
      events(chat, { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } }),
      { input: 3, output: 2 },
    ],
    // Counts that grow with every event: the last ones are those of the answer.
    [
      "chat",
      events(
        { choices: [{}], usage: { prompt_tokens: 3, completion_tokens: 1 } },
        { choices: [{}], usage: { prompt_tokens: 3, completion_tokens: 2 } },
      ),
      { input: 3, output: 2 },
    ],
    [
      "chat",
      events({ choices: [{}], x_groq: { usage: { prompt_tokens: 4, completion_tokens: 2 } } }),
      { input: 4, output: 2 },
    ],
    ["chat", `${events(chat)}data: [DONE]\n\n`, undefined],
    [
      "responses",
      events(
        { type: "response.created", response: { usage: null } },
        { type: "response.completed", response: { usage: { input_tokens: 6, output_tokens: 5 } } },
      ),
      { input: 6, output: 5 },
    ],
    [
      "messages",
      events(
        {
          type: "message_start",
          message: { usage: { input_tokens: 5, cache_read_input_tokens: 9, output_tokens: 1 } },
        },
        { type: "content_block_delta", delta: { text: "usage" } },
        { type: "message_delta", usage: { output_tokens: 40 } },
      ),
      { input: 14, output: 40, cached: 9 },
    ],
    [
      "audio_transcriptions",
      events({ type: "transcript.text.done", usage: { input_tokens: 3, output_tokens: 2 } }),
      { input: 3, output: 2 },
    ],
  ];
  for (const [name, text, expected] of rows) {
    assert.deepEqual(told(usageOf(name, text, true)), expected, text);
    const every = Array.from({ length: text.length }, (_one, index) => index + 1);
    assert.deepEqual(told(usageOf(name, text, true, every)), expected, `in bytes: ${text}`);
  }
});
