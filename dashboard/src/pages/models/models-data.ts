// What the page shows of models: who serves each, the shares that were meant and those that were real, and the aliases.

import { type Answer, call } from "../../api/client.ts";

/** A public name and who serves it. */
export type ServedModel = Answer<"listServedModels">["data"][number];

/** What would happen to a request. */
export type Plan = ServedModel["plan"];

/** A target of it. */
export type Candidate = Plan["candidates"][number];

/** A name of the operator's own. */
export type Alias = Answer<"listAliases">["data"][number];

/** The real share of an endpoint in the requests for a model. */
export type RealShare = Answer<"listShares">["data"][number];

/** The last day. */
const SHARES_MINUTES = 24 * 60;

/** All of it. */
export type ModelsNow = {
  readonly models: readonly ServedModel[];
  readonly shares: readonly RealShare[];
  readonly aliases: readonly Alias[];
};

/** Reads it. */
export async function loadModels(signal: AbortSignal): Promise<ModelsNow> {
  const [models, shares, aliases] = await Promise.all([
    call("listServedModels", {}, { signal }),
    call("listShares", { query: { minutes: SHARES_MINUTES } }, { signal }),
    call("listAliases", {}, { signal }),
  ]);
  return { models: models.data, shares: shares.data, aliases: aliases.data };
}
