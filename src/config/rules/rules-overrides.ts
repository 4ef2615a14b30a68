// Rules about `routing.model_overrides`: targets that exist, are told apart, and do not go in circles.

import { nearest } from "../../core/nearest.ts";
import { type Message, message } from "../../language/messages.ts";
import { readTarget } from "../schema/schema-routing.ts";
import { type Draft, keysAt, listAt, listOfWords, pathText, shown, textAt, valueAt } from "../yaml/draft.ts";
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
    draft.problems.add("OG155", draft.places.keyAt(OVERRIDES), message("overrides.ignored"), {
      fix: message("overrides.fixIgnored"),
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
      message("overrides.badName", {
        name: JSON.stringify(name).slice(1, -1),
        problem: problem.message,
      }),
      { fix: problem.fix },
    );
  const given = valueAt(draft.value, path);
  if (Array.isArray(given) && given.length === 0) {
    draft.problems.add("OG154", draft.places.keyAt(path), message("overrides.noTargets", { name }), {
      fix: message("overrides.fixNoTargets"),
    });
  }
  const pinned = readTarget(name);
  const index = pinned?.kind === "one" ? endpoints.get(pinned.endpointName) : undefined;
  if (pinned?.kind !== "one" || index === undefined) return;
  const { endpointName: endpoint, model } = pinned;
  const related = [
    {
      at: draft.places.valueAt(["endpoints", index, "name"]),
      message: message("overrides.endpointHere", { endpoint }),
    },
  ];
  const words = message("overrides.likePin", { name, model, endpoint });
  draft.problems.add("OG157", draft.places.keyAt(path), words, { related });
}

function checkTargets(context: Context, override: WrittenOverride): void {
  const { draft, endpoints } = context;
  const seen = new Map<string, Path>();
  for (const target of override.targets) {
    const first = seen.get(target.text);
    if (first === undefined) seen.set(target.text, target.path);
    else {
      const related = [{ at: draft.places.valueAt(first), message: message("config.firstGiven") }];
      draft.problems.add(
        "OG153",
        draft.places.valueAt(target.path),
        message("overrides.targetTwice", { name: override.name, target: shown(draft, target.path) }),
        { related, fix: message("overrides.fixTargetTwice") },
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
    draft.problems.add("OG150", draft.places.valueAt(path), aboutModel(draft, path, problem.message), {
      fix: problem.fix,
    });
  if (valueAt(draft.value, ["endpoints", index, "enabled"]) !== false) return;
  const related = [
    {
      at: draft.places.keyAt(["endpoints", index, "enabled"]),
      message: message("overrides.disabledHere"),
    },
  ];
  draft.problems.add(
    "OG156",
    draft.places.valueAt(path),
    message("overrides.disabled", { target: shown(draft, path) }),
    { related, fix: message("overrides.fixDisabled") },
  );
}

function aboutModel(draft: Draft, path: Path, problem: Message): Message {
  const variables = draft.places.variablesAt(path).map((name) => `\${${name}}`);
  if (variables.length === 0) return message("overrides.badModel", { path: pathText(path), problem });
  return message("overrides.badModelFrom", {
    path: pathText(path),
    variables: listOfWords(variables),
    problem,
  });
}

function reportMalformed({ draft, endpoints }: Context, target: WrittenOverride["targets"][number]): void {
  const { text, path } = target;
  const at = draft.places.valueAt(path);
  if (text.trim() === "") {
    const words = message("overrides.emptyTarget", { path: pathText(path) });
    draft.problems.add("OG150", at, words, { fix: message("overrides.fixEmptyTarget") });
    return;
  }
  const example = [...endpoints.keys()][0] ?? "endpoint";
  const name = text.replace(/^\/+|\/+$/g, "");
  const values = { target: shown(draft, path) };
  let words = message("overrides.noSlash", values);
  if (text.startsWith("/")) words = message("overrides.noEndpoint", values);
  else if (text.endsWith("/")) words = message("overrides.noModel", values);
  const fix = endpoints.has(name)
    ? message("overrides.fixNoModel", { name })
    : message("fix.write", { text: `${example}/${name}` });
  draft.problems.add("OG150", at, words, { fix });
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
      ? message("endpoints.none")
      : message("overrides.known", {
          names: listOfWords([...names.slice(0, 8), ...(names.length > 8 ? ["…"] : [])]),
        });
  const fix =
    near === undefined
      ? known
      : message("fix.didYouMeanKey", { name: `${near}${target.text.slice(endpointName.length)}` });
  draft.problems.add(
    "OG151",
    draft.places.valueAt(target.path),
    message("overrides.unknownEndpoint", { target: shown(draft, target.path), endpoint: endpointName }),
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
        {
          at: draft.places.keyAt(other.path),
          message: message("overrides.definedHere", { name: other.name }),
        },
      ];
      if (other === override) {
        draft.problems.add("OG152", at, message("overrides.itself", { name: override.name }), {
          fix: message("overrides.fixItself"),
        });
      } else if (reaches(context, other, override)) {
        draft.problems.add(
          "OG152",
          at,
          message("overrides.circle", { name: override.name, other: other.name }),
          { related, fix: message("overrides.fixCircle") },
        );
      } else {
        const first = other.targets[0]?.text;
        const fix =
          first === undefined
            ? message("overrides.fixCircle")
            : message("overrides.fixAnother", { target: first });
        draft.problems.add("OG150", at, message("overrides.another", { target: shown(draft, target.path) }), {
          related,
          fix,
        });
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
