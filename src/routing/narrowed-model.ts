// A model with the targets of one endpoint only: for requests that nobody else could serve.

import type { Endpoint, Model } from "./model.ts";

/**
 * The model at this endpoint, which may be a copy with one key of several. Without targets where it is not served there,
 * and without fallbacks.
 */
export function narrowed(model: Model, endpoint: Endpoint): Model {
  const kept = model.targets.flatMap((target, index) =>
    target.endpoint.name === endpoint.name ? [{ target, cell: model.rotation[index] ?? { current: 0 } }] : [],
  );
  const targets = kept.map(({ target }) => ({ ...target, endpoint }));
  return { ...model, targets, rotation: kept.map(({ cell }) => cell), isTiered: false, fallbacks: [] };
}
