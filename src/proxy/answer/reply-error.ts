// Answers with an error of the gateway's own, in the envelope of the client's wire.

import { GatewayError } from "../../core/errors.ts";
import type { Target } from "../../routing/model.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { answerWord } from "./attempt-summary.ts";

const INTERNAL_MESSAGE = "The gateway failed on this request. Its log has the cause under this request id.";

/** Any thrown value as a `GatewayError`; what was not thrown on purpose is `internal`, its text kept from the client. */
export function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError("internal", { message: INTERNAL_MESSAGE, cause: thrown });
}

/** Sends the error, unless the client is gone or has the head of another answer already. */
export function replyWithError(exchange: Exchange, error: GatewayError): void {
  exchange.noteRefusal(error);
  const { reply } = exchange;
  if (exchange.departure.isGone || reply.isClosed) return;
  if (reply.isHeadSent) {
    reply.destroy();
    return;
  }
  const body = Buffer.from(exchange.clientWire.envelope(error, exchange.requestId));
  const headers = ["content-type", "application/json", "content-length", String(body.length)];
  headers.push("x-request-id", exchange.requestId, ...error.headers, ...exchange.commonHeaders);
  const { idHeader } = exchange.clientWire;
  if (idHeader !== undefined) headers.push(idHeader, exchange.requestId);
  if (exchange.attempts.length > 0) headers.push("x-oai-gateway-attempts", attemptsHeader(exchange));
  reply.head(error.status, headers);
  reply.end(body);
  exchange.noteOwnAnswer(error.status, body.length);
}

/**
 * `2; alpha=upstream_connect_failed; beta=ok`: the number of attempts and how each ended. `answering` is the one whose
 * answer is on its way and that has no end yet; undefined where what is shown is the error of one that is over.
 */
export function attemptsHeader(exchange: Exchange, answering?: Target): string {
  const { attempts } = exchange;
  if (answering !== undefined && attempts.length === 0) return FIRST_TRY;
  const ended = attempts.map((attempt) => `${asToken(attempt.endpoint)}=${attempt.outcome}`);
  if (answering !== undefined)
    ended.push(`${asToken(answering.endpoint.name)}=${answerWord(exchange.status)}`);
  return `${ended.length}; ${ended.join("; ")}`;
}

const FIRST_TRY = "1";

function asToken(name: string): string {
  return /^[A-Za-z0-9._-]+$/.test(name) ? name : encodeURIComponent(name);
}
