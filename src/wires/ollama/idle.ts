// Requests by which Ollama's clients have a model loaded, or let go: a chat without messages, a text without a prompt.
// Endpoints load models when they are asked something, so that nothing is done, and the answer says so.

import type { JsonObject } from "../errors/json-prefix.ts";
import type { Operation } from "../paths/operation.ts";
import type { IdleAnswer } from "../wire.ts";

const WARNING = "nothing was loaded or let go: endpoints do that by themselves";

/** The answer; undefined where a model has to be asked. */
export function ollamaIdleAnswer(
  { name }: Operation,
  body: JsonObject,
  wallMs: number,
): IdleAnswer | undefined {
  const said =
    name === "ollama_chat" ? chatAnswer(body) : name === "ollama_generate" ? textAnswer(body) : undefined;
  if (said === undefined) return undefined;
  const { model, keep_alive: keepAlive } = body;
  const isEnd = keepAlive === 0 || (typeof keepAlive === "string" && /^0+[a-z]*$/.test(keepAlive));
  const end = { done: true, done_reason: isEnd ? "unload" : "load" };
  const created_at = new Date(wallMs).toISOString();
  return { body: { model, created_at, ...said, ...end }, warning: WARNING };
}

function chatAnswer({ messages }: JsonObject): JsonObject | undefined {
  const isIdle =
    messages === undefined || messages === null || (Array.isArray(messages) && messages.length === 0);
  return isIdle ? { message: { role: "assistant", content: "" } } : undefined;
}

function textAnswer({ prompt, suffix, images, system }: JsonObject): JsonObject | undefined {
  const isEmpty = [prompt, suffix, system].every(
    (text) => text === undefined || text === null || text === "",
  );
  const isWithoutImages = !Array.isArray(images) || images.length === 0;
  return isEmpty && isWithoutImages ? { response: "" } : undefined;
}
