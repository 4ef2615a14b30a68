// One POST to a webhook, by the way that the gateway's own questions to endpoints take: proxies, authorities and names are
// the same. No redirect is followed, and nothing of the answer but its status is looked at.

import { firstHeader } from "../http/first-header.ts";
import type { FlatHeaders } from "../http/message.ts";
import type { AskingClient, OutboundCall } from "../upstream/client.ts";
import type { WebhookSettings } from "./alert.ts";

const TIMEOUT_MS = 10_000;

/** What came of it. `reason` is a status or an error code: what else the other side says is not for the log. */
export type Delivery =
  | { readonly kind: "ok" }
  /** `waitMs`: how long the other side wants to be left alone. */
  | { readonly kind: "failed"; readonly reason: string; readonly waitMs?: number | undefined };

/** Posts a body. Never rejects. */
export function postAlert(client: AskingClient, to: WebhookSettings, body: string): Promise<Delivery> {
  const { promise, resolve } = Promise.withResolvers<Delivery>();
  let call: OutboundCall | undefined;
  const timer = setTimeout(() => end({ kind: "failed", reason: "TIMEOUT" }), TIMEOUT_MS);
  const end = (delivery: Delivery): void => {
    clearTimeout(timer);
    call?.cancel();
    resolve(delivery);
  };
  const headers = ["content-type", "application/json", "user-agent", "oai-gateway", ...to.headers];
  const request = { method: "POST", path: to.path, headers, body: Buffer.from(body) };
  try {
    // Alerts are rare: a connection of an hour ago is closed by now.
    const options = { connectMs: TIMEOUT_MS, isFresh: true };
    const handler = {
      onHead: (status: number, answered: FlatHeaders) => end(deliveryOf(status, answered)),
      onData: () => true,
      onEnd: () => undefined,
      onFailure: ({ reason, kind }: { reason: string; kind: string }) =>
        end({ kind: "failed", reason: reason === "" ? kind : reason }),
    };
    call = client.send(client.open(to.peer), request, handler, options);
  } catch {
    // An engine refuses at once what no header may carry.
    end({ kind: "failed", reason: "UNSENDABLE" });
  }
  return promise;
}

function deliveryOf(status: number, headers: FlatHeaders): Delivery {
  if (status >= 200 && status < 300) return { kind: "ok" };
  const seconds = Number(firstHeader(headers, "retry-after") ?? "");
  const waitMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 600) * 1_000 : undefined;
  return { kind: "failed", reason: `status ${status}`, waitMs };
}
