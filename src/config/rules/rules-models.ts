// Rules about `routing.models` and `routing.fallbacks`: names that are none, entries that never apply, models that
// fall back to themselves. Two models may back each other up: chains do not continue one another, so that no request
// goes round.

import { matchesGlob } from "../../core/glob.ts";
import { message } from "../../language/messages.ts";
import type { FallbackReason } from "../../routing/model.ts";
import { FALLBACK_REASONS, reasonsOf } from "../schema/schema-routing.ts";
import { type Draft, isBlock, keysAt, listAt, pathText, textAt, valueAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { modelNameProblem } from "../yaml/text-rules.ts";

const MODELS: Path = ["routing", "models"];
const FALLBACKS: Path = ["routing", "fallbacks"];

/** Checks `routing.models`. */
export function checkModelSettings(draft: Draft): void {
  const earlier: string[] = [];
  for (const pattern of keysAt(draft, MODELS)) {
    const path = [...MODELS, pattern];
    if (pattern !== "*") checkName(draft, path, pattern, true);
    const first = earlier.find((other) => covers(other, pattern));
    earlier.push(pattern);
    if (first === undefined) continue;
    const related = [
      { at: draft.places.keyAt([...MODELS, first]), message: message("models.standsHere", { name: first }) },
    ];
    draft.problems.add(
      "OG160",
      draft.places.keyAt(path),
      message("models.neverApplies", { pattern, first }),
      { related, fix: message("models.fixNeverApplies") },
    );
  }
}

/** Whether one pattern matches all that another does. A `?` may match the other's `*`, so none is looked at. */
function covers(pattern: string, other: string): boolean {
  return !pattern.includes("?") && matchesGlob(pattern, other);
}

type Step = { readonly model: string; readonly path: Path; readonly on: readonly FallbackReason[] };

type Chain = { readonly name: string; readonly path: Path; readonly steps: readonly Step[] };

/** Checks `routing.fallbacks`. */
export function checkFallbacks(draft: Draft): void {
  for (const name of keysAt(draft, FALLBACKS)) {
    const chain = readChain(draft, name);
    checkName(draft, chain.path, chain.name, true);
    checkEmpty(draft, chain.path);
    checkSteps(draft, chain);
  }
}

function readChain(draft: Draft, name: string): Chain {
  const path = [...FALLBACKS, name];
  const entries = Array.isArray(valueAt(draft.value, path))
    ? listAt(draft, path).map((_, index) => [...path, index])
    : [path];
  return { name, path, steps: entries.flatMap((entry) => readSteps(draft, entry)) };
}

function readSteps(draft: Draft, entry: Path): readonly Step[] {
  if (!isBlock(valueAt(draft.value, entry))) return stepAt(draft, entry, reasonsOf(undefined));
  const on = valueAt(draft.value, [...entry, "on"]);
  const known = FALLBACK_REASONS.filter((reason) => Array.isArray(on) && on.includes(reason));
  const isAny = Array.isArray(on) && on.includes("any");
  const reasons = reasonsOf(on === undefined ? undefined : isAny ? ["any"] : known);
  const to = [...entry, "to"];
  if (!Array.isArray(valueAt(draft.value, to))) return stepAt(draft, to, reasons);
  return listAt(draft, to).flatMap((_, index) => stepAt(draft, [...to, index], reasons));
}

function stepAt(draft: Draft, path: Path, on: readonly FallbackReason[]): readonly Step[] {
  const model = textAt(draft, path);
  return model === undefined ? [] : [{ model, path, on }];
}

function checkEmpty(draft: Draft, path: Path): void {
  const entries = listAt(draft, path).map((_, index) => [...path, index]);
  const lists = [
    path,
    ...[path, ...entries].flatMap((entry) => [
      [...entry, "to"],
      [...entry, "on"],
    ]),
  ];
  for (const list of lists) {
    const given = valueAt(draft.value, list);
    if (!Array.isArray(given) || given.length > 0) continue;
    const isReasons = list.at(-1) === "on" && list.length > path.length;
    const fix = message(isReasons ? "fallbacks.fixNoReason" : "fallbacks.fixNoEntry");
    const words = message("keys.noEntry", { path: pathText(list) });
    draft.problems.add("OG159", draft.places.valueAt(list), words, { fix });
  }
}

function checkSteps(draft: Draft, chain: Chain): void {
  for (const [index, step] of chain.steps.entries()) {
    checkName(draft, step.path, step.model, false);
    const at = draft.places.valueAt(step.path);
    if (step.model === chain.name) {
      const related = [{ at: draft.places.keyAt(chain.path), message: message("fallbacks.thisModel") }];
      draft.problems.add("OG158", at, message("fallbacks.itself", { name: chain.name }), {
        related,
        fix: message("fallbacks.fixItself"),
      });
    }
    const first = chain.steps
      .slice(0, index)
      .find((other) => other.model === step.model && other.on.some((reason) => step.on.includes(reason)));
    if (first === undefined) continue;
    const related = [{ at: draft.places.valueAt(first.path), message: message("config.firstGiven") }];
    const words = message("fallbacks.twice", { name: chain.name, model: step.model });
    draft.problems.add("OG159", at, words, { related, fix: message("fix.keepOne") });
  }
}

function checkName(draft: Draft, path: Path, name: string, isKey: boolean): void {
  const problem = modelNameProblem(name);
  if (problem === undefined) return;
  const at = isKey ? draft.places.keyAt(path) : draft.places.valueAt(path);
  const words = isKey
    ? message("models.badName", {
        name: JSON.stringify(name).slice(1, -1),
        path: pathText(path.slice(0, -1)),
        problem: problem.message,
      })
    : message("config.aboutOne", { name: pathText(path), problem: problem.message });
  draft.problems.add("OG120", at, words, { fix: problem.fix });
}
