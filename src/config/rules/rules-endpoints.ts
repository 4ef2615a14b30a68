// Rules about `endpoints`: names, addresses, keys, headers, models.

import { ACCOUNT_HEADERS } from "../../wires/headers/account-headers.ts";
import { contradicting } from "../../wires/registry/hosts.ts";
import { WIRE_NAMES } from "../../wires/wire.ts";
import { isPlainKey } from "../report/showable.ts";
import {
  type Draft,
  keysAt,
  listAt,
  pathText,
  placeText,
  report,
  shown,
  textAt,
  valueAt,
} from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import {
  endpointNameProblem,
  headerNameProblem,
  headerValueProblem,
  modelNameProblem,
} from "../yaml/text-rules.ts";
import { readBaseUrl } from "./base-url.ts";
import type { KeyFiles } from "./key-files.ts";
import { placeholderFix, placeholderInAddress, placeholderProblem } from "./placeholders.ts";
import { checkEndpointKeys, hasEndpointKey } from "./rules-keys.ts";

/** Checks `endpoints`. */
export function checkEndpoints(draft: Draft, keyFiles: KeyFiles): void {
  const endpoints = listAt(draft, ["endpoints"]);
  const isUsable = [...endpoints.keys()].some(
    (index) => valueAt(draft.value, ["endpoints", index, "enabled"]) !== false,
  );
  const given = valueAt(draft.value, ["endpoints"]);
  if (!isUsable && (given === undefined || Array.isArray(given))) {
    const message = endpoints.length === 0 ? "no endpoint is configured" : "no endpoint is enabled";
    draft.problems.add("OG126", draft.places.keyAt(["endpoints"]), message, {
      fix: "add one, or run: oai-gateway init",
    });
  }
  checkNames(draft, endpoints.length);
  for (const index of endpoints.keys()) {
    const path = ["endpoints", index];
    checkBaseUrl(draft, [...path, "base_url"]);
    checkApi(draft, path);
    checkEndpointKeys(draft, path, keyFiles);
    checkHeaders(draft, path);
    checkModels(draft, [...path, "models"]);
  }
}

function checkNames(draft: Draft, count: number): void {
  const seen = new Map<string, Path>();
  for (let index = 0; index < count; index++) {
    const path = ["endpoints", index, "name"];
    const name = textAt(draft, path);
    if (name === undefined) continue;
    report(draft, "OG120", path, endpointNameProblem(name));
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, path);
      continue;
    }
    if (name.trim() === "") continue;
    const related = [{ at: draft.places.valueAt(first), message: "first used here" }];
    const fix = `rename one of the two, for example to "${name}-2"`;
    draft.problems.add(
      "OG121",
      draft.places.valueAt(path),
      `two endpoints are called ${shown(draft, path)}`,
      { related, fix },
    );
  }
}

function checkBaseUrl(draft: Draft, path: Path): void {
  const text = textAt(draft, path);
  if (text === undefined) return;
  const result = readBaseUrl(text);
  const placeholder = placeholderInAddress(text);
  if (result.kind === "bad") {
    const fix = placeholder === undefined ? result.fix : placeholderFix(placeholder);
    report(draft, result.code, path, { ...result, fix });
    return;
  }
  const at = draft.places.valueAt(path);
  const where = placeText(draft, path.slice(0, -1));
  if (placeholder !== undefined) {
    const message = `base_url of ${where} has a placeholder in it; the text itself is called`;
    draft.problems.add("OG135", at, message, { fix: placeholderFix(placeholder) });
  }
  if (result.corrections.length > 0) {
    const message = `base_url of ${where}: ${result.corrections.join(", ")}; used is ${result.url.baseUrl}`;
    draft.problems.add("OG124", at, message, { fix: `write "${result.url.baseUrl}"` });
  }
  if (result.advice !== undefined) {
    draft.problems.add(
      "OG127",
      at,
      `base_url of ${where} has no path, and this server's API lives below one`,
      { fix: `write "${result.advice}"` },
    );
  }
}

/** Only what cannot be meant: another vendor's own host. Anybody else's may serve any wire. */
function checkApi(draft: Draft, endpoint: Path): void {
  const api = WIRE_NAMES.find((name) => name === valueAt(draft.value, [...endpoint, "api"]));
  const hostname = URL.parse(textAt(draft, [...endpoint, "base_url"]) ?? "")?.hostname;
  if (api === undefined || hostname === undefined) return;
  const vendor = contradicting(api, hostname);
  if (vendor === undefined) return;
  const message = `api of ${placeText(draft, endpoint)} is "${api}", but ${hostname} has the API of ${vendor}`;
  draft.problems.add("OG129", draft.places.valueAt([...endpoint, "api"]), message, {
    fix: `write "${vendor}", or remove it`,
  });
}

function checkHeaders(draft: Draft, endpoint: Path): void {
  const hasApiKey = hasEndpointKey(draft, endpoint);
  const seen = new Map<string, Path>();
  for (const [key, header] of Object.entries(ACCOUNT_HEADERS)) {
    const path = [...endpoint, key];
    const value = textAt(draft, path);
    if (value === undefined) continue;
    checkHeaderValue(draft, path, value);
    seen.set(header, path);
  }
  for (const name of keysAt(draft, [...endpoint, "headers"])) {
    const path = [...endpoint, "headers", name];
    const problem = headerNameProblem(name, hasApiKey);
    if (problem !== undefined) {
      draft.problems.add(
        "OG125",
        draft.places.keyAt(path),
        `header ${quotedKey(name)} of ${placeText(draft, endpoint)} ${problem.message}`,
        { fix: problem.fix },
      );
    }
    const value = textAt(draft, path);
    if (value !== undefined) checkHeaderValue(draft, path, value);
    const first = seen.get(name.toLowerCase());
    if (first === undefined) {
      seen.set(name.toLowerCase(), path);
      continue;
    }
    const related = [{ at: draft.places.keyAt(first), message: "first given here" }];
    draft.problems.add("OG125", draft.places.keyAt(path), `header ${quotedKey(name)} is given twice`, {
      related,
      fix: "keep one of the two",
    });
  }
}

function checkHeaderValue(draft: Draft, path: Path, value: string): void {
  const problem = headerValueProblem(value);
  report(draft, "OG125", path, problem);
  if (problem === undefined) report(draft, "OG135", path, placeholderProblem(value, "is sent"));
}

function checkModels(draft: Draft, path: Path): void {
  const list = [...path, "list"];
  const patterns = ["include", "exclude"].filter((key) => valueAt(draft.value, [...path, key]) !== undefined);
  if (valueAt(draft.value, list) !== undefined && patterns.length > 0) {
    const message = `${pathText(path)} has both "list" and "${patterns[0]}"`;
    draft.problems.add("OG112", draft.places.keyAt([...path, patterns[0] ?? ""]), message, {
      fix: "a static list needs no patterns: keep one of the two",
    });
  }
  for (const names of [path, list, [...path, "include"], [...path, "exclude"]]) {
    const isPattern = names.at(-1) === "include" || names.at(-1) === "exclude";
    for (const index of listAt(draft, names).keys()) {
      const name = textAt(draft, [...names, index]);
      if (name === undefined || (isPattern && name === "*")) continue;
      report(draft, "OG120", [...names, index], modelNameProblem(name));
      if (isPattern || !name.includes("*")) continue;
      const fix = `for a pattern write models: {include: ["${name}"]}`;
      draft.problems.add(
        "OG120",
        draft.places.valueAt([...names, index]),
        `${pathText([...names, index])} is a pattern, but names in a list are exact`,
        { fix },
      );
    }
  }
}

function quotedKey(name: string): string {
  return isPlainKey(name) ? JSON.stringify(name) : '"…"';
}
