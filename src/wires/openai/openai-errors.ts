// An endpoint's error as OpenAI's clients read it: the envelope, and the codes that applications look for.

import { type ErrorAnswer, wordless } from "../errors/error-answer.ts";
import type { ErrorBody } from "../errors/error-body.ts";
import { isContextLength } from "../errors/error-words.ts";
import type { StreamDialect } from "../paths/operation.ts";

type Words = { readonly type: string; readonly code: string | null };

const INVALID = "invalid_request_error";
/** By OpenAI's documentation of its errors. */
const WORDS: Readonly<Record<number, Words>> = {
  401: { type: INVALID, code: "invalid_api_key" },
  402: { type: "insufficient_quota", code: "insufficient_quota" },
  404: { type: INVALID, code: null },
  429: { type: "rate_limit_error", code: "rate_limit_exceeded" },
};
/** A status of Anthropic's that OpenAI's clients have no word for. */
const OVERLOADED = 529;
const UNAVAILABLE = 503;

/** An endpoint's error, said in other words, as the answer. */
export function endpointError(status: number, said: ErrorBody): ErrorAnswer {
  const told = status === OVERLOADED ? UNAVAILABLE : status;
  return { status: told, body: JSON.stringify({ error: errorOf(status, said) }) };
}

/** The same as an event of a stream. */
export function endpointErrorEvent(dialect: StreamDialect, said: ErrorBody): Buffer {
  const error = errorOf(said.status, said);
  if (dialect !== "responses") return Buffer.from(`data: ${JSON.stringify({ error })}\n\n`);
  const { message, code, param } = error;
  const event = { type: "error", code, message, param, sequence_number: 0 };
  return Buffer.from(`event: error\ndata: ${JSON.stringify(event)}\n\n`);
}

/** All four keys, since strict parsers fail where one is missing. */
function errorOf(status: number, said: ErrorBody): Words & { message: string; param: string | null } {
  const message = said.message === "" ? wordless(status) : said.message;
  const param = said.param === "" ? null : said.param;
  if (isContextLength(said)) return { message, type: INVALID, param, code: "context_length_exceeded" };
  const usual = WORDS[status] ?? { type: typeOf(status, said), code: null };
  return { message, type: usual.type, param, code: said.code === "" ? usual.code : said.code };
}

/** Types of events have no status beside them. */
function typeOf(status: number, { type }: ErrorBody): string {
  if (status >= 500) return "server_error";
  if (status >= 400) return INVALID;
  return /overloaded|api_error|timeout/.test(type) || type === "" ? "server_error" : type;
}
