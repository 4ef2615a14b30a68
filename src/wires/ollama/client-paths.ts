// Paths as Ollama's clients may be pointed at: below a prefix of its own, or below the version of the other API.

import type { PlainPath } from "../paths/path-forms.ts";

const PREFIXED = /^\/(?:ollama(?:\/v1)?|v1)(\/api\/.*)$/;

/** The plain form of such a path, without doubled slashes; undefined for any other. */
export function plainOllamaPath(path: string): PlainPath | undefined {
  const plain = PREFIXED.exec(path)?.[1];
  return plain === undefined ? undefined : { path: plain, deployment: undefined };
}
