// What an attempt is doing. An attempt is in one phase at a time, and each phase has its own answer to whatever comes
// from the endpoint, so that no callback has to find out first how far the attempt has come.

import type { Duplex } from "node:stream";
import type { FlatHeaders } from "../../http/message.ts";
import type { OutboundFailure } from "../../upstream/client.ts";

/**
 * From `unsent` to `done`, in this order, and never back.
 *
 * - `waiting`: the request was sent, and no head has come.
 * - `looking`: the head is there, and nothing of the answer was passed on: it may still be a failure.
 * - `relaying`: the answer is taken and goes to the client, or a tunnel is open; nothing can be retried.
 * - `done`: the outcome is known; what still comes from the endpoint is dropped.
 */
export type PhaseName = "unsent" | "waiting" | "looking" | "relaying" | "done";

/** One phase of one attempt: what it makes of the callbacks of an `OutboundHandler`, and of its limit of time. */
export interface Phase {
  readonly name: PhaseName;
  /** Only `waiting` has it: a head comes once. */
  onHead?(status: number, headers: FlatHeaders): void;
  /** The same for an endpoint that leaves HTTP. */
  onSwitch?(headers: FlatHeaders, connection: Duplex): void;
  /** False pauses the endpoint. */
  onData(chunk: Buffer): boolean;
  onEnd(): void;
  onFailure(failure: OutboundFailure): void;
  /** What is waited for in this phase has not come in time. */
  onTimeout(): void;
  /** Another phase follows: timers of this one are stopped. */
  leave(): void;
}

/** The request is about to be sent. */
export const UNSENT: Phase = idle("unsent");

/** Nothing more comes of the answer. */
export const OVER: Phase = idle("done");

function idle(name: PhaseName): Phase {
  const ignore = (): void => undefined;
  return { name, onData: () => true, onEnd: ignore, onFailure: ignore, onTimeout: ignore, leave: ignore };
}
