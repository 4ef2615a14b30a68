// Rules about the keys of endpoints: `api_key`, or several as `api_keys`.

import {
  type Draft,
  listAt,
  originText,
  pathText,
  placeText,
  report,
  textAt,
  valueAt,
} from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { keyProblem } from "../yaml/text-rules.ts";
import { placeholderProblem } from "./placeholders.ts";

/** Checks the keys of one endpoint. */
export function checkEndpointKeys(draft: Draft, endpoint: Path): void {
  const one = [...endpoint, "api_key"];
  const several = [...endpoint, "api_keys"];
  checkKey(draft, one, "so that the endpoint is called without a key", "api_key");
  const given = valueAt(draft.value, several);
  if (given === undefined) return;
  if (valueAt(draft.value, one) !== undefined) {
    const related = [{ at: draft.places.keyAt(one), message: "api_key is given here" }];
    draft.problems.add(
      "OG133",
      draft.places.keyAt(several),
      `${placeText(draft, endpoint)} has both api_key and api_keys`,
      { related, fix: "move the key into api_keys, and remove api_key" },
    );
  }
  if (Array.isArray(given) && given.length === 0) {
    draft.problems.add("OG133", draft.places.valueAt(several), `${pathText(several)} has no entry`, {
      fix: "add a key, or remove api_keys where the endpoint needs none",
    });
  }
  checkList(draft, several);
}

/** Whether a key is sent, so that there is an `Authorization` already. */
export function hasEndpointKey(draft: Draft, endpoint: Path): boolean {
  const several = [...endpoint, "api_keys"];
  const paths = [[...endpoint, "api_key"], ...listAt(draft, several).map((_, index) => [...several, index])];
  return paths.some((path) => (textAt(draft, path) ?? "") !== "");
}

function checkList(draft: Draft, list: Path): void {
  const seen = new Map<string, Path>();
  for (const index of listAt(draft, list).keys()) {
    const path = [...list, index];
    const key = textAt(draft, path);
    if (key === undefined) continue;
    const at = draft.places.valueAt(path);
    const name = `${pathText(path)}${originText(draft, path)}`;
    if (key === "" && draft.places.variablesAt(path).length === 0)
      draft.problems.add("OG133", at, `${name} is empty`, { fix: "remove it, or write a key" });
    checkKey(draft, path, "and is left out", "the entry");
    const first = seen.get(key);
    if (first === undefined || key === "") {
      seen.set(key, path);
      continue;
    }
    const related = [{ at: draft.places.valueAt(first), message: "first given here" }];
    draft.problems.add("OG133", at, `${name} is the same key as ${pathText(first)}`, {
      related,
      fix: "remove one of the two",
    });
  }
}

function checkKey(draft: Draft, path: Path, consequence: string, what: string): void {
  const key = textAt(draft, path);
  if (key === undefined) return;
  const at = draft.places.valueAt(path);
  const name = `${pathText(path)}${originText(draft, path)}`;
  checkKeyText(draft, path, key, "is sent as the key");
  const variable = draft.places.variablesAt(path)[0];
  // "${KEY:-}" says that no key is fine.
  if (key !== "" || variable === undefined || draft.places.hasDefault(path)) return;
  draft.problems.add("OG134", at, `${name} is empty, ${consequence}`, {
    fix: `set ${variable}, or remove ${what}`,
  });
}

/** Reports a key that can be none, or that is a placeholder; `use` completes "the text itself …". */
export function checkKeyText(draft: Draft, path: Path, key: string, use: string): void {
  const placeholder = placeholderProblem(key, use);
  const problem = keyProblem(key);
  if (problem === undefined) report(draft, "OG135", path, placeholder);
  else report(draft, "OG132", path, { ...problem, fix: placeholder?.fix ?? problem.fix });
}
