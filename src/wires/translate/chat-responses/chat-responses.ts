// Clients of chat completions over endpoints that have only Responses.

import { RESPONSES } from "../../openai/operations.ts";
import type { Translation } from "../translation.ts";
import { chatAnswer } from "./answer.ts";
import { responsesRequest } from "./request.ts";
import { ChatChunks } from "./stream.ts";

/** The direction. */
export const CHAT_OVER_RESPONSES: Translation = {
  from: "chat",
  to: "responses",
  operation: RESPONSES,
  request(request) {
    const { body, notes, asked } = responsesRequest(request);
    return {
      body,
      notes,
      answer: {
        plain: (answer, context) => chatAnswer(answer, asked, context),
        stream: (context) => new ChatChunks(asked, context),
      },
    };
  },
};
