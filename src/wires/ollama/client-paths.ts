// Paths of Ollama's clients: which are theirs alone, and the prefix below which they may be pointed at.

import type { PlainPath } from "../paths/path-forms.ts";

/** All that Ollama has, of which some are not served; other servers have paths below `/api`, too. */
export const OLLAMA_PATHS =
  /^(?:\/ollama)?\/api\/(?:chat|generate|embed|embeddings|show|tags|ps|version|pull|push|create|copy|delete|blobs\/.*|me|signout|user\/.*|web_search|web_fetch)$/;
const PREFIX = "/ollama/";

/** The plain form of such a path, without doubled slashes; undefined for any other. */
export function plainOllamaPath(path: string): PlainPath | undefined {
  return path.startsWith(`${PREFIX}api/`)
    ? { path: path.slice(PREFIX.length - 1), deployment: undefined }
    : undefined;
}
