// Tells whether two requests are the same one, sent again by a client's own retry, and whether they are of one client.
// Costs a digest, so that only a request that was refused is told apart.

import { createHash } from "node:crypto";
import type { InboundRequest } from "../../http/message.ts";
import type { Asker } from "../../routing/health/rechecks.ts";

/** Of a large body only this much at each end is read: no request may hold the process up. */
const PART_BYTES = 32 * 1024;

/** What of a request makes it another one. */
export type IdentifiedRequest = {
  readonly request: InboundRequest;
  readonly path: string;
  readonly modelName: string;
  readonly body: Buffer;
};

/**
 * Short texts for the client and the request. Where client keys are checked they tell clients apart, else the address
 * does: what a client may choose freely, such as a second key, says nothing. `clientKey` is the one that let it in.
 * Costs a digest of 64 KiB at most.
 */
export function identityOf(identified: IdentifiedRequest, clientKey: string | undefined): Asker {
  const { request, path, modelName, body } = identified;
  const hash = createHash("sha1").update(`${path}\n${modelName}\n${body.length}\n`);
  hash.update(body.subarray(0, PART_BYTES));
  if (body.length > PART_BYTES) hash.update(body.subarray(Math.max(PART_BYTES, body.length - PART_BYTES)));
  const name = clientKey === undefined ? networkOf(request.remoteAddress) : `key ${clientKey}`;
  const client = createHash("sha1").update(name).digest("base64");
  return { client, request: hash.digest("base64") };
}

/** Addresses among which one client may choose: all of this machine's loopback, and a network's part of IPv6's 64 bits. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (plain === "::1" || plain.startsWith("127.")) return "loopback";
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("%", 1)[0]?.split("::") ?? [];
  const groups = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - groups.length - last.length;
  return [...groups, ...Array.from({ length: zeros }, () => "0"), ...last].slice(0, 4).join(":");
}
