// What OpenTelemetry's conventions for generative AI call operations and providers. Names that these do not have are our
// own.

import type { WireName } from "../wire.ts";

/** Values of `gen_ai.operation.name`, by the names of operations. */
const OPERATION_NAMES: Readonly<Record<string, string>> = {
  chat: "chat",
  responses: "chat",
  responses_socket: "chat",
  messages: "chat",
  ollama_chat: "chat",
  completions: "text_completion",
  ollama_generate: "text_completion",
  generate_content: "generate_content",
  stream_generate_content: "generate_content",
  embeddings: "embeddings",
  embed_content: "embeddings",
  batch_embed_contents: "embeddings",
  ollama_embed: "embeddings",
  ollama_embeddings: "embeddings",
};

/** What the conventions call an operation; its own name where they know none such. */
export function telemetryOperation(operation: string): string {
  return Object.hasOwn(OPERATION_NAMES, operation) ? (OPERATION_NAMES[operation] ?? operation) : operation;
}

/** Values of `gen_ai.provider.name`, by whose host it is. */
const PROVIDERS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)groq\.com$/, "groq"],
  [/(?:^|\.)deepseek\.com$/, "deepseek"],
  [/(?:^|\.)mistral\.ai$/, "mistral_ai"],
  [/(?:^|\.)x\.ai$/, "x_ai"],
  [/(?:^|\.)perplexity\.ai$/, "perplexity"],
  [/(?:^|\.)cohere\.(?:ai|com)$/, "cohere"],
  [/(?:^|\.)moonshot\.(?:ai|cn)$/, "moonshot_ai"],
  [/^bedrock.*\.amazonaws\.com$/, "aws.bedrock"],
  [/(?:^|[.-])aiplatform\.googleapis\.com$/, "gcp.vertex_ai"],
  [/^generativelanguage\.googleapis\.com$/, "gcp.gemini"],
  [/\.ml\.cloud\.ibm\.com$/, "ibm.watsonx.ai"],
  [/\.azure(?:-api)?\.(?:com|net|us|cn)$/, "azure.ai.openai"],
];

const WIRE_PROVIDERS: Readonly<Record<WireName, string>> = {
  openai: "openai",
  anthropic: "anthropic",
  azure: "azure.ai.openai",
  gemini: "gcp.gemini",
};

/** What the conventions call whoever is at a host; of a host that may be anybody's, by whose API it has. */
export function telemetryProvider(hostname: string, wire: WireName): string {
  const host = hostname.toLowerCase();
  return PROVIDERS.find(([pattern]) => pattern.test(host))?.[1] ?? WIRE_PROVIDERS[wire];
}
