// Tells whether two requests are the same one, sent again by a client's own retry. Called by `exchange.ts`, once a
// request was refused.

import { createHash } from "node:crypto";

/** Of a large body only this much at each end is read: no request may hold the process up. */
const PART_BYTES = 32 * 1024;

/** What of a request makes it another one. */
export type IdentifiedRequest = {
  readonly path: string;
  readonly modelName: string | undefined;
  readonly body: Buffer | undefined;
};

/** A short text, equal for a request and its repetition. Costs a digest of 64 KiB at most. */
export function identityOf({ path, modelName, body }: IdentifiedRequest): string {
  const hash = createHash("sha1").update(`${path}\n${modelName ?? ""}\n${body?.length ?? 0}\n`);
  if (body !== undefined) {
    hash.update(body.subarray(0, PART_BYTES));
    if (body.length > PART_BYTES) hash.update(body.subarray(Math.max(PART_BYTES, body.length - PART_BYTES)));
  }
  return hash.digest("base64");
}
