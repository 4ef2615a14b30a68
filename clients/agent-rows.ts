// One row for each agent, and for each wire of those that have several.

import { type Agent, agentClient, type Pointed } from "./agents.ts";
import type { Client } from "./client.ts";

const KEY = "sk-caller";

function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** What people have behind chats only: a model of which no agent knows anything. */
const LOCAL = "local-model";

const CLAUDE_CODE: Agent = {
  key: "claude-code",
  name: "Claude Code",
  speaks: "Messages",
  set: "claude-code",
  own: ["messages"],
  models: { own: "claude-opus-5-5", chats: LOCAL },
  program: "claude",
  env: ({ url }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: KEY,
  }),
  quiet: {
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_TELEMETRY: "1",
    DISABLE_AUTOUPDATER: "1",
  },
  first: (prompt, { model }) => ["-p", prompt, "--model", model, "--allowedTools", "Bash(printf:*)"],
  second: (prompt, { model }) => ["-c", "-p", prompt, "--model", model],
};

function codexConfig(url: string, model: string, more: string): string {
  return `model = "${model}"
model_provider = "gateway"

[model_providers.gateway]
name = "gateway"
base_url = "${url}/v1"
env_key = "GATEWAY_KEY"
wire_api = "responses"
${more}`;
}

function codex(key: string, name: string, speaks: string, more: string): Agent {
  const usual = (model: string): string[] => [
    "--skip-git-repo-check",
    "--dangerously-bypass-approvals-and-sandbox",
    "-c",
    "check_for_update_on_startup=false",
    "-c",
    "analytics.enabled=false",
    "-m",
    model,
  ];
  return {
    key,
    name,
    speaks,
    set: "codex",
    own: ["responses"],
    models: { own: "gpt-5.5", chats: LOCAL },
    program: "codex",
    needsSocket: more.includes("true"),
    files: ({ url, model }) => ({ ".codex/config.toml": codexConfig(url, model, more) }),
    env: () => ({ GATEWAY_KEY: KEY }),
    first: (prompt, { model }) => ["exec", ...usual(model), prompt],
    second: (prompt, { model }) => ["exec", "resume", "--last", ...usual(model), prompt],
  };
}

type CopilotWire = {
  readonly type: string;
  readonly api?: string;
  readonly path: string;
  readonly own: Agent["own"];
  readonly model: string;
};

function copilot(key: string, speaks: string, wire: CopilotWire): Agent {
  const usual = ["--allow-all-tools", "--no-color", "--no-auto-update", "--disable-builtin-mcps"];
  return {
    key,
    name: "Copilot CLI",
    speaks,
    set: "copilot",
    own: wire.own,
    models: { own: wire.model, chats: LOCAL },
    program: "copilot",
    env: ({ url, model }) => ({
      COPILOT_PROVIDER_BASE_URL: url + wire.path,
      COPILOT_PROVIDER_TYPE: wire.type,
      ...(wire.api === undefined ? {} : { COPILOT_PROVIDER_WIRE_API: wire.api }),
      COPILOT_PROVIDER_API_KEY: KEY,
      COPILOT_MODEL: model,
    }),
    quiet: { COPILOT_OFFLINE: "true" },
    first: (prompt) => ["-p", prompt, ...usual],
    second: (prompt) => ["--continue", "-p", prompt, ...usual],
  };
}

const OPENCODE_FILE = ".config/opencode/opencode.json";
/** Nobody is there to be asked. */
const OPENCODE_ALONE = { autoupdate: false, share: "disabled", permission: "allow" };

function opencodeConfig({ url, model }: Pointed, npm: string, more: object): string {
  const options = { baseURL: `${url}/v1`, apiKey: KEY };
  const gateway = { npm, options, models: { [model]: { name: model } } };
  return jsonText({ ...more, provider: { gateway } });
}

function opencode(key: string, speaks: string, npm: string, own: Agent["own"]): Agent {
  return {
    key,
    name: "opencode",
    speaks,
    set: "opencode",
    own,
    models: { own: own[0] === "messages" ? "claude-opus-5-5" : "gpt-5.5", chats: LOCAL },
    program: "opencode",
    files: (place) => ({ [OPENCODE_FILE]: opencodeConfig(place, npm, OPENCODE_ALONE) }),
    shown: (place) => ({ [OPENCODE_FILE]: opencodeConfig(place, npm, {}) }),
    quiet: { OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" },
    first: (prompt, { model }) => ["run", "-m", `gateway/${model}`, prompt],
    second: (prompt, { model }) => ["run", "-c", "-m", `gateway/${model}`, prompt],
  };
}

const GEMINI_AUTH = { security: { auth: { selectedType: "gemini-api-key" } } };

const GEMINI: Agent = {
  key: "gemini-cli",
  name: "Gemini CLI",
  speaks: "Gemini",
  set: "gemini-cli",
  own: ["chats"],
  models: { own: "gemini-2.5-pro", chats: LOCAL },
  program: "gemini",
  files: () => ({
    ".gemini/settings.json": jsonText({
      ...GEMINI_AUTH,
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { enableAutoUpdate: false },
    }),
  }),
  shown: () => ({ ".gemini/settings.json": jsonText(GEMINI_AUTH) }),
  env: ({ url }) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: KEY }),
  first: (prompt, { model }) => ["--skip-trust", "--yolo", "-m", model, "-p", prompt],
  second: (prompt, { model }) => ["--skip-trust", "--yolo", "-m", model, "-r", "latest", "-p", prompt],
};

const QWEN: Agent = {
  key: "qwen-code",
  name: "Qwen Code",
  speaks: "Chat Completions",
  set: "qwen-code",
  own: ["chats"],
  models: { own: "qwen3-coder-plus", chats: LOCAL },
  program: "qwen",
  files: () => ({
    ".qwen/settings.json": jsonText({
      privacy: { usageStatisticsEnabled: false },
      general: { enableAutoUpdate: false },
      // By a terminal of its own it may miss what a short command prints.
      tools: { shell: { enableInteractiveShell: false } },
    }),
  }),
  shown: () => ({}),
  env: ({ url, model }) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: KEY, OPENAI_MODEL: model }),
  first: (prompt, { model }) => ["--auth-type", "openai", "--yolo", "-m", model, prompt],
  second: (prompt, { model }) => ["--auth-type", "openai", "--yolo", "-c", "-m", model, prompt],
};

function pi(key: string, speaks: string, api: string, own: Agent["own"]): Agent {
  const model = own[0] === "messages" ? "claude-opus-5-5" : "gpt-5.5";
  const usual = (name: string): string[] => ["--offline", "--provider", "gateway", "--model", name, "-p"];
  return {
    key,
    name: "pi",
    speaks,
    set: "pi",
    own,
    models: { own: model, chats: LOCAL },
    program: "pi",
    files: ({ url, model: name }) => ({
      ".pi/agent/models.json": jsonText({
        providers: {
          gateway: {
            baseUrl: api === "anthropic-messages" ? url : `${url}/v1`,
            apiKey: KEY,
            api,
            models: [
              {
                id: name,
                name,
                contextWindow: 128_000,
                maxTokens: 16_000,
                reasoning: false,
                input: ["text"],
              },
            ],
          },
        },
      }),
    }),
    quiet: { PI_OFFLINE: "1" },
    first: (prompt, { model: name }) => [...usual(name), prompt],
    second: (prompt, { model: name }) => ["-c", ...usual(name), prompt],
  };
}

/** It asks for Responses where a model's name is one of OpenAI's newer ones. */
function continueCli(key: string, speaks: string, own: Agent["own"], models: Agent["models"]): Agent {
  const usual = (home: string): string[] => ["--config", `${home}/.continue/config.yaml`, "--auto"];
  return {
    key,
    name: "Continue",
    speaks,
    set: "continue",
    own,
    models,
    program: "cn",
    files: ({ url, model }) => ({ ".continue/config.yaml": continueConfig(url, model) }),
    quiet: { CONTINUE_TELEMETRY_ENABLED: "0", CONTINUE_CLI_ENABLE_TELEMETRY: "0" },
    first: (prompt, { home }) => [...usual(home), "-p", prompt],
    second: (prompt, { home }) => [...usual(home), "--resume", "-p", prompt],
  };
}

function continueConfig(url: string, model: string): string {
  const entry = { name: "gateway", provider: "openai", model, apiBase: `${url}/v1`, apiKey: KEY };
  const models = [{ ...entry, capabilities: ["tool_use"] }];
  return jsonText({ name: "gateway", version: "1.0.0", schema: "v1", models });
}

const MESSAGES = { type: "anthropic", path: "", own: ["messages"], model: "claude-opus-5-5" } as const;
const RESPONSES = {
  type: "openai",
  api: "responses",
  path: "/v1",
  own: ["responses"],
  model: "gpt-5.5",
} as const;
const CHATS = { type: "openai", api: "completions", path: "/v1", own: ["chats"], model: "gpt-5.5" } as const;

/** All of them, in the order of the table. */
export const AGENT_ROWS: readonly Agent[] = [
  CLAUDE_CODE,
  codex("codex", "Codex", "Responses", "supports_websockets = false\n"),
  codex("codex-socket", "Codex", "Responses, socket", "supports_websockets = true\n"),
  copilot("copilot-chat", "Chat Completions", CHATS),
  copilot("copilot-responses", "Responses", RESPONSES),
  copilot("copilot-messages", "Messages", MESSAGES),
  copilot("copilot-azure", "Azure", { ...CHATS, type: "azure", path: "" }),
  opencode("opencode-chat", "Chat Completions", "@ai-sdk/openai-compatible", ["chats"]),
  opencode("opencode-responses", "Responses", "@ai-sdk/openai", ["responses"]),
  opencode("opencode-messages", "Messages", "@ai-sdk/anthropic", ["messages"]),
  GEMINI,
  QWEN,
  pi("pi-chat", "Chat Completions", "openai-completions", ["chats"]),
  pi("pi-responses", "Responses", "openai-responses", ["responses"]),
  pi("pi-messages", "Messages", "anthropic-messages", ["messages"]),
  continueCli("continue-chat", "Chat Completions", ["chats"], { own: "qwen3-coder", chats: LOCAL }),
  continueCli("continue-responses", "Responses", ["responses"], {
    own: "gpt-5.4-mini",
    chats: "gpt-5.4-mini",
  }),
];

/** The same as clients. */
export const AGENTS: readonly Client[] = AGENT_ROWS.map(agentClient);
