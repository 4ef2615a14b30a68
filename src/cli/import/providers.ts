// Where the providers' OpenAI-compatible APIs are that other gateways know by a word or a number.

import { LOCAL_SERVERS, PROVIDERS } from "../../wires/registry/providers.ts";

/** An address, and whose API it has where that is not OpenAI's. */
export type KnownApi = {
  readonly baseUrl: string | undefined;
  readonly api?: "anthropic" | "azure";
  /** What has to come behind an address that a file gives. */
  readonly suffix?: string;
};

const V1 = { suffix: "/v1" } as const;

function known(name: string): KnownApi {
  const provider = PROVIDERS.find((one) => one.name === name);
  const server = LOCAL_SERVERS.find((one) => one.name === name);
  if (provider !== undefined) return { baseUrl: provider.baseUrl };
  return { baseUrl: server === undefined ? undefined : `http://127.0.0.1:${server.port}${server.basePath}` };
}

/** LiteLLM's prefixes of model names, such as `openai/`. */
export const LITELLM_PROVIDERS: Readonly<Record<string, KnownApi>> = {
  openai: known("openai"),
  text_completion_openai: known("openai"),
  azure: { baseUrl: undefined, api: "azure", suffix: "/openai/v1" },
  azure_text: { baseUrl: undefined, api: "azure", suffix: "/openai/v1" },
  azure_ai: { baseUrl: undefined },
  anthropic: { ...known("anthropic"), api: "anthropic", ...V1 },
  openrouter: known("openrouter"),
  groq: known("groq"),
  deepseek: known("deepseek"),
  mistral: known("mistral"),
  codestral: known("mistral"),
  together_ai: known("together"),
  xai: known("xai"),
  gemini: known("gemini"),
  fireworks_ai: known("fireworks"),
  cerebras: known("cerebras"),
  perplexity: known("perplexity"),
  moonshot: known("moonshot"),
  dashscope: known("dashscope"),
  ollama: { ...known("ollama"), ...V1 },
  ollama_chat: { ...known("ollama"), ...V1 },
  lm_studio: known("lm-studio"),
  hosted_vllm: { baseUrl: undefined },
  vllm: known("vllm"),
  openai_like: { baseUrl: undefined },
  custom_openai: { baseUrl: undefined },
  litellm_proxy: { baseUrl: undefined },
  llamafile: { baseUrl: undefined },
  xinference: { baseUrl: undefined },
  nvidia_nim: { baseUrl: "https://integrate.api.nvidia.com/v1" },
  deepinfra: { baseUrl: "https://api.deepinfra.com/v1/openai" },
  sambanova: { baseUrl: "https://api.sambanova.ai/v1" },
  novita: { baseUrl: "https://api.novita.ai/v3/openai" },
  volcengine: { baseUrl: "https://ark.cn-beijing.volces.com/api/v3" },
  zai: { baseUrl: "https://api.z.ai/api/paas/v4" },
  github: { baseUrl: "https://models.github.ai/inference" },
};

const OPENAI_LIKE: KnownApi = { baseUrl: undefined, ...V1 };

/** The numbers by which one-api and new-api know what they agree on. */
const COMMON_TYPES: Readonly<Record<number, KnownApi>> = {
  1: { ...known("openai"), ...V1 },
  3: { baseUrl: undefined, api: "azure", suffix: "/openai/v1" },
  5: OPENAI_LIKE,
  6: OPENAI_LIKE,
  7: { baseUrl: "https://api.ohmygpt.com/v1", ...V1 },
  8: OPENAI_LIKE,
  14: { ...known("anthropic"), api: "anthropic", ...V1 },
  16: { baseUrl: "https://open.bigmodel.cn/api/paas/v4", suffix: "/api/paas/v4" },
  17: { ...known("dashscope"), suffix: "/compatible-mode/v1" },
  20: { ...known("openrouter"), ...V1 },
  24: { ...known("gemini"), suffix: "/v1beta/openai" },
  25: { baseUrl: "https://api.moonshot.cn/v1", ...V1 },
  31: { baseUrl: "https://api.lingyiwanwu.com/v1", ...V1 },
};

/** one-api's own numbers. */
export const ONE_API_TYPES: Readonly<Record<number, KnownApi>> = {
  ...COMMON_TYPES,
  28: { ...known("mistral"), ...V1 },
  29: { ...known("groq"), ...V1 },
  30: { ...known("ollama"), ...V1 },
  32: { baseUrl: "https://api.stepfun.com/v1", ...V1 },
  36: { ...known("deepseek"), ...V1 },
  39: { ...known("together"), ...V1 },
  40: { baseUrl: "https://ark.cn-beijing.volces.com/api/v3", suffix: "/api/v3" },
  41: { baseUrl: "https://api.novita.ai/v3/openai", suffix: "" },
  50: OPENAI_LIKE,
};

/** new-api's own numbers. */
export const NEW_API_TYPES: Readonly<Record<number, KnownApi>> = {
  ...COMMON_TYPES,
  4: { ...known("ollama"), ...V1 },
  26: { baseUrl: "https://open.bigmodel.cn/api/paas/v4", suffix: "/api/paas/v4" },
  27: known("perplexity"),
  40: { baseUrl: "https://api.siliconflow.cn/v1", ...V1 },
  42: { ...known("mistral"), ...V1 },
  43: { ...known("deepseek"), ...V1 },
  45: { baseUrl: "https://ark.cn-beijing.volces.com/api/v3", suffix: "/api/v3" },
  47: OPENAI_LIKE,
  48: { ...known("xai"), ...V1 },
};

/** The address of an endpoint: what the file gives, with what belongs behind it, else what is known. */
export function addressFor(
  { baseUrl, api, suffix = "" }: KnownApi,
  given: string | undefined,
): string | undefined {
  const written = given?.trim().replace(/\/+$/, "");
  if (written === undefined || written === "") return baseUrl;
  // Whoever wrote a path meant it.
  const hasPath = URL.canParse(written) && new URL(written).pathname.length > 1;
  // A proxy before Azure may have its API elsewhere.
  const isElsewhere = api === "azure" && !/\.azure\.com(?::\d+)?$/i.test(written);
  return hasPath || isElsewhere ? written : `${written}${suffix}`;
}
