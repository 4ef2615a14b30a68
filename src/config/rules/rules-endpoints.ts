// Rules about `endpoints`: names, addresses, keys, headers, models.

import { type Message, message } from "../../language/messages.ts";
import { ACCOUNT_HEADERS } from "../../wires/headers/account-headers.ts";
import { contradicting } from "../../wires/registry/hosts.ts";
import { WIRE_NAMES } from "../../wires/wire.ts";
import { isPlainKey } from "../report/showable.ts";
import {
  type Draft,
  keysAt,
  listAt,
  listOfWords,
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
    const words = message(endpoints.length === 0 ? "endpoints.none" : "endpoints.noneEnabled");
    draft.problems.add("OG126", draft.places.keyAt(["endpoints"]), words, {
      fix: message("endpoints.fixNone"),
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
    const related = [{ at: draft.places.valueAt(first), message: message("config.firstUsed") }];
    const fix = message("endpoints.fixSameName", { name: `${name}-2` });
    draft.problems.add(
      "OG121",
      draft.places.valueAt(path),
      message("endpoints.sameName", { name: shown(draft, path) }),
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
    const words = message("endpoints.placeholderUrl", { place: where });
    draft.problems.add("OG135", at, words, { fix: placeholderFix(placeholder) });
  }
  if (result.corrections.length > 0) {
    const url = result.url.baseUrl;
    const corrections = listOfWords(result.corrections);
    const words = message("endpoints.corrected", { place: where, corrections, url });
    draft.problems.add("OG124", at, words, { fix: message("fix.write", { text: url }) });
  }
  if (result.advice !== undefined) {
    draft.problems.add("OG127", at, message("endpoints.noPath", { place: where }), {
      fix: message("fix.write", { text: result.advice }),
    });
  }
}

/** Only what cannot be meant: another vendor's own host. Anybody else's may serve any wire. */
function checkApi(draft: Draft, endpoint: Path): void {
  const api = WIRE_NAMES.find((name) => name === valueAt(draft.value, [...endpoint, "api"]));
  const hostname = URL.parse(textAt(draft, [...endpoint, "base_url"]) ?? "")?.hostname;
  if (api === undefined || hostname === undefined) return;
  const vendor = contradicting(api, hostname);
  if (vendor === undefined) return;
  const place = placeText(draft, endpoint);
  const words = message("endpoints.otherApi", { place, api, host: hostname, vendor });
  draft.problems.add("OG129", draft.places.valueAt([...endpoint, "api"]), words, {
    fix: message("endpoints.fixOtherApi", { vendor }),
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
        badHeader(name, placeText(draft, endpoint), problem.message),
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
    const related = [{ at: draft.places.keyAt(first), message: message("config.firstGiven") }];
    const words = message("endpoints.headerTwice", { header: shownKey(name) });
    draft.problems.add("OG125", draft.places.keyAt(path), words, { related, fix: message("fix.keepOne") });
  }
}

function checkHeaderValue(draft: Draft, path: Path, value: string): void {
  const problem = headerValueProblem(value);
  report(draft, "OG125", path, problem);
  if (problem === undefined) report(draft, "OG135", path, placeholderProblem(value, "placeholder.isSent"));
}

function checkModels(draft: Draft, path: Path): void {
  const list = [...path, "list"];
  const patterns = ["include", "exclude"].filter((key) => valueAt(draft.value, [...path, key]) !== undefined);
  if (valueAt(draft.value, list) !== undefined && patterns.length > 0) {
    const key = patterns[0] ?? "";
    const words = message("endpoints.listAndPatterns", { path: pathText(path), key });
    draft.problems.add("OG112", draft.places.keyAt([...path, key]), words, {
      fix: message("endpoints.fixListAndPatterns"),
    });
  }
  for (const names of [path, list, [...path, "include"], [...path, "exclude"]]) {
    const isPattern = names.at(-1) === "include" || names.at(-1) === "exclude";
    for (const index of listAt(draft, names).keys()) {
      const name = textAt(draft, [...names, index]);
      if (name === undefined || (isPattern && name === "*")) continue;
      report(draft, "OG120", [...names, index], modelNameProblem(name));
      if (isPattern || !name.includes("*")) continue;
      const words = message("endpoints.pattern", { path: pathText([...names, index]) });
      draft.problems.add("OG120", draft.places.valueAt([...names, index]), words, {
        fix: message("endpoints.fixPattern", { name }),
      });
    }
  }
}

function badHeader(name: string, place: string, problem: Message): Message {
  return message("endpoints.badHeader", { header: shownKey(name), place, problem });
}

function shownKey(name: string): string {
  return isPlainKey(name) ? name : "…";
}
