// What a complaint of the schema library means, as a sentence that is said in the reader's language: by its code, never in
// the library's own words.

import { type Message, message } from "../language/messages.ts";
import type { core } from "./zod.ts";

/** A complaint as the library tells it. One of a kind that this file does not know is a type error. */
export type SchemaComplaint = core.$ZodIssue;

/** A message in the form in which the schema library can carry it: its issues hold nothing but texts. */
export function carried(words: Message): string {
  return JSON.stringify(words);
}

/** The message in a text; undefined where the text is the library's own. */
export function uncarried(text: string): Message | undefined {
  return text.startsWith('{"key":') ? (JSON.parse(text) as Message) : undefined;
}

/** What is wrong, as what follows the name of a value; `value` is the whole that was checked. */
export function wordsOfIssue(issue: SchemaComplaint, value: unknown): Message {
  return uncarried(issue.message) ?? wordsByCode(issue, value);
}

function wordsByCode(issue: SchemaComplaint, value: unknown): Message {
  switch (issue.code) {
    case "invalid_type":
      if (valueAt(value, issue.path) === undefined) return message("ask.missing");
      return message("ask.wrongKind", { kind: KINDS.get(issue.expected) ?? message("ask.other") });
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return tooBig(issue);
    case "invalid_format":
      return message("ask.badForm");
    case "not_multiple_of":
      return message("ask.notMultiple", { step: issue.divisor });
    case "unrecognized_keys":
      return message("ask.unknownMembers", { names: quoted(issue.keys) });
    case "invalid_value":
      if (valueAt(value, issue.path) === undefined) return message("ask.missing");
      return message("ask.notOneOf", { values: quoted(issue.values.map(String)) });
    case "invalid_union":
      return message("ask.noForm");
    case "invalid_key":
      return message("ask.badMember");
    case "invalid_element":
      return message("ask.badEntry");
    case "custom":
      return message("ask.misfit");
  }
}

const KINDS: ReadonlyMap<string, Message> = new Map([
  ["string", message("kind.text")],
  ["boolean", message("kind.flag")],
  ["array", message("kind.list")],
  ["number", message("ask.number")],
  ["int", message("ask.whole")],
  ["object", message("ask.object")],
  ["record", message("ask.object")],
  ["null", message("ask.nothing")],
]);

type ComplaintOf<Code> = Extract<SchemaComplaint, { readonly code: Code }>;

function tooSmall({ origin, minimum, inclusive = true }: ComplaintOf<"too_small">): Message {
  const min = String(minimum);
  if (origin === "string") return message("ask.tooShort", { min });
  if (origin === "array" || origin === "set") return message("ask.tooFew", { min });
  return inclusive ? message("ask.tooSmall", { min }) : message("ask.above", { min });
}

function tooBig({ origin, maximum, inclusive = true }: ComplaintOf<"too_big">): Message {
  const max = String(maximum);
  if (origin === "string") return message("ask.tooLong", { max });
  if (origin === "array" || origin === "set") return message("ask.tooMany", { max });
  return inclusive ? message("ask.tooLarge", { max }) : message("ask.below", { max });
}

/** Names may be a client's own words, of any number and length. */
function quoted(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map((name) => JSON.stringify(name.slice(0, MAX_NAME_CHARS)));
  return names.length > MAX_NAMES ? `${shown.join(", ")}, …` : shown.join(", ");
}

const MAX_NAMES = 10;
const MAX_NAME_CHARS = 60;

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, part)) return undefined;
    found = Reflect.get(found, part);
  }
  return found;
}
