// Paths of Ollama's clients: which are theirs alone, and the prefix below which they may be pointed at.

import type { PlainPath } from "../paths/path-forms.ts";

/** All that Ollama has, of which some are not served; other servers have paths below `/api`, too. */
const OWN =
  /^\/api\/(?:chat|generate|embed|embeddings|show|tags|ps|version|pull|push|create|copy|delete|blobs\/.*|me|signout|user\/.*|web_search|web_fetch)$/;
const PREFIX = "/ollama";

/** All below its prefixes, but for those under which other servers have OpenAI's API. */
export const OWN_OLLAMA_PATHS =
  /^\/+(?:ollama(?:\/|$)|api(?:\/+(?!\/|v\d|openai\/|(?:chat\/+completions|completions|models|responses)\/*$)|$))/;

/** The plain form of such a path, without doubled slashes; undefined for any other. */
export function plainOllamaPath(path: string): PlainPath | undefined {
  if (path.startsWith(`${PREFIX}/api/`))
    return { path: path.slice(PREFIX.length), deployment: undefined, wire: "ollama" };
  return OWN.test(path) ? { path, deployment: undefined, wire: "ollama" } : undefined;
}
