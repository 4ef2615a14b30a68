// Every sentence for people, by its key, and how one is said in the reader's language. Not the errors of requests
// (`core/errors.ts`) and not lines of the log, which are English with their codes.

import { visibleLines, visibleText } from "../core/clean-text.ts";
import type { EnglishSentences, Sentences } from "./all-sentences.ts";
import type { Language } from "./language.ts";
import { asStarted } from "./launch.ts";
import { readSentences } from "./sentences.ts";

/** A key of a sentence. */
export type MessageKey = keyof EnglishSentences;

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
type NamesOf<Key extends MessageKey> = NamesIn<EnglishSentences[Key]>;

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

/** Those of the languages that somebody reads here, each read once. */
const read = new Map<Language, Sentences>();

function sentencesIn(language: Language): Sentences {
  let sentences = read.get(language);
  if (sentences === undefined) {
    sentences = readSentences(language);
    read.set(language, sentences);
  }
  return sentences;
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

/** Nearly every process says something in it: lines of the log are English. */
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
  return typeof key === "string" && Object.hasOwn(sentencesIn("en"), key) && typeof values === "object";
}

/** All sentences of a language by their keys, for the tests that hold the languages side by side. */
export function allSentences(language: Language): ReadonlyMap<string, string> {
  return new Map(Object.entries(sentencesIn(language)));
}
