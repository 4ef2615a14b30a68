// A pause in the work on a request. Called by `attempts.ts`.

import { GatewayError } from "../../core/errors.ts";
import type { Exchange } from "../exchange/exchange.ts";

/**
 * Waits so many milliseconds, unless the client goes away meanwhile or is gone already.
 * @throws GatewayError client_closed
 */
export async function waitUnlessGone(exchange: Exchange, waitMs: number): Promise<void> {
  if (waitMs > 0 && !exchange.isClientGone) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      exchange.onClientGone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  if (exchange.isClientGone) throw new GatewayError("client_closed");
}
