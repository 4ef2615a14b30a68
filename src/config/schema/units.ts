// Durations, sizes and dates as people write them, in milliseconds and bytes. Pure.

import { type Message, message } from "../../language/messages.ts";

/** A converted value, or why there is none in words that follow the key's name. */
export type Parsed<T = number> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "bad"; readonly message: Message };

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
// Timers of the runtime overflow at 2^31 ms and would then fire at once.
const LONGEST_MS = 86_400_000;

/** Milliseconds of `250ms`, `5s`, `2m`, `1h`, or of a number of seconds; from 1 ms to a day. */
export function parseDuration(value: string | number): Parsed {
  const ms = inUnits(value, DURATION_UNITS, 1_000);
  if (ms === undefined) return { kind: "bad", message: message("kind.noDuration") };
  if (ms < 1 || ms > LONGEST_MS) return { kind: "bad", message: message("kind.badDuration") };
  return { kind: "ok", value: Math.round(ms) };
}

const KIB = 1_024;
const SIZE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1_000,
  mb: 1_000_000,
  gb: 1_000_000_000,
  kib: KIB,
  mib: KIB ** 2,
  gib: KIB ** 3,
};
const LARGEST_BYTES = KIB ** 3;

/** Bytes of `64MiB`, `32mb` (decimal, as the unit says), or of a number of bytes; from 1 KiB to 1 GiB. */
export function parseSize(value: string | number): Parsed {
  const bytes = inUnits(value, SIZE_UNITS, 1);
  if (bytes === undefined) return { kind: "bad", message: message("kind.noSize") };
  if (bytes < KIB || bytes > LARGEST_BYTES) return { kind: "bad", message: message("kind.badSize") };
  return { kind: "ok", value: Math.floor(bytes) };
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Ten years. */
const OLDEST_MS = 3_653 * DAY_MS;

/** Milliseconds of `30d`, `12h`, or of a number of seconds; from an hour to ten years. */
export function parseAge(value: string | number): Parsed {
  const ms = inUnits(value, { ...DURATION_UNITS, w: 7 * DAY_MS, y: 365 * DAY_MS }, 1_000);
  if (ms === undefined) return { kind: "bad", message: message("kind.noDuration") };
  if (ms < HOUR_MS || ms > OLDEST_MS) return { kind: "bad", message: message("kind.badAge") };
  return { kind: "ok", value: Math.round(ms) };
}

const SMALLEST_VOLUME = 1_000_000;
const LARGEST_VOLUME = 1_024 ** 4;

/** Bytes of `1GB`, `500MiB`, or of a number of bytes; from 1 MB to 1 TiB. */
export function parseVolume(value: string | number): Parsed {
  const bytes = inUnits(value, { ...SIZE_UNITS, tb: 1_000_000_000_000, tib: KIB ** 4 }, 1);
  if (bytes === undefined) return { kind: "bad", message: message("kind.noSize") };
  if (bytes < SMALLEST_VOLUME || bytes > LARGEST_VOLUME)
    return { kind: "bad", message: message("kind.badVolume") };
  return { kind: "ok", value: Math.floor(bytes) };
}

/** RFC 3339 §5.6; the time may be left out, never the offset behind one. */
const DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)([Zz]|[+-]\d{2}:\d{2}))?$/;

/**
 * When `2027-01-31` is over in UTC, or the moment `2027-01-31T18:00:00+08:00`, in milliseconds since 1970; undefined for
 * what is neither.
 */
export function parseEnd(text: string): number | undefined {
  const [, year, month, day, time, offset = ""] = DATE.exec(text.trim()) ?? [];
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // A 30th of February would become a day of March.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(`${year}-${month}-${day}`))
    return undefined;
  if (time === undefined) return midnight + DAY_MS;
  const moment = Date.parse(`${year}-${month}-${day}T${time}${offset.toUpperCase()}`);
  return Number.isNaN(moment) ? undefined : moment;
}

function inUnits(
  value: string | number,
  units: Readonly<Record<string, number>>,
  bare: number,
): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value * bare : undefined;
  const match = /^\s*(\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z]*)\s*$/.exec(value);
  if (match === null) return undefined;
  const unit = (match[2] ?? "").toLowerCase();
  const factor = unit === "" ? bare : Object.hasOwn(units, unit) ? units[unit] : undefined;
  return factor === undefined ? undefined : Number(match[1]) * factor;
}
