// What of a request and of a stream is counted by a tokenizer: the texts, apart from the JSON around them. To be used on a
// thread of its own, since both may be long.

import type { JsonObject } from "../errors/json-prefix.ts";

/** What stands around a message, and before an answer, in every chat of OpenAI's. */
const PER_MESSAGE = 3;
const PER_ANSWER = 3;
/** About what a picture, a sound or a file comes to, which would have to be decoded. */
const PER_PICTURE = 1_000;
const PICTURES: ReadonlySet<unknown> = new Set([
  "image",
  "image_url",
  "input_image",
  "input_audio",
  "document",
  "file",
  "input_file",
]);
/** Members of a message, or of its parts, that a model is not shown. */
const SILENT: ReadonlySet<string> = new Set([
  "type",
  "id",
  "call_id",
  "tool_call_id",
  "status",
  "cache_control",
]);
/** What a model wrote, in the events of any API. */
const WRITTEN =
  /"(content|text|delta|thinking|reasoning|reasoning_content|arguments|partial_json|refusal)"\s*:\s*"((?:[^"\\]|\\.)*)"/g;

/** Texts to be counted, and tokens besides. */
export type CountedTexts = { readonly texts: readonly string[]; readonly more: number };

/** Those of a request, in whatever API's words; undefined for what is no JSON object. */
export function textsOfRequest(body: string): CountedTexts | undefined {
  const request = objectOf(body);
  if (request === undefined) return undefined;
  const { system, instructions, messages, input, prompt, tools, contents } = request;
  const texts: string[] = [];
  let more = 0;
  const said = messages ?? input ?? contents ?? prompt;
  // A prompt may be tokens already.
  if (Array.isArray(prompt)) more += prompt.flat().filter((one) => typeof one === "number").length;
  const list = Array.isArray(said) ? said : said === undefined ? [] : [said];
  for (const one of [system, instructions, ...list]) {
    if (one === undefined || one === null) continue;
    more += addTexts(one, texts);
    if (prompt === undefined) more += PER_MESSAGE;
  }
  if (typeof said === "string" && prompt === undefined) texts.push("user");
  if (prompt === undefined) more += PER_ANSWER;
  // How functions are shown to a model is not published; their JSON is about as long.
  if (tools !== undefined) texts.push(JSON.stringify(tools));
  return { texts, more };
}

/** What was written in a stream, as far as it came. `bytes`: of its events, each byte a character. */
export function textsOfStream(bytes: string): readonly string[] {
  const text = Buffer.from(bytes, "latin1").toString();
  const byName = new Map<string, string>();
  for (const [, name = "", written = ""] of text.matchAll(WRITTEN))
    byName.set(name, (byName.get(name) ?? "") + said(written));
  // Events of Responses say the whole again behind its pieces.
  const pieces = byName.get("delta");
  return pieces === undefined ? [...byName.values()] : [pieces];
}

/** What a JSON text stands for; one that was cut off within an escape is taken as it is. */
function said(written: string): string {
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return written;
  }
}

function objectOf(body: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? Object(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Adds the texts of a value; gives the tokens of what is no text. */
function addTexts(value: unknown, texts: string[]): number {
  if (typeof value === "string") {
    texts.push(value);
    return 0;
  }
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + addTexts(one, texts), 0);
  const fields: JsonObject = Object(value);
  if (PICTURES.has(fields["type"])) return PER_PICTURE;
  let more = 0;
  for (const [name, one] of Object.entries(fields)) {
    if (SILENT.has(name)) continue;
    more += addTexts(one, texts);
    // A name is set apart from its role.
    if (name === "name" && typeof fields["role"] === "string") more += 1;
  }
  return more;
}
