// What detection looks for: providers by the variable their key is usually in, and local servers by the port they
// listen on by default. Pure data.

/** A provider whose key may be in the environment. */
export type Provider = {
  /** As its makers write it. */
  readonly title: string;
  /** The endpoint's name, as it stands before the slash in `endpoint/model`. */
  readonly name: string;
  readonly keyVariable: string;
  /** A variable of the vendor's SDK that overrides the address, and what its value lacks to be a base URL. */
  readonly baseUrlVariable?: { readonly name: string; readonly suffix: string };
  readonly baseUrl: string;
};

/** A server that a person may run on this machine. */
export type LocalServer = {
  /** As its makers write it. */
  readonly title: string;
  readonly name: string;
  readonly port: number;
  /** A variable of its own that says where it listens: a host, a host and port, or a whole address. */
  readonly addressVariable?: string;
  readonly basePath: string;
  /** Two servers share a port: this one if the entries say `owned_by` so, else the other. */
  readonly otherwise?: { readonly unlessOwnedBy: string; readonly name: string };
};

/** By the vendors' own documentation of their OpenAI-compatible addresses. */
export const PROVIDERS: readonly Provider[] = [
  {
    title: "OpenAI",
    name: "openai",
    keyVariable: "OPENAI_API_KEY",
    baseUrlVariable: { name: "OPENAI_BASE_URL", suffix: "" },
    baseUrl: "https://api.openai.com/v1",
  },
  {
    title: "Anthropic",
    name: "anthropic",
    keyVariable: "ANTHROPIC_API_KEY",
    // Anthropic's SDKs put the /v1 into the path, not into the address.
    baseUrlVariable: { name: "ANTHROPIC_BASE_URL", suffix: "/v1" },
    baseUrl: "https://api.anthropic.com/v1",
  },
  {
    title: "DeepSeek",
    name: "deepseek",
    keyVariable: "DEEPSEEK_API_KEY",
    baseUrl: "https://api.deepseek.com/v1",
  },
  { title: "Groq", name: "groq", keyVariable: "GROQ_API_KEY", baseUrl: "https://api.groq.com/openai/v1" },
  { title: "Mistral", name: "mistral", keyVariable: "MISTRAL_API_KEY", baseUrl: "https://api.mistral.ai/v1" },
  {
    title: "OpenRouter",
    name: "openrouter",
    keyVariable: "OPENROUTER_API_KEY",
    baseUrl: "https://openrouter.ai/api/v1",
  },
  {
    title: "Together AI",
    name: "together",
    keyVariable: "TOGETHER_API_KEY",
    baseUrl: "https://api.together.xyz/v1",
  },
  { title: "xAI", name: "xai", keyVariable: "XAI_API_KEY", baseUrl: "https://api.x.ai/v1" },
  {
    title: "Google Gemini",
    name: "gemini",
    keyVariable: "GEMINI_API_KEY",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
  },
  {
    title: "Fireworks AI",
    name: "fireworks",
    keyVariable: "FIREWORKS_API_KEY",
    baseUrl: "https://api.fireworks.ai/inference/v1",
  },
  {
    title: "Cerebras",
    name: "cerebras",
    keyVariable: "CEREBRAS_API_KEY",
    baseUrl: "https://api.cerebras.ai/v1",
  },
  {
    title: "Perplexity",
    name: "perplexity",
    keyVariable: "PERPLEXITY_API_KEY",
    baseUrl: "https://api.perplexity.ai",
  },
  {
    title: "Moonshot AI",
    name: "moonshot",
    keyVariable: "MOONSHOT_API_KEY",
    baseUrl: "https://api.moonshot.ai/v1",
  },
  {
    title: "Alibaba DashScope",
    name: "dashscope",
    keyVariable: "DASHSCOPE_API_KEY",
    baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
  },
];

/** By each server's default port, on this machine unless the server's own variable names another. */
export const LOCAL_SERVERS: readonly LocalServer[] = [
  { title: "Ollama", name: "ollama", port: 11434, addressVariable: "OLLAMA_HOST", basePath: "/v1" },
  { title: "LM Studio", name: "lm-studio", port: 1234, basePath: "/v1" },
  { title: "vLLM", name: "vllm", port: 8000, basePath: "/v1" },
  {
    title: "llama.cpp",
    name: "llama-cpp",
    port: 8080,
    basePath: "/v1",
    otherwise: { unlessOwnedBy: "llamacpp", name: "localai" },
  },
  { title: "Jan", name: "jan", port: 1337, basePath: "/v1" },
  { title: "KoboldCpp", name: "koboldcpp", port: 5001, basePath: "/v1" },
  { title: "text-generation-webui", name: "text-generation-webui", port: 5000, basePath: "/v1" },
  { title: "SGLang", name: "sglang", port: 30000, basePath: "/v1" },
  { title: "Docker Model Runner", name: "docker-model-runner", port: 12434, basePath: "/engines/v1" },
];

/** An endpoint to start from, where a person names its vendor and nothing else. */
export type Preset = {
  readonly title: string;
  readonly name: string;
  /** `{resource}` stands for the name of the person's own resource. */
  readonly baseUrl: string;
  /** Where its key usually is; undefined where none is needed. */
  readonly keyVariable: string | undefined;
  /** Whether its address is the same for everybody. */
  readonly isFixed: boolean;
};

const HOSTED: readonly Preset[] = PROVIDERS.map((provider) => ({ ...provider, isFixed: true }));
const OF_ONE_S_OWN: readonly Preset[] = LOCAL_SERVERS.map(({ title, name, port, basePath }) => ({
  title,
  name,
  baseUrl: `http://127.0.0.1:${port}${basePath}`,
  keyVariable: undefined,
  isFixed: false,
}));

/** All that can be started from: hosted ones first. */
export const PRESETS: readonly Preset[] = [
  ...HOSTED,
  {
    title: "Azure OpenAI",
    name: "azure",
    baseUrl: "https://{resource}.openai.azure.com/openai/v1",
    keyVariable: "AZURE_OPENAI_API_KEY",
    isFixed: true,
  },
  ...OF_ONE_S_OWN,
  {
    title: "LiteLLM",
    name: "litellm",
    baseUrl: "http://127.0.0.1:4000/v1",
    keyVariable: "LITELLM_API_KEY",
    isFixed: false,
  },
];
