// Paths as Anthropic's clients may be pointed at: below a prefix, where other servers have this API beside OpenAI's.

import type { PlainPath } from "../paths/path-forms.ts";

const PREFIX = "/anthropic/";

/** All below it, and what is about messages, which no other API calls so. */
export const OWN_ANTHROPIC_PATHS = /^\/+(?:anthropic|(?:v1\/+)?messages)(?:\/|$)/;

/** The plain form of such a path, without doubled slashes; undefined for any other. */
export function plainAnthropicPath(path: string): PlainPath | undefined {
  return path.startsWith(PREFIX) ? { path: path.slice(PREFIX.length - 1), deployment: undefined } : undefined;
}
