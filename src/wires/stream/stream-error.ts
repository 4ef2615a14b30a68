// The event that tells a client in the middle of a stream that the answer is incomplete, in OpenAI's words.

import { ERRORS, type ErrorCode } from "../../core/errors.ts";
import type { StreamDialect } from "../paths/operation.ts";

/**
 * One error event, ready to be appended at an event border. Both OpenAI SDKs raise APIError from it; no `[DONE]`
 * follows, since a truncated answer must not look whole.
 */
export function streamErrorEvent(dialect: StreamDialect, code: ErrorCode, message: string): Buffer {
  if (dialect === "responses") {
    const event = { type: "error", code, message, param: null, sequence_number: 0 };
    return Buffer.from(`event: error\ndata: ${JSON.stringify(event)}\n\n`);
  }
  const event = { error: { message, type: ERRORS[code].type, param: null, code } };
  return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
}
