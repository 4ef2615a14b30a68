// What is said of client keys: the schemas, and what stands for them in the book of keys.

import type { CreatedKey, KeyChange } from "../../accounts/key-book.ts";
import type { BudgetSettings, LimitSettings, WindowLimits } from "../../accounts/key-rules.ts";
import type { KeyView } from "../../accounts/key-view.ts";
import { dollars, nanoOf } from "../operation/dollars.ts";
import {
  amount,
  choice,
  flag,
  listOf,
  moment,
  name,
  object,
  orNull,
  secret,
  text,
  timestamp,
  whole,
  wholeInQuery,
} from "../operation/shapes.ts";

const windowsShape = object(
  {
    minute: whole("In any minute.", { min: 1 }).optional(),
    hour: whole("In any hour.", { min: 1 }).optional(),
    day: whole("In any day.", { min: 1 }).optional(),
  },
  "How many; what is left out is not bounded.",
);

const limitsShape = object(
  {
    requests: windowsShape.optional(),
    tokens: windowsShape.optional(),
    parallel: whole("Requests under way at the same time.", { min: 1 }).optional(),
  },
  "Bounds on what is asked for.",
);

const PERIODS = ["day", "week", "month", "total"] as const;

const budgetShape = object(
  {
    usd: amount("US dollars.", 9_000_000),
    per: choice(PERIODS, "When it begins anew; `total`: never.").default("month"),
    warn_at: amount("The share from which on the operator is told, above 0 and at most 1.", 1).optional(),
    time_zone: name("By whose midnight it begins anew, such as `Asia/Taipei`.").default("UTC"),
    unpriced: choice(["allow", "refuse"], "What becomes of requests whose price nobody knows.").default(
      "allow",
    ),
  },
  "How much may be spent.",
);

const patterns = (what: string) => listOf(name("A pattern."), what).max(500);

const RULES = {
  owner: name("Whom it was given to.").optional(),
  tags: listOf(name("A tag."), "By which usage is summed up.").max(50).optional(),
  models: patterns("Patterns over the names of models that it may use; all where left out.").optional(),
  endpoints: patterns("Patterns over the names of endpoints that it may use.").optional(),
  addresses: patterns("Addresses and networks from which it may be used.").optional(),
  expires_at: moment("From when on it lets nobody in.").optional(),
  is_disabled: flag("Whether it lets nobody in.").optional(),
  limits: limitsShape.optional(),
  budget: budgetShape.optional(),
};

/** A key to be. */
export const newKeyShape = object(
  {
    name: name("As log lines and errors call it; unique."),
    key: secret("A key that clients have already; one is made where this is left out.").optional(),
    ...RULES,
  },
  "The key to be.",
);

/** A change of a key. */
export const changeShape = object(
  {
    name: name("Another name.").optional(),
    owner: orNull(RULES.owner.unwrap()).optional(),
    tags: RULES.tags,
    models: orNull(RULES.models.unwrap()).optional(),
    endpoints: orNull(RULES.endpoints.unwrap()).optional(),
    addresses: orNull(RULES.addresses.unwrap()).optional(),
    expires_at: orNull(RULES.expires_at.unwrap()).optional(),
    is_disabled: RULES.is_disabled,
    limits: orNull(limitsShape).optional(),
    budget: orNull(budgetShape).optional(),
  },
  "What is to change; null takes a rule away, and what is left out stays.",
);

/** A key as it is shown. */
export const keyShape = object(
  {
    id: text("Stable, also when its name changes."),
    name: text("As log lines and errors call it."),
    prefix: orNull(text("Its first characters; null where the key itself was never known.")),
    source: choice(["config", "store"], "`config`: the file has it, and only there it can be changed."),
    version: whole("Counts its changes; 0 for those of the file."),
    owner: orNull(text("Whom it was given to.")),
    tags: listOf(text("A tag."), "Its tags."),
    models: orNull(listOf(text("A pattern."), "The models that it may use.")),
    endpoints: orNull(listOf(text("A pattern."), "The endpoints that it may use.")),
    addresses: orNull(listOf(text("An address or network."), "From where it may be used.")),
    created_at: orNull(timestamp("When it was made.")),
    expires_at: orNull(timestamp("From when on it lets nobody in.")),
    old_until: orNull(timestamp("Until when the key is good that it was rotated from.")),
    is_disabled: flag("Whether it lets nobody in."),
    limits: orNull(limitsShape),
    budget: orNull(
      object({ ...budgetShape.shape, usd: text("US dollars, as a decimal number.") }, "Its budget."),
    ),
  },
  "A client key.",
).meta({ id: "Key" });

/** One that was just made. */
export const createdShape = object(
  { ...keyShape.shape, key: text("The key itself: shown this once, and kept nowhere.") },
  "A client key that was just made.",
).meta({ id: "CreatedKey" });

/** Guards a change. */
export const versionQuery = object(
  { version: wholeInQuery("Only while this is its version; else 409.", { min: 1 }).optional() },
  "A guard against undoing another's change.",
);

type WrittenBudget = {
  readonly usd: number;
  readonly per: BudgetSettings["per"];
  readonly warn_at?: number | undefined;
  readonly time_zone: string;
  readonly unpriced: BudgetSettings["unpriced"];
};

type WrittenRules = {
  readonly owner?: string | undefined;
  readonly tags?: string[] | undefined;
  readonly models?: string[] | undefined;
  readonly endpoints?: string[] | undefined;
  readonly addresses?: string[] | undefined;
  readonly expires_at?: number | undefined;
  readonly is_disabled?: boolean | undefined;
  readonly limits?: LimitSettings | undefined;
  readonly budget?: WrittenBudget | undefined;
};

/** The rules of a key that is to be. */
export function rulesFrom({ expires_at: expiresMs, is_disabled: isDisabled, budget, ...rest }: WrittenRules) {
  const made = {
    ...rest,
    expiresMs,
    isDisabled,
    budget: budget === undefined ? undefined : budgetFrom(budget),
  };
  return withoutGaps(made);
}

type WrittenChange = { readonly [Field in keyof WrittenRules]: WrittenRules[Field] | null } & {
  readonly name?: string | undefined;
};

/** A change in the words of the book. */
export function changeFrom({
  expires_at: expiresMs,
  is_disabled: isDisabled,
  budget,
  ...rest
}: WrittenChange): KeyChange {
  const made = { ...rest, expiresMs, isDisabled, budget: budget == null ? budget : budgetFrom(budget) };
  return withoutGaps(made);
}

function budgetFrom({
  usd,
  per,
  warn_at: warnAt,
  time_zone: timeZone,
  unpriced,
}: WrittenBudget): BudgetSettings {
  return { nanoDollars: nanoOf(usd), per, warnAt, timeZone, unpriced };
}

/** Without the members that are undefined, which would stand for something else. */
function withoutGaps<T extends object>(value: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  // Only members that are there are left, so that none of them is undefined.
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>;
  };
}

/** A key that was just made, with itself. */
export function shownNew({ view, key }: CreatedKey) {
  return { ...shownKey(view), key };
}

/** A key as it is shown. */
export function shownKey(view: KeyView) {
  const { id, name: called, source, version, budget, limits } = view;
  return {
    id,
    name: called,
    prefix: view.prefix ?? null,
    source,
    version,
    owner: view.owner ?? null,
    tags: [...view.tags],
    models: listOrNull(view.models),
    endpoints: listOrNull(view.endpoints),
    addresses: listOrNull(view.addresses),
    created_at: timeOrNull(view.createdMs),
    expires_at: timeOrNull(view.expiresMs),
    old_until: timeOrNull(view.oldUntilMs),
    is_disabled: view.isDisabled,
    limits: limits === undefined ? null : shownLimits(limits),
    budget: budget === undefined ? null : shownBudget(budget),
  };
}

function shownBudget({ nanoDollars, per, warnAt, timeZone, unpriced }: BudgetSettings) {
  const usd = dollars(nanoDollars) ?? "0";
  return { usd, per, ...(warnAt === undefined ? {} : { warn_at: warnAt }), time_zone: timeZone, unpriced };
}

function shownLimits({ requests, tokens, parallel }: LimitSettings) {
  return {
    ...(requests === undefined ? {} : { requests: shownWindows(requests) }),
    ...(tokens === undefined ? {} : { tokens: shownWindows(tokens) }),
    ...(parallel === undefined ? {} : { parallel }),
  };
}

function shownWindows(windows: WindowLimits) {
  return withoutGaps({ ...windows });
}

function listOrNull(list: readonly string[] | undefined): string[] | null {
  return list === undefined ? null : [...list];
}

function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined || !Number.isFinite(ms) ? null : new Date(ms).toISOString();
}
