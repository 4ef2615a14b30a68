// The store that an operation asks.

import { message } from "../../language/messages.ts";
import { SaidRefusal } from "../../language/said-refusal.ts";
import type { Store } from "../../store/store.ts";
import type { AdminParts } from "./parts.ts";

/** @throws GatewayError store_unavailable where there is none */
export function storeOf({ store }: AdminParts): Store {
  if (store === undefined || store.state().kind === "off")
    throw new SaidRefusal("store_unavailable", message("refused.storeOff"));
  return store;
}
