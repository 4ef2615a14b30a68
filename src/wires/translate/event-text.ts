// Events of a translated stream as text: how each API's clients are sent a value, and how their streams end.

import type { JsonObject } from "../errors/json-prefix.ts";
import type { ChatApi } from "../paths/operation.ts";

/** The type of a stream of JSON lines, as its clients know it. */
export const LINES_TYPE = "application/x-ndjson";

/** The values as events of the API. */
export function eventText(api: ChatApi, events: readonly JsonObject[]): string {
  let text = "";
  if (api === "chat" || api === "gemini") {
    for (const event of events) text += `data: ${JSON.stringify(event)}\n\n`;
    return text;
  }
  if (isLines(api)) {
    for (const event of events) text += `${JSON.stringify(event)}\n`;
    return text;
  }
  // Anthropic's SDK ignores events without a line of their name; others read the type in the value.
  for (const event of events) text += `event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`;
  return text;
}

/** Whether a stream of the API is lines of JSON, in which nothing else may stand, an empty line neither. */
export function isLines(api: ChatApi): boolean {
  return api === "ollama_chat" || api === "ollama_generate";
}

/** What follows the last event of a stream that is whole. */
export function endText(api: ChatApi): string {
  return api === "chat" ? "data: [DONE]\n\n" : "";
}
