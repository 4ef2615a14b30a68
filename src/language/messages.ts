// Every sentence for people, by its key, and how one is said in the reader's language. Not the errors of requests
// (`core/errors.ts`) and not lines of the log, which are English with their codes.

import type { Language } from "./language.ts";
import { asStarted } from "./launch.ts";
import { COMMANDS_MESSAGES } from "./tables/commands.ts";
import { CONFIG_CODES_MESSAGES } from "./tables/config-codes.ts";
import { DOCTOR_MESSAGES } from "./tables/doctor.ts";
import { ERRORS_MESSAGES } from "./tables/errors.ts";
import { EXPLAIN_MESSAGES } from "./tables/explain.ts";
import { FAILURES_MESSAGES } from "./tables/failures.ts";
import { OPTIONS_MESSAGES } from "./tables/options.ts";
import { PROGRAM_MESSAGES } from "./tables/program.ts";
import { REASONS_MESSAGES } from "./tables/reasons.ts";
import { START_MESSAGES } from "./tables/start.ts";

const MESSAGES = {
  ...PROGRAM_MESSAGES,
  ...START_MESSAGES,
  ...COMMANDS_MESSAGES,
  ...DOCTOR_MESSAGES,
  ...FAILURES_MESSAGES,
  ...REASONS_MESSAGES,
  ...ERRORS_MESSAGES,
  ...EXPLAIN_MESSAGES,
  ...OPTIONS_MESSAGES,
  ...CONFIG_CODES_MESSAGES,
  /** Words that are nobody's to translate: those of an endpoint, or of the system. */
  verbatim: ["{text}", "{text}"],
} as const;

/** A key of a sentence. */
export type MessageKey = keyof typeof MESSAGES;

/** What may stand for a name in a sentence; a message is said in the language of the sentence around it. */
export type MessageValue = string | number | Message;

/** A sentence that has not been said yet: whoever shows it knows the reader's language. */
export type Message = {
  readonly key: MessageKey;
  readonly values: Readonly<Record<string, MessageValue>>;
};

/** The names in a sentence. */
type NamesIn<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends Uncapitalize<Name> ? Name : never) | NamesIn<Rest>
  : never;
type NamesOf<Key extends MessageKey> = NamesIn<(typeof MESSAGES)[Key][0]>;

/** A sentence with its values, to be said later. */
export function message<Key extends MessageKey>(
  key: Key,
  ...values: [NamesOf<Key>] extends [never] ? [] : [Readonly<Record<NamesOf<Key>, MessageValue>>]
): Message {
  return { key, values: values[0] ?? {} };
}

/** Words that are the same in every language. */
export function verbatim(text: string): Message {
  return { key: "verbatim", values: { text } };
}

/** Says a message, or a key with its values, in one language. */
export type Translate = (
  said: MessageKey | Message,
  values?: Readonly<Record<string, MessageValue>>,
) => string;

const PLACES: Readonly<Record<Language, 0 | 1>> = { en: 0, "zh-TW": 1 };

/**
 * A translator into one language, whose commands are those of `startedAs`. A value that is missing stays visible as
 * `{name}`.
 */
export function translator(language: Language, command = "oai-gateway"): Translate {
  const say = (said: Message): string =>
    asStarted(MESSAGES[said.key][PLACES[language]], command).replace(
      /\{([a-z]\w*)\}/g,
      (whole, name: string) => {
        const value = said.values[name];
        if (value === undefined) return whole;
        return typeof value === "object" ? say(value) : String(value);
      },
    );
  return (said, values = {}) => say(typeof said === "string" ? { key: said, values } : said);
}

const ENGLISH = translator("en");

/** A message as the log, JSON and errors to clients say it. */
export function english(said: Message): string {
  return ENGLISH(said);
}

/** A replacer for `JSON.stringify`: messages are said in English, so that scripts read the same whoever looks. */
export function saidInEnglish(_key: string, value: unknown): unknown {
  return isMessage(value) ? english(value) : value;
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null || !("key" in value) || !("values" in value)) return false;
  const { key, values } = value;
  return typeof key === "string" && Object.hasOwn(MESSAGES, key) && typeof values === "object";
}

/** All messages, for the test that holds the two languages side by side. */
export function allMessages(): readonly (readonly [string, readonly [string, string]])[] {
  return Object.entries(MESSAGES);
}
