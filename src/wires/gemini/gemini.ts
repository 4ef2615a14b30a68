// Gemini's wire: the model and a method in the path, the key in a header of its own, streams of events or one list of
// values. Google's servers have chats in OpenAI's words beside it.

import { CHAT_PROBE } from "../openai/chat-probe.ts";
import { OPENAI } from "../openai/openai.ts";
import { ContentSearch } from "../stream/content-search.ts";
import { usualListPath, type Wire } from "../wire.ts";
import { OWN_GEMINI_PATHS, plainGeminiPath } from "./client-paths.ts";
import { compatibleBase, isCompatible, methodPath, nativeBase } from "./endpoint-paths.ts";
import { endpointError, endpointErrorEvent, ownEnvelope, ownErrorEvent } from "./gemini-errors.ts";
import { GENERATE_PROBE } from "./generate-probe.ts";
import { geminiEntry, readGeminiList } from "./model-list.ts";
import { GEMINI_OPERATIONS } from "./operations.ts";

const LARGEST_PAGE = "pageSize=1000";
/** A stream comes as events where the query says so; else as one list. */
const WANTS_EVENTS = /[?&](?:\$|%24)?alt=sse(?:&|$)/i;

/** Endpoints of which the configuration says that they are Gemini's. */
export const GEMINI: Wire = {
  name: "gemini",
  operations: GEMINI_OPERATIONS,
  pathForm: plainGeminiPath,
  ownPaths: OWN_GEMINI_PATHS,
  clientMark: "x-goog-api-client",
  keyParameter: "key",
  neededHeader: undefined,
  idHeader: undefined,
  // Its SDK drops an event that a comment stands before.
  takesComments: false,
  listsEvents: (query) => !WANTS_EVENTS.test(query),
  envelope: (error) => ownEnvelope(error),
  endpointError,
  endpointErrorEvent: (_operation, said) => endpointErrorEvent(said),
  errorEvent: (_operation, code, message) => ownErrorEvent(code, message),
  contentSearch: () => new ContentSearch(),
  listOf: (models) => ({ models: models.map(geminiEntry) }),
  entryOf: geminiEntry,
  idleAnswer: undefined,
  ownApi: "gemini",
  mayHave: new Set(["gemini", "embed_content", "batch_embed_contents", "chat", "embeddings"]),
  pushKey(headers, apiKey, spoken) {
    if (spoken === "gemini") headers.push("x-goog-api-key", apiKey);
    else headers.push("authorization", `Bearer ${apiKey}`);
  },
  pathOf: (address, operation) => compatibleBase(address) + operation.path,
  methodPath: (address, operation, model) => methodPath(nativeBase(address), operation, model),
  betterList: undefined,
  listPath(address, after) {
    if (isCompatible(address)) return usualListPath(address, after);
    const further = after === undefined ? "" : `&pageToken=${encodeURIComponent(after)}`;
    return `${nativeBase(address)}/models?${LARGEST_PAGE}${further}`;
  },
  readList: readGeminiList,
  listWire: "gemini",
  probes: [GENERATE_PROBE, CHAT_PROBE],
  passesApiVersion: false,
};

/** Endpoints that are only known by their host: nearly always their address is that of chats in OpenAI's words. */
export const GEMINI_BY_HOST: Wire = {
  ...GEMINI,
  readList: OPENAI.readList,
  listPath: (address, after) => usualListPath({ ...address, basePath: compatibleBase(address) }, after),
  listWire: "openai",
  probes: [CHAT_PROBE, GENERATE_PROBE],
};
