// A rest or an ejection in one line for people.

import { cleanText } from "../../core/clean-text.ts";
import type { Rest } from "../../proxy/own/rests.ts";
import type { CommandContext } from "../terminal/command.ts";

/** Such as `a/m (rerank): failing, ejected for now; until 14:03:20`. */
export function restLine(context: CommandContext, rest: Rest): string {
  const { endpoint, key, model, operation, why, until } = rest;
  const ofKey = key === null ? "" : `#${key}`;
  const ofModel = model === null ? "" : `/${model}`;
  const ofOperation = operation === null ? "" : ` (${operation})`;
  const what = cleanText(`${endpoint}${ofKey}${ofModel}${ofOperation}`);
  return context.text("rest.line", { what, why, until: cleanText(until) });
}
