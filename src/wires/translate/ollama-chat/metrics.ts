// What Ollama's answers say of tokens and time. Only what somebody has counted or measured is said: a field that nobody
// can fill is left out, as Ollama itself leaves it out.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { tokensOfChat } from "../usage.ts";
import { asObject } from "../values.ts";

const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;

/** How long an answer took, as far as that was seen. Milliseconds. */
export type Took = {
  readonly totalMs: number | undefined;
  /** Until something was there of the answer; undefined where it came all at once. */
  readonly firstMs: number | undefined;
};

/** The fields. `said`: the answer, or the last event that had something of this. */
export function metricFields(said: JsonObject, { totalMs, firstMs }: Took): JsonObject {
  const usage = asObject(said["usage"]);
  const tokens = tokensOfChat(usage);
  const timings = asObject(said["timings"]) ?? {};
  // Those of llama.cpp, and of Groq.
  const prompt = durationOf(timings["prompt_ms"], NS_PER_MS) ?? durationOf(usage?.["prompt_time"], NS_PER_S);
  const made =
    durationOf(timings["predicted_ms"], NS_PER_MS) ?? durationOf(usage?.["completion_time"], NS_PER_S);
  const rest = totalMs === undefined || firstMs === undefined ? undefined : totalMs - firstMs;
  return given({
    total_duration: durationOf(totalMs, NS_PER_MS),
    prompt_eval_count: tokens?.input,
    prompt_eval_duration: prompt ?? durationOf(firstMs, NS_PER_MS),
    eval_count: tokens?.output,
    eval_duration: made ?? durationOf(rest, NS_PER_MS),
  });
}

/** In whole nanoseconds; undefined for what is no duration. */
function durationOf(value: unknown, nsPerUnit: number): number | undefined {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) return undefined;
  return Math.round(value * nsPerUnit);
}

function given(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
