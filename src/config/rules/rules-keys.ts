// Rules about the keys of endpoints: `api_key`, or several as `api_keys`.

import { message } from "../../language/messages.ts";
import {
  aboutValue,
  type Draft,
  listAt,
  pathText,
  placeText,
  report,
  textAt,
  valueAt,
} from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { keyProblem } from "../yaml/text-rules.ts";
import { type PlaceholderUse, placeholderProblem } from "./placeholders.ts";

/** Checks the keys of one endpoint. */
export function checkEndpointKeys(draft: Draft, endpoint: Path): void {
  const one = [...endpoint, "api_key"];
  const several = [...endpoint, "api_keys"];
  checkKey(draft, one, { problem: "keys.emptyOne", fix: "keys.fixEmptyOne" });
  const given = valueAt(draft.value, several);
  if (given === undefined) return;
  if (valueAt(draft.value, one) !== undefined) {
    const related = [
      { at: draft.places.keyAt(one), message: message("config.givenHere", { name: "api_key" }) },
    ];
    draft.problems.add(
      "OG133",
      draft.places.keyAt(several),
      message("keys.both", { place: placeText(draft, endpoint) }),
      { related, fix: message("keys.fixBoth") },
    );
  }
  if (Array.isArray(given) && given.length === 0) {
    const words = message("keys.noEntry", { path: pathText(several) });
    draft.problems.add("OG133", draft.places.valueAt(several), words, { fix: message("keys.fixNoEntry") });
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
    if (key === "" && draft.places.variablesAt(path).length === 0) {
      const words = aboutValue(draft, path, message("text.empty"));
      draft.problems.add("OG133", at, words, { fix: message("keys.fixEmpty") });
    }
    checkKey(draft, path, { problem: "keys.emptyEntry", fix: "keys.fixEmptyEntry" });
    const first = seen.get(key);
    if (first === undefined || key === "") {
      seen.set(key, path);
      continue;
    }
    const related = [{ at: draft.places.valueAt(first), message: message("config.firstGiven") }];
    const words = aboutValue(draft, path, message("keys.sameAs", { other: pathText(first) }));
    draft.problems.add("OG133", at, words, { related, fix: message("fix.removeOne") });
  }
}

/** What to say of a key whose variable is empty. */
type EmptyWords = {
  readonly problem: "keys.emptyOne" | "keys.emptyEntry";
  readonly fix: "keys.fixEmptyOne" | "keys.fixEmptyEntry";
};

function checkKey(draft: Draft, path: Path, words: EmptyWords): void {
  const key = textAt(draft, path);
  if (key === undefined) return;
  const at = draft.places.valueAt(path);
  checkKeyText(draft, path, key, "placeholder.isSentAsKey");
  const variable = draft.places.variablesAt(path)[0];
  // "${KEY:-}" says that no key is fine.
  if (key !== "" || variable === undefined || draft.places.hasDefault(path)) return;
  const problem = aboutValue(draft, path, message(words.problem));
  draft.problems.add("OG134", at, problem, { fix: message(words.fix, { variable }) });
}

/** Reports a key that can be none, or that is a placeholder; `use` says what becomes of the text itself. */
export function checkKeyText(draft: Draft, path: Path, key: string, use: PlaceholderUse): void {
  const placeholder = placeholderProblem(key, use);
  const problem = keyProblem(key);
  if (problem === undefined) report(draft, "OG135", path, placeholder);
  else report(draft, "OG132", path, { ...problem, fix: placeholder?.fix ?? problem.fix });
}
