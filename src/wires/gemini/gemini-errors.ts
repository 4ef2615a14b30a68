// Errors as Gemini's clients read them: Google's envelope, with the name of the status and the reason in the details.

import { ERRORS, type ErrorCode, type GatewayError } from "../../core/errors.ts";
import { type ErrorAnswer, wordless } from "../errors/error-answer.ts";
import type { ErrorBody } from "../errors/error-body.ts";
import { isContextLength } from "../errors/error-words.ts";

/** By Google's documentation of its errors (google.rpc.Code). */
const STATUSES: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  408: "DEADLINE_EXCEEDED",
  409: "ABORTED",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  501: "UNIMPLEMENTED",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};
/** A status of Anthropic's, and the one that says the same. */
const OVERLOADED = 529;
const UNAVAILABLE = 503;
/** By these words clients know that they have to shorten the conversation. */
const TOO_LONG = "exceeds the maximum number of tokens allowed";

type GeminiError = {
  readonly code: number;
  readonly message: string;
  readonly status: string;
  readonly details?: readonly unknown[];
};

function statusName(status: number): string {
  return STATUSES[status] ?? (status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT");
}

/** An error of our own as the body of an answer: our code is its reason, and when to try again stands in it, too. */
export function ownEnvelope({ message, code, param, status, headers }: GatewayError): string {
  const metadata = param === undefined ? {} : { param };
  const reason = code.toUpperCase();
  const info = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason,
    domain: "oai-gateway",
    metadata,
  };
  const retry = headers.findIndex((name, at) => at % 2 === 0 && name === "retry-after");
  const seconds = retry === -1 ? Number.NaN : Number(headers[retry + 1]);
  const details = Number.isFinite(seconds)
    ? [info, { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${seconds}s` }]
    : [info];
  return written({ code: status, message, status: statusName(status), details });
}

/** An endpoint's error, said in other words, as the answer. */
export function endpointError(status: number, said: ErrorBody): ErrorAnswer {
  const told = status === OVERLOADED ? UNAVAILABLE : status;
  return { status: told, body: written(errorOf(told, said)) };
}

/** The same as an event of a stream. */
export function endpointErrorEvent(said: ErrorBody): Buffer {
  const status = said.status === 0 ? statusOf(said) : said.status;
  return eventOf(errorOf(status === OVERLOADED ? UNAVAILABLE : status, said));
}

/** An error of our own as an event of a stream. */
export function ownErrorEvent(code: ErrorCode, message: string): Buffer {
  const { status } = ERRORS[code];
  return eventOf({ code: status, message, status: statusName(status) });
}

function written(error: GeminiError): string {
  return JSON.stringify({ error });
}

function eventOf(error: GeminiError): Buffer {
  return Buffer.from(`data: ${written(error)}\n\n`);
}

function errorOf(status: number, said: ErrorBody): GeminiError {
  const message = said.message === "" ? wordless(status) : said.message;
  const isLong = isContextLength(said) && !message.includes(TOO_LONG);
  const told = isLong ? `The input token count ${TOO_LONG}: ${message}` : message;
  return { code: status, message: told, status: statusName(status) };
}

/** What an error in a stream would have had as its status. */
function statusOf({ code, type }: ErrorBody): number {
  const words = `${code} ${type}`;
  if (/rate_limit|too_many|exhausted/.test(words)) return 429;
  if (/overloaded|unavailable/.test(words)) return UNAVAILABLE;
  return /invalid|context_length/.test(words) ? 400 : 500;
}
