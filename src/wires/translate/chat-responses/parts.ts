// Parts of content, from chat to Responses.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { fileData, pictureUrl } from "../attached.ts";
import { isObject, objectOf, shownWord, textOf, without } from "../json-values.ts";
import type { Notes } from "../notes.ts";
import { malformed, untranslatable } from "../values.ts";

const TEXT_FIELDS: ReadonlySet<string> = new Set(["type", "text"]);
const IMAGE_FIELDS: ReadonlySet<string> = new Set(["type", "image_url"]);
const FILE_FIELDS: ReadonlySet<string> = new Set(["type", "file"]);

/**
 * What somebody other than the model says, as text or as parts. `param` is its place in the request.
 * @throws GatewayError untranslatable for a part that Responses has no word for
 */
export function inputContent(content: unknown, param: string): string | readonly JsonObject[] {
  if (content === undefined || content === null) return "";
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) throw malformed(param, "it must be a string or a list of parts");
  return content.map((part, at) => inputPart(part, `${param}[${at}]`));
}

function inputPart(part: unknown, param: string): JsonObject {
  if (typeof part === "string") return { type: "input_text", text: part };
  if (!isObject(part)) throw malformed(param, "it must be an object");
  const { type } = part;
  if (type === "text")
    return { ...without(part, TEXT_FIELDS), type: "input_text", text: textOf(part["text"]) };
  if (type === "image_url") return imagePart(part, param);
  if (type === "file") return filePart(part, param);
  if (type === "input_audio") return part;
  throw untranslatable(`${param}.type`, `there is no word for parts of the type ${shownWord(type)}`);
}

/** The address may stand by itself, as some clients have it. */
function imagePart(part: JsonObject, param: string): JsonObject {
  const image = part["image_url"];
  const { url, ...more } = isObject(image) ? image : { url: image };
  return {
    detail: "auto",
    ...without(part, IMAGE_FIELDS),
    ...more,
    type: "input_image",
    image_url: pictureUrl(url, `${param}.image_url`),
  };
}

function filePart(part: JsonObject, param: string): JsonObject {
  const file = objectOf(part["file"]);
  const { file_data: data } = file;
  if (typeof data === "string") fileData(data, `${param}.file.file_data`);
  return { ...without(part, FILE_FIELDS), type: "input_file", ...file };
}

/** What the model said before: texts and refusals. */
export function spokenParts(message: JsonObject, param: string, notes: Notes): readonly JsonObject[] {
  const { content, refusal } = message;
  const refused = textOf(refusal) === "" ? [] : [{ type: "refusal", refusal }];
  if (content === undefined || content === null || content === "") return refused;
  if (typeof content === "string") return [spoken(content), ...refused];
  if (!Array.isArray(content)) throw malformed(`${param}.content`, "it must be a string or a list of parts");
  const parts = content.map(objectOf).flatMap((part): readonly JsonObject[] => {
    if (part["type"] === "refusal") return [{ type: "refusal", refusal: textOf(part["refusal"]) }];
    if (part["type"] === "text") return [spoken(textOf(part["text"]))];
    notes.add(`${shownWord(part["type"])} of the assistant`);
    return [];
  });
  return [...parts, ...refused];
}

function spoken(text: string): JsonObject {
  return { type: "output_text", text, annotations: [] };
}
