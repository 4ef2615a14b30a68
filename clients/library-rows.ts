// One row for each library, and for each provider or package of those that have several.

import type { Client } from "./client.ts";
import { type Library, libraryClient } from "./libraries.ts";

const OPENAI: Pick<Library, "speaks" | "own" | "models" | "refused" | "notes"> = {
  speaks: "OpenAI",
  own: "everything",
  models: { own: "gpt-5.4-mini", chats: "local-model" },
  refused: ["embeddings", "files", "images", "audio"],
  notes: { socket: "socket" },
};
const ANTHROPIC: Pick<Library, "speaks" | "own" | "models" | "notes"> = {
  speaks: "Messages",
  own: ["messages"],
  models: { own: "claude-opus-5-5", chats: "local-model" },
  notes: {},
};

/** All of them, in the order of the table. */
export const LIBRARIES: readonly Client[] = [
  { ...OPENAI, key: "openai-npm", name: "openai (npm)", set: "openai-npm", driver: "openai.mjs" } as const,
  { ...OPENAI, key: "openai-pypi", name: "openai (PyPI)", set: "openai-pypi", driver: "openai.py" } as const,
  {
    ...ANTHROPIC,
    key: "anthropic-npm",
    name: "@anthropic-ai/sdk",
    set: "anthropic-npm",
    driver: "anthropic.mjs",
  } as const,
  {
    ...ANTHROPIC,
    key: "anthropic-pypi",
    name: "anthropic (PyPI)",
    set: "anthropic-pypi",
    driver: "anthropic.py",
  } as const,
].map(libraryClient);
