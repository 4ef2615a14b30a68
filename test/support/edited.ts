// A body with its edits as one buffer, for tests that compare bytes.

import { applyEdits, type Edit } from "../../src/bytes/edits.ts";

/** What an endpoint would read of the edited body. */
export function edited(body: Buffer, edits: readonly Edit[]): Buffer {
  const pieces = applyEdits(body, edits);
  return Buffer.isBuffer(pieces) ? pieces : Buffer.concat(pieces);
}
