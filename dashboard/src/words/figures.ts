// Numbers, money and times as the viewer's language writes them. Null is what nobody knows: it is never shown as 0.

import { type Language, language } from "./language.ts";

/** Stands for what nobody knows. */
export const UNKNOWN = "–";

type Formats = {
  readonly whole: Intl.NumberFormat;
  readonly short: Intl.NumberFormat;
  readonly decimal: Intl.NumberFormat;
  readonly percent: Intl.NumberFormat;
  readonly clock: Intl.DateTimeFormat;
  readonly minute: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
  readonly moment: Intl.DateTimeFormat;
  readonly relative: Intl.RelativeTimeFormat;
};

const known = new Map<Language, Formats>();

function formats(): Formats {
  const tag = language.value;
  const made = known.get(tag) ?? makeFormats(tag);
  known.set(tag, made);
  return made;
}

function makeFormats(tag: Language): Formats {
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return {
    whole: new Intl.NumberFormat(tag, { maximumFractionDigits: 0 }),
    short: new Intl.NumberFormat(tag, { notation: "compact", maximumFractionDigits: 1 }),
    decimal: new Intl.NumberFormat(tag, { maximumFractionDigits: 2 }),
    percent: new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 1 }),
    clock: new Intl.DateTimeFormat(tag, { ...clock, second: "2-digit" }),
    minute: new Intl.DateTimeFormat(tag, clock),
    day: new Intl.DateTimeFormat(tag, { month: "short", day: "numeric" }),
    moment: new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" }),
    relative: new Intl.RelativeTimeFormat(tag, { numeric: "auto", style: "short" }),
  };
}

/** `12,480`. */
export function whole(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : formats().whole.format(value);
}

/** So many in a time: `12,480`, or `0.35` where whole numbers would say too little. */
export function rate(value: number): string {
  const { whole: format, decimal } = formats();
  return value >= 10 || value === 0 ? format.format(value) : decimal.format(value < 0.01 ? 0.01 : value);
}

/** `12.5K`; in Chinese `1.2萬`. */
export function short(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : formats().short.format(value);
}

/** A share of 1 as `99.6%`. What is not all of it is never rounded up to all of it. */
export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const shown = value < 1 && value > 0.999 ? Math.floor(value * 1_000) / 1_000 : value;
  return formats().percent.format(shown);
}

/** Milliseconds as `120 ms`, `4.2 s` or `3 min`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return UNKNOWN;
  const { whole: format, decimal } = formats();
  if (ms < 1_000) return `${format.format(ms)} ms`;
  if (ms < 60_000) return `${decimal.format(ms < 10_000 ? ms / 1_000 : Math.round(ms / 100) / 10)} s`;
  if (ms < 3_600_000)
    return `${format.format(Math.floor(ms / 60_000))} min ${format.format(Math.floor((ms % 60_000) / 1_000))} s`;
  return `${format.format(Math.floor(ms / 3_600_000))} h ${format.format(Math.floor((ms % 3_600_000) / 60_000))} min`;
}

/** Bytes as `1.5 MiB`. */
export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined) return UNKNOWN;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const step = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  return `${formats().decimal.format(count / 1_024 ** step)} ${units[step]}`;
}

/**
 * Dollars, from the exact decimal of the API: whole cents from a dollar on, below it all digits that say something, at
 * most `digits` (two that are not 0, unless more are asked for).
 */
export function money(dollars: string | null | undefined, digits = 2): string {
  if (dollars === null || dollars === undefined) return UNKNOWN;
  const zeros = /^-?0?\.(0*)[1-9]/.exec(dollars)?.[1]?.length;
  const fraction = zeros === undefined ? 2 : Math.min(12, Math.max(2, zeros + digits));
  const format = new Intl.NumberFormat(language.value, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: 2,
    maximumFractionDigits: fraction,
  });
  // A text keeps all its digits on the way into the format; a number would not.
  return format.format(dollars as Intl.StringNumericLiteral);
}

/** The sum of exact decimals, exact as well; null where none of them is known. */
export function sumOfMoney(values: readonly (string | null)[]): string | null {
  let sum = 0n;
  let isKnown = false;
  for (const value of values) {
    const parts = /^(-?)(\d*)\.?(\d*)$/.exec(value ?? "x");
    if (parts === null) continue;
    isKnown = true;
    const [, sign = "", units = "", rest = ""] = parts;
    const picos = BigInt(`${units === "" ? "0" : units}${rest.slice(0, 12).padEnd(12, "0")}`);
    sum += sign === "-" ? -picos : picos;
  }
  if (!isKnown) return null;
  const text = String(sum < 0n ? -sum : sum).padStart(13, "0");
  return `${sum < 0n ? "-" : ""}${text.slice(0, -12)}.${text.slice(-12)}`.replace(/\.?0+$/, "");
}

/** A moment of today as its clock time, of another day with that day. In the viewer's zone. */
export function clock(moment: string | number | null | undefined): string {
  if (moment === null || moment === undefined) return UNKNOWN;
  const date = new Date(moment);
  const { clock: format, day } = formats();
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? format.format(date) : `${day.format(date)} ${format.format(date)}`;
}

/** A moment in full, in the viewer's zone. */
export function moment(value: string | number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : formats().moment.format(new Date(value));
}

/** The beginning of a step of a chart: a clock time, or a day where the step is as long as that. */
export function stepName(atMs: number, stepMs: number): string {
  const { minute, day } = formats();
  if (stepMs >= 86_400_000) return day.format(atMs);
  const isToday = new Date(atMs).toDateString() === new Date().toDateString();
  return isToday ? minute.format(atMs) : `${day.format(atMs)} ${minute.format(atMs)}`;
}

/** `3 min. ago`. */
export function ago(value: string | number | null | undefined, nowMs = Date.now()): string {
  if (value === null || value === undefined) return UNKNOWN;
  const seconds = Math.round((new Date(value).getTime() - nowMs) / 1_000);
  const { relative } = formats();
  for (const [unit, size] of [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  return relative.format(seconds, "second");
}
