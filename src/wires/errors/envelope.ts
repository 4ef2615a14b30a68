// An error of the gateway's own as the body of an answer.

import type { GatewayError } from "../../core/errors.ts";

/**
 * OpenAI's error envelope, all four keys present (OpenAPI document, schema `Error`): strict parsers fail where one is
 * missing. JSON text.
 */
export function envelopeOf(error: GatewayError): string {
  return JSON.stringify({
    error: { message: error.message, type: error.row.type, param: error.param ?? null, code: error.code },
  });
}
