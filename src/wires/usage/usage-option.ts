// The option by which a chat's stream tells what it used: `stream_options.include_usage`. It is put into a body whose client
// has not asked for it, and every other byte is kept.

import type { ByteRange } from "../../bytes/byte-range.ts";
import type { Edit } from "../../bytes/edits.ts";
import type { JsonObject } from "../errors/json-prefix.ts";

const OPEN_BRACE = 0x7b;
const NAME = "include_usage";
/** Longer options are none that anybody knows. */
const MAX_BYTES = 4_096;
const AS_FIRST = Buffer.from(`"stream_options":{"${NAME}":true},`);

/**
 * What makes a body ask; `options`: the value of its `stream_options`, where it has one. Undefined where its client has
 * asked already, or has options that are none. The body is a JSON object with other members.
 */
export function usageAsked(body: Buffer, options: ByteRange | undefined): Edit | undefined {
  if (options === undefined) {
    const at = body.indexOf(OPEN_BRACE) + 1;
    return { start: at, end: at, replacement: AS_FIRST };
  }
  const { start, end } = options;
  if (end - start > MAX_BYTES) return undefined;
  const value: unknown = JSON.parse(body.toString("utf8", start, end));
  if (value === null) return { start, end, replacement: Buffer.from(`{"${NAME}":true}`) };
  if (typeof value !== "object" || Array.isArray(value)) return undefined;
  const given = value as JsonObject;
  if (given[NAME] === true) return undefined;
  if (Object.hasOwn(given, NAME))
    return { start, end, replacement: Buffer.from(JSON.stringify({ ...given, [NAME]: true })) };
  const comma = Object.keys(given).length === 0 ? "" : ",";
  return { start: start + 1, end: start + 1, replacement: Buffer.from(`"${NAME}":true${comma}`) };
}

/** The same for a body of values. */
export function withUsageAsked(body: JsonObject): JsonObject {
  const options = body["stream_options"];
  const given = typeof options === "object" && options !== null && !Array.isArray(options) ? options : {};
  return { ...body, stream_options: { ...given, [NAME]: true } };
}

/** Whether the text of an error is about the option. */
export function isAboutUsageOption(text: Buffer): boolean {
  return text.includes("stream_options") || text.includes(NAME);
}
