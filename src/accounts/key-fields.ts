// What may be written into the fields of a client key, whoever writes it: the admin API, a command, or a document that
// was found in the store. Each field is checked by itself; the first that is wrong is named.

import { isPrintable } from "../core/clean-text.ts";
import { type Message, message } from "../language/messages.ts";
import { isNetwork } from "./address-list.ts";
import type { BudgetPer, BudgetSettings, KeyRules, LimitSettings, WindowLimits } from "./key-rules.ts";
import { isTimeZone } from "./time-zone.ts";

/** What is wrong with a field. */
export type FieldProblem = { readonly field: string; readonly said: Message };

type KeyFields = Readonly<Record<string, unknown>>;
type Check<T> = (value: unknown) => T | undefined;

const LONGEST_NAME = 64;
const LONGEST_PATTERN = 512;
const MAX_ENTRIES = 256;
const MAX_COUNT = 1_000_000_000_000;
const MAX_PARALLEL = 1_000_000;
/** Nine million dollars; above that nano-dollars are no whole numbers any more. */
const MAX_NANO_DOLLARS = 9_000_000_000_000_000;
const PERIODS: readonly string[] = ["day", "week", "month", "total"] satisfies readonly BudgetPer[];

/** Whether a text can be the name of a key. `#3` cannot: so those are called that have none. */
export function isKeyName(value: unknown): value is string {
  return isWord(value) && !/^#\d+$/.test(value);
}

/** Whether a text can be a tag. */
export function isTag(value: unknown): value is string {
  return isWord(value) && !value.includes(",");
}

/** A short text of one line without anything odd. */
function isWord(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length <= LONGEST_NAME &&
    value.trim() === value &&
    isPrintable(value) &&
    value.isWellFormed()
  );
}

/** The fields checked: those that are there, or the first that is wrong. What is unknown among them is not looked at. */
export function checkedRules(
  fields: KeyFields,
):
  | { readonly kind: "good"; readonly rules: KeyRules }
  | { readonly kind: "bad"; readonly problem: FieldProblem } {
  for (const [field, { isGood, said }] of Object.entries(FIELDS)) {
    const value = fields[field];
    if (value !== undefined && !isGood(value)) return { kind: "bad", problem: { field, said } };
  }
  return {
    kind: "good",
    rules: {
      owner: fields["owner"] as string | undefined,
      tags: (fields["tags"] as readonly string[] | undefined) ?? [],
      models: fields["models"] as readonly string[] | undefined,
      endpoints: fields["endpoints"] as readonly string[] | undefined,
      addresses: fields["addresses"] as readonly string[] | undefined,
      expiresMs: fields["expiresMs"] as number | undefined,
      isDisabled: fields["isDisabled"] === true,
      logsBodies: fields["logsBodies"] === true ? true : undefined,
      limits: limitsOf(fields["limits"]),
      budget: budgetOf(fields["budget"]),
    },
  };
}

/** What a name may be. */
export const NAME_WORDS = message("keys.badName", { longest: LONGEST_NAME });

const FIELDS: Readonly<
  Record<keyof KeyRules, { readonly isGood: (value: unknown) => boolean; readonly said: Message }>
> = {
  owner: { isGood: isWord, said: message("keys.badOwner", { longest: LONGEST_NAME }) },
  tags: { isGood: listOf(isTag, 0), said: message("keys.badTags", { longest: LONGEST_NAME }) },
  models: { isGood: listOf(isPattern, 1), said: message("keys.badPatterns") },
  endpoints: { isGood: listOf(isPattern, 1), said: message("keys.badPatterns") },
  addresses: {
    isGood: listOf((one) => typeof one === "string" && isNetwork(one), 1),
    said: message("keys.badAddresses"),
  },
  expiresMs: { isGood: isCount, said: message("keys.badTime") },
  isDisabled: { isGood: (value) => typeof value === "boolean", said: message("keys.badFlag") },
  logsBodies: { isGood: (value) => typeof value === "boolean", said: message("keys.badFlag") },
  limits: { isGood: (value) => limitsOf(value) !== undefined, said: message("keys.badLimits") },
  budget: { isGood: (value) => budgetOf(value) !== undefined, said: message("keys.badBudget") },
};

function isPattern(value: unknown): boolean {
  return (
    typeof value === "string" &&
    value !== "" &&
    value.length <= LONGEST_PATTERN &&
    value.trim() === value &&
    isPrintable(value)
  );
}

function listOf(isGood: (one: unknown) => boolean, least: number): (value: unknown) => boolean {
  return (value) =>
    Array.isArray(value) && value.length >= least && value.length <= MAX_ENTRIES && value.every(isGood);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isBlock(value: unknown): value is KeyFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const limitsOf: Check<LimitSettings> = (value) => {
  if (!isBlock(value)) return undefined;
  const requests = windowsOf(value["requests"]);
  const tokens = windowsOf(value["tokens"]);
  const { parallel } = value;
  if (requests === "bad" || tokens === "bad") return undefined;
  if (parallel === undefined) return { requests, tokens };
  if (!isCount(parallel) || parallel < 1 || parallel > MAX_PARALLEL) return undefined;
  return { requests, tokens, parallel };
};

function windowsOf(value: unknown): WindowLimits | undefined | "bad" {
  if (value === undefined) return undefined;
  if (!isBlock(value)) return "bad";
  const { minute, hour, day } = value;
  for (const one of [minute, hour, day])
    if (one !== undefined && (!isCount(one) || one < 1 || one > MAX_COUNT)) return "bad";
  return {
    minute: minute as number | undefined,
    hour: hour as number | undefined,
    day: day as number | undefined,
  };
}

const budgetOf: Check<BudgetSettings> = (value) => {
  if (!isBlock(value)) return undefined;
  const { nanoDollars, per, warnAt, timeZone = "UTC", unpriced = "allow" } = value;
  if (!isCount(nanoDollars) || nanoDollars < 1 || nanoDollars > MAX_NANO_DOLLARS) return undefined;
  if (typeof per !== "string" || !PERIODS.includes(per)) return undefined;
  if (warnAt !== undefined && !(typeof warnAt === "number" && warnAt > 0 && warnAt <= 1)) return undefined;
  if (typeof timeZone !== "string" || !isTimeZone(timeZone)) return undefined;
  if (unpriced !== "allow" && unpriced !== "refuse") return undefined;
  return { nanoDollars, per: per as BudgetPer, warnAt, timeZone, unpriced };
};
