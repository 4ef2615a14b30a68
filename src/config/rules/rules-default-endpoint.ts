// Rules about `default_endpoint`, of `routing` and of client keys: it is an endpoint that there is, and that is in use.

import { nearest } from "../../core/nearest.ts";
import { message } from "../../language/messages.ts";
import { type Draft, listAt, listOfWords, pathText, shown, textAt, valueAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";

const KEY = "default_endpoint";
const MOST_NAMES = 8;

/** Checks all of them. */
export function checkDefaultEndpoints(draft: Draft): void {
  const endpoints = new Map<string, number>();
  for (const index of listAt(draft, ["endpoints"]).keys()) {
    const name = textAt(draft, ["endpoints", index, "name"]);
    if (name !== undefined && !endpoints.has(name)) endpoints.set(name, index);
  }
  checkOne(draft, ["routing", KEY], endpoints);
  for (const index of listAt(draft, ["server", "api_keys"]).keys())
    checkOne(draft, ["server", "api_keys", index, KEY], endpoints);
}

function checkOne(draft: Draft, path: Path, endpoints: ReadonlyMap<string, number>): void {
  const name = textAt(draft, path);
  if (name === undefined) return;
  const index = endpoints.get(name);
  if (index === undefined) reportUnknown(draft, path, [...endpoints.keys()], name);
  else if (valueAt(draft.value, ["endpoints", index, "enabled"]) === false) {
    const related = [
      {
        at: draft.places.keyAt(["endpoints", index, "enabled"]),
        message: message("overrides.disabledHere"),
      },
    ];
    const words = message("defaultEndpoint.disabled", { place: pathText(path), name: shown(draft, path) });
    const fix = message("defaultEndpoint.disabled.fix");
    draft.problems.add("OG163", draft.places.valueAt(path), words, { related, fix });
  }
}

function reportUnknown(draft: Draft, path: Path, names: readonly string[], name: string): void {
  const near = nearest(name, names)[0];
  const more = names.length > MOST_NAMES ? ["…"] : [];
  const known =
    names.length === 0
      ? message("endpoints.none")
      : message("overrides.known", { names: listOfWords([...names.slice(0, MOST_NAMES), ...more]) });
  const fix = near === undefined ? known : message("fix.didYouMeanKey", { name: near });
  const words = message("defaultEndpoint.unknown", { place: pathText(path), name: shown(draft, path) });
  draft.problems.add("OG162", draft.places.valueAt(path), words, { fix });
}
