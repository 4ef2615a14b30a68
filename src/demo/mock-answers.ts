// The shapes of OpenAI's and Anthropic's answers, filled with a given text: plain objects and lists of stream events.
// Pure; no HTTP and no timing.

/** What an answer says; ids and dates are given, so that answers are the same for the same seed. */
export type MockReply = {
  /** Unique part of the ids. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly createdSec: number;
  readonly model: string;
  readonly text: string;
  readonly inputTokens: number;
};

/** A stream event: `name` for wires that have an `event:` line. */
export type MockEvent = { readonly name: string | undefined; readonly value: object | string };

/** Tokens of a block of the cache that is said to be there. */
const CACHE_BLOCK = 128;

/** `POST /chat/completions`. */
export function chatAnswer(reply: MockReply): object {
  const message = { role: "assistant", content: reply.text, refusal: null, annotations: [] };
  return {
    ...chatBase(reply, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
    usage: chatUsage(reply),
  };
}

/** The same as a stream, `[DONE]` included; with `hasUsage` as `stream_options.include_usage` asks for it. */
export function chatEvents(reply: MockReply, hasUsage: boolean): MockEvent[] {
  const base = chatBase(reply, "chat.completion.chunk");
  const usage = hasUsage ? { usage: null } : {};
  const chunk = (delta: object, finish: string | null): MockEvent => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    return dataEvent({ ...base, choices, ...usage });
  };
  return [
    chunk({ role: "assistant", content: "", refusal: null }, null),
    ...piecesOf(reply.text).map((content) => chunk({ content }, null)),
    chunk({}, "stop"),
    ...(hasUsage ? [dataEvent({ ...base, choices: [], usage: chatUsage(reply) })] : []),
    dataEvent("[DONE]"),
  ];
}

/** `POST /completions`. */
export function completionAnswer(reply: MockReply): object {
  const choices = [{ index: 0, text: reply.text, logprobs: null, finish_reason: "stop" }];
  return { ...completionBase(reply), choices, usage: chatUsage(reply) };
}

/** The same as a stream. */
export function completionEvents(reply: MockReply, hasUsage: boolean): MockEvent[] {
  const base = completionBase(reply);
  const usage = hasUsage ? { usage: null } : {};
  const chunk = (text: string, finish: string | null): MockEvent =>
    dataEvent({ ...base, choices: [{ index: 0, text, logprobs: null, finish_reason: finish }], ...usage });
  return [
    ...piecesOf(reply.text).map((text) => chunk(text, null)),
    chunk("", "stop"),
    ...(hasUsage ? [dataEvent({ ...base, choices: [], usage: chatUsage(reply) })] : []),
    dataEvent("[DONE]"),
  ];
}

/** `POST /responses`. */
export function responsesAnswer(reply: MockReply, status: "completed" | "in_progress" = "completed"): object {
  const isDone = status === "completed";
  return {
    id: `resp_${reply.id}`,
    object: "response",
    created_at: reply.createdSec,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    model: reply.model,
    output: isDone ? [outputItem(reply, "completed")] : [],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    metadata: {},
    usage: isDone ? responsesUsage(reply) : null,
  };
}

/** The same as a stream: numbered events with an `event:` line each, and no `[DONE]`. */
export function responsesEvents(reply: MockReply): MockEvent[] {
  let sequence = 0;
  const event = (type: string, fields: object): MockEvent => {
    const value = { type, sequence_number: sequence, ...fields };
    sequence += 1;
    return { name: type, value };
  };
  const place = { item_id: `msg_${reply.id}`, output_index: 0, content_index: 0 };
  const started = responsesAnswer(reply, "in_progress");
  return [
    event("response.created", { response: started }),
    event("response.in_progress", { response: started }),
    event("response.output_item.added", { output_index: 0, item: outputItem(reply, "in_progress") }),
    event("response.content_part.added", { ...place, part: outputText("") }),
    ...piecesOf(reply.text).map((delta) =>
      event("response.output_text.delta", { ...place, delta, logprobs: [] }),
    ),
    event("response.output_text.done", { ...place, text: reply.text, logprobs: [] }),
    event("response.content_part.done", { ...place, part: outputText(reply.text) }),
    event("response.output_item.done", { output_index: 0, item: outputItem(reply, "completed") }),
    event("response.completed", { response: responsesAnswer(reply) }),
  ];
}

/** `POST /messages` (Anthropic). */
export function messagesAnswer(reply: MockReply): object {
  return {
    ...messageBase(reply),
    content: [{ type: "text", text: reply.text }],
    stop_reason: "end_turn",
    usage: { input_tokens: reply.inputTokens, output_tokens: outputTokensOf(reply) },
  };
}

/** The same as a stream: named events, and no `[DONE]`. */
export function messagesEvents(reply: MockReply): MockEvent[] {
  const event = (type: string, fields: object): MockEvent => ({ name: type, value: { type, ...fields } });
  const usage = { input_tokens: reply.inputTokens, output_tokens: 1 };
  const message = { ...messageBase(reply), content: [], stop_reason: null, usage };
  return [
    event("message_start", { message }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    event("ping", {}),
    ...piecesOf(reply.text).map((text) =>
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
    ),
    event("content_block_stop", { index: 0 }),
    event("message_delta", {
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: outputTokensOf(reply) },
    }),
    event("message_stop", {}),
  ];
}

/** `POST /embeddings`, with vectors as `encoding_format` asks: numbers, or float32 in base64. */
export function embeddingsAnswer(
  reply: MockReply,
  vectors: readonly Float32Array[],
  encoding: "float" | "base64",
): object {
  const data = vectors.map((vector, index) => ({
    object: "embedding",
    index,
    embedding: encoding === "float" ? Array.from(vector) : base64Of(vector),
  }));
  const usage = { prompt_tokens: reply.inputTokens, total_tokens: reply.inputTokens };
  return { object: "list", data, model: reply.model, usage };
}

/** An event as it stands on the wire. */
export function eventText(event: MockEvent): string {
  const value = typeof event.value === "string" ? event.value : JSON.stringify(event.value);
  return event.name === undefined ? `data: ${value}\n\n` : `event: ${event.name}\ndata: ${value}\n\n`;
}

/** About as many tokens as a tokenizer would count: one to four characters. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}

function outputTokensOf(reply: MockReply): number {
  return tokensOf(reply.text);
}

/** What of the input is said to have come from a cache: of long questions the most, in whole blocks as vendors count them. */
export function cachedTokensOf(inputTokens: number): number {
  return inputTokens < 2 * CACHE_BLOCK ? 0 : Math.floor((inputTokens * 0.6) / CACHE_BLOCK) * CACHE_BLOCK;
}

function reasoningTokensOf({ model, text }: MockReply): number {
  return isReasoning(model) ? tokensOf(text) : 0;
}

/** Whether a model of this name thinks before it answers. */
export function isReasoning(model: string): boolean {
  return model.startsWith("gpt-5");
}

/** Words with the space before them, as models stream them. */
function piecesOf(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}

function dataEvent(value: object | string): MockEvent {
  return { name: undefined, value };
}

function chatBase(reply: MockReply, object: string): object {
  return {
    id: `chatcmpl-${reply.id}`,
    object,
    created: reply.createdSec,
    model: reply.model,
    service_tier: "default",
    system_fingerprint: "fp_mock",
  };
}

function completionBase(reply: MockReply): object {
  return { id: `cmpl-${reply.id}`, object: "text_completion", created: reply.createdSec, model: reply.model };
}

function chatUsage(reply: MockReply): object {
  const reasoning = reasoningTokensOf(reply);
  const completion = outputTokensOf(reply) + reasoning;
  return {
    prompt_tokens: reply.inputTokens,
    completion_tokens: completion,
    total_tokens: reply.inputTokens + completion,
    prompt_tokens_details: { cached_tokens: cachedTokensOf(reply.inputTokens), audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  };
}

function responsesUsage(reply: MockReply): object {
  const reasoning = reasoningTokensOf(reply);
  const output = outputTokensOf(reply) + reasoning;
  return {
    input_tokens: reply.inputTokens,
    input_tokens_details: { cached_tokens: cachedTokensOf(reply.inputTokens) },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: reply.inputTokens + output,
  };
}

function outputText(text: string): object {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

function outputItem(reply: MockReply, status: "completed" | "in_progress"): object {
  const content = status === "completed" ? [outputText(reply.text)] : [];
  return { id: `msg_${reply.id}`, type: "message", status, role: "assistant", content };
}

function messageBase(reply: MockReply): object {
  return {
    id: `msg_${reply.id}`,
    type: "message",
    role: "assistant",
    model: reply.model,
    stop_sequence: null,
  };
}

function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, at) => {
    bytes.writeFloatLE(value, at * 4);
  });
  return bytes.toString("base64");
}
