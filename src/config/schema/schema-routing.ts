// `routing`: its keys, and what they become.

import { message } from "../../language/messages.ts";
import type {
  ConfiguredStrategy,
  FallbackReason,
  FallbackStep,
  OverrideTarget,
} from "../../routing/model.ts";
import {
  block,
  blockOf,
  choice,
  type Decoded,
  durationOr,
  either,
  flag,
  KEYS,
  later,
  listOf,
  name,
  section,
  whole,
} from "./fields.ts";
import { modelCache } from "./schema-cache.ts";
import { modelPrice } from "./schema-price.ts";
import { modelTimeouts } from "./schema-timeouts.ts";

const STRATEGIES = [
  "weighted",
  "least_in_flight",
  "fastest_first_token",
  "cheapest",
  "sticky",
] as const satisfies readonly ConfiguredStrategy[];

/** The failures after which a fallback may be asked. */
export const FALLBACK_REASONS = [
  "rate_limited",
  "unavailable",
  "credentials",
  "model_missing",
  "context_length",
] as const satisfies readonly FallbackReason[];

/** What a chain covers that names no failures: a longer window is asked for on purpose only. */
const USUAL_REASONS: readonly FallbackReason[] = FALLBACK_REASONS.filter(
  (reason) => reason !== "context_length",
);

/** The failures that a step covers; `on` as written. */
export function reasonsOf(on: readonly (FallbackReason | "any")[] | undefined): readonly FallbackReason[] {
  if (on === undefined) return USUAL_REASONS;
  return FALLBACK_REASONS.filter((reason) => on.includes("any") || on.includes(reason));
}

/** A target as written. */
export type TargetName =
  | { readonly kind: "every" }
  | { readonly kind: "one"; readonly endpointName: string; readonly model: string };

/** Splits `endpoint/model` at the first slash, so that ids with slashes work; undefined when it is malformed. */
export function readTarget(text: string): TargetName | undefined {
  if (text === "*") return { kind: "every" };
  const slash = text.indexOf("/");
  if (slash <= 0 || slash === text.length - 1) return undefined;
  return { kind: "one", endpointName: text.slice(0, slash), model: text.slice(slash + 1) };
}

const target = later(() =>
  either(
    [
      name('`endpoint/model`, or `"*"`.'),
      block({
        target: name('`endpoint/model`, or `"*"`.'),
        weight: whole("Weight of this target in this override; the endpoint's weight when left out.", {
          min: 0,
          max: 1_000,
        }).optional(),
      }),
    ],
    message("kind.target"),
  ),
);

/** Without those that are malformed, which the rules report. */
const targets = later(() =>
  listOf(target, "Targets.").transform((entries) =>
    entries.flatMap((entry): readonly OverrideTarget[] => {
      const { target, weight } = typeof entry === "string" ? { target: entry, weight: undefined } : entry;
      const parsed = readTarget(target);
      return parsed === undefined ? [] : [{ ...parsed, weight }];
    }),
  ),
);

const step = later(() =>
  block({
    to: either(
      [name("A public name."), listOf(name("A public name."), "Public names, first to last.")],
      message("kind.modelOrList"),
      "The models to ask, first to last.",
    ),
    on: listOf(
      choice(["any", ...FALLBACK_REASONS], "A class of failures."),
      "The failures that lead there: `rate_limited`, `unavailable`, `credentials`, `model_missing`, `context_length`, or `any`; all but `context_length` when left out.",
    ).optional(),
  }),
);

const fallback = later(() =>
  either(
    [listOf(either([name("A public name."), step], message("kind.step")), "Models, first to last."), step],
    message("kind.fallback"),
  ).transform((raw) =>
    (Array.isArray(raw) ? raw : [raw]).flatMap((entry): readonly FallbackStep[] => {
      if (typeof entry === "string") return [{ model: entry, on: reasonsOf(undefined) }];
      const on = reasonsOf(entry.on);
      return (typeof entry.to === "string" ? [entry.to] : entry.to).map((model) => ({ model, on }));
    }),
  ),
);

const HEDGE_WORDS =
  "Silence before the first token after which the request is sent to a second target as well. The first answer counts, the other request is cancelled. `off`: never. Both are billed.";

const modelSettings = later(() =>
  block({
    strategy: choice(STRATEGIES, "In place of `routing.strategy`.").optional(),
    attempts: whole("In place of `retries.attempts`.", { min: 1, max: 10 }).optional(),
    hedge: block(
      { after: durationOr("off", HEDGE_WORDS).optional() },
      "In place of `routing.hedge`.",
    ).prefault({}),
    timeouts: modelTimeouts(),
    price: modelPrice,
    cache: modelCache(),
  }).transform((raw) => ({
    strategy: raw.strategy,
    attempts: raw.attempts,
    /** Undefined: as for other models. */
    hedgeAfterMs: raw.hedge.after,
    timeouts: raw.timeouts,
    ...(raw.price === undefined ? {} : { price: raw.price }),
    ...(raw.cache === undefined ? {} : { cache: raw.cache }),
  })),
);

/** Settings of one model; what is undefined is as for other models. */
export type DecodedSettings = Decoded<typeof modelSettings>;

/** `routing`. */
export const routing = section("routing", () =>
  block(
    {
      mode: choice(
        ["merge", "prefix"],
        "`merge`: models of the same name at several endpoints are one, and requests rotate among them. `prefix`: every model is called `endpoint/model`.",
      ).prefault("merge"),
      model_overrides: blockOf(
        KEYS.names,
        targets,
        message("kind.overrides"),
        'Public names with exactly these targets, each `endpoint/model` (split at the first `/`) or `{target, weight}`; `"*"` stands for every endpoint that lists the public name itself. Only in mode `merge`.',
      ).prefault({}),
      hide_merged: flag(
        "Leave the models that overrides point at off the list of models; they can still be called.",
      ).prefault(false),
      strategy: choice(
        STRATEGIES,
        "How a model's endpoint is chosen among those that are available. `weighted`: they take turns, exactly by their weights. `least_in_flight`: the fewest requests under way for its weight. `fastest_first_token`: the shortest expected wait, learned from recent answers; weights do not count. `cheapest`: the lowest price of input and output together, three to one; those of one price take turns by their weights, and one without a price comes last. `sticky`: requests of one session, `prompt_cache_key` or `user` stay at one endpoint while it is available.",
      ).prefault("weighted"),
      hedge: block(
        { after: durationOr(undefined, HEDGE_WORDS).prefault("off") },
        "A second request when the first token is late.",
      ).prefault({}),
      fallbacks: blockOf(
        KEYS.names,
        fallback,
        message("kind.fallbacks"),
        "Other models to ask when no endpoint could serve the one asked for: `{model: [other, …]}`, or `{to: …, on: […]}` for some failures only. Answers name the model that served.",
      ).prefault({}),
      default_endpoint: name(
        "The name of the endpoint where new objects go that name no model: files, uploads, conversations, vector stores, containers, skills, evals. By weight when left out; a client key may have one of its own, and the header `x-oai-gateway-endpoint` goes before both.",
      ).optional(),
      models: blockOf(
        KEYS.names,
        modelSettings,
        message("kind.modelSettings"),
        "Settings of single models, by public name or pattern (`*` any text, `?` one character). The first entry that matches counts, alone.",
      ).prefault({}),
    },
    "How public model names come about, and which endpoint serves a request.",
  ).transform((raw) => ({
    mode: raw.mode,
    hideMerged: raw.hide_merged,
    /** Public name to targets. */
    overrides: raw.model_overrides,
    strategy: raw.strategy,
    /** Of models that have none of their own; undefined: never. */
    hedgeAfterMs: raw.hedge.after,
    /** Public name to the steps of its chain. */
    fallbacks: raw.fallbacks,
    defaultEndpoint: raw.default_endpoint,
    /** Public name or pattern to settings, in the order of the file. */
    models: raw.models,
  })),
);
