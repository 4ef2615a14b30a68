// Reasoning in parts with marks of their own, such as signatures, which has to come back to its endpoint as it was.

import type { JsonObject } from "../../errors/json-prefix.ts";

/** Members that come in pieces. */
const IN_PIECES = ["text", "summary", "data", "signature"] as const;

/** Adds pieces to a list of such parts; one belongs to the last part where number and type are the same. */
export function addDetails(list: JsonObject[], pieces: readonly JsonObject[]): void {
  for (const piece of pieces) {
    const last = list.at(-1);
    const isMore = last !== undefined && last["index"] !== undefined && sameMark(last, piece);
    if (isMore) list[list.length - 1] = withPiece(last, piece);
    else list.push(piece);
  }
}

function sameMark(one: JsonObject, two: JsonObject): boolean {
  return one["index"] === two["index"] && one["type"] === two["type"];
}

function withPiece(part: JsonObject, piece: JsonObject): JsonObject {
  const whole: Record<string, unknown> = { ...part, ...piece };
  for (const name of IN_PIECES) {
    const [before, more] = [part[name], piece[name]];
    if (typeof before === "string") whole[name] = before + (typeof more === "string" ? more : "");
  }
  return whole;
}
