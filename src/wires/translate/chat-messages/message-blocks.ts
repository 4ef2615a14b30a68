// Parts of a chat's content as blocks of Anthropic's.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { dataIn, isPicture } from "../attached.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, malformed, untranslatable } from "../values.ts";

const PART_FIELDS: ReadonlySet<string> = new Set("type text refusal image_url file cache_control".split(" "));

/** Where a part stands, such as `messages[0].content[1]`, and who is told what is left out. */
export type PartPlace = { readonly path: string; readonly notes: Notes };

/** The blocks of a content, text or parts; empty texts are left out, which Anthropic refuses. */
export function blocksOf(content: unknown, { path, notes }: PartPlace): readonly JsonObject[] {
  if (content === undefined || content === null) return [];
  if (typeof content === "string") return textBlocks(content);
  if (!Array.isArray(content)) throw malformed(path, "must be a text or a list of parts");
  return content.flatMap((part, index) => {
    const place = { path: `${path}[${index}]`, notes };
    if (typeof part === "string") return textBlocks(part);
    const known = asObject(part);
    if (known === undefined) throw malformed(place.path, "must be an object with a type");
    return marked(known, blockOf(known, place), notes);
  });
}

/** The text of a content that must hold nothing else. */
export function textOf(content: unknown, place: PartPlace): string {
  return blocksOf(content, place)
    .map((block) => {
      if (block["type"] !== "text") throw untranslatable(place.path, "only text can stand here");
      return asText(block["text"]);
    })
    .join("\n\n");
}

function textBlocks(text: string): readonly JsonObject[] {
  return text === "" ? [] : [{ type: "text", text }];
}

/** Clients that know what is behind them mark parts for Anthropic's cache. */
function marked(part: JsonObject, blocks: readonly JsonObject[], notes: Notes): readonly JsonObject[] {
  const { cache_control: control } = part;
  notes.addOthers(part, PART_FIELDS, "content.");
  return control === undefined ? blocks : blocks.map((block) => ({ ...block, cache_control: control }));
}

function blockOf(part: JsonObject, place: PartPlace): readonly JsonObject[] {
  switch (part["type"]) {
    case "text":
      return textBlocks(asText(part["text"]));
    case "refusal":
      return textBlocks(asText(part["refusal"]));
    case "image_url":
      return [imageBlock(part["image_url"], place)];
    case "file":
      return [documentBlock(asObject(part["file"]) ?? {}, place)];
    default:
      throw untranslatable(
        place.path,
        `a part of the type ${JSON.stringify(part["type"]) ?? "undefined"} is not known`,
      );
  }
}

function imageBlock(value: unknown, { path, notes }: PartPlace): JsonObject {
  const image = asObject(value);
  const url = typeof value === "string" ? value : asText(image?.["url"]);
  if (image?.["detail"] !== undefined && image["detail"] !== "auto") notes.add("image_url.detail");
  if (/^https?:\/\//i.test(url)) return { type: "image", source: { type: "url", url } };
  const { mediaType, data } = dataIn(url, path);
  if (!isPicture(mediaType, data)) throw malformed(path, "is no picture");
  return { type: "image", source: { type: "base64", media_type: mediaType, data } };
}

function documentBlock(file: JsonObject, { path }: PartPlace): JsonObject {
  const { filename, file_data: written } = file;
  if (typeof written !== "string") throw untranslatable(path, "a file must be in the request, as file_data");
  const { mediaType, data } = dataIn(written, path);
  const title = typeof filename === "string" && filename !== "" ? { title: filename } : {};
  if (mediaType === "application/pdf")
    return { type: "document", source: { type: "base64", media_type: mediaType, data }, ...title };
  if (!mediaType.startsWith("text/"))
    throw untranslatable(path, "of files only PDF and text can be passed on");
  const text = Buffer.from(data, "base64").toString("utf8");
  return { type: "document", source: { type: "text", media_type: "text/plain", data: text }, ...title };
}
