// Tells whether two requests are the same one, sent again by a client's own retry, and whether they are of one client.
// Called by `exchange.ts`, once a request was refused.

import { createHash } from "node:crypto";
import type { InboundRequest } from "../http/message.ts";
import type { Asker } from "../routing/rechecks.ts";

/** Of a large body only this much at each end is read: no request may hold the process up. */
const PART_BYTES = 32 * 1024;

/** What of a request makes it another one. */
export type IdentifiedRequest = {
  readonly request: InboundRequest;
  readonly path: string;
  readonly modelName: string | undefined;
  readonly body: Buffer | undefined;
};

/**
 * Short texts for the client and the request. Where client keys are checked they tell clients apart, else the address
 * does: what a client may choose freely says nothing. Costs a digest of 64 KiB at most.
 */
export function identityOf(identified: IdentifiedRequest, hasClientKeys: boolean): Asker {
  const { request, path, modelName, body } = identified;
  const key = hasClientKeys ? `${request.header("authorization")}\n${request.header("x-api-key")}` : "";
  const hash = createHash("sha1").update(`${path}\n${modelName ?? ""}\n${body?.length ?? 0}\n`);
  if (body !== undefined) {
    hash.update(body.subarray(0, PART_BYTES));
    if (body.length > PART_BYTES) hash.update(body.subarray(Math.max(PART_BYTES, body.length - PART_BYTES)));
  }
  const client = createHash("sha1").update(`${request.remoteAddress}\n${key}`).digest("base64");
  return { client, request: hash.digest("base64") };
}
