// Parts of content, from Responses to chat: text, pictures, files and sound.

import type { JsonObject } from "../../../errors/json-prefix.ts";
import { fileData, pictureUrl } from "../../attached.ts";
import { isLeftOut, isObject, listOf, nameOf, shownWord, textOf, without } from "../../json-values.ts";
import type { Notes } from "../../notes.ts";
import { malformed, untranslatable } from "../../values.ts";

const TEXT_TYPES: ReadonlySet<unknown> = new Set(["input_text", "output_text", "text", "summary_text"]);
const TEXT_FIELDS: ReadonlySet<string> = new Set(["type", "text", "annotations", "logprobs"]);
const IMAGE_FIELDS: ReadonlySet<string> = new Set(["type", "image_url", "detail", "file_id"]);
const FILE_FIELDS: ReadonlySet<string> = new Set([
  "type",
  "file_data",
  "file_id",
  "file_url",
  "filename",
  "detail",
]);

/** Content as chat has it: one text where there is nothing else, since not every server reads lists of parts. */
export type ChatContent = string | readonly JsonObject[];

/**
 * A message's content. `param` is its place in the request.
 * @throws GatewayError untranslatable for a part that chat has no word for
 */
export function chatContent(content: unknown, param: string, notes: Notes): ChatContent {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) throw malformed(param, "it must be a string or a list of parts");
  const parts = content.map((part, at) => chatPart(part, `${param}[${at}]`, notes));
  return parts.every(isBareText) ? parts.map(({ text }) => textOf(text)).join("\n") : parts;
}

/** Whether a part has nothing but text, so that it may stand in a row with others. */
export function isBareText(part: JsonObject): boolean {
  return part["type"] === "text" && Object.keys(part).length === 2;
}

function chatPart(part: unknown, param: string, notes: Notes): JsonObject {
  if (!isObject(part)) throw malformed(param, "it must be an object");
  const { type } = part;
  // Where the text comes from, as the model or its server said.
  if (listOf(part["annotations"]).length > 0) notes.add("annotations");
  if (TEXT_TYPES.has(type))
    return { ...without(part, TEXT_FIELDS), type: "text", text: textOf(part["text"]) };
  // What the model once refused is told to it as what it said.
  if (type === "refusal") return { type: "text", text: textOf(part["refusal"]) };
  if (type === "input_image") return imagePart(part, param);
  if (type === "input_file") return filePart(part, param, notes);
  if (type === "input_audio") return part;
  throw untranslatable(`${param}.type`, `there is no word for parts of the type ${shownWord(type)}`);
}

function imagePart(part: JsonObject, param: string): JsonObject {
  const { image_url: image } = part;
  if (isLeftOut(image) && !isLeftOut(part["file_id"]))
    throw untranslatable(
      `${param}.file_id`,
      "pictures are taken by image_url only, as an address or as a data URL",
    );
  const url = pictureUrl(image, `${param}.image_url`);
  const detail = nameOf(part["detail"]);
  return {
    ...without(part, IMAGE_FIELDS),
    type: "image_url",
    image_url: { url, ...(detail === undefined ? {} : { detail }) },
  };
}

function filePart(part: JsonObject, param: string, notes: Notes): JsonObject {
  const { file_data, file_id, filename, detail } = part;
  if (!isLeftOut(detail) && detail !== "auto") notes.add("detail of a file");
  const file = Object.entries({ file_data, file_id, filename }).filter(([, value]) => nameOf(value));
  if (nameOf(file_data) === undefined && nameOf(file_id) === undefined)
    throw untranslatable(`${param}.file_url`, "files are taken by file_data or file_id only");
  if (typeof file_data === "string" && file_data !== "") fileData(file_data, `${param}.file_data`);
  return { ...without(part, FILE_FIELDS), type: "file", file: Object.fromEntries(file) };
}
