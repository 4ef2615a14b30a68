// The answer to a count of tokens where no endpoint counts them: an estimate that says that it is one. A 404 in its place
// would be an error to every client that is no agent with an estimate of its own.

import type { Call } from "../exchange/call.ts";
import { valuesOf } from "../translate/translated-call.ts";
import { send } from "./pages.ts";

const WARNING = "is an estimate: no endpoint of this model counts tokens";

/** @throws GatewayError invalid_json, untranslatable */
export function replyWithEstimate({ exchange, operation, body }: Call): void {
  const answer = operation.estimateOf?.(valuesOf(body)) ?? {};
  const counted = Object.keys(answer).find((name) => typeof answer[name] === "number") ?? "it";
  const headers = ["content-type", "application/json", "x-oai-gateway-warning", `${counted} ${WARNING}`];
  send(exchange, 200, Buffer.from(JSON.stringify(answer)), headers);
}
