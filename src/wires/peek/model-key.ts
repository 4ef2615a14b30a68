// Which name is `model`, `stream`, `store` or `background`, and which another reader would take for one of them: in other letters of
// case, with white space around it, cut at a NUL, or as a list. For keys of JSON, in bytes and without allocating; for names of form
// fields and of a query, in text.

import { jsonKeyEquals, unitAt, unitWidth } from "../../bytes/json-key.ts";

/** What a key is. A twin is no key of ours, but is one to some readers; those of `background` count as the key. */
export type KeyKind =
  | "model"
  | "stream"
  | "model_twin"
  | "stream_twin"
  | "background"
  | "store"
  | "stream_options"
  | "other";

const LOWER_B = 0x62;
const LOWER_M = 0x6d;
const LOWER_S = 0x73;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;

/** The bytes between a key's quotes, which are the inside of a valid JSON string. */
export function keyKindOf(bytes: Buffer, start: number, end: number): KeyKind {
  if (end - start < 5) return "other";
  // Nearly all keys are told from both names by their first byte.
  const first = bytes[start] as number;
  const folded = first | 0x20;
  if (folded === LOWER_M) return kindOf(bytes, start, end, "model");
  if (folded === LOWER_S) {
    const kind = kindOf(bytes, start, end, "stream");
    if (kind !== "other") return kind;
    if (jsonKeyEquals(bytes, start, end, "store")) return "store";
    return jsonKeyEquals(bytes, start, end, "stream_options") ? "stream_options" : "other";
  }
  if (folded === LOWER_B) return spells(bytes, start, end, "background") === "other" ? "other" : "background";
  if (first > 0x20 && first < 0x7f && first !== BACKSLASH) return "other";
  const kind = kindOf(bytes, start, end, "model");
  if (kind !== "other") return kind;
  if (spells(bytes, start, end, "background") !== "other") return "background";
  return kindOf(bytes, start, end, "stream");
}

/**
 * The same for the name of a form field or of a parameter, decoded as usual. Some readers decode once more, and some
 * (PHP, qs, Rack) read `model[]` and `model[0]` into `model`.
 */
export function nameKindOf(name: string): KeyKind {
  if (name === "model" || name === "stream") return name;
  if (name.length < 5) return "other";
  const units: number[] = [];
  for (const unit of unitsOf(name)) {
    if (unit === 0 || unit === OPEN_BRACKET) break;
    if (units.length > 0 || !isIgnored(unit)) units.push(foldedUnit(unit));
  }
  while (isIgnored(units.at(-1) ?? -1)) units.pop();
  const bare = units.length > "stream".length ? "" : String.fromCharCode(...units);
  return bare === "model" || bare === "stream" ? `${bare}_twin` : "other";
}

function* unitsOf(name: string): Generator<number> {
  for (let at = 0; at < name.length; at++) {
    const escaped = name[at] === "%" ? /^[0-9a-f]{2}/i.exec(name.slice(at + 1, at + 3)) : null;
    yield escaped === null ? name.charCodeAt(at) : Number.parseInt(escaped[0], 16);
    if (escaped !== null) at += 2;
  }
}

function kindOf(bytes: Buffer, start: number, end: number, name: "model" | "stream"): KeyKind {
  const spelling = spells(bytes, start, end, name);
  if (spelling === "other") return "other";
  return spelling === "exact" ? name : `${name}_twin`;
}

/** Whether the key is the name, or is the name to some readers. */
function spells(bytes: Buffer, start: number, end: number, name: string): "exact" | "twin" | "other" {
  let at = start;
  let isExact = true;
  let unit = at < end ? unitAt(bytes, at, end) : -1;
  while (at < end && isIgnored(unit)) {
    isExact = false;
    at += unitWidth(bytes, at, end);
    unit = at < end ? unitAt(bytes, at, end) : -1;
  }
  for (let i = 0; i < name.length; i++) {
    const wanted = name.charCodeAt(i);
    if (unit !== wanted) {
      if (foldedUnit(unit) !== wanted) return "other";
      isExact = false;
    }
    at += unitWidth(bytes, at, end);
    unit = at < end ? unitAt(bytes, at, end) : -1;
  }
  if (at === end) return isExact ? "exact" : "twin";
  // Readers in C end a text at its first NUL.
  while (at < end && unit !== 0 && isIgnored(unit)) {
    at += unitWidth(bytes, at, end);
    unit = at < end ? unitAt(bytes, at, end) : -1;
  }
  return at === end || unit === 0 ? "twin" : "other";
}

/**
 * A letter in its small ASCII form, by the simple case folding of Unicode, which Go's `encoding/json` matches keys by:
 * of these names' letters only `s` has a partner outside of ASCII, the long s. Full-width letters are the same by NFKC.
 */
function foldedUnit(unit: number): number {
  if (unit >= 0x41 && unit <= 0x5a) return unit | 0x20;
  if (unit === 0x17f) return LOWER_S;
  if (unit >= 0xff21 && unit <= 0xff3a) return unit - 0xff21 + 0x61;
  if (unit >= 0xff41 && unit <= 0xff5a) return unit - 0xff41 + 0x61;
  return unit;
}

/** Space of any kind, controls, and marks without width, which lenient readers drop at the ends of a name. */
function isIgnored(unit: number): boolean {
  if (unit <= 0x20) return unit >= 0;
  if (unit < 0x7f) return false;
  if (unit <= 0xa0 || unit === 0xad) return true;
  return (
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200f) ||
    (unit >= 0x2028 && unit <= 0x202f) ||
    (unit >= 0x205f && unit <= 0x2064) ||
    unit === 0x3000 ||
    unit === 0xfeff ||
    unit === 0xfffd
  );
}
