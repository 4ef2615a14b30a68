// A request that the gateway makes for itself and not for a client: to whom it goes, and with which headers. The one
// place of these for the list of models and for probes.

import type { FlatHeaders } from "../http/message.ts";
import type { Credential, Endpoint } from "../routing/model.ts";
import type { ClientWire } from "../wires/wire.ts";

/** The part of an `Endpoint` that matters for asking it something. */
export type Askable = Pick<
  Endpoint,
  "origin" | "basePath" | "rootPath" | "credentials" | "fixedHeaders" | "secrets" | "wire"
> & {
  readonly caPem?: Endpoint["caPem"];
  readonly clientCertificate?: Endpoint["clientCertificate"];
  readonly proxy?: Endpoint["proxy"];
  readonly timeouts: Pick<Endpoint["timeouts"], "connectMs">;
};

/**
 * The headers of such a request: `usual`, the key as the endpoint's wire sends it, what a request in the words of
 * `spoken` needs, and the configured ones, which win over all of these.
 */
export function ownHeaders(
  endpoint: Askable,
  credential: Credential,
  spoken: ClientWire,
  usual: FlatHeaders,
): FlatHeaders {
  const headers = [...usual, ...(spoken.neededHeader ?? [])];
  if (credential.apiKey !== undefined) endpoint.wire.pushKey(headers, credential.apiKey, spoken.name);
  const configured = new Set(endpoint.fixedHeaders.filter((_, at) => at % 2 === 0));
  const left = headers.filter((_, at) => !configured.has(headers[at - (at % 2)] ?? ""));
  return [...left, ...endpoint.fixedHeaders];
}
