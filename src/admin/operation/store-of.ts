// The store that an operation asks.

import { GatewayError } from "../../core/errors.ts";
import type { Store } from "../../store/store.ts";
import type { AdminParts } from "./parts.ts";

/** @throws GatewayError store_unavailable where there is none */
export function storeOf({ store }: AdminParts): Store {
  if (store === undefined || store.state().kind === "off")
    throw new GatewayError("store_unavailable", {
      message: "Nothing is kept: the store is turned off (`store.mode: off`).",
    });
  return store;
}
