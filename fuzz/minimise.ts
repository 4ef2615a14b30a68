// Makes an input that shows a fault smaller while it still shows the same one.

import type { Finding } from "./area.ts";

/** How often it may try, and for how long. */
const MAX_TRIES = 400;
const MAX_MS = 8_000;

/**
 * Cuts stretches out, large ones first (delta debugging, Zeller and Hildebrandt 2002).
 * `judge` gives the finding of an input.
 */
export async function minimised(
  input: Buffer,
  kind: string,
  judge: (input: Buffer) => Promise<Finding | undefined>,
): Promise<Buffer> {
  const endMs = performance.now() + MAX_MS;
  let tries = 0;
  let best = input;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length; ) {
      if (tries >= MAX_TRIES || performance.now() > endMs) return best;
      tries += 1;
      const smaller = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if ((await judge(smaller))?.kind === kind) best = smaller;
      else at += size;
    }
  }
  return best;
}
