// What a function that may refuse says, in one word.

import { type ErrorCode, GatewayError } from "../../src/core/errors.ts";

/** The code of the `GatewayError` that is thrown, or `none`; any other error is thrown on. */
export function codeOf(run: () => unknown): ErrorCode | "none" {
  try {
    run();
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
  return "none";
}
