// One row for each library, and for each provider or package of those that have several.

import type { Client } from "./client.ts";
import { type Library, libraryClient } from "./libraries.ts";

type Usual = Pick<Library, "speaks" | "own" | "models" | "notes">;

const OPENAI: Usual & Pick<Library, "refused"> = {
  speaks: "OpenAI",
  own: "everything",
  models: { own: "gpt-5.4-mini", chats: "local-model" },
  refused: ["embeddings", "files", "images", "audio"],
  notes: {},
};
const CHATS: Usual & Pick<Library, "refused"> = { ...OPENAI, speaks: "Chat Completions" };
const RESPONSES: Usual & Pick<Library, "refused"> = { ...OPENAI, speaks: "Responses" };
const MESSAGES: Usual = {
  speaks: "Messages",
  own: ["messages"],
  models: { own: "claude-opus-5-5", chats: "local-model" },
  notes: {},
};
const GEMINI: Usual = {
  speaks: "Gemini",
  own: ["chats"],
  models: { own: "gemini-2.5-pro", chats: "local-model" },
  notes: {},
};
const OLLAMA: Usual = {
  speaks: "Ollama",
  own: ["chats"],
  models: { own: "llama3.3", chats: "local-model" },
  notes: {},
};

const ROWS: readonly Library[] = [
  { ...OPENAI, key: "openai-npm", name: "openai (npm)", set: "openai-npm", driver: "openai.mjs" },
  { ...OPENAI, key: "openai-pypi", name: "openai (PyPI)", set: "openai-pypi", driver: "openai.py" },
  {
    ...MESSAGES,
    key: "anthropic-npm",
    name: "@anthropic-ai/sdk",
    set: "anthropic-npm",
    driver: "anthropic.mjs",
  },
  {
    ...MESSAGES,
    key: "anthropic-pypi",
    name: "anthropic (PyPI)",
    set: "anthropic-pypi",
    driver: "anthropic.py",
  },
  ...vercel(RESPONSES, "openai"),
  ...vercel(CHATS, "compatible"),
  ...vercel(MESSAGES, "anthropic"),
  ...langchain(CHATS, "openai"),
  ...langchain(RESPONSES, "responses"),
  ...langchain(MESSAGES, "anthropic"),
  { ...CHATS, key: "llamaindex", name: "LlamaIndex", set: "llamaindex", driver: "llamaindex.py" },
  litellm(OPENAI, "openai"),
  litellm(MESSAGES, "anthropic"),
  { ...CHATS, key: "llm", name: "llm", set: "llm", driver: "llm.py" },
  { ...GEMINI, key: "genai", name: "@google/genai", set: "genai", driver: "genai.mjs" },
  { ...OLLAMA, key: "ollama-npm", name: "ollama (npm)", set: "ollama-npm", driver: "ollama.mjs" },
  { ...OLLAMA, key: "ollama-pypi", name: "ollama (PyPI)", set: "ollama-pypi", driver: "ollama.py" },
];

function vercel(usual: Usual, provider: string): readonly Library[] {
  const name = `Vercel AI SDK, ${provider}`;
  return [
    { ...usual, key: `vercel-${provider}`, name, set: "vercel", driver: "vercel.mjs", args: [provider] },
  ];
}

/** In both languages. */
function langchain(usual: Usual, which: string): readonly Library[] {
  const args = [which];
  return [
    {
      ...usual,
      key: `langchain-npm-${which}`,
      name: "LangChain (npm)",
      set: "langchain-npm",
      driver: "langchain.mjs",
      args,
    },
    {
      ...usual,
      key: `langchain-pypi-${which}`,
      name: "LangChain (PyPI)",
      set: "langchain-pypi",
      driver: "langchain.py",
      args,
    },
  ];
}

function litellm(usual: Usual, which: string): Library {
  return {
    ...usual,
    key: `litellm-${which}`,
    name: "LiteLLM SDK",
    set: "litellm",
    driver: "litellm.py",
    args: [which],
  };
}

/** All of them, in the order of the table. */
export const LIBRARIES: readonly Client[] = ROWS.map(libraryClient);
