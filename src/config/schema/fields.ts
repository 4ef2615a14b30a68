// The kinds of values that the schema is made of: texts, flags, durations, blocks … each with what to say when it is
// none, and with what it decodes to. Knows no key.

import { type Message, message } from "../../language/messages.ts";
import { carried } from "../../validation/issue-words.ts";
import * as z from "../../validation/zod.ts";
import type { Showing } from "../report/showable.ts";
import { listOfWords } from "../yaml/draft.ts";
import { SECTION_DEFAULTS, type SectionPlace } from "./sections/section-defaults.ts";
import { flattenIssue, type ShapeIssue } from "./shape-issue.ts";
import { type Parsed, parseAge, parseDuration, parseEnd, parseSize, parseVolume } from "./units.ts";

// Messages given as `error` complete the sentence "KEY must be …".

const TEXT = carried(message("kind.text"));
const FLAG = carried(message("kind.flag"));
const LIST = carried(message("kind.list"));
const BLOCK = message("kind.block");

/** What a file may have in the place that a schema describes, as written. */
export type Written<T extends z.ZodType> = z.input<T>;

/** What is made of it: units converted, defaults filled in. Nobody changes it afterwards. */
export type Decoded<T extends z.ZodType> = Unchanging<z.output<T>>;

type Unchanging<T> =
  T extends ReadonlySet<infer E>
    ? ReadonlySet<E>
    : T extends object
      ? { readonly [K in keyof T]: Unchanging<T[K]> }
      : T;

// What may be shown of a value is part of its kind (`report/showable.ts`); of a plain text nothing is.
const marked = (description: string, showing: Showing) => ({ description, showing });

/** What `describe` and `meta` of zod do without making the schema a second time, which is half of what it costs. */
function noted<T extends z.ZodType>(schema: T, notes: Readonly<Record<string, string>>): T {
  z.globalRegistry.add(schema, notes);
  return schema;
}

/** Shared by all fields that have one: every schema that is made takes its time of each start. */
const TEXT_OR_NUMBER = [z.string(), z.number()] as const;

/** A text that is never shown: it may be a key of an account, or hold one. */
export function text(description: string): z.ZodString {
  return noted(z.string({ error: TEXT }), { description });
}

/** A text that is no secret: the name of a model, an endpoint, a host, a file. */
export function name(description: string): z.ZodString {
  return noted(z.string({ error: TEXT }), marked(description, "text"));
}

/** A text that is shown without the credentials in it. */
export function address(description: string): z.ZodString {
  return noted(z.string({ error: TEXT }), marked(description, "address"));
}

/** The name of a header, of which nothing is shown that comes behind it. */
export function headerName(description: string): z.ZodString {
  return noted(z.string({ error: TEXT }), marked(description, "header"));
}

/** `true` or `false`. */
export function flag(description: string): z.ZodBoolean {
  return noted(z.boolean({ error: FLAG }), marked(description, "word"));
}

/** Decodes to milliseconds. */
export function duration(description: string) {
  const error = message("kind.duration");
  return quantity({ error, code: "OG114", parse: parseDuration }, description);
}

/** A duration, or the word `off`, which decodes to `off`. */
export function durationOr<const O>(off: O, description: string) {
  const error = message("kind.durationOrOff");
  return quantity({ error, code: "OG114", parse: orOff(parseDuration, off) }, description);
}

/** How long something is kept; decodes to milliseconds. */
export function age(description: string) {
  return quantity({ error: message("kind.age"), code: "OG114", parse: parseAge }, description);
}

/** The same, or the word `off`, which decodes to `off`. */
export function ageOr<const O>(off: O, description: string) {
  const error = message("kind.ageOrOff");
  return quantity({ error, code: "OG114", parse: orOff(parseAge, off) }, description);
}

/** How much of a disk something may take; decodes to bytes. */
export function volume(description: string) {
  return quantity({ error: message("kind.volume"), code: "OG115", parse: parseVolume }, description);
}

/** Decodes to bytes. */
export function size(description: string) {
  const error = message("kind.size");
  return quantity({ error, code: "OG115", parse: parseSize }, description);
}

/** A size, or the word `off`, which decodes to `off`. */
export function sizeOr<const O>(off: O, description: string) {
  const error = message("kind.sizeOrOff");
  return quantity({ error, code: "OG115", parse: orOff(parseSize, off) }, description);
}

/** A day or a moment; decodes to the milliseconds since 1970 at which it is over. */
export function until(description: string) {
  const error = carried(message("kind.until"));
  const written = noted(z.string({ error }), marked(description, "word"));
  return written.transform((input, context): number => {
    const parsed = parseEnd(input);
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: "custom", message: error, input });
    return z.NEVER;
  });
}

/** A text or a number that `parse` makes something of; undefined where it can make nothing of it: then it is not `error`. */
export function converted<T>(
  description: string,
  error: Message,
  parse: (value: string | number) => T | undefined,
) {
  const words = carried(error);
  const written = noted(z.union(TEXT_OR_NUMBER, { error: words }), marked(description, "word"));
  return written.transform((input, context): T => {
    const parsed = parse(input);
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: "custom", message: words, input });
    return z.NEVER;
  });
}

type Parse<T> = (value: string | number) => Parsed<T>;

function orOff<O>(parse: Parse<number>, off: O): Parse<number | O> {
  return (value) => (value === "off" ? { kind: "ok", value: off } : parse(value));
}

type Quantity<T> = {
  readonly error: Message;
  readonly code: "OG114" | "OG115";
  readonly parse: Parse<T>;
};

function quantity<T>({ error, code, parse }: Quantity<T>, description: string) {
  const written = noted(z.union(TEXT_OR_NUMBER, { error: carried(error) }), marked(description, "word"));
  return written.transform((input, context): T => {
    const parsed = parse(input);
    if (parsed.kind === "ok") return parsed.value;
    context.issues.push({ code: "custom", message: carried(parsed.message), params: { code }, input });
    return z.NEVER;
  });
}

/** A whole number within bounds, both of them allowed. */
export function whole(description: string, range: { readonly min: number; readonly max: number }) {
  const error = carried(message("kind.whole", range));
  const checks = [z.int({ error }), z.gte(range.min, { error }), z.lte(range.max, { error })];
  return noted(z.number({ error, checks }), marked(description, "word"));
}

/** An amount of dollars; decodes to whole nano-dollars. */
export function dollars(description: string) {
  const error = carried(message("kind.dollars", { max: MAX_DOLLARS }));
  const checks = [z.gte(0, { error }), z.lte(MAX_DOLLARS, { error })];
  const written = noted(z.number({ error, checks }), marked(description, "word"));
  return written.transform((value) => Math.round(value * NANO));
}

const MAX_DOLLARS = 1_000_000;
const NANO = 1_000_000_000;

/** A limit to compare with: 0, which is none, decodes to Infinity. */
export function limit(description: string, fallback: number) {
  const written = whole(description, { min: 0, max: 1_000_000 }).prefault(fallback);
  return written.transform((value) => (value === 0 ? Number.POSITIVE_INFINITY : value));
}

/** A share in percent; decodes to one of 1. */
export function percent(description: string, range: { readonly min: number; readonly fallback: number }) {
  const written = whole(description, { min: range.min, max: 100 }).prefault(range.fallback);
  return written.transform((value) => value / 100);
}

/** One word and no other; `expected` says what may be written besides. */
export function word<const T extends string>(value: T, description: string, expected: Message) {
  return noted(z.literal(value, { error: carried(expected) }), marked(description, "word"));
}

/** One of a few words. */
export function choice<const T extends readonly [string, string, ...string[]]>(
  words: T,
  description: string,
) {
  const quoted = words.map((word) => `"${word}"`);
  const or = { first: listOfWords(quoted.slice(0, -1)), last: quoted.at(-1) ?? "" };
  const error = carried(message("kind.choice", { words: message("list.or", or) }));
  return noted(z.enum(words, { error }), marked(description, "word"));
}

/**
 * A form that is made when the first value has it: entries of lists and of blocks whose keys people choose, and what may
 * be left out, which most files have none of. All forms together are a fifth of the time of a start.
 * @param make not one that may itself be left out: an optional one is `later(make).optional()`
 */
export function later<T extends z.ZodType>(make: () => T, description = ""): z.ZodLazy<T> {
  const form = z.lazy(make);
  // Otherwise zod makes it to know whether it may be left out, as soon as it is.
  Object.assign(form._zod, { optin: undefined, optout: undefined });
  return description === "" ? form : noted(form, { description });
}

/** How the form of each section is made, by its place in the file: what an empty one becomes is generated from it. */
const sections = new Map<SectionPlace, () => z.ZodType>();

/**
 * A section that most files lack. Its form is made when a file has it; one without has what the form makes of an empty
 * block, which is kept in `sections/section-defaults.ts`.
 */
export function section<T extends z.ZodType>(place: SectionPlace, make: () => T): z.ZodDefault<z.ZodLazy<T>> {
  sections.set(place, make);
  // A test holds that it is what the form makes.
  return later(make).default(SECTION_DEFAULTS[place] as Exclude<z.output<T>, undefined>);
}

/** What each section becomes that is empty, by the form itself. */
export function emptySections(): ReadonlyMap<SectionPlace, unknown> {
  return new Map([...sections].map(([place, make]) => [place, make().parse({})]));
}

/** A list of entries of one form. */
export function listOf<T extends z.ZodType>(entry: T, description: string): z.ZodArray<T> {
  return noted(z.array(entry, { error: LIST }), { description });
}

/** What people may call the keys of a block: any text. Of `names` all are shown, else only plain words. */
export const KEYS = { words: z.string(), names: noted(z.string(), { showing: "text" satisfies Showing }) };

/** A block whose keys people choose; `error` says what they stand for. */
export function blockOf<T extends z.ZodType>(
  keys: z.ZodString,
  entry: T,
  error: Message,
  description: string,
): z.ZodRecord<z.ZodString, T> {
  return noted(z.record(keys, entry, { error: carried(error) }), { description });
}

/** A block of known keys; what may be left out has a default (`.prefault`) or is `.optional()`. */
export function block<T extends z.ZodRawShape>(keys: T, description = "", error = BLOCK) {
  const base = z.strictObject(keys, { error: carried(error) });
  return description === "" ? base : noted(base, { description });
}

/** One of several forms; `error` shows them. */
export function either<const T extends readonly [z.ZodType, z.ZodType, ...z.ZodType[]]>(
  forms: T,
  error: Message,
  description = "",
) {
  const base = z.union(forms, { error: carried(error) });
  return description === "" ? base : noted(base, { description });
}

/** Checks and decodes a value: either what is made of it or all that is wrong with it. */
export function decodeWith<T extends z.ZodType>(
  schema: T,
  value: unknown,
): { readonly value: Decoded<T> | undefined; readonly issues: readonly ShapeIssue[] } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data as Decoded<T>, issues: [] };
  return { value: undefined, issues: result.error.issues.flatMap((issue) => flattenIssue(issue, [])) };
}

/** What a field makes of a single value (its default of undefined); undefined where it can make nothing of it. */
export function decodedOf<T extends z.ZodType>(field: T, value: unknown): z.output<T> | undefined {
  return field.safeParse(value).data;
}

/** The JSON Schema (2020-12) of what may be written, as plain data. */
export function jsonSchemaOf(schema: z.ZodType): object {
  return z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      const { default: fallback } = jsonSchema;
      delete jsonSchema.default;
      // A block that may be left out counts as an empty one: nothing that a reader has to know.
      if (fallback !== undefined && typeof fallback !== "object") jsonSchema.default = fallback;
    },
  });
}
