// Rules about `routing.model_overrides`: targets that exist, are told apart, and do not go in circles.

import { nearest } from "../../core/nearest.ts";
import { readTarget } from "../schema/schema-routing.ts";
import { type Draft, keysAt, listAt, originText, pathText, shown, textAt, valueAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { modelNameProblem } from "../yaml/text-rules.ts";

const OVERRIDES: Path = ["routing", "model_overrides"];

type WrittenOverride = {
  readonly name: string;
  readonly path: Path;
  readonly targets: readonly { readonly text: string; readonly path: Path }[];
};

type Context = {
  readonly draft: Draft;
  /** Endpoint names with the index of each. */
  readonly endpoints: ReadonlyMap<string, number>;
  readonly overrides: ReadonlyMap<string, WrittenOverride>;
};

/** Checks the overrides. */
export function checkOverrides(draft: Draft): void {
  const names = keysAt(draft, OVERRIDES);
  if (names.length === 0) return;
  if (valueAt(draft.value, ["routing", "mode"]) === "prefix") {
    const message = 'routing.model_overrides is ignored in mode "prefix"';
    draft.problems.add("OG155", draft.places.keyAt(OVERRIDES), message, {
      fix: 'set mode to "merge", or remove the overrides',
    });
    return;
  }
  const overrides = new Map(names.map((name) => [name, readOverride(draft, name)]));
  const context: Context = { draft, endpoints: endpointNames(draft), overrides };
  for (const override of overrides.values()) {
    checkName(context, override);
    checkTargets(context, override);
  }
  checkLoops(context);
}

function endpointNames(draft: Draft): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (const index of listAt(draft, ["endpoints"]).keys()) {
    const name = textAt(draft, ["endpoints", index, "name"]);
    if (name !== undefined && !names.has(name)) names.set(name, index);
  }
  return names;
}

function readOverride(draft: Draft, name: string): WrittenOverride {
  const path = [...OVERRIDES, name];
  const targets = [...listAt(draft, path).keys()].flatMap((index) => {
    const entry = [...path, index];
    const isText = typeof valueAt(draft.value, entry) === "string";
    const place = isText ? entry : [...entry, "target"];
    const text = textAt(draft, place);
    return text === undefined ? [] : [{ text, path: place }];
  });
  return { name, path, targets };
}

function checkName({ draft, endpoints }: Context, { name, path }: WrittenOverride): void {
  const problem = modelNameProblem(name);
  if (problem !== undefined)
    draft.problems.add(
      "OG120",
      draft.places.keyAt(path),
      `the name of override ${JSON.stringify(name)} ${problem.message}`,
      { fix: problem.fix },
    );
  const given = valueAt(draft.value, path);
  if (Array.isArray(given) && given.length === 0) {
    draft.problems.add("OG154", draft.places.keyAt(path), `override "${name}" has no targets`, {
      fix: 'add - "endpoint/model", or remove it',
    });
  }
  const pinned = readTarget(name);
  const index = pinned?.kind === "one" ? endpoints.get(pinned.endpointName) : undefined;
  if (pinned?.kind !== "one" || index === undefined) return;
  const related = [
    {
      at: draft.places.valueAt(["endpoints", index, "name"]),
      message: `endpoint "${pinned.endpointName}" is defined here`,
    },
  ];
  const message = `override "${name}" is named like model "${pinned.model}" of endpoint "${pinned.endpointName}"; the override wins`;
  draft.problems.add("OG157", draft.places.keyAt(path), message, { related });
}

function checkTargets(context: Context, override: WrittenOverride): void {
  const { draft, endpoints } = context;
  const seen = new Map<string, Path>();
  for (const target of override.targets) {
    const first = seen.get(target.text);
    if (first === undefined) seen.set(target.text, target.path);
    else {
      const related = [{ at: draft.places.valueAt(first), message: "first given here" }];
      draft.problems.add(
        "OG153",
        draft.places.valueAt(target.path),
        `override "${override.name}" has target ${shown(draft, target.path)} twice`,
        { related, fix: "keep one; for a larger share write {target: …, weight: …}" },
      );
      continue;
    }
    const parsed = readTarget(target.text);
    if (parsed?.kind === "every") continue;
    if (namesOverride(context, target.text)) continue;
    const index = parsed === undefined ? undefined : endpoints.get(parsed.endpointName);
    if (parsed === undefined) reportMalformed(context, target);
    else if (index === undefined) reportUnknown(context, target, parsed.endpointName);
    else checkModel(context, target.path, parsed.model, index);
  }
}

/** Whether a target is no `endpoint/model` of a known endpoint, but the name of an override: see `checkLoops`. */
function namesOverride({ endpoints, overrides }: Context, text: string): boolean {
  const parsed = readTarget(text);
  return overrides.has(text) && !(parsed?.kind === "one" && endpoints.has(parsed.endpointName));
}

function checkModel({ draft }: Context, path: Path, model: string, index: number): void {
  const problem = modelNameProblem(model);
  if (problem !== undefined)
    draft.problems.add(
      "OG150",
      draft.places.valueAt(path),
      `the model in ${pathText(path)}${originText(draft, path)} ${problem.message}`,
      { fix: problem.fix },
    );
  if (valueAt(draft.value, ["endpoints", index, "enabled"]) !== false) return;
  const related = [
    { at: draft.places.keyAt(["endpoints", index, "enabled"]), message: "it is disabled here" },
  ];
  draft.problems.add(
    "OG156",
    draft.places.valueAt(path),
    `target ${shown(draft, path)} is at an endpoint that is not enabled`,
    { related, fix: "enable the endpoint, or remove the target" },
  );
}

function reportMalformed({ draft, endpoints }: Context, target: WrittenOverride["targets"][number]): void {
  const { text, path } = target;
  const at = draft.places.valueAt(path);
  if (text.trim() === "") {
    draft.problems.add("OG150", at, `${pathText(path)} is empty`, { fix: "write endpoint/model" });
    return;
  }
  const example = [...endpoints.keys()][0] ?? "endpoint";
  const name = text.replace(/^\/+|\/+$/g, "");
  let reason = 'has no "/" between endpoint and model';
  if (text.startsWith("/")) reason = 'has no endpoint before its "/"';
  else if (text.endsWith("/")) reason = 'has no model after its "/"';
  const fix = endpoints.has(name)
    ? `write "${name}/" and the model's name there`
    : `write "${example}/${name}"`;
  draft.problems.add("OG150", at, `target ${shown(draft, path)} ${reason}`, { fix });
}

function reportUnknown(
  { draft, endpoints }: Context,
  target: WrittenOverride["targets"][number],
  endpointName: string,
): void {
  const names = [...endpoints.keys()];
  const near = nearest(endpointName, names)[0];
  const known =
    names.length === 0
      ? "no endpoint is configured"
      : `known are ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;
  const fix = near === undefined ? known : `did you mean "${near}${target.text.slice(endpointName.length)}"?`;
  draft.problems.add(
    "OG151",
    draft.places.valueAt(target.path),
    `target ${shown(draft, target.path)} names an unknown endpoint "${endpointName}"`,
    { fix },
  );
}

/** A target that names an override is wrong in any case; in a circle the reason is another. */
function checkLoops(context: Context): void {
  const { draft, overrides } = context;
  for (const override of overrides.values()) {
    if (draft.problems.isFull) return;
    for (const target of override.targets) {
      const other = overrides.get(target.text);
      if (other === undefined || !namesOverride(context, target.text)) continue;
      const at = draft.places.valueAt(target.path);
      const related = [
        { at: draft.places.keyAt(other.path), message: `override "${other.name}" is defined here` },
      ];
      if (other === override) {
        draft.problems.add("OG152", at, `override "${override.name}" names itself`, {
          fix: 'write "*" for every endpoint that lists this name',
        });
      } else if (reaches(context, other, override)) {
        draft.problems.add(
          "OG152",
          at,
          `overrides "${override.name}" and "${other.name}" name each other in a circle`,
          { related, fix: "write endpoint/model in place of the name" },
        );
      } else {
        const first = other.targets[0]?.text;
        const fix =
          first === undefined
            ? "write endpoint/model in place of the name"
            : `write what that override stands for: "${first}"`;
        draft.problems.add(
          "OG150",
          at,
          `target ${shown(draft, target.path)} is another override, and overrides do not build on each other`,
          { related, fix },
        );
      }
    }
  }
}

/** A longer way round is told as what it is as well: overrides that build on each other. */
const LONGEST_CIRCLE = 100;

function reaches(context: Context, from: WrittenOverride, goal: WrittenOverride): boolean {
  const open = [from];
  const seen = new Set<WrittenOverride>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === goal) return true;
    if (seen.size > LONGEST_CIRCLE) return false;
    if (seen.has(next)) continue;
    seen.add(next);
    for (const { text } of next.targets) {
      const other = context.overrides.get(text);
      if (other !== undefined && namesOverride(context, text)) open.push(other);
    }
  }
  return false;
}
