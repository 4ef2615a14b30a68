// The answer to a count of tokens where no endpoint counts them: an estimate that says that it is one. A 404 in its place
// would be an error to every client that is no agent with an estimate of its own.

import type { Call } from "../exchange/call.ts";
import { valuesOf } from "../translate/translated-call.ts";
import { send } from "./pages.ts";

const WARNING = "is an estimate: no endpoint of this model counts tokens";

/** @throws GatewayError invalid_json */
export function replyWithEstimate({ exchange, body, clientWire }: Call): void {
  const answer = clientWire.estimateOf?.(valuesOf(body)) ?? {};
  const warning = `${Object.keys(answer)[0] ?? "it"} ${WARNING}`;
  const headers = ["content-type", "application/json", "x-oai-gateway-warning", warning];
  send(exchange, 200, Buffer.from(JSON.stringify(answer)), headers);
}
