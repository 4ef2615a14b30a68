// Every sentence for people, by its key, and how one is said in the reader's language. Not the errors of requests
// (`core/errors.ts`) and not lines of the log, which are English with their codes.

import { visibleLines, visibleText } from "../core/clean-text.ts";
import type { Language } from "./language.ts";
import { asStarted } from "./launch.ts";
import { ACCOUNTS_MESSAGES } from "./tables/accounts.ts";
import { ADMIN_MESSAGES } from "./tables/admin.ts";
import { COMMANDS_MESSAGES } from "./tables/commands.ts";
import { CONFIG_CODES_MESSAGES } from "./tables/config-codes.ts";
import { CONFIG_FILE_MESSAGES } from "./tables/config-file.ts";
import { CONFIG_RULES_MESSAGES } from "./tables/config-rules.ts";
import { CONFIG_SHAPE_MESSAGES } from "./tables/config-shape.ts";
import { DOCTOR_MESSAGES } from "./tables/doctor.ts";
import { ERRORS_MESSAGES } from "./tables/errors.ts";
import { FAILURES_MESSAGES } from "./tables/failures.ts";
import { INIT_MESSAGES } from "./tables/init.ts";
import { KEYS_MESSAGES } from "./tables/keys.ts";
import { NETWORK_MESSAGES } from "./tables/network.ts";
import { OPTIONS_MESSAGES } from "./tables/options.ts";
import { PROGRAM_MESSAGES } from "./tables/program.ts";
import { REASONS_MESSAGES } from "./tables/reasons.ts";
import { REFUSALS_MESSAGES } from "./tables/refusals.ts";
import { SERVER_MESSAGES } from "./tables/server.ts";
import { START_MESSAGES } from "./tables/start.ts";
import { sentencesZhCn } from "./tables/zh-cn/sentences.ts";
import { sentencesZhTw } from "./tables/zh-tw/sentences.ts";

/** Words that are nobody's to translate: those of an endpoint, or of the system. */
const VERBATIM = { verbatim: "{text}" } as const;

type EnglishSentences = typeof VERBATIM &
  typeof ACCOUNTS_MESSAGES &
  typeof PROGRAM_MESSAGES &
  typeof START_MESSAGES &
  typeof INIT_MESSAGES &
  typeof COMMANDS_MESSAGES &
  typeof ADMIN_MESSAGES &
  typeof DOCTOR_MESSAGES &
  typeof FAILURES_MESSAGES &
  typeof SERVER_MESSAGES &
  typeof KEYS_MESSAGES &
  typeof NETWORK_MESSAGES &
  typeof ERRORS_MESSAGES &
  typeof OPTIONS_MESSAGES &
  typeof CONFIG_CODES_MESSAGES &
  typeof CONFIG_FILE_MESSAGES &
  typeof CONFIG_SHAPE_MESSAGES &
  typeof CONFIG_RULES_MESSAGES &
  typeof REASONS_MESSAGES &
  typeof REFUSALS_MESSAGES;

// One object of this size made by spreading takes as long at each start as all the tables together.
const MESSAGES: EnglishSentences = Object.assign(
  Object.create(null),
  VERBATIM,
  ACCOUNTS_MESSAGES,
  PROGRAM_MESSAGES,
  START_MESSAGES,
  INIT_MESSAGES,
  COMMANDS_MESSAGES,
  ADMIN_MESSAGES,
  DOCTOR_MESSAGES,
  FAILURES_MESSAGES,
  SERVER_MESSAGES,
  KEYS_MESSAGES,
  NETWORK_MESSAGES,
  ERRORS_MESSAGES,
  OPTIONS_MESSAGES,
  CONFIG_CODES_MESSAGES,
  CONFIG_FILE_MESSAGES,
  CONFIG_SHAPE_MESSAGES,
  CONFIG_RULES_MESSAGES,
  REASONS_MESSAGES,
  REFUSALS_MESSAGES,
);

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
type NamesIn<Sentence extends string> = Sentence extends `${string}{${infer After}`
  ? After extends `${infer Name}}${infer Rest}`
    ? IsName<Name> extends true
      ? Name | NamesIn<Rest>
      : NamesIn<After>
    : never
  : never;
/** Braces are also part of samples: `{include: […]}` is no name, nor is `{VAR}`. */
type IsName<Text extends string> = Text extends
  | ""
  | `${string}${" " | ":" | "," | "{" | '"' | "…" | "}"}${string}`
  ? false
  : Text extends Uncapitalize<Text>
    ? true
    : false;
type NamesOf<Key extends MessageKey> = NamesIn<(typeof MESSAGES)[Key]>;

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

/** Every sentence in one language. */
type Sentences = Readonly<Record<MessageKey, string>>;

/** How the sentences of a language are made. One that lacks a sentence is a type error. */
const LANGUAGES: Readonly<Record<Language, () => Sentences>> = {
  en: () => MESSAGES,
  "zh-TW": () => ({ ...sentencesZhTw(), verbatim: MESSAGES.verbatim }),
  "zh-CN": () => ({ ...sentencesZhCn(), verbatim: MESSAGES.verbatim }),
};

/** Those of the languages that somebody reads here, each made once. */
const made = new Map<Language, Sentences>();

function sentencesIn(language: Language): Sentences {
  const known = made.get(language) ?? LANGUAGES[language]();
  made.set(language, known);
  return known;
}

/**
 * A translator into one language, whose commands are those of `startedAs`. A value that is missing stays visible as
 * `{name}`.
 */
export function translator(language: Language, command = "oai-gateway"): Translate {
  const sentences = sentencesIn(language);
  const say = (said: Message): string =>
    asStarted(sentences[said.key], command).replace(
      /\{([a-z]\w*)\}/g,
      (whole, name: string, index: number, sentence: string) => {
        const value = said.values[name];
        if (value === undefined) return whole;
        const words = typeof value === "object" ? say(value) : shown(said.key, value);
        if (language === "en") return words;
        return spaced(sentence.slice(0, index), words, sentence.slice(index + whole.length));
      },
    );
  return (said, values = {}) => say(typeof said === "string" ? { key: said, values } : said);
}

/** What a person, a file or an endpoint has written steers no terminal, and names are on one line. */
function shown(key: MessageKey, value: string | number): string {
  const text = String(value);
  return key === "verbatim" ? visibleLines(text) : visibleText(text);
}

/** Words between those around them: Chinese and Latin letters are set apart by a space. */
function spaced(before: string, words: string, after: string): string {
  const first = /[\u4e00-\u9fff]$/.test(before) && /^[\w"$*/{]/.test(words) ? " " : "";
  const last = /[\w"%}/]$/.test(words) && /^[\u4e00-\u9fff]/.test(after) ? " " : "";
  return first + words + last;
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

/** The same for an answer that a person reads. */
export function saidIn(language: Language): (key: string, value: unknown) => unknown {
  if (language === "en") return saidInEnglish;
  const say = translator(language);
  return (_key, value) => (isMessage(value) ? say(value) : value);
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null || !("key" in value) || !("values" in value)) return false;
  const { key, values } = value;
  return typeof key === "string" && Object.hasOwn(MESSAGES, key) && typeof values === "object";
}

/** All sentences of a language by their keys, for the tests that hold the languages side by side. */
export function allSentences(language: Language): ReadonlyMap<string, string> {
  return new Map(Object.entries(sentencesIn(language)));
}
