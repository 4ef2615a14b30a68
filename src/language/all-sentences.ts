// Every sentence for people, by its key, in all languages. A checkout loads this file, the bundle one of those that
// the build makes of it (`sentences.ts`): a start then reads the languages that it speaks, and nothing of the others.

import type { Language } from "./language.ts";
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

/** Those in English, word by word: which values a sentence has is read from them. */
export type EnglishSentences = typeof VERBATIM &
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

/** Every sentence in one language. */
export type Sentences = Readonly<Record<keyof EnglishSentences, string>>;

/** All sentences of a language. One that lacks a sentence is a type error. */
export const SENTENCES: Readonly<Record<Language, () => Sentences>> = {
  en: () => ({
    ...VERBATIM,
    ...ACCOUNTS_MESSAGES,
    ...PROGRAM_MESSAGES,
    ...START_MESSAGES,
    ...INIT_MESSAGES,
    ...COMMANDS_MESSAGES,
    ...ADMIN_MESSAGES,
    ...DOCTOR_MESSAGES,
    ...FAILURES_MESSAGES,
    ...SERVER_MESSAGES,
    ...KEYS_MESSAGES,
    ...NETWORK_MESSAGES,
    ...ERRORS_MESSAGES,
    ...OPTIONS_MESSAGES,
    ...CONFIG_CODES_MESSAGES,
    ...CONFIG_FILE_MESSAGES,
    ...CONFIG_SHAPE_MESSAGES,
    ...CONFIG_RULES_MESSAGES,
    ...REASONS_MESSAGES,
    ...REFUSALS_MESSAGES,
  }),
  "zh-TW": () => ({ ...VERBATIM, ...sentencesZhTw() }),
  "zh-CN": () => ({ ...VERBATIM, ...sentencesZhCn() }),
};
