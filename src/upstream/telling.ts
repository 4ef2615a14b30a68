// How a call tells its handler of its end where something went wrong, whatever engine it is of: handlers may throw.

import type { OutboundFailure, OutboundHandler } from "./client.ts";

/** More 1xx answers than this before the final one is nonsense. */
export const MAX_INTERIM = 20;

/** A peer that has left HTTP unasked, or for something else than was asked for. */
export const SWITCHED: OutboundFailure = {
  kind: "bad_response",
  reason: "SWITCHING_PROTOCOLS",
  isStale: false,
};

/** Tells of a failure. */
export function tellFailure(handler: OutboundHandler, failure: OutboundFailure): void {
  try {
    handler.onFailure(failure);
  } catch (error) {
    // It has been told; who cannot take that and has no `onThrow` cannot be told anything.
    handler.onThrow?.(error);
  }
}

/** Tells a handler of what it has thrown itself: that ends its call alone, and nobody else hears of it. */
export function tellThrown(handler: OutboundHandler, error: unknown): void {
  try {
    if (handler.onThrow !== undefined) handler.onThrow(error);
    else handler.onFailure({ kind: "bad_response", reason: "HANDLER_THREW", isStale: false });
  } catch {
    // As in `tellFailure`.
  }
}
