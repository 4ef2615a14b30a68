// Clients of Responses over endpoints that have only chat completions.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { CHAT_COMPLETIONS } from "../../openai/operations.ts";
import type { TranslatedRequest, Translation } from "../translation.ts";
import { responseAnswer } from "./answer.ts";
import { chatRequest } from "./asked/request.ts";
import { ResponseStream } from "./stream.ts";

/** The direction. */
export const RESPONSES_OVER_CHAT: Translation = {
  from: "responses",
  to: "chat",
  operation: CHAT_COMPLETIONS,
  request: (body) => translated(body, false),
};

/** Requests to the path that only compacts a conversation. */
export const COMPACTION_OVER_CHAT: Translation = {
  ...RESPONSES_OVER_CHAT,
  from: "compact",
  request: (body) => translated(body, true),
};

function translated(request: JsonObject, isCompact: boolean): TranslatedRequest {
  const { body, notes, asked } = chatRequest(request, isCompact);
  return {
    body,
    notes,
    answer: {
      plain: (answer, context) => responseAnswer(answer, asked, context),
      stream: (context) => new ResponseStream(asked, context),
    },
  };
}
