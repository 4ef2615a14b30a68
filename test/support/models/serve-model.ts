// An endpoint with the scripted model behind it, which knows the APIs that it is told to know, and no others.

import { json } from "../fakes/behaviours.ts";
import type { FakeEndpoint } from "../fakes/fake-endpoint.ts";
import { chats } from "./chats.ts";
import { keepFile } from "./kept-file.ts";
import { countedTokens, messages } from "./messages.ts";
import { responses } from "./responses.ts";

/** An API for conversations. */
export type ModelApi = "chats" | "responses" | "messages";

/** Has the endpoint know these APIs. Any other path is 404, unless it `hasTheRest` of what OpenAI has. */
export function serveModel(
  endpoint: FakeEndpoint,
  apis: readonly ModelApi[],
  { hasTheRest = false }: { readonly hasTheRest?: boolean } = {},
): FakeEndpoint {
  if (hasTheRest) keepFile(endpoint);
  else endpoint.always(json(404, { detail: "Not Found" }));
  if (apis.includes("chats")) endpoint.on("/chat/completions", chats());
  if (apis.includes("responses")) endpoint.on("/responses", responses());
  if (apis.includes("messages"))
    endpoint.on("/messages", messages()).on("/messages/count_tokens", countedTokens());
  return endpoint;
}
