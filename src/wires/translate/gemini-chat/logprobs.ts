// Probabilities of tokens, of a chat's choice in Gemini's words.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { asObject, asText, objectsOf } from "../values.ts";

/** `logprobsResult`; undefined where the choice tells of none. */
export function logprobsOf(choice: JsonObject): JsonObject | undefined {
  const tokens = objectsOf(asObject(choice["logprobs"])?.["content"]);
  if (tokens.length === 0) return undefined;
  const tops = tokens.map((token) => ({ candidates: objectsOf(token["top_logprobs"]).map(probabilityOf) }));
  return {
    chosenCandidates: tokens.map(probabilityOf),
    ...(tops.some(({ candidates }) => candidates.length > 0) ? { topCandidates: tops } : {}),
  };
}

/** Two of them, one behind the other. */
export function joinedLogprobs(one: unknown, two: unknown): JsonObject | undefined {
  const [first, second] = [asObject(one), asObject(two)];
  if (first === undefined || second === undefined) return first ?? second;
  const tops = [...objectsOf(first["topCandidates"]), ...objectsOf(second["topCandidates"])];
  return {
    chosenCandidates: [...objectsOf(first["chosenCandidates"]), ...objectsOf(second["chosenCandidates"])],
    ...(tops.length > 0 ? { topCandidates: tops } : {}),
  };
}

function probabilityOf({ token, logprob }: JsonObject): JsonObject {
  return { token: asText(token), logProbability: logprob };
}
