// What detection looks for: providers by the variable their key is usually in, and local servers by the port they
// listen on by default. Pure data.

/** A provider whose key may be in the environment. */
export type Provider = {
  /** The endpoint's name, as it stands before the slash in `endpoint/model`. */
  readonly name: string;
  readonly keyVariable: string;
  /** A variable of the vendor's SDK that overrides the address, and what its value lacks to be a base URL. */
  readonly baseUrlVariable?: { readonly name: string; readonly suffix: string };
  readonly baseUrl: string;
};

/** A server that a person may run on this machine. */
export type LocalServer = {
  readonly name: string;
  readonly port: number;
  readonly basePath: string;
  /** Two servers share a port: this one if the entries say `owned_by` so, else the other. */
  readonly otherwise?: { readonly unlessOwnedBy: string; readonly name: string };
};

/** By the vendors' own documentation of their OpenAI-compatible addresses. */
export const PROVIDERS: readonly Provider[] = [
  {
    name: "openai",
    keyVariable: "OPENAI_API_KEY",
    baseUrlVariable: { name: "OPENAI_BASE_URL", suffix: "" },
    baseUrl: "https://api.openai.com/v1",
  },
  {
    name: "anthropic",
    keyVariable: "ANTHROPIC_API_KEY",
    // Anthropic's SDKs put the /v1 into the path, not into the address.
    baseUrlVariable: { name: "ANTHROPIC_BASE_URL", suffix: "/v1" },
    baseUrl: "https://api.anthropic.com/v1",
  },
  { name: "deepseek", keyVariable: "DEEPSEEK_API_KEY", baseUrl: "https://api.deepseek.com/v1" },
  { name: "groq", keyVariable: "GROQ_API_KEY", baseUrl: "https://api.groq.com/openai/v1" },
  { name: "mistral", keyVariable: "MISTRAL_API_KEY", baseUrl: "https://api.mistral.ai/v1" },
  { name: "openrouter", keyVariable: "OPENROUTER_API_KEY", baseUrl: "https://openrouter.ai/api/v1" },
  { name: "together", keyVariable: "TOGETHER_API_KEY", baseUrl: "https://api.together.xyz/v1" },
  { name: "xai", keyVariable: "XAI_API_KEY", baseUrl: "https://api.x.ai/v1" },
  {
    name: "gemini",
    keyVariable: "GEMINI_API_KEY",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
  },
  { name: "fireworks", keyVariable: "FIREWORKS_API_KEY", baseUrl: "https://api.fireworks.ai/inference/v1" },
  { name: "cerebras", keyVariable: "CEREBRAS_API_KEY", baseUrl: "https://api.cerebras.ai/v1" },
  { name: "perplexity", keyVariable: "PERPLEXITY_API_KEY", baseUrl: "https://api.perplexity.ai" },
  { name: "moonshot", keyVariable: "MOONSHOT_API_KEY", baseUrl: "https://api.moonshot.ai/v1" },
  {
    name: "dashscope",
    keyVariable: "DASHSCOPE_API_KEY",
    baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
  },
];

/** By each server's default port; only the loopback interface is ever asked. */
export const LOCAL_SERVERS: readonly LocalServer[] = [
  { name: "ollama", port: 11434, basePath: "/v1" },
  { name: "lm-studio", port: 1234, basePath: "/v1" },
  { name: "vllm", port: 8000, basePath: "/v1" },
  {
    name: "llama-cpp",
    port: 8080,
    basePath: "/v1",
    otherwise: { unlessOwnedBy: "llamacpp", name: "localai" },
  },
  { name: "jan", port: 1337, basePath: "/v1" },
  { name: "koboldcpp", port: 5001, basePath: "/v1" },
  { name: "text-generation-webui", port: 5000, basePath: "/v1" },
  { name: "sglang", port: 30000, basePath: "/v1" },
  { name: "docker-model-runner", port: 12434, basePath: "/engines/v1" },
];
