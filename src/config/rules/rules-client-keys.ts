// Rules about `server.api_keys`: each entry has one key, a name of its own, models and an end.

import { isNetwork } from "../../accounts/address-list.ts";
import { keyDigest } from "../../accounts/client-key.ts";
import { isTag } from "../../accounts/key-fields.ts";
import { isPrintable } from "../../core/clean-text.ts";
import { systemClock } from "../../core/clock.ts";
import { type Message, message } from "../../language/messages.ts";
import { decodedOf, until } from "../schema/fields.ts";
import {
  aboutFound,
  aboutValue,
  type Draft,
  isBlock,
  listAt,
  pathText,
  report,
  shown,
  textAt,
  valueAt,
} from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { endpointNameProblem, modelNameProblem } from "../yaml/text-rules.ts";
import type { KeyFiles } from "./key-files.ts";
import { checkKeyFile, checkKeyText, sayWrong as say } from "./key-texts.ts";

const LIST = ["server", "api_keys"];
const LONGEST_NAME = 64;
const SHA256 = /^[0-9a-f]{64}$/i;

/** What the entries so far have given. */
type Seen = { readonly digests: Map<string, Path>; readonly names: Map<string, Path> };

/** Checks the client keys. */
export function checkClientKeys(draft: Draft, files: KeyFiles): void {
  const keys = listAt(draft, LIST);
  if (Array.isArray(valueAt(draft.value, LIST)) && keys.length === 0)
    say(draft, "OG143", LIST, [message("clientKey.none"), message("clientKey.none.fix")]);
  const seen: Seen = { digests: new Map(), names: new Map() };
  for (const [index, raw] of keys.entries()) {
    const path = [...LIST, index];
    if (isBlock(raw)) checkEntry(draft, path, files, seen);
    else checkPlain(draft, path, raw, seen);
  }
}

/** A key as a text, in the list or as `key` of an entry. */
function checkPlain(draft: Draft, path: Path, raw: unknown, seen: Seen): void {
  const key = textAt(draft, path);
  if (raw === null || key?.trim() === "")
    say(draft, "OG141", path, [
      aboutValue(draft, path, message("text.empty")),
      message("clientKey.empty.fix"),
    ]);
  if (key === undefined || key.trim() === "") return;
  checkKeyText(draft, path, key, "placeholder.isClientKey");
  checkSame(draft, path, keyDigest(key), seen);
}

function checkEntry(draft: Draft, entry: Path, files: KeyFiles, seen: Seen): void {
  checkName(draft, [...entry, "name"], seen);
  const ways = ["key", "key_file", "sha256"].filter(
    (key) => valueAt(draft.value, [...entry, key]) !== undefined,
  );
  const place = pathText(entry);
  if (ways.length === 0)
    say(draft, "OG149", entry, [message("clientKey.noKey", { place }), message("clientKey.noKey.fix")]);
  if (ways.length > 1) {
    const words = message("clientKey.several", { place, keys: ways.join(", ") });
    say(draft, "OG149", entry, [words, message("clientKey.several.fix")]);
  }
  const [way] = ways;
  const path = [...entry, way ?? ""];
  if (way === "key") checkPlain(draft, path, valueAt(draft.value, path), seen);
  if (way === "sha256") checkDigest(draft, path, seen);
  if (way === "key_file") {
    const key = checkKeyFile(draft, path, files);
    if (key !== undefined) checkSame(draft, path, keyDigest(key), seen);
  }
  checkModels(draft, [...entry, "models"]);
  checkKeyScopes(draft, entry);
  checkEnd(draft, entry);
}

function checkName(draft: Draft, path: Path, seen: Seen): void {
  const name = textAt(draft, path);
  if (name === undefined) return;
  if (name.trim() !== name || name.length > LONGEST_NAME || !isPrintable(name))
    say(draft, "OG120", path, [
      aboutValue(draft, path, message("clientKey.badName")),
      message("clientKey.badName.fix"),
    ]);
  if (/^#\d+$/.test(name))
    say(draft, "OG120", path, [
      aboutValue(draft, path, message("clientKey.numberName")),
      message("clientKey.numberName.fix"),
    ]);
  const first = seen.names.get(name);
  if (first === undefined) {
    seen.names.set(name, path);
    return;
  }
  const words = message("clientKey.sameName", { name: shown(draft, path) });
  say(draft, "OG149", path, [words, message("clientKey.sameName.fix"), first]);
}

function checkDigest(draft: Draft, path: Path, seen: Seen): void {
  const text = textAt(draft, path);
  if (text === undefined) return;
  const digest = text.toLowerCase();
  if (!SHA256.test(text))
    say(draft, "OG149", path, [
      aboutValue(draft, path, message("clientKey.digest")),
      message("clientKey.digest.fix"),
    ]);
  else if (digest === keyDigest(""))
    say(draft, "OG149", path, [
      aboutValue(draft, path, message("clientKey.ofNothing")),
      message("clientKey.ofNothing.fix"),
    ]);
  else checkSame(draft, path, digest, seen);
}

function checkSame(draft: Draft, path: Path, digest: string, seen: Seen): void {
  const first = seen.digests.get(digest);
  if (first === undefined) {
    seen.digests.set(digest, path);
    return;
  }
  const words = aboutValue(draft, path, message("keys.sameAs", { other: pathText(first) }));
  say(draft, "OG141", path, [words, message("fix.removeOne"), first]);
}

function checkModels(draft: Draft, list: Path): void {
  const given = valueAt(draft.value, list);
  if (Array.isArray(given) && given.length === 0) {
    const words = message("clientKey.noModels", { place: pathText(list) });
    say(draft, "OG149", list, [words, message("clientKey.noModels.fix")]);
  }
  for (const index of listAt(draft, list).keys()) {
    const pattern = textAt(draft, [...list, index]);
    if (pattern !== undefined && pattern !== "*")
      report(draft, "OG120", [...list, index], modelNameProblem(pattern));
  }
}

const end = until("").optional();

function checkEnd(draft: Draft, entry: Path): void {
  const path = [...entry, "expires"];
  const expiresMs = decodedOf(end, textAt(draft, path));
  if (expiresMs === undefined || expiresMs > systemClock.wallMs()) return;
  const name = shown(draft, [...entry, "name"]);
  const words = message("clientKey.expired", { name, when: new Date(expiresMs).toISOString() });
  say(draft, "OG147", path, [words, message("clientKey.expired.fix")]);
}

/** Checks tags, endpoints and addresses of an entry of `server.api_keys`. */
function checkKeyScopes(draft: Draft, entry: Path): void {
  checkList(draft, [...entry, "tags"], tagProblem);
  checkList(draft, [...entry, "endpoints"], (text) =>
    text.includes("*") ? undefined : endpointNameProblem(text)?.message,
  );
  checkList(draft, [...entry, "addresses"], (text) =>
    isNetwork(text) ? undefined : message("accounts.noNetwork"),
  );
}

function checkList(draft: Draft, list: Path, problemOf: (text: string) => Message | undefined): void {
  const given = valueAt(draft.value, list);
  if (Array.isArray(given) && given.length === 0)
    say(draft, "OG149", list, [
      message("accounts.emptyList", { place: pathText(list) }),
      message("accounts.emptyList.fix"),
    ]);
  for (const index of listAt(draft, list).keys()) {
    const path = [...list, index];
    const text = textAt(draft, path);
    const problem = text === undefined ? undefined : problemOf(text);
    if (problem !== undefined)
      say(draft, "OG149", path, [aboutFound(draft, path, problem), message("accounts.entry.fix")]);
  }
}

function tagProblem(text: string): Message | undefined {
  return isTag(text) ? undefined : message("accounts.noTag");
}
