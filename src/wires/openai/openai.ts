// OpenAI's wire, which most servers speak: a bearer token, paths below the base URL, `[DONE]` at the end of streams.

import { envelopeOf } from "../errors/envelope.ts";
import { parseInSlices } from "../lists/parse-in-slices.ts";
import type { ListEntry } from "../lists/parse-models.ts";
import { ContentSearch } from "../stream/content-search.ts";
import { streamErrorEvent } from "../stream/stream-error.ts";
import {
  type ListedModel,
  USUAL_APIS,
  usualListPath,
  usualMethodPath,
  usualPath,
  type Wire,
} from "../wire.ts";
import { CHAT_PROBE } from "./chat-probe.ts";
import { endpointError, endpointErrorEvent } from "./openai-errors.ts";
import { OPENAI_OPERATIONS } from "./operations.ts";

/** Typed clients require `created`; 0 says that nobody knows. */
const UNKNOWN_CREATED = 0;

/** The object. */
export const OPENAI: Wire = {
  name: "openai",
  operations: OPENAI_OPERATIONS,
  pathForm: undefined,
  ownPaths: /^\/+openai(?:\/|$)/,
  clientMark: undefined,
  keyParameter: undefined,
  takesComments: true,
  listsEvents: () => false,
  neededHeader: undefined,
  idHeader: undefined,
  envelope: (error) => envelopeOf(error),
  endpointError,
  endpointErrorEvent: (operation, said) => endpointErrorEvent(operation.dialect, said),
  errorEvent: (operation, code, message) => streamErrorEvent(operation.dialect, code, message),
  contentSearch: () => new ContentSearch(),
  listOf: (models) => ({ object: "list", data: models.map(entryOf) }),
  entryOf,
  idleAnswer: undefined,
  ownApi: "chat",
  mayHave: USUAL_APIS,
  pushKey(headers, apiKey, spoken) {
    headers.push("authorization", `Bearer ${apiKey}`);
    // Servers that speak more than one wire look for the key where the wire of the request has it, or in either place.
    if (spoken === "anthropic") headers.push("x-api-key", apiKey);
    if (spoken === "gemini") headers.push("x-goog-api-key", apiKey);
  },
  pathOf: usualPath,
  methodPath: usualMethodPath,
  listPath: (address, after) => usualListPath(address, after),
  betterList: undefined,
  // Servers mix the shapes of lists, and some have one of their own: one reader knows them all.
  readList: (body) => parseInSlices(body),
  listWire: "openai",
  probes: [CHAT_PROBE],
  passesApiVersion: false,
};

/** The endpoint's own entry, unknown fields kept, under the public name. */
function entryOf({ name, owner, entry }: ListedModel): ListEntry {
  return { created: UNKNOWN_CREATED, owned_by: owner, ...entry, id: name, object: "model" };
}
