// Tells whether the same endpoints answer for a model, by a short text: what they have said is of use no longer than that.

import { createHash } from "node:crypto";
import type { Model } from "../routing/model.ts";

/**
 * The mark of a model's targets; undefined where there is no such model, or its answers are not kept. Tells nothing of
 * addresses and headers.
 */
export function targetsMark(model: Model | undefined): string | undefined {
  if (model?.settings.cache === undefined) return undefined;
  const hash = createHash("sha256");
  for (const { key, endpoint } of model.targets) {
    // A length before each text, so that no two lists read the same.
    for (const text of [key, endpoint.baseUrl, ...endpoint.fixedHeaders])
      hash.update(`${text.length}:${text}`);
    hash.update("|");
  }
  return hash.digest("base64");
}
