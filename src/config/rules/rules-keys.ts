// Rules about the keys of endpoints: `api_key`, `api_key_file`, or several as `api_keys`.

import { message } from "../../language/messages.ts";
import {
  aboutValue,
  type Draft,
  isBlock,
  listAt,
  pathText,
  placeText,
  textAt,
  valueAt,
} from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import type { KeyFiles } from "./key-files.ts";
import { checkKeyFile, checkKeyText } from "./key-texts.ts";

/** Checks the keys of one endpoint. */
export function checkEndpointKeys(draft: Draft, endpoint: Path, files: KeyFiles): void {
  const one = [...endpoint, "api_key"];
  const inFile = [...endpoint, "api_key_file"];
  const several = [...endpoint, "api_keys"];
  checkKey(draft, one, { problem: "keys.emptyOne", fix: "keys.fixEmptyOne" });
  checkKeyFile(draft, inFile, files);
  const given = valueAt(draft.value, several);
  if (valueAt(draft.value, inFile) !== undefined) {
    if (valueAt(draft.value, one) !== undefined) sayTwice(draft, one, inFile);
    if (given !== undefined) sayTwice(draft, inFile, several);
  }
  if (given === undefined) return;
  if (valueAt(draft.value, one) !== undefined) sayTwice(draft, one, several, message("keys.fixBoth"));
  if (Array.isArray(given) && given.length === 0) {
    const words = message("keys.noEntry", { path: pathText(several) });
    draft.problems.add("OG133", draft.places.valueAt(several), words, { fix: message("keys.fixNoEntry") });
  }
  checkList(draft, several, files);
}

/** Reports two ways of giving a key at the second of them. */
function sayTwice(draft: Draft, first: Path, second: Path, fix = message("fix.keepOne")): void {
  const [one, other] = [String(first.at(-1)), String(second.at(-1))];
  const place = placeText(draft, first.slice(0, -1));
  const related = [{ at: draft.places.keyAt(first), message: message("config.givenHere", { name: one }) }];
  const words = message("endpointKey.twice", { place, one, other });
  draft.problems.add("OG133", draft.places.keyAt(second), words, { related, fix });
}

/** Whether a key is sent, so that there is an `Authorization` already. */
export function hasEndpointKey(draft: Draft, endpoint: Path): boolean {
  const several = [...endpoint, "api_keys"];
  const paths = [
    [...endpoint, "api_key"],
    [...endpoint, "api_key_file"],
    ...listAt(draft, several).map((entry, index) =>
      isBlock(entry) ? [...several, index, "file"] : [...several, index],
    ),
  ];
  return paths.some((path) => (textAt(draft, path) ?? "") !== "");
}

function checkList(draft: Draft, list: Path, files: KeyFiles): void {
  const seen = new Map<string, Path>();
  for (const [index, entry] of listAt(draft, list).entries()) {
    const path = isBlock(entry) ? [...list, index, "file"] : [...list, index];
    const key = isBlock(entry) ? checkKeyFile(draft, path, files) : textAt(draft, path);
    if (key === undefined) continue;
    const at = draft.places.valueAt(path);
    if (key === "" && draft.places.variablesAt(path).length === 0) {
      const words = aboutValue(draft, path, message("text.empty"));
      draft.problems.add("OG133", at, words, { fix: message("keys.fixEmpty") });
    }
    if (!isBlock(entry)) checkKey(draft, path, { problem: "keys.emptyEntry", fix: "keys.fixEmptyEntry" });
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
