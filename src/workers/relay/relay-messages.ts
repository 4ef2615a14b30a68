// What a serving process and the owner say to one another of a request to the admin API, which only the owner can answer.
// Plain data.

import type { ErrorCode } from "../../core/errors.ts";

/** The request, without its body: most are answered, or refused, before anybody wants that. */
export type RelayedHead = {
  readonly method: string;
  readonly target: string;
  /** Name, value, name, value …; names in lower case. */
  readonly headers: readonly string[];
  readonly remoteAddress: string;
};

/** To the owner; `id` counts the requests of one process. */
export type RelayReport =
  | { readonly kind: "relay"; readonly id: number; readonly head: RelayedHead }
  | { readonly kind: "relay_body"; readonly id: number; readonly body: Uint8Array }
  /** It did not come, or not whole. */
  | {
      readonly kind: "relay_no_body";
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
    }
  /** So many bytes of an answer that comes in pieces were passed on. */
  | { readonly kind: "relay_read"; readonly id: number; readonly bytes: number }
  /** The client has gone away before the end of such an answer. */
  | { readonly kind: "relay_gone"; readonly id: number };

/** From the owner. */
export type RelayOrder =
  | { readonly kind: "relay_want_body"; readonly id: number; readonly maxBytes: number }
  | {
      readonly kind: "relay_answer";
      readonly id: number;
      readonly status: number;
      readonly headers: readonly string[];
      readonly body: Uint8Array;
    }
  /** An answer that comes in pieces begins. */
  | {
      readonly kind: "relay_head";
      readonly id: number;
      readonly status: number;
      readonly headers: readonly string[];
    }
  | { readonly kind: "relay_piece"; readonly id: number; readonly body: Uint8Array }
  | { readonly kind: "relay_end"; readonly id: number }
  /** There is no answer: the connection is to be cut. */
  | { readonly kind: "relay_cut"; readonly id: number };
