// A plain answer, of a chat or of a text that goes on, as Ollama's.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { AnswerContext } from "../translation.ts";
import { asObject, asText, badAnswer } from "../values.ts";
import { metricFields } from "./metrics.ts";
import {
  type AskedLines,
  calledTools,
  callsIn,
  contentOf,
  doneReason,
  firstChoice,
  headOf,
  logprobsOf,
  saidFields,
  thoughtsOf,
} from "./said-parts.ts";

/**
 * The answer.
 * @throws GatewayError upstream_bad_response
 */
export function ollamaAnswer(answer: JsonObject, context: AnswerContext, asked: AskedLines): JsonObject {
  const choice = firstChoice(answer);
  const message = asObject(choice?.["message"]);
  if (choice === undefined || (message === undefined && typeof choice["text"] !== "string"))
    throw badAnswer("it has no choice with a message");
  const said = message ?? {};
  const reason = asText(choice["finish_reason"]);
  const calls = calledTools(callsIn(said, context), reason === "length");
  return {
    ...headOf(answer, context),
    ...saidFields(asked, contentOf(choice, said), thoughtsOf(said, asked), calls),
    ...logprobsOf(choice),
    done: true,
    done_reason: doneReason(reason),
    ...metricFields(answer, { totalMs: context.elapsedMs?.(), firstMs: undefined }),
  };
}
