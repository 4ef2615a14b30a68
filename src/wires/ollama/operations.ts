// The paths of Ollama's own API that name a model. No endpoint is asked for them: servers of Ollama have OpenAI's chats
// beside them, and every other endpoint has nothing else.

import { type Operation, type OperationExtra, post } from "../paths/operation.ts";

const OWN: OperationExtra = { wire: "ollama", upstream: "none" };
const WRITTEN: OperationExtra = { ...OWN, dialect: "lines", streams: "unless_told" };

/** The rows. */
export const OLLAMA_OPERATIONS: readonly Operation[] = [
  post("ollama_chat", "/api/chat", { ...WRITTEN, chatApi: "ollama_chat" }),
  post("ollama_generate", "/api/generate", { ...WRITTEN, chatApi: "ollama_generate" }),
  post("ollama_embed", "/api/embed", { ...OWN, chatApi: "ollama_embed" }),
  // The older one, for a single text.
  post("ollama_embeddings", "/api/embeddings", { ...OWN, chatApi: "ollama_embeddings" }),
  post("ollama_show", "/api/show", { ...OWN, tellsModel: true, olderModelField: "name" }),
];
