// Ollama's wire, as its clients speak it: streams of JSON lines, errors as one text. Endpoints that are Ollama's own are
// asked by OpenAI's paths, which they have as well.

import { type ErrorAnswer, wordless } from "../errors/error-answer.ts";
import type { ErrorBody } from "../errors/error-body.ts";
import { ContentSearch } from "../stream/content-search.ts";
import type { ClientWire } from "../wire.ts";
import { OWN_OLLAMA_PATHS, plainOllamaPath } from "./client-paths.ts";
import { ollamaIdleAnswer } from "./idle.ts";
import { ollamaModel, ollamaRow } from "./model-entry.ts";
import { OLLAMA_OPERATIONS } from "./operations.ts";

/** A status of Anthropic's that no other client has a word for. */
const OVERLOADED = 529;
const UNAVAILABLE = 503;

/** The object. */
export const OLLAMA: ClientWire = {
  name: "ollama",
  operations: OLLAMA_OPERATIONS,
  pathForm: plainOllamaPath,
  ownPaths: OWN_OLLAMA_PATHS,
  clientMark: undefined,
  keyParameter: undefined,
  // Between lines of JSON nothing else may stand.
  takesComments: false,
  listsEvents: () => false,
  neededHeader: undefined,
  idHeader: undefined,
  envelope: ({ message }) => bodyOf(message),
  endpointError,
  endpointErrorEvent: (_operation, said) => Buffer.from(`${endpointError(said.status, said).body}\n`),
  errorEvent: (_operation, _code, message) => Buffer.from(`${bodyOf(message)}\n`),
  contentSearch: () => new ContentSearch(),
  listOf: (models) => ({ models: models.map(ollamaRow) }),
  entryOf: ollamaModel,
  idleAnswer: ollamaIdleAnswer,
};

function endpointError(status: number, said: ErrorBody): ErrorAnswer {
  const body = bodyOf(said.message === "" ? wordless(status) : said.message);
  return { status: status === OVERLOADED ? UNAVAILABLE : status, body };
}

function bodyOf(message: string): string {
  return JSON.stringify({ error: message });
}
