// The kinds of values that the schema is made of: texts, flags, durations, blocks … each with what to say when it is
// none. Knows no key. The one importer of `zod`. Called by the `schema*.ts`.

import { z } from "zod";
import { flattenIssue, type ShapeIssue } from "./shape-issue.ts";
import { type Parsed, parseDuration, parseSize } from "./units.ts";

// Texts given as `error` complete the sentence "KEY must be …".

const BLOCK = { error: "a block of keys" };

/** The values that a schema describes, as written. */
export type Written<T extends z.ZodType> = z.infer<T>;

export function text(description: string): z.ZodString {
  return z.string({ error: "text" }).describe(description);
}

export function flag(description: string, fallback?: boolean): z.ZodBoolean {
  return z
    .boolean({ error: "true or false" })
    .meta({ description, ...(fallback !== undefined && { default: fallback }) });
}

export function duration(description: string, fallback?: string) {
  const error = "a duration such as 250ms, 5s or 2m, or a number of seconds";
  return inUnits({ error, code: "OG114", parse: parseDuration }, description, fallback);
}

/** A duration, or `off`. */
export function durationOrOff(description: string, fallback?: string) {
  const error = "a duration such as 15s, or off";
  return inUnits({ error, code: "OG114", parse: orOff(parseDuration) }, description, fallback);
}

export function size(description: string, fallback: string) {
  const error = "a size such as 64MiB or 32MB, or a number of bytes";
  return inUnits({ error, code: "OG115", parse: parseSize }, description, fallback);
}

/** A size, or `off`. */
export function sizeOrOff(description: string, fallback: string) {
  const error = "a size such as 1KiB, a number of bytes, or off";
  return inUnits({ error, code: "OG115", parse: orOff(parseSize) }, description, fallback);
}

type Parse = (value: string | number) => Parsed;

function orOff(parse: Parse): Parse {
  return (value) => (value === "off" ? { kind: "ok", value: 0 } : parse(value));
}

type Quantity = { readonly error: string; readonly code: "OG114" | "OG115"; readonly parse: Parse };

function inUnits({ error, code, parse }: Quantity, description: string, fallback: string | undefined) {
  const base = z.union([z.string(), z.number()], { error }).superRefine((value, context) => {
    const parsed = parse(value);
    if (parsed.kind === "bad")
      context.addIssue({ code: "custom", message: parsed.message, params: { code } });
  });
  return base.meta({ description, ...(fallback === undefined ? {} : { default: fallback }) });
}

export function whole(
  description: string,
  range: { readonly min: number; readonly max: number; readonly fallback?: number },
) {
  const error = `a whole number from ${range.min} to ${range.max}`;
  const base = z.number({ error }).int({ error }).min(range.min, { error }).max(range.max, { error });
  return base.meta({ description, ...(range.fallback === undefined ? {} : { default: range.fallback }) });
}

/** One of a few words. */
export function choice<const T extends readonly [string, string, ...string[]]>(
  words: T,
  description: string,
  fallback?: T[number],
) {
  const quoted = words.map((word) => `"${word}"`);
  const error = `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1) ?? ""}`;
  return z
    .enum(words, { error })
    .meta({ description, ...(fallback === undefined ? {} : { default: fallback }) });
}

export function listOf<T extends z.ZodType>(entry: T, description: string): z.ZodArray<T> {
  return z.array(entry, { error: "a list" }).describe(description);
}

/** A block whose keys people choose; `error` says what they stand for. */
export function blockOf<T extends z.ZodType>(
  entry: T,
  error: string,
  description: string,
): z.ZodRecord<z.ZodString, T> {
  return z.record(z.string(), entry, { error }).describe(description);
}

/** A block of known keys; what may be left out is `.optional()`. */
export function block<T extends z.ZodRawShape>(keys: T, description = "", error = BLOCK.error) {
  const base = z.strictObject(keys, { error });
  return description === "" ? base : base.describe(description);
}

/** A block of known keys, each of which may be left out. */
export function looseBlock<T extends z.ZodRawShape>(keys: T, description = "") {
  const base = z.strictObject(keys, BLOCK).partial();
  return description === "" ? base : base.describe(description);
}

/** One of several forms; `error` shows them. */
export function either<const T extends readonly [z.ZodType, z.ZodType, ...z.ZodType[]]>(
  forms: T,
  error: string,
  description = "",
) {
  const base = z.union(forms, { error });
  return description === "" ? base : base.describe(description);
}

/** Checks a value: either the typed one or all that is wrong with it. */
export function checkAgainst<T extends z.ZodType>(
  schema: T,
  value: unknown,
): { readonly value: z.infer<T> | undefined; readonly issues: readonly ShapeIssue[] } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, issues: [] };
  return { value: undefined, issues: result.error.issues.flatMap((issue) => flattenIssue(issue, [])) };
}

/** The JSON Schema (2020-12) of a schema as plain data. */
export function jsonSchemaOf(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}
