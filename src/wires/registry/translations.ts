// All translations there are, and the one that serves the clients of one API over the endpoints of another.

import type { ChatApi } from "../paths/operation.ts";
import { chained } from "../translate/chained.ts";
import { CHAT_TO_MESSAGES } from "../translate/chat-messages/chat-messages.ts";
import { CHAT_OVER_RESPONSES } from "../translate/chat-responses/chat-responses.ts";
import { GEMINI_TO_CHAT } from "../translate/gemini-chat/gemini-chat.ts";
import {
  BATCH_EMBED_TO_EMBEDDINGS,
  EMBED_TO_EMBEDDINGS,
} from "../translate/gemini-embeddings/gemini-embeddings.ts";
import { MESSAGES_TO_CHAT } from "../translate/messages-chat/messages-chat.ts";
import { EMBED_OVER_EMBEDDINGS, EMBEDDINGS_OVER_EMBEDDINGS } from "../translate/ollama-chat/embeddings.ts";
import { OLLAMA_GENERATE_OVER_CHAT } from "../translate/ollama-chat/generate.ts";
import { OLLAMA_OVER_CHAT } from "../translate/ollama-chat/ollama-chat.ts";
import { COMPACTION_OVER_CHAT, RESPONSES_OVER_CHAT } from "../translate/responses-chat/responses-chat.ts";
import type { Translation } from "../translate/translation.ts";

/** One direction each, in a folder of its own below `wires/translate/`. */
const DIRECT: readonly Translation[] = [
  CHAT_TO_MESSAGES,
  MESSAGES_TO_CHAT,
  RESPONSES_OVER_CHAT,
  COMPACTION_OVER_CHAT,
  CHAT_OVER_RESPONSES,
  GEMINI_TO_CHAT,
  EMBED_TO_EMBEDDINGS,
  BATCH_EMBED_TO_EMBEDDINGS,
  OLLAMA_OVER_CHAT,
  OLLAMA_GENERATE_OVER_CHAT,
  EMBED_OVER_EMBEDDINGS,
  EMBEDDINGS_OVER_EMBEDDINGS,
];

const ALL: readonly Translation[] = [
  ...DIRECT,
  ...DIRECT.flatMap((first) => DIRECT.flatMap((second) => twoSteps(first, second))),
];

/** The translation between two APIs; undefined where there is none. */
export function translationBetween(from: ChatApi, to: ChatApi): Translation | undefined {
  return ALL.find((one) => one.from === from && one.to === to);
}

/** By way of a third API, where nothing leads there directly. */
function twoSteps(first: Translation, second: Translation): readonly Translation[] {
  if (first.to !== second.from || first.from === second.to) return [];
  const isDirect = DIRECT.some((one) => one.from === first.from && one.to === second.to);
  return isDirect ? [] : [chained(first, second)];
}
