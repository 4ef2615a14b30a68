// The form of `routing`. Called by `schema.ts`.

import type { ConfiguredStrategy, FallbackReason } from "../../routing/model.ts";
import { DEFAULTS } from "./defaults.ts";
import {
  block,
  blockOf,
  choice,
  durationOrOff,
  either,
  flag,
  listOf,
  looseBlock,
  text,
  whole,
} from "./fields.ts";
import { timeoutsBlock } from "./schema-endpoints.ts";

const STRATEGIES = [
  "weighted",
  "least_in_flight",
  "fastest_first_token",
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

const target = either(
  [
    text('`endpoint/model`, or `"*"`.'),
    block({
      target: text('`endpoint/model`, or `"*"`.'),
      weight: whole("Weight of this target in this override; the endpoint's weight when left out.", {
        min: 0,
        max: 1_000,
      }).optional(),
    }),
  ],
  '"endpoint/model", or {target: "endpoint/model", weight: 1}',
);

const step = block({
  to: either(
    [text("A public name."), listOf(text("A public name."), "Public names, first to last.")],
    "a model's name, or a list of them",
    "The models to ask, first to last.",
  ),
  on: listOf(
    choice(["any", ...FALLBACK_REASONS], "A class of failures."),
    "The failures that lead there: `rate_limited`, `unavailable`, `credentials`, `model_missing`, `context_length`, or `any`; all but `context_length` when left out.",
  ).optional(),
});

const fallback = either(
  [
    listOf(
      either([text("A public name."), step], "a model's name, or {to: …, on: […]}"),
      "Models, first to last.",
    ),
    step,
  ],
  "a list of model names, or {to: […], on: […]}",
);

function hedge(description: string, fallback?: string) {
  return looseBlock(
    {
      after: durationOrOff(
        "Silence before the first token after which the request is sent to a second target as well. The first answer counts, the other request is cancelled. `off`: never. Both are billed.",
        fallback,
      ),
    },
    description,
  );
}

const modelSettings = looseBlock({
  strategy: choice(STRATEGIES, "In place of `routing.strategy`."),
  attempts: whole("In place of `retries.attempts`.", { min: 1, max: 10 }),
  hedge: hedge("In place of `routing.hedge`."),
  timeouts: timeoutsBlock("These win over the endpoint's, one by one.", {}),
});

/** `routing`. */
export const routing = looseBlock(
  {
    mode: choice(
      ["merge", "prefix"],
      "`merge`: models of the same name at several endpoints are one, and requests rotate among them. `prefix`: every model is called `endpoint/model`.",
      DEFAULTS.routing.mode,
    ),
    model_overrides: blockOf(
      listOf(target, "Targets."),
      "a block of model names, each with a list of targets",
      'Public names with exactly these targets, each `endpoint/model` (split at the first `/`) or `{target, weight}`; `"*"` stands for every endpoint that lists the public name itself. Only in mode `merge`.',
    ),
    hide_merged: flag(
      "Leave the models that overrides point at off the list of models; they can still be called.",
      DEFAULTS.routing.hideMerged,
    ),
    strategy: choice(
      STRATEGIES,
      "How a model's endpoint is chosen among those that are available. `weighted`: they take turns, exactly by their weights. `least_in_flight`: the fewest requests under way for its weight. `fastest_first_token`: the shortest expected wait, learned from recent answers; weights do not count. `sticky`: requests of one session, `prompt_cache_key` or `user` stay at one endpoint while it is available.",
      DEFAULTS.routing.strategy,
    ),
    hedge: hedge("A second request when the first token is late.", DEFAULTS.routing.hedgeAfter),
    fallbacks: blockOf(
      fallback,
      "a block of model names, each with a list of models to ask in its place",
      "Other models to ask when no endpoint could serve the one asked for: `{model: [other, …]}`, or `{to: …, on: […]}` for some failures only. Answers name the model that served.",
    ),
    models: blockOf(
      modelSettings,
      "a block of model names or patterns, each with a block of settings",
      "Settings of single models, by public name or pattern (`*` any text, `?` one character). The first entry that matches counts, alone.",
    ),
  },
  "How public model names come about, and which endpoint serves a request.",
);
