// Every sentence for people, by its key, and how one is said in the reader's language. Not the errors of requests
// (`core/errors.ts`) and not lines of the log, which are English with their codes.

import type { Language } from "./language.ts";
import { asStarted } from "./launch.ts";
import { COMMANDS_MESSAGES } from "./tables/commands.ts";
import { DEMO_MESSAGES } from "./tables/demo.ts";
import { DOCTOR_MESSAGES } from "./tables/doctor.ts";
import { FAILURES_MESSAGES } from "./tables/failures.ts";
import { INIT_MESSAGES } from "./tables/init.ts";
import { PROGRAM_MESSAGES } from "./tables/program.ts";
import { START_MESSAGES } from "./tables/start.ts";

const MESSAGES = {
  ...PROGRAM_MESSAGES,
  ...START_MESSAGES,
  ...DEMO_MESSAGES,
  ...INIT_MESSAGES,
  ...COMMANDS_MESSAGES,
  ...DOCTOR_MESSAGES,
  ...FAILURES_MESSAGES,
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

/** All messages, for the test that holds the two languages side by side. */
export function allMessages(): readonly (readonly [string, readonly [string, string]])[] {
  return Object.entries(MESSAGES);
}
