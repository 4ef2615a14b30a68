// Anthropic's wire: the key in a header of its own, a version with every request, named events in streams.

import { parseInSlices } from "../lists/parse-in-slices.ts";
import type { ListEntry } from "../lists/parse-models.ts";
import { CHAT_PROBE } from "../openai/chat-probe.ts";
import { ContentSearch } from "../stream/content-search.ts";
import {
  type ListedModel,
  USUAL_APIS,
  usualListPath,
  usualMethodPath,
  usualPath,
  type Wire,
} from "../wire.ts";
import { endpointError, endpointErrorEvent, ownEnvelope, ownErrorEvent } from "./anthropic-errors.ts";
import { OWN_ANTHROPIC_PATHS, plainAnthropicPath } from "./client-paths.ts";
import { MESSAGES_PROBE } from "./messages-probe.ts";
import { ANTHROPIC_OPERATIONS } from "./operations.ts";

/** The largest page; the default of 20 would cost a call for each 20 models. */
const LARGEST_PAGE = "limit=1000";
/** Later dates are none (`created` in milliseconds, or nonsense). */
const LAST_SECOND = 1e11;

/** The object. */
export const ANTHROPIC: Wire = {
  name: "anthropic",
  operations: ANTHROPIC_OPERATIONS,
  pathForm: plainAnthropicPath,
  ownPaths: OWN_ANTHROPIC_PATHS,
  clientMark: "anthropic-version",
  keyParameter: undefined,
  takesComments: true,
  listsEvents: () => false,
  neededHeader: ["anthropic-version", "2023-06-01"],
  idHeader: "request-id",
  envelope: (error, requestId) => ownEnvelope(error, requestId ?? null),
  endpointError,
  endpointErrorEvent: (_operation, said) => endpointErrorEvent(said),
  errorEvent: (_operation, code, message) => ownErrorEvent(code, message),
  contentSearch: () => new ContentSearch(),
  listOf(models) {
    const data = models.map(entryOf);
    return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  },
  entryOf,
  idleAnswer: undefined,
  ownApi: "messages",
  mayHave: USUAL_APIS,
  pushKey(headers, apiKey, spoken) {
    if (spoken === "anthropic") headers.push("x-api-key", apiKey);
    // Chats in OpenAI's words are served under a bearer token.
    else headers.push("authorization", `Bearer ${apiKey}`);
  },
  pathOf: usualPath,
  methodPath: usualMethodPath,
  listPath: (address, after) => usualListPath(address, after, LARGEST_PAGE),
  betterList: undefined,
  readList: (body) => parseInSlices(body),
  listWire: "anthropic",
  probes: [MESSAGES_PROBE, CHAT_PROBE],
  passesApiVersion: false,
};

function entryOf({ name, entry }: ListedModel): ListEntry {
  const created = Number(entry?.["created"] ?? 0);
  const seconds = Number.isFinite(created) && Math.abs(created) < LAST_SECOND ? created : 0;
  const createdAt = new Date(seconds * 1_000).toISOString();
  return { created_at: createdAt, display_name: name, ...entry, type: "model", id: name };
}
