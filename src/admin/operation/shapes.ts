// The kinds of values that requests to the admin API and its answers are made of.
// An unknown member is refused, so that a mistyped one is not taken for done.

import { type Message, message } from "../../language/messages.ts";
import { carried, wordsOfIssue } from "../../validation/issue-words.ts";
import * as z from "../../validation/zod.ts";

/** A schema of the admin API. */
export type Shape = z.ZodType;

/** What a schema decodes to. */
export type ValueOf<T extends Shape> = z.output<T>;

/** The longest name or pattern. */
const MAX_NAME_CHARS = 200;
/** More than any operation takes: each says itself how much that is. */
const MAX_FILE_CHARS = 4 * 1_024 * 1_024;
/** The largest page. */
const MAX_PAGE = 500;
const USUAL_PAGE = 50;

/** Written so that readers of the document can use it who know no classes of Unicode. */
const WITHOUT_CONTROLS = /^[^\u0000-\u001f\u007f-\u009f]*$/;

/** An object with these members and no others. */
export function object<const T extends z.ZodRawShape>(members: T, description: string) {
  return z.strictObject(members).describe(description);
}

/** A list of something. */
export function listOf<T extends Shape>(one: T, description: string) {
  return z.array(one).max(1_000).describe(description);
}

/** A text of 1 to 200 characters without control characters. */
export function name(description: string) {
  return z
    .string()
    .min(1)
    .max(MAX_NAME_CHARS)
    .regex(WITHOUT_CONTROLS, carried(message("ask.controls")))
    .refine((text) => text.isWellFormed(), carried(message("ask.halfCharacter")))
    .describe(description);
}

/** A text of a whole file. */
export function longText(description: string) {
  return z.string().max(MAX_FILE_CHARS).describe(description);
}

/** Any text, of answers. */
export function text(description: string) {
  return z.string().describe(description);
}

/** A secret that a person typed or a program made; 8 to 1,000 characters. */
export function secret(description: string) {
  return z.string().min(1).max(1_000).meta({ description, format: "password" });
}

/** A password to be: 12 to 200 characters. */
export function password(description: string) {
  return z.string().min(12).max(MAX_NAME_CHARS).meta({ description, format: "password" });
}

/** A whole number. */
export function whole(description: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) {
  return z.number().int().min(min).max(max).describe(description);
}

/** Any number that is not negative. */
export function amount(description: string, max = 1e12) {
  return z.number().min(0).max(max).describe(description);
}

/** Any number. */
export function real(description: string) {
  return z.number().describe(description);
}

/** Of answers: a sentence that has not been said yet. It is said in the reader's language when the answer is written. */
export function said(description: string): z.ZodType<Message, string> {
  // A text by its schema, for whoever reads the document.
  return z.string().describe(description) as unknown as z.ZodType<Message, string>;
}

/** `true` or `false`. */
export function flag(description: string) {
  return z.boolean().describe(description);
}

/** One of some words. */
export function choice<const T extends readonly [string, ...string[]]>(words: T, description: string) {
  return z.enum(words).describe(description);
}

const NO_MOMENT = carried(message("ask.wrongKind", { kind: message("want.time") }));

/** A moment as text: a day in UTC, or a date with time and zone; decodes to milliseconds since 1970. */
export function moment(description: string) {
  return z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], { error: NO_MOMENT })
    .transform((written) => Date.parse(written))
    .describe(description);
}

/** The moment of an answer: a date with time in UTC. */
export function timestamp(description: string) {
  return z.iso.datetime().describe(description);
}

/** Something, or null. */
export function orNull<T extends Shape>(one: T) {
  return one.nullable();
}

/** Anything that JSON can say. */
export function anything(description: string) {
  return z.unknown().describe(description);
}

/** An object of any members, each of one kind. */
export function mapOf<T extends Shape>(one: T, description: string) {
  return z.record(z.string().max(MAX_NAME_CHARS), one).describe(description);
}

/** A number in a query. */
export function wholeInQuery(description: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) {
  return z
    .string()
    .regex(/^\d{1,16}$/)
    .meta({
      override: ({ jsonSchema }) => {
        Object.assign(jsonSchema, { type: "integer", minimum: min, maximum: max });
        delete jsonSchema.pattern;
      },
    })
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .describe(description);
}

/** Minutes between local time and UTC in a query, of either sign: 14 hours at most. */
export function offsetInQuery(description: string) {
  return z
    .string()
    .regex(/^-?\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().min(-840).max(840))
    .describe(description);
}

/** Words of a list in a query, with commas between them. */
export function wordsInQuery<const T extends readonly [string, ...string[]]>(words: T, description: string) {
  const word = `(?:${words.join("|")})`;
  return z
    .string()
    .meta({ override: { pattern: `^${word}(?:,${word}){0,${words.length - 1}}$` } })
    .transform((written) => written.split(","))
    .pipe(z.array(z.enum(words)).min(1).max(words.length))
    .describe(description);
}

/** What every request for a page may say. */
export const PAGE_QUERY = {
  limit: wholeInQuery(`Entries a page, at most ${MAX_PAGE}; ${USUAL_PAGE} where it is left out.`, {
    min: 1,
    max: MAX_PAGE,
  }).default(USUAL_PAGE),
  cursor: z.string().min(1).max(500).describe("The `next` of the page before.").optional(),
};

/** A page of a list: `next` is null on the last one. */
export function pageOf<T extends Shape>(one: T, description: string) {
  return object(
    {
      data: z.array(one).describe("The entries."),
      next: z.string().nullable().describe("The cursor of the next page; null on the last one."),
    },
    description,
  );
}

/** What is wrong with a value, one line each: where, and what. Undefined where it fits. */
export function checked<T extends Shape>(
  shape: T,
  value: unknown,
):
  | { readonly value: ValueOf<T>; readonly problems: undefined }
  | { readonly problems: readonly ShapeProblem[] } {
  const result = shape.safeParse(value);
  if (result.success) return { value: result.data, problems: undefined };
  return {
    problems: result.error.issues.slice(0, MAX_PROBLEMS).map((issue) => ({
      at: issue.path.map(String).join(".").slice(0, MAX_NAME_CHARS),
      message: wordsOfIssue(issue, value),
    })),
  };
}

const MAX_PROBLEMS = 20;

/** One thing that is wrong with a request; it is said in the reader's language when the answer is written. */
export type ShapeProblem = { readonly at: string; readonly message: Message };
