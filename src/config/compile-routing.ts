// Puts the decoded `routing` together with where its entries stand and with what holds for all models. Checks nothing.

import type { ModelSettings, RoutingPlan } from "../routing/model.ts";
import type { DecodedConfig } from "./schema/schema.ts";
import type { DecodedSettings } from "./schema/schema-routing.ts";
import type { Path } from "./yaml/places.ts";

/** Where things are defined, for messages: `config.yaml:14`. */
export type DefinedAt = (path: Path) => string;

/** Compiles everything of the plan but its endpoints. */
export function compileRouting(file: DecodedConfig, definedAt: DefinedAt): Omit<RoutingPlan, "endpoints"> {
  const { routing, retries, cache } = file;
  const { mode, hideMerged } = routing;
  const defaults: ModelSettings = {
    pattern: "*",
    strategy: routing.strategy,
    attempts: retries.attempts,
    hedgeAfterMs: routing.hedgeAfterMs,
    timeouts: {},
    ...(cache.isByHeader ? { cache: { ttlMs: undefined, isShared: false, isByHeader: true } } : {}),
  };
  return {
    mode,
    hideMerged,
    overrides: Object.entries(mode === "prefix" ? {} : routing.overrides).map(([name, targets]) => ({
      name,
      definedAt: definedAt(["routing", "model_overrides", name]),
      targets,
    })),
    models: Object.entries(routing.models).map(([pattern, settings]) =>
      settingsOver(defaults, pattern, settings),
    ),
    defaults,
    defaultEndpoint: routing.defaultEndpoint,
    fallbacks: Object.entries(routing.fallbacks).map(([name, steps]) => ({
      name,
      steps,
      definedAt: definedAt(["routing", "fallbacks", name]),
    })),
  };
}

function settingsOver(defaults: ModelSettings, pattern: string, given: DecodedSettings): ModelSettings {
  const { hedgeAfterMs = defaults.hedgeAfterMs } = given;
  const isByHeader = defaults.cache !== undefined;
  const cache = given.cache === undefined ? defaults.cache : { ...given.cache, isByHeader };
  return {
    pattern,
    strategy: given.strategy ?? defaults.strategy,
    attempts: given.attempts ?? defaults.attempts,
    hedgeAfterMs: hedgeAfterMs === "off" ? undefined : hedgeAfterMs,
    timeouts: given.timeouts,
    ...(given.price === undefined ? {} : { price: given.price }),
    ...(cache === undefined ? {} : { cache }),
  };
}
