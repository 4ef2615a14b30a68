// Compaction: the conversation so far is replaced by an item that stands for it. A chat model is asked for a summary, and
// the item holds it; when the item comes back the model reads the summary as a message.

import type { JsonObject } from "../../../errors/json-prefix.ts";
import { textOf } from "../../json-values.ts";
import { sealed } from "./sealed.ts";

/** The sealed field that holds a summary. */
export const SUMMARY_FIELD = "summary";

/** What the model is asked for, as the user's last message. */
export const SUMMARY_REQUEST = [
  "The conversation has become too long and goes on from a summary that you write now.",
  "Whoever goes on will have nothing but this summary and the messages that follow it, and cannot ask you.",
  "Write down: what the user wants, in detail, and how far it is done; decisions with their reasons; rules and wishes",
  "that the user has stated; files, names, commands, figures and errors that matter, word for word; what was tried and",
  "failed; and what comes next. Call no tool, ask nothing, and write the summary alone.",
].join(" ");

/** The summary as the model is told of it. */
export function summaryMessage(summary: string): string {
  return `The conversation before this point was replaced by this summary:\n\n${summary}`;
}

/** The item that stands for the conversation. */
export function compactionItem(id: string, summary: string): JsonObject {
  return { id, type: "compaction", encrypted_content: sealed({ [SUMMARY_FIELD]: textOf(summary) }) };
}
