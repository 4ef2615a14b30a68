// A turn of a conversation goes first to the endpoint that has answered the one before: what it has packed for itself
// (reasoning, caches of the prompt) is of use there alone. Where it cannot serve, the others do.

import type { Model } from "../../routing/model.ts";

/** Before the first tier that a configuration can name. */
const FIRST = 0;

/** The model with one endpoint in a tier of its own, before all others; the model itself where that is not of its. */
export function preferring(model: Model, endpointName: string | undefined): Model {
  if (endpointName === undefined || model.targets.length < 2) return model;
  if (!model.targets.some(({ endpoint }) => endpoint.name === endpointName)) return model;
  const targets = model.targets.map((target) =>
    target.endpoint.name === endpointName
      ? { ...target, endpoint: { ...target.endpoint, priority: FIRST } }
      : target,
  );
  return { ...model, targets, isTiered: true };
}
