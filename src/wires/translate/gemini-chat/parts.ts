// Parts of Gemini's contents that a model is shown, as parts of a chat's content: texts, pictures, sound, documents.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { isBase64, isPicture } from "../attached.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, malformed, untranslatable } from "../values.ts";
import { camelOf, listSaid, said } from "./said.ts";

/** Where a part stands, such as `contents.0.parts.1`, and who is told what is left out. */
export type GeminiPlace = { readonly path: string; readonly notes: Notes };

/** What a part can hold. What says besides how it is to be looked at, a chat has no words for. */
const KNOWN: ReadonlySet<string> = new Set([
  ..."text inlineData fileData functionCall functionResponse executableCode codeExecutionResult".split(" "),
  ..."thought thoughtSignature".split(" "),
]);
const SOUNDS: Readonly<Record<string, string>> = {
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/mp3": "mp3",
  "audio/mpeg": "mp3",
};
const MAX_SHOWN_TYPE = 60;

/** The parts of a content, whose field may be left out. */
export function partsIn(content: JsonObject, path: string): readonly JsonObject[] {
  const parts = said(content, "parts");
  if (parts === undefined) return [];
  const list = listSaid(parts);
  if (list === undefined) throw malformed(`${path}.parts`, "must be a list of objects");
  return list;
}

/** The parts of a chat that stand for one of Gemini's; none for one without a word. */
export function chatParts(part: JsonObject, { path, notes }: GeminiPlace): readonly JsonObject[] {
  notes.addOthers(part, KNOWN, "parts.", camelOf);
  const text = said(part, "text");
  if (typeof text === "string") return text === "" ? [] : [{ type: "text", text }];
  if (text !== undefined) throw malformed(`${path}.text`, "must be a text");
  const inline = said(part, "inlineData");
  if (inline !== undefined) return [inlinePart(asObject(inline) ?? {}, `${path}.inlineData`)];
  const file = said(part, "fileData");
  if (file !== undefined) return [filePart(asObject(file) ?? {}, `${path}.fileData`)];
  const written = codeText(part);
  if (written !== undefined) return [{ type: "text", text: written }];
  throw untranslatable(path, "a part of this kind is not known");
}

/** Code that Gemini's server ran, and what came of it, as text; undefined for a part of another kind. */
export function codeText(part: JsonObject): string | undefined {
  const code = asObject(said(part, "executableCode"));
  if (code !== undefined)
    return `\`\`\`${asText(code["language"]).toLowerCase()}\n${asText(code["code"])}\n\`\`\``;
  const result = asObject(said(part, "codeExecutionResult"));
  return result === undefined ? undefined : `\`\`\`\n${asText(result["output"])}\n\`\`\``;
}

/** The parts as they are sent: texts alone are a string, which every server takes. */
export function contentOf(parts: readonly JsonObject[]): unknown {
  if (!parts.every((part) => part["type"] === "text")) return parts;
  return parts.map((part) => asText(part["text"])).join("\n\n");
}

/** Data in the request. */
function inlinePart(inline: JsonObject, path: string): JsonObject {
  const type = mediaTypeOf(inline, path);
  const data = said(inline, "data");
  if (typeof data !== "string" || !isBase64(data)) throw malformed(`${path}.data`, "is no base64");
  if (type.startsWith("text/") || type === "application/json")
    return { type: "text", text: Buffer.from(data, "base64").toString() };
  // Servers of chats know the usual alphabet alone.
  const base64 = data.trim().replaceAll("-", "+").replaceAll("_", "/");
  if (type.startsWith("image/") && !isPicture(type, base64)) throw malformed(`${path}.data`, "is no picture");
  if (type.startsWith("image/"))
    return { type: "image_url", image_url: { url: `data:${type};base64,${base64}` } };
  const sound = Object.hasOwn(SOUNDS, type) ? SOUNDS[type] : undefined;
  if (sound !== undefined) return { type: "input_audio", input_audio: { data: base64, format: sound } };
  if (type !== "application/pdf")
    throw untranslatable(`${path}.mimeType`, `${shown(type)} cannot be passed on`);
  const name = asText(said(inline, "displayName"));
  const file = {
    filename: name === "" ? "document.pdf" : name,
    file_data: `data:${type};base64,${base64}`,
  };
  return { type: "file", file };
}

/** A picture at an address can be asked for by any server; a file that Gemini's keeps, by no other. */
function filePart(file: JsonObject, path: string): JsonObject {
  const uri = asText(said(file, "fileUri"));
  const type = asText(said(file, "mimeType"));
  const isKept = !/^https?:\/\//i.test(uri) || /^https:\/\/generativelanguage\.googleapis\.com\//i.test(uri);
  if (isKept) throw untranslatable(`${path}.fileUri`, "a file that another server keeps cannot be passed on");
  if (!type.startsWith("image/"))
    throw untranslatable(`${path}.fileUri`, "only pictures can be passed on by their address");
  return { type: "image_url", image_url: { url: uri } };
}

function mediaTypeOf(inline: JsonObject, path: string): string {
  const type = said(inline, "mimeType");
  if (typeof type !== "string" || !/^[\w.+-]+\/[\w.+-]+\s*(?:;|$)/.test(type))
    throw malformed(`${path}.mimeType`, "must be a type of media, such as image/png");
  return (type.split(";", 1)[0] ?? "").trim().toLowerCase();
}

function shown(type: string): string {
  return `data of the type "${type.slice(0, MAX_SHOWN_TYPE)}"`;
}
