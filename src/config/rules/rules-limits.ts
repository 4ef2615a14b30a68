// Rules about limits: what clients may use and spend, queues, certificate authorities, paid probes, the times of an ejection.

import { isTag } from "../../accounts/key-fields.ts";
import { type Message, message } from "../../language/messages.ts";
import { decodedOf } from "../schema/fields.ts";
import { endpointMaxInFlight } from "../schema/schema-endpoints.ts";
import { EJECTION_TIMES } from "../schema/schema-reliability.ts";
import { serverMaxInFlight } from "../schema/schema-server.ts";
import {
  aboutFound,
  aboutValue,
  type Draft,
  isBlock,
  keysAt,
  listAt,
  pathText,
  textAt,
  valueAt,
} from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { headerNameProblem, headerValueProblem, modelNameProblem } from "../yaml/text-rules.ts";
import type { CaFiles } from "./ca-files.ts";
import { sayWrong as say } from "./key-texts.ts";

/** Checks the limits of clients, of the server, of every endpoint, and of health. */
export function checkLimits(draft: Draft, caFiles: CaFiles): void {
  checkAccounts(draft);
  checkQueue(draft, ["server"], serverMaxInFlight);
  for (const index of listAt(draft, ["endpoints"]).keys()) {
    const endpoint = ["endpoints", index];
    checkQueue(draft, endpoint, endpointMaxInFlight);
    checkProbe(draft, [...endpoint, "probe", "model"]);
    checkCaFile(draft, [...endpoint, "ca_file"], caFiles);
  }
  checkEjection(draft);
}

/** Nothing waits where nothing is full. */
function checkQueue(draft: Draft, above: Path, field: typeof serverMaxInFlight): void {
  const queue = [...above, "queue"];
  const limit = [...above, "max_in_flight"];
  if (valueAt(draft.value, queue) === undefined) return;
  if (decodedOf(field, valueAt(draft.value, limit)) !== Number.POSITIVE_INFINITY) return;
  draft.problems.add(
    "OG161",
    draft.places.keyAt(queue),
    message("limits.queue", { queue: pathText(queue), limit: pathText(limit) }),
    { fix: message("limits.fixQueue") },
  );
}

function checkProbe(draft: Draft, path: Path): void {
  const name = textAt(draft, path);
  const problem = name === undefined ? undefined : modelNameProblem(name);
  if (problem === undefined) return;
  const words = message("config.aboutOne", { name: pathText(path), problem: problem.message });
  draft.problems.add("OG120", draft.places.valueAt(path), words, { fix: problem.fix });
}

function checkCaFile(draft: Draft, path: Path, caFiles: CaFiles): void {
  const file = textAt(draft, path);
  if (file === undefined) return;
  const result = caFiles.read(file);
  if (result.kind === "ok") return;
  draft.problems.add("OG128", draft.places.valueAt(path), aboutFound(draft, path, result.message), {
    fix: result.fix,
  });
}

function checkEjection(draft: Draft): void {
  const first = ["health", "ejection"];
  const longest = ["health", "ejection_max"];
  const firstMs = timeAt(draft, first, EJECTION_TIMES.ejection);
  const longestMs = timeAt(draft, longest, EJECTION_TIMES.ejection_max);
  if (firstMs <= longestMs) return;
  const isLongestGiven = valueAt(draft.value, longest) !== undefined;
  const [at, other] = isLongestGiven ? [longest, first] : [first, longest];
  const related =
    valueAt(draft.value, other) === undefined
      ? []
      : [
          {
            at: draft.places.valueAt(other),
            message: message("config.givenHere", { name: pathText(other) }),
          },
        ];
  draft.problems.add(
    "OG116",
    draft.places.valueAt(at),
    message("limits.ejection", { first: firstMs / 1_000, longest: longestMs / 1_000 }),
    { related, fix: message("limits.fixEjection") },
  );
}

/** In milliseconds. What is no duration is reported elsewhere, and counts as the default. */
function timeAt(draft: Draft, path: Path, field: (typeof EJECTION_TIMES)["ejection"]): number {
  return decodedOf(field, valueAt(draft.value, path)) ?? field.parse(undefined);
}

/** Checks `limits`, `budgets` and `alerts`. */
function checkAccounts(draft: Draft): void {
  checkNames(draft, ["limits", "models"], (name) => modelNameProblem(name)?.message);
  checkNames(draft, ["limits", "tags"], tagProblem);
  const seen = new Map<string, Path>();
  for (const index of listAt(draft, ["budgets"]).keys()) checkBudget(draft, ["budgets", index], seen);
  checkWebhook(draft, ["alerts", "webhook"]);
  for (const index of listAt(draft, ["alerts", "webhooks"]).keys()) {
    const path = ["alerts", "webhooks", index];
    checkWebhook(draft, [...path, "url"]);
    checkWebhookHeaders(draft, [...path, "headers"]);
  }
}

function checkBudget(draft: Draft, path: Path, seen: Map<string, Path>): void {
  const tag = textAt(draft, [...path, "tag"]);
  if (tag !== undefined && !isTag(tag))
    say(
      draft,
      "OG168",
      [...path, "tag"],
      [aboutValue(draft, [...path, "tag"], message("accounts.noTag")), message("accounts.noTag.fix")],
    );
  const key = JSON.stringify([tag ?? null, textAt(draft, [...path, "per"]) ?? "month"]);
  const first = seen.get(key);
  if (first === undefined) seen.set(key, path);
  else
    say(draft, "OG168", path, [
      message("accounts.sameBudget", { place: pathText(path), other: pathText(first) }),
      message("fix.removeOne"),
      first,
    ]);
}

function checkWebhook(draft: Draft, path: Path): void {
  const text = textAt(draft, path);
  if (text === undefined) return;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The address itself lets people post: nothing of it is shown.
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    say(draft, "OG168", path, [
      message("accounts.noWebhook", { place: pathText(path) }),
      message("accounts.noWebhook.fix"),
    ]);
}

function checkWebhookHeaders(draft: Draft, path: Path): void {
  for (const name of keysAt(draft, path)) {
    const at = [...path, name];
    const problem = headerNameProblem(name, false) ?? headerValueProblem(textAt(draft, at) ?? "");
    // The name may be half of a secret that was put in the wrong place.
    if (problem !== undefined)
      say(draft, "OG168", at, [
        message("config.aboutOne", { name: pathText(path), problem: problem.message }),
        problem.fix,
      ]);
  }
}

/** The names of a block that people choose. */
function checkNames(draft: Draft, block: Path, problemOf: (name: string) => Message | undefined): void {
  const value = valueAt(draft.value, block);
  if (!isBlock(value)) return;
  for (const name of Object.keys(value)) {
    const problem = name === "*" ? undefined : problemOf(name);
    if (problem === undefined) continue;
    const words = message("config.aboutOne", { name: pathText([...block, name]), problem });
    draft.problems.add("OG168", draft.places.keyAt([...block, name]), words, {
      fix: message("accounts.name.fix"),
    });
  }
}

function tagProblem(text: string): Message | undefined {
  return isTag(text) ? undefined : message("accounts.noTag");
}
