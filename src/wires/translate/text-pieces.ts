// What a translation tells of the events that nearly all of a stream are: further pieces of one text, each of which says
// nothing else. Told of these, `SplicedText` need not take each apart.

import type { JsonObject } from "../errors/json-prefix.ts";

/** The pieces of text in one stream, as its translation takes them. */
export interface TextPieces {
  /** The name of the member that holds the text, wherever in the event it is. */
  readonly member: string;
  /** Members of the event itself, texts and whole numbers, of which `push` makes nothing. */
  readonly ignored: readonly string[];
  /**
   * The text of an event with which `push` does no more than with the last one, but for this text: it gives what `told`
   * gives, and keeps what `note` keeps. Empty where it may do anything else.
   */
  textIn(event: JsonObject): string;
  /** The number that the next event to the client has; 0 where they have none. */
  readonly number: number;
  /** What `push` gives of a further piece, under this number. Keeps nothing. */
  told(text: string, number: number): JsonObject;
  /** Keeps of a further piece what `push` would keep. */
  note(text: string): void;
}

/** Members of a chat's chunk that say nothing of the answer. */
export const IGNORED_OF_CHUNKS: readonly string[] = ["obfuscation"];

/** The text of a chat's chunk that has one choice, which has said no more than that. */
export function textOfChunk({ choices }: JsonObject): string {
  if (!Array.isArray(choices) || choices.length !== 1) return "";
  const choice = membersOf(choices[0]);
  const delta = membersOf(choice["delta"]);
  const { content } = delta;
  if (typeof content !== "string") return "";
  return saysNoMore(choice, ["delta", "index"]) && saysNoMore(delta, ["content", "role"]) ? content : "";
}

function saysNoMore(object: JsonObject, names: readonly string[]): boolean {
  return Object.entries(object).every(([name, value]) => names.includes(name) || isNothing(value));
}

function membersOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? (value as JsonObject) : {};
}

function isNothing(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
