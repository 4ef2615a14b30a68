// What `doctor` says of client keys: which have expired, and which soon will.

import type { ClientKey } from "../../accounts/client-key.ts";
import { listOfWords } from "../../config/yaml/draft.ts";
import { type MessageValue, message } from "../../language/messages.ts";
import type { RuntimeCheck } from "./doctor-report.ts";

const DAY_MS = 86_400_000;
/** So long before its end a key is named. */
const WARNED_DAYS = 14;
/** So many are named one by one. */
const MOST_SHOWN = 10;

/** A check for the keys that have ended and one for those that soon will; none where no key ever ends. */
export function checkClientKeys(keys: readonly ClientKey[], wallMs: number): readonly RuntimeCheck[] {
  const ending = keys.filter(({ expiresMs }) => (expiresMs ?? Infinity) <= wallMs + WARNED_DAYS * DAY_MS);
  const ended = ending.filter(({ expiresMs }) => (expiresMs ?? Infinity) <= wallMs);
  const soon = ending.filter((key) => !ended.includes(key));
  const label = message("clientKeys.label");
  const checks: RuntimeCheck[] = [];
  if (ended.length > 0) {
    const problem = message("clientKeys.ended", { names: namesOf(ended) });
    checks.push({ label, isOk: false, problem, fix: message("clientKeys.ended.fix") });
  }
  if (soon.length > 0) {
    const problem = message("clientKeys.ending", { days: WARNED_DAYS, names: namesOf(soon) });
    checks.push({ label, isOk: false, problem, fix: message("clientKeys.ending.fix") });
  }
  if (checks.length === 0 && keys.some(({ expiresMs }) => expiresMs !== undefined))
    checks.push({ label, isOk: true });
  return checks;
}

/** To the minute, as in `2027-01-31 18:00`. */
function minuteOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 16).replace("T", " ");
}

/** The first to end first. */
function namesOf(keys: readonly ClientKey[]): MessageValue {
  const sorted = keys.toSorted((left, right) => (left.expiresMs ?? 0) - (right.expiresMs ?? 0));
  const shown = listOfWords(
    sorted
      .slice(0, MOST_SHOWN)
      .map(({ name, expiresMs = 0 }) => message("clientKeys.one", { name, when: minuteOf(expiresMs) })),
  );
  const count = keys.length - MOST_SHOWN;
  return count > 0 ? message("clientKeys.more", { shown, count }) : shown;
}
