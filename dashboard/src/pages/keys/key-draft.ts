// A key as it is typed into the form, and what of that is sent.

import type { Answer, Sent } from "../../api/client.ts";

/** A key as the API shows it. */
export type KeyView = Answer<"listKeys">["data"][number];

/** How long a budget's period is. */
type BudgetPer = NonNullable<KeyView["budget"]>["per"];

/** What happens with models that have no price. */
type UnpricedRule = NonNullable<KeyView["budget"]>["unpriced"];

/** What is typed: texts, as they stand in the fields. */
export type KeyDraft = {
  readonly name: string;
  readonly owner: string;
  readonly tags: string;
  readonly models: string;
  readonly endpoints: string;
  readonly addresses: string;
  /** `YYYY-MM-DD`, or empty. */
  readonly expires: string;
  readonly requestsMinute: string;
  readonly requestsDay: string;
  readonly tokensMinute: string;
  readonly tokensDay: string;
  readonly parallel: string;
  readonly usd: string;
  readonly per: BudgetPer;
  readonly warnAt: string;
  readonly unpriced: UnpricedRule;
};

/** The fields that take numbers. */
const NUMBER_FIELDS = ["requestsMinute", "requestsDay", "tokensMinute", "tokensDay", "parallel"] as const;

/** An empty form, or the one of a key. */
export function draftOf(key?: KeyView): KeyDraft {
  const { limits, budget } = key ?? {};
  const warnAt = budget?.warn_at;
  return {
    name: key?.name ?? "",
    owner: key?.owner ?? "",
    tags: key?.tags.join(", ") ?? "",
    models: key?.models?.join(", ") ?? "",
    endpoints: key?.endpoints?.join(", ") ?? "",
    addresses: key?.addresses?.join(", ") ?? "",
    expires: dayOf(key?.expires_at ?? null),
    requestsMinute: textOf(limits?.requests?.minute),
    requestsDay: textOf(limits?.requests?.day),
    tokensMinute: textOf(limits?.tokens?.minute),
    tokensDay: textOf(limits?.tokens?.day),
    parallel: textOf(limits?.parallel),
    usd: budget?.usd ?? "",
    per: budget?.per ?? "month",
    warnAt: warnAt === undefined ? "" : String(Math.round(warnAt * 100)),
    unpriced: budget?.unpriced ?? "allow",
  };
}

/** The fields that cannot be sent as they are. */
export function badFields(draft: KeyDraft): ReadonlySet<keyof KeyDraft> {
  const bad = new Set<keyof KeyDraft>();
  for (const field of NUMBER_FIELDS) if (!/^\d*$/.test(draft[field].trim())) bad.add(field);
  if (!/^\d*\.?\d*$/.test(draft.usd.trim())) bad.add("usd");
  const percent = draft.warnAt.trim();
  if (percent !== "" && !(Number(percent) >= 1 && Number(percent) <= 100)) bad.add("warnAt");
  return bad;
}

/** The body that makes the key; empty fields are left out. */
export function creationOf(draft: KeyDraft): Sent<"createKey">["body"] {
  const models = listOf(draft.models);
  const endpoints = listOf(draft.endpoints);
  const addresses = listOf(draft.addresses);
  return {
    name: draft.name.trim(),
    owner: draft.owner.trim() || undefined,
    tags: listOf(draft.tags),
    models: models.length === 0 ? undefined : models,
    endpoints: endpoints.length === 0 ? undefined : endpoints,
    addresses: addresses.length === 0 ? undefined : addresses,
    expires_at: expiryOf(draft) ?? undefined,
    limits: limitsOf(draft, undefined) ?? undefined,
    budget: budgetOf(draft, undefined) ?? undefined,
  };
}

/** The body that makes a key of the store like the draft; what was emptied is taken away. */
export function changeOf(draft: KeyDraft, key: KeyView): Sent<"changeKey">["body"] {
  const models = listOf(draft.models);
  const endpoints = listOf(draft.endpoints);
  const addresses = listOf(draft.addresses);
  const isSameDay = draft.expires === dayOf(key.expires_at);
  return {
    name: draft.name.trim(),
    owner: draft.owner.trim() || null,
    tags: listOf(draft.tags),
    models: models.length === 0 ? null : models,
    endpoints: endpoints.length === 0 ? null : endpoints,
    addresses: addresses.length === 0 ? null : addresses,
    // An end that was set to the minute elsewhere stays as it is.
    ...(isSameDay ? {} : { expires_at: expiryOf(draft) }),
    limits: limitsOf(draft, key),
    budget: budgetOf(draft, key),
  };
}

function limitsOf(draft: KeyDraft, key: KeyView | undefined): NonNullable<KeyView["limits"]> | null {
  const known = key?.limits;
  const requests = windowOf(draft.requestsMinute, known?.requests?.hour, draft.requestsDay);
  const tokens = windowOf(draft.tokensMinute, known?.tokens?.hour, draft.tokensDay);
  const parallel = numberOf(draft.parallel);
  if (requests === undefined && tokens === undefined && parallel === undefined) return null;
  return {
    ...(requests && { requests }),
    ...(tokens && { tokens }),
    ...(parallel !== undefined && { parallel }),
  };
}

type Window = { readonly minute?: number; readonly hour?: number; readonly day?: number };

/** The form has no field for hours: what was set elsewhere stays. */
function windowOf(minuteText: string, hour: number | undefined, dayText: string): Window | undefined {
  const minute = numberOf(minuteText);
  const day = numberOf(dayText);
  if (minute === undefined && hour === undefined && day === undefined) return undefined;
  return {
    ...(minute !== undefined && { minute }),
    ...(hour !== undefined && { hour }),
    ...(day !== undefined && { day }),
  };
}

type BudgetBody = NonNullable<Sent<"createKey">["body"]["budget"]>;

function budgetOf(draft: KeyDraft, key: KeyView | undefined): BudgetBody | null {
  const usd = draft.usd.trim();
  if (usd === "") return null;
  const warnAt = numberOf(draft.warnAt);
  const zone = key?.budget?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    usd: Number(usd),
    per: draft.per,
    unpriced: draft.unpriced,
    time_zone: zone,
    ...(warnAt !== undefined && { warn_at: warnAt / 100 }),
  };
}

/** The end of the chosen day, in the viewer's zone. */
function expiryOf({ expires }: KeyDraft): string | null {
  const [year, month, day] = expires.split("-").map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  return new Date(year, month - 1, day + 1).toISOString();
}

/** The last day on which it works, in the viewer's zone; empty for one without an end. */
export function dayOf(expiresAt: string | null): string {
  if (expiresAt === null) return "";
  const date = new Date(new Date(expiresAt).getTime() - 1);
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part, at) => String(part).padStart(at === 0 ? 4 : 2, "0")).join("-");
}

function listOf(text: string): string[] {
  return text
    .split(/[,\n，、]/)
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function numberOf(text: string): number | undefined {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : Number(trimmed);
}

function textOf(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}
