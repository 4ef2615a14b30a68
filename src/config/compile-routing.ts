// Compiles `routing`: overrides, fallbacks, the settings of models. Checks nothing. Called by `compile.ts`.

import type {
  Fallback,
  FallbackStep,
  ModelSettings,
  Override,
  OverrideTarget,
  RoutingPlan,
} from "../routing/model.ts";
import { readTarget } from "./rules/rules-overrides.ts";
import { DEFAULTS } from "./schema/defaults.ts";
import type { RawConfig, RawEndpoint } from "./schema/schema.ts";
import { reasonsOf } from "./schema/schema-routing.ts";
import { millisecondsOf, millisecondsOrOff } from "./schema/units.ts";
import type { Path } from "./yaml/places.ts";

/** Where things are defined, for messages: `config.yaml:14`. */
export type DefinedAt = (path: Path) => string;

type RawRouting = NonNullable<RawConfig["routing"]>;
type RawSettings = NonNullable<RawRouting["models"]>[string];
type RawFallback = NonNullable<RawRouting["fallbacks"]>[string];
type RawTargets = NonNullable<RawRouting["model_overrides"]>[string];

/** Compiles everything of the plan but its endpoints. */
export function compileRouting(raw: RawConfig, definedAt: DefinedAt): Omit<RoutingPlan, "endpoints"> {
  const routing = raw.routing ?? {};
  const mode = routing.mode ?? DEFAULTS.routing.mode;
  const defaults = compileDefaults(raw);
  return {
    mode,
    hideMerged: routing.hide_merged ?? DEFAULTS.routing.hideMerged,
    overrides: Object.entries(mode === "prefix" ? {} : (routing.model_overrides ?? {})).map(
      ([name, targets]) => ({
        name,
        definedAt: definedAt(["routing", "model_overrides", name]),
        targets: targets.flatMap(compileTarget),
      }),
    ) satisfies readonly Override[],
    models: Object.entries(routing.models ?? {}).map(([pattern, settings]) =>
      compileSettings(pattern, settings, defaults),
    ),
    defaults,
    fallbacks: Object.entries(routing.fallbacks ?? {}).map(
      ([name, fallback]): Fallback => ({
        name,
        steps: compileSteps(fallback),
        definedAt: definedAt(["routing", "fallbacks", name]),
      }),
    ),
  };
}

function compileTarget(raw: RawTargets[number]): readonly OverrideTarget[] {
  const { target, weight } =
    typeof raw === "string" ? { target: raw, weight: undefined } : { target: raw.target, weight: raw.weight };
  const parsed = readTarget(target);
  return parsed === undefined ? [] : [{ ...parsed, weight }];
}

function compileDefaults({ routing, retries }: RawConfig): ModelSettings {
  return {
    pattern: "*",
    strategy: routing?.strategy ?? DEFAULTS.routing.strategy,
    attempts: retries?.attempts ?? DEFAULTS.retries.attempts,
    hedgeAfterMs: millisecondsOrOff(routing?.hedge?.after, DEFAULTS.routing.hedgeAfter),
    timeouts: {},
  };
}

function compileSettings(pattern: string, raw: RawSettings, defaults: ModelSettings): ModelSettings {
  const after = raw.hedge?.after;
  return {
    pattern,
    strategy: raw.strategy ?? defaults.strategy,
    attempts: raw.attempts ?? defaults.attempts,
    hedgeAfterMs:
      after === undefined ? defaults.hedgeAfterMs : millisecondsOrOff(after, DEFAULTS.routing.hedgeAfter),
    timeouts: givenTimeouts(raw.timeouts ?? {}),
  };
}

/** Only those that are given. */
function givenTimeouts(raw: NonNullable<RawEndpoint["timeouts"]>): ModelSettings["timeouts"] {
  const { first_byte: first } = raw;
  const { stream, plain } = typeof first === "object" ? first : { stream: first, plain: first };
  const given = {
    connectMs: raw.connect,
    firstByteStreamMs: stream,
    firstBytePlainMs: plain,
    firstEventMs: raw.first_event,
    idleMs: raw.idle,
    totalMs: raw.total,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, millisecondsOf(value, "")]],
    ),
  );
}

function compileSteps(raw: RawFallback): readonly FallbackStep[] {
  return (Array.isArray(raw) ? raw : [raw]).flatMap((entry) => {
    if (typeof entry === "string") return [{ model: entry, on: reasonsOf(undefined) }];
    const on = reasonsOf(entry.on);
    return (typeof entry.to === "string" ? [entry.to] : entry.to).map((model) => ({ model, on }));
  });
}
