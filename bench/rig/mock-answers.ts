// What the mock endpoint answers, made beforehand: whole answers, and the pieces of streams, framed.

/** The model of the public harness. */
export const SHAPE_MODEL = "gpt-4o-mini";

/** A plain answer of 1 KB. */
export const PLAIN: Buffer = whole(200, answerOf("mock", "y".repeat(780), 18));
/** The plain answer of the public harness: some 170 characters. */
export const SHAPE_PLAIN: Buffer = whole(200, answerOf(SHAPE_MODEL, "A word of it. ".repeat(12).trim(), 60));
/** An answer that failed. */
export const FAILED: Buffer = whole(500, {
  error: { message: "the server had an error", type: "server_error" },
});
/** The list of models. */
export const MODELS: Buffer = whole(200, {
  object: "list",
  data: ["mock", "mock-n200", "mock-n50-d100", SHAPE_MODEL].map((id) => ({
    id,
    object: "model",
    owned_by: "mock",
  })),
});
/** The head of a stream. */
export const STREAM_HEAD: Buffer = Buffer.from(
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n",
);
/** The events of a stream in turn: some gateways end one that says the same a hundred times. */
export const EVENTS: readonly [Buffer, Buffer] = [
  event("mock", { content: "x".repeat(200) }),
  event("mock", { content: "y".repeat(200) }),
];
/** The last event of one. */
export const LAST_EVENT: Buffer = event("mock", {}, "stop");
/** What ends one. */
export const STREAM_END: Buffer = Buffer.concat([framed("data: [DONE]\n\n"), Buffer.from("0\r\n\r\n")]);
/** A role, 31 words, the end with what was used; `[DONE]` is the 34th frame. */
export const SHAPE_EVENTS: readonly Buffer[] = [
  event(SHAPE_MODEL, { role: "assistant", content: "" }),
  ...Array.from({ length: 31 }, () => event(SHAPE_MODEL, { content: "word " })),
  event(SHAPE_MODEL, {}, "stop", { prompt_tokens: 25, completion_tokens: 35, total_tokens: 60 }),
];

function answerOf(model: string, content: string, tokens: number): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 9, completion_tokens: tokens - 9, total_tokens: tokens },
  };
}

function event(model: string, delta: object, finish_reason: string | null = null, usage?: object): Buffer {
  const choices = [{ index: 0, delta, finish_reason }];
  const data = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model, choices, usage };
  return framed(`data: ${JSON.stringify(data)}\n\n`);
}

/** An answer with its length. */
export function whole(status: number, value: object): Buffer {
  const body = JSON.stringify(value);
  return Buffer.from(
    `HTTP/1.1 ${status} ${status === 200 ? "OK" : "Internal Server Error"}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function framed(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}
