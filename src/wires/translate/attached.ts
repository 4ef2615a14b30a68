// Pictures and files that a request brings along, as addresses or as data: what is none is refused here, in words that say
// where it stands. An endpoint would say it in words of its own, or take it for a picture that it cannot make out.

import { malformed } from "./values.ts";

/** A type of media without its parameters. */
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+$/;
/** Looked for by itself: an expression of the whole text would look at a row of spaces once for each of them. */
const NOT_BASE64 = /[^A-Za-z0-9+/_\-\s]/;
const PADDINGS = ["==", "="] as const;
/** PNG, JPEG, GIF, RIFF (WebP), BMP, TIFF, and the boxes of AVIF and HEIC: how each begins. */
const MAGIC = /^(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF|BM|II\*\x00|MM\x00\*|[\x00-\xff]{4}ftyp)/;
/** Enough of base64 for that. */
const MAGIC_CHARS = 16;
/** Pictures of these types begin so; there are others, which nobody here knows. */
const KNOWN_PICTURES = /^image\/(?:png|jpe?g|gif|webp|bmp|tiff|avif|hei[cf])$/;
const MAX_HEAD_CHARS = 256;

/** A data URL (RFC 2397), taken apart. */
export type DataUrl = {
  /** In lower case, without parameters; empty where it is left out. */
  readonly mediaType: string;
  /** In base64, without spaces around it. */
  readonly data: string;
};

/** Whether a text is a data URL, or means to be one. */
export function isDataUrl(text: string): boolean {
  return /^\s*data:/i.test(text);
}

/**
 * A data URL in base64, as all APIs of models want them.
 * @throws GatewayError untranslatable for what is none, or empty
 */
export function dataIn(url: string, path: string): DataUrl {
  const comma = url.slice(0, MAX_HEAD_CHARS).indexOf(",");
  const [type = "", ...parameters] = url
    .slice(0, Math.max(comma, 0))
    .trim()
    .replace(/^data:/i, "")
    .toLowerCase()
    .split(";");
  const data = url.slice(comma + 1).trim();
  const isRead =
    isDataUrl(url) &&
    comma !== -1 &&
    parameters.at(-1)?.trim() === "base64" &&
    (type === "" || MEDIA_TYPE.test(type)) &&
    isBase64(data);
  if (!isRead) throw malformed(path, "is neither an address nor a data: URL in base64");
  return { mediaType: type.replace("image/jpg", "image/jpeg"), data };
}

/** Whether a text is base64 of anything, in the usual alphabet or in that of addresses. */
export function isBase64(text: string): boolean {
  const written = text.trim();
  const padding = PADDINGS.find((end) => written.endsWith(end)) ?? "";
  const letters = written.slice(0, written.length - padding.length);
  return letters !== "" && !NOT_BASE64.test(letters);
}

/** Whether data in base64 is a picture of the type, as far as its beginning tells. */
export function isPicture(mediaType: string, data: string): boolean {
  if (!mediaType.startsWith("image/")) return false;
  if (!KNOWN_PICTURES.test(mediaType)) return true;
  return MAGIC.test(Buffer.from(data.trimStart().slice(0, MAGIC_CHARS), "base64").toString("latin1"));
}

/**
 * The address of a picture, or its data URL, as it was written.
 * @throws GatewayError untranslatable for what is neither, and for data that are no picture
 */
export function pictureUrl(url: unknown, path: string): string {
  if (typeof url !== "string" || url.trim() === "")
    throw malformed(path, "must be an address or a data: URL");
  if (!isDataUrl(url)) return url;
  const { mediaType, data } = dataIn(url, path);
  if (!isPicture(mediaType, data)) throw malformed(path, "is no picture");
  return url;
}

/**
 * The data of a file, a data URL or bare base64, as they were written.
 * @throws GatewayError untranslatable for what is neither
 */
export function fileData(data: string, path: string): string {
  if (isDataUrl(data)) dataIn(data, path);
  else if (!isBase64(data)) throw malformed(path, "is neither base64 nor a data: URL in base64");
  return data;
}
