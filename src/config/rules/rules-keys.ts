// Rules about the keys of endpoints: `api_key`, `api_key_file`, or several as `api_keys`.

import { message, translator } from "../../language/messages.ts";
import {
  type Draft,
  isBlock,
  listAt,
  originText,
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
  checkKey(draft, one, "so that the endpoint is called without a key", "api_key");
  checkKeyFile(draft, inFile, files);
  const given = valueAt(draft.value, several);
  if (valueAt(draft.value, inFile) !== undefined) {
    if (valueAt(draft.value, one) !== undefined) sayTwice(draft, one, inFile);
    if (given !== undefined) sayTwice(draft, inFile, several);
  }
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
  checkList(draft, several, files);
}

/** Reports two ways of giving a key at the second of them. */
function sayTwice(draft: Draft, first: Path, second: Path): void {
  const [one, other] = [String(first.at(-1)), String(second.at(-1))];
  const place = placeText(draft, first.slice(0, -1));
  const related = [
    { at: draft.places.keyAt(first), message: english(message("endpointKey.twice.at", { one })) },
  ];
  const words = english(message("endpointKey.twice", { place, one, other }));
  const fix = english(message("endpointKey.twice.fix"));
  draft.problems.add("OG133", draft.places.keyAt(second), words, { related, fix });
}

const english = translator("en");

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
    const name = `${pathText(path)}${originText(draft, path)}`;
    if (key === "" && draft.places.variablesAt(path).length === 0)
      draft.problems.add("OG133", at, `${name} is empty`, { fix: "remove it, or write a key" });
    if (!isBlock(entry)) checkKey(draft, path, "and is left out", "the entry");
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
