// Errors as Anthropic's clients read them: the envelope, its types by status, and the words that its agents look for.

import { ERRORS, type ErrorCode, type GatewayError } from "../../core/errors.ts";
import { type ErrorAnswer, wordless } from "../errors/error-answer.ts";
import type { ErrorBody } from "../errors/error-body.ts";
import { isContextLength } from "../errors/error-words.ts";

/** By Anthropic's documentation of its API and the classes of its SDK. */
const TYPES: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  408: "timeout_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  503: "overloaded_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** What a server of Anthropic's says where others say that it is unavailable or overloaded. */
const OVERLOADED = 529;
/** By these words agents know that they have to shorten the conversation. */
const TOO_LONG = "prompt is too long";

function typeOf(status: number): string {
  return TYPES[status] ?? (status >= 500 ? "api_error" : "invalid_request_error");
}

/** An error of our own as the body of an answer; `param` and `code` stand beside what Anthropic's have. */
export function ownEnvelope(
  { message, code, param, status }: GatewayError,
  requestId: string | null,
): string {
  const error = { type: typeOf(status), message, param: param ?? null, code };
  return JSON.stringify({ type: "error", error, request_id: requestId });
}

/** An endpoint's error, said in other words, as the answer. */
export function endpointError(status: number, said: ErrorBody, requestId: string): ErrorAnswer {
  const told = status === 503 ? OVERLOADED : status;
  const error = { type: typeOf(told), message: messageOf(status, said) };
  return { status: told, body: JSON.stringify({ type: "error", error, request_id: requestId }) };
}

/** The same as an event of a stream. */
export function endpointErrorEvent(said: ErrorBody): Buffer {
  const status = said.status === 0 ? statusOf(said) : said.status;
  return eventOf({ type: typeOf(status), message: messageOf(status, said) });
}

/** An error of our own as an event of a stream. */
export function ownErrorEvent(code: ErrorCode, message: string): Buffer {
  const { status } = ERRORS[code];
  return eventOf({ type: typeOf(status), message });
}

function eventOf(error: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(`event: error\ndata: ${JSON.stringify({ type: "error", error })}\n\n`);
}

function messageOf(status: number, said: ErrorBody): string {
  const message = said.message === "" ? wordless(status) : said.message;
  if (!isContextLength(said) || message.toLowerCase().includes(TOO_LONG)) return message;
  return `${TOO_LONG}: ${message}`;
}

/** What an error in a stream would have had as its status. */
function statusOf({ code, type }: ErrorBody): number {
  const words = `${code} ${type}`;
  if (/rate_limit|too_many/.test(words)) return 429;
  if (/overloaded|unavailable/.test(words)) return OVERLOADED;
  return /invalid_request|context_length/.test(words) ? 400 : 500;
}
