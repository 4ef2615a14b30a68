// Why a model stopped, of a chat's choice in Anthropic's words.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { asText } from "../values.ts";

/** What an answer is read with that belongs to its request. */
export type StopSource = {
  /** The finish reason as the endpoint has given it; empty where it gave none. */
  readonly reason: string;
  /** vLLM and others name the text at which they stopped. */
  readonly stoppedAt: unknown;
  readonly stops: readonly unknown[];
  readonly hasCalls: boolean;
  readonly hasRefusal: boolean;
};

/** `stop_reason` and `stop_sequence`. */
export function stopFields({ reason, stoppedAt, stops, hasCalls, hasRefusal }: StopSource): JsonObject {
  if (reason === "length") return { stop_reason: "max_tokens", stop_sequence: null };
  if (reason === "content_filter" || (hasRefusal && !hasCalls))
    return { stop_reason: "refusal", stop_sequence: null };
  // Many servers say `stop` behind calls.
  if (hasCalls) return { stop_reason: "tool_use", stop_sequence: null };
  const sequence = asText(stoppedAt);
  if (sequence !== "" && stops.includes(sequence))
    return { stop_reason: "stop_sequence", stop_sequence: sequence };
  return { stop_reason: "end_turn", stop_sequence: null };
}
