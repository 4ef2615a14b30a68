// Which version of each client is set up: one table, pinned. Packages of one row live in one folder of the cache.

/** What is installed together. */
export type ClientSet = {
  readonly registry: "npm" | "PyPI";
  /** Versions by package; the first is the client that the table names. */
  readonly packages: Readonly<Record<string, string>>;
  /** A script of the first package that must run once, since scripts of packages do not run by themselves. */
  readonly afterwards?: string;
};

/** By the name of the folder. */
export const SETS = {
  "openai-npm": { registry: "npm", packages: { openai: "7.57.0", ws: "8.23.0", zod: "4.6.7" } },
  "openai-pypi": { registry: "PyPI", packages: { openai: "3.57.0", websockets: "16.0" } },
  "anthropic-npm": { registry: "npm", packages: { "@anthropic-ai/sdk": "1.14.0", zod: "4.6.7" } },
  "anthropic-pypi": { registry: "PyPI", packages: { anthropic: "2.14.0" } },
  vercel: {
    registry: "npm",
    packages: {
      ai: "7.0.173",
      "@ai-sdk/openai": "4.0.118",
      "@ai-sdk/openai-compatible": "3.0.92",
      "@ai-sdk/anthropic": "4.0.105",
      zod: "4.6.7",
    },
  },
  "langchain-npm": {
    registry: "npm",
    packages: {
      "@langchain/openai": "1.6.0",
      "@langchain/core": "1.4.0",
      "@langchain/anthropic": "1.5.11",
      zod: "4.6.7",
    },
  },
  "langchain-pypi": {
    registry: "PyPI",
    packages: { "langchain-openai": "1.7.4", "langchain-anthropic": "1.7.10" },
  },
  llamaindex: { registry: "PyPI", packages: { "llama-index-llms-openai-like": "0.8.1" } },
  litellm: { registry: "PyPI", packages: { litellm: "1.110.2" } },
  llm: { registry: "PyPI", packages: { llm: "0.36" } },
  genai: { registry: "npm", packages: { "@google/genai": "3.3.0" } },
  "ollama-npm": { registry: "npm", packages: { ollama: "0.6.4" } },
  "ollama-pypi": { registry: "PyPI", packages: { ollama: "0.6.3" } },
  "claude-code": {
    registry: "npm",
    packages: { "@anthropic-ai/claude-code": "2.1.332" },
    afterwards: "install.cjs",
  },
  codex: { registry: "npm", packages: { "@openai/codex": "0.171.0" } },
  copilot: { registry: "npm", packages: { "@github/copilot": "1.0.102" } },
  opencode: { registry: "npm", packages: { "opencode-ai": "1.18.33" }, afterwards: "postinstall.mjs" },
  "gemini-cli": { registry: "npm", packages: { "@google/gemini-cli": "0.61.0" } },
  "qwen-code": { registry: "npm", packages: { "@qwen-code/qwen-code": "0.24.4" } },
  pi: { registry: "npm", packages: { "@mariozechner/pi-coding-agent": "0.73.1" } },
  continue: { registry: "npm", packages: { "@continuedev/cli": "1.5.47" } },
} as const satisfies Readonly<Record<string, ClientSet>>;

/** The folder of one. */
export type SetName = keyof typeof SETS;
