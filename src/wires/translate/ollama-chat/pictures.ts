// Pictures as Ollama's clients send them, as base64 without a word of what they are, as parts of a chat's message.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { isDataUrl, pictureUrl } from "../attached.ts";
import { malformed } from "../values.ts";

/** How files of each kind begin, in base64. */
const STARTS: readonly (readonly [string, string])[] = [
  ["iVBORw0KGgo", "image/png"],
  ["/9j/", "image/jpeg"],
  ["R0lGOD", "image/gif"],
  ["UklGR", "image/webp"],
];
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The parts for a message's `images`.
 * @throws GatewayError untranslatable for what is no picture of a kind that chats take
 */
export function pictureParts(images: unknown, path: string): readonly JsonObject[] {
  if (images === undefined || images === null) return [];
  if (!Array.isArray(images)) throw malformed(path, "must be a list");
  return images.map((image, index) => ({
    type: "image_url",
    image_url: { url: addressOf(image, `${path}.${index}`) },
  }));
}

function addressOf(image: unknown, path: string): string {
  if (typeof image !== "string") throw malformed(path, "must be a text of base64");
  if (isDataUrl(image)) return pictureUrl(image, path);
  const text = image.replaceAll(/\s+/g, "");
  const type = STARTS.find(([start]) => text.startsWith(start))?.[1];
  if (type === undefined || !BASE64.test(text))
    throw malformed(path, "is no PNG, JPEG, GIF or WebP in base64");
  return `data:${type};base64,${text}`;
}
