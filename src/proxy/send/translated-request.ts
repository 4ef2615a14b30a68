// Builds the request to an endpoint that is asked in the words of another API than the client's.

import { firstHeader } from "../../http/first-header.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { OutboundRequest } from "../../upstream/client.ts";
import { isOfOwnWords } from "../../wires/headers/own-words.ts";
import { wireOf } from "../../wires/registry/wires.ts";
import type { Translated } from "../../wires/translate/translation.ts";
import { withUsageAsked } from "../../wires/usage/usage-option.ts";
import type { Call } from "../exchange/call.ts";
import { type Addressing, outboundHeaders } from "./outbound-headers.ts";

/**
 * The request in other words. `asksUsage`: the endpoint is to tell what the stream uses.
 * @throws GatewayError bad_request for headers that cannot be sent on
 */
export function translatedRequest(
  call: Call,
  { target, credential, spanId }: Addressing,
  { translation, request }: Translated,
  asksUsage: boolean,
): OutboundRequest {
  const { endpoint, upstreamModel } = target;
  const operation = request.operation ?? translation.operation;
  const headers = outboundHeaders({
    request: withoutOwnWords(call.request),
    endpoint,
    credential,
    wantsIdentity: true,
    clientWire: wireOf(operation.wire),
    passedHeaders: call.world.access.passedHeaders,
    hops: call.services.loops.next(call.hops),
    trace: call.exchange.trace,
    spanId,
  });
  if (firstHeader(headers, "content-type") === undefined) headers.push("content-type", "application/json");
  // Its place is the first, where servers look that read only the beginning.
  const { model: _, ...rest } = request.body;
  const named = call.isNamed ? { model: upstreamModel, ...rest } : request.body;
  const body = asksUsage ? withUsageAsked(named) : named;
  return {
    method: "POST",
    path: endpoint.wire.pathOf(endpoint, operation),
    headers,
    body: Buffer.from(JSON.stringify(body)),
  };
}

type ClientHeaders = { readonly headers: FlatHeaders; header(name: string): string | undefined };

function withoutOwnWords({ headers }: ClientHeaders): ClientHeaders {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? "";
    // The body is JSON now, whatever the client has called its own: curl calls all of them a form.
    if (!isOfOwnWords(name) && name !== "content-type") kept.push(name, headers[index + 1] ?? "");
  }
  return { headers: kept, header: (name) => firstHeader(kept, name) };
}
