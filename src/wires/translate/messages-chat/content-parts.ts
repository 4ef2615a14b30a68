// Blocks of Anthropic's content that a model is shown, as parts of a chat's content: texts, pictures, documents.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { isBase64, isPicture, pictureUrl } from "../attached.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, malformed, objectsOf, untranslatable } from "../values.ts";

/** What a chat is told of a block, under other names, or what says nothing by itself. */
const BLOCK_FIELDS: ReadonlySet<string> = new Set([
  ..."type text source title context content citations cache_control tool_use_id is_error id name input caller".split(
    " ",
  ),
  ..."thinking signature tool_name".split(" "),
]);

/** Where a block stands, such as `messages.0.content.1`, and who is told what is left out. */
export type BlockPlace = { readonly path: string; readonly notes: Notes };

/** The parts that stand for one block. Never an empty text. */
export function partsOf(block: JsonObject, { path, notes }: BlockPlace): readonly JsonObject[] {
  noteOthers(block, notes);
  switch (block["type"]) {
    case "text":
      return textParts(asText(block["text"]));
    case "image":
      return [imagePart(block["source"], `${path}.source`)];
    case "document":
      return documentParts(block, { path, notes });
    case "search_result":
      noteCitations(block, notes);
      return textParts(searchResultText(block));
    case "tool_reference":
      return textParts(`The tool ${asText(block["tool_name"])} can be used now.`);
    default:
      throw untranslatable(path, `a block of the type ${shownType(block["type"])} is not known`);
  }
}

/** Notes what a block says beside what a chat is told of it. */
export function noteOthers(block: JsonObject, notes: Notes): void {
  const { cache_control: control, caller, citations } = block;
  if (control !== undefined && control !== null) notes.add("cache_control");
  if (caller !== undefined && asObject(caller)?.["type"] !== "direct") notes.add("content.caller");
  // Where a text of a model's comes from; of a document they are a wish.
  if (Array.isArray(citations) && citations.length > 0) notes.add("content.citations");
  notes.addOthers(block, BLOCK_FIELDS, "content.");
}

/** The text of blocks that hold nothing else; what they hold besides is refused. */
export function textOf(content: unknown, { path, notes }: BlockPlace): string {
  if (typeof content === "string") return content;
  const texts = blocksOf(content, path).map((block, index) => {
    if (block["type"] !== "text") throw untranslatable(`${path}.${index}`, "only text can stand here");
    noteOthers(block, notes);
    return asText(block["text"]);
  });
  return texts.filter((text) => text !== "").join("\n\n");
}

/** The blocks of a content that is no text. */
export function blocksOf(content: unknown, path: string): readonly JsonObject[] {
  if (content === undefined || content === null) return [];
  if (!Array.isArray(content)) throw malformed(path, "must be a text or a list of blocks");
  return content.map((block, index) => {
    const known = asObject(block);
    if (known === undefined) throw malformed(`${path}.${index}`, "must be an object with a type");
    return known;
  });
}

/** The parts as they are sent: one text alone is a string, which every server takes. */
export function asContent(parts: readonly JsonObject[]): unknown {
  const [first, ...more] = parts;
  if (first === undefined) return "";
  if (more.length === 0 && first["type"] === "text") return first["text"];
  return parts.every((part) => part["type"] === "text")
    ? parts.map((part) => asText(part["text"])).join("\n\n")
    : parts;
}

function textParts(text: string): readonly JsonObject[] {
  return text === "" ? [] : [{ type: "text", text }];
}

function shownType(type: unknown): string {
  return typeof type === "string" ? `"${type.slice(0, 60)}"` : "no text";
}

function searchResultText(block: JsonObject): string {
  const texts = objectsOf(block["content"]).map((part) => asText(part["text"]));
  return [asText(block["title"]), asText(block["source"]), ...texts].filter((text) => text !== "").join("\n");
}

function imagePart(source: unknown, path: string): JsonObject {
  const { type, url, media_type: mediaType, data } = asObject(source) ?? {};
  if (type === "url") return { type: "image_url", image_url: { url: pictureUrl(url, `${path}.url`) } };
  if (type !== "base64") throw untranslatable(path, "a picture must be in the request or at an address");
  if (typeof mediaType !== "string" || !/^image\/[\w.+-]+$/.test(mediaType))
    throw malformed(`${path}.media_type`, "must be a type of pictures, such as image/png");
  if (typeof data !== "string" || !isBase64(data) || !isPicture(mediaType.toLowerCase(), data))
    throw malformed(`${path}.data`, "is no picture in base64");
  return { type: "image_url", image_url: { url: `data:${mediaType};base64,${data}` } };
}

function noteCitations({ citations }: JsonObject, notes: Notes): void {
  if (asObject(citations)?.["enabled"] === true) notes.add("citations");
}

function documentParts(block: JsonObject, { path, notes }: BlockPlace): readonly JsonObject[] {
  const source = asObject(block["source"]) ?? {};
  noteCitations(block, notes);
  const title = asText(block["title"]);
  const head = [title, asText(block["context"])].filter((text) => text !== "");
  switch (source["type"]) {
    case "text":
      return textParts([...head, asText(source["data"])].join("\n\n"));
    case "content":
      return [
        ...textParts(head.join("\n\n")),
        ...innerParts(source["content"], { path: `${path}.source.content`, notes }),
      ];
    case "base64":
      return [
        ...textParts(head.slice(title === "" ? 0 : 1).join("\n\n")),
        filePart(source, title, `${path}.source`),
      ];
    default:
      throw untranslatable(`${path}.source`, "a document must be in the request");
  }
}

/** The parts of a content within a block. */
export function innerParts(content: unknown, { path, notes }: BlockPlace): readonly JsonObject[] {
  if (typeof content === "string") return textParts(content);
  return blocksOf(content, path).flatMap((block, index) =>
    partsOf(block, { path: `${path}.${index}`, notes }),
  );
}

function filePart({ media_type: mediaType, data }: JsonObject, title: string, path: string): JsonObject {
  const isPdf = mediaType === "application/pdf";
  if (!isPdf)
    throw untranslatable(`${path}.media_type`, "of files in base64 only application/pdf can be passed on");
  if (typeof data !== "string" || !isBase64(data)) throw malformed(`${path}.data`, "is no base64");
  const filename = title === "" ? "document.pdf" : title;
  return { type: "file", file: { filename, file_data: `data:${mediaType};base64,${data}` } };
}
