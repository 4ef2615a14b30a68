// Reads the answer of `GET /models` in every shape that is out there. Pure: bytes in, entries out; no network, no
// opinion on what an empty list means.

import { saysNothing } from "../../core/says-nothing.ts";

/** One model as an endpoint lists it; unknown fields are kept. */
export type ListEntry = { readonly id: string } & Readonly<Record<string, unknown>>;

/** Where in the answer the list was found; detection trusts only `data`, the shape of OpenAI's own API. */
export type ListShape = "data" | "models" | "array";

/** What was read. */
export type ParsedModels =
  | {
      readonly kind: "ok";
      readonly entries: readonly ListEntry[];
      readonly shape: ListShape;
      /** The last id of this page when the answer says that more follow (Anthropic's `has_more`, `last_id`), or its token (Google's). */
      readonly nextAfter: string | undefined;
      /** There were more names than `MAX_NAMES`; the first ones are here. */
      readonly isCut: boolean;
    }
  | Refused;

type Refused = { readonly kind: "bad"; readonly found: NoList };

/** What an answer is that is no list of models. */
export type NoList = "page" | "empty" | "not_json" | "error" | "other";

/**
 * Names of one list at most: every one costs time at each change of the table, and no endpoint is known to list a tenth
 * of it.
 */
export const MAX_NAMES = 10_000;

const MAX_ID_LENGTH = 512;
/** Deeper entries lose their extra fields: `JSON.stringify` of a list with one of them would overflow the stack. */
const MAX_ENTRY_DEPTH = 32;
/** In order of trust: `id` is OpenAI's, `model` and `name` are Ollama's, `slug` is Codex's. */
const ID_FIELDS = ["id", "model", "slug", "name"] as const;

/**
 * Understands `{object, data: […]}`, a bare array, `{models: […]}`, entries that are plain strings, and Anthropic's
 * pages. An empty list is `ok`. Reasons are our own words only: nothing of the answer is quoted in them. Never throws.
 */
export function parseModelList(bytes: Buffer): ParsedModels {
  const parsed = parseJson(withoutBom(bytes.toString("utf8")));
  return parsed.kind === "bad" ? parsed : readModelList(parsed.value);
}

/** The value of an answer's text, without a byte order mark. Never throws. */
export function parseJson(text: string): { readonly kind: "json"; readonly value: unknown } | Refused {
  const start = text.trimStart();
  if (start === "") return refused("empty");
  if (isPage(start)) return refused("page");
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch {
    return refused("not_json");
  }
}

/** Whether a text that begins so is a web page: no JSON begins with "<". */
export function isPage(start: string): boolean {
  return withoutBom(start).trimStart().startsWith("<");
}

/** The list of a value that is parsed, also with entries that were read apart from it. Never throws. */
export function readModelList(value: unknown, read?: Entries): ParsedModels {
  const found = findList(value);
  if (found !== undefined) {
    const { entries, isCut } = read ?? Entries.of(found.list);
    return { kind: "ok", entries, shape: found.shape, nextAfter: nextAfter(value), isCut };
  }
  if (isObject(value) && isError(own(value, "error"))) return refused("error");
  return refused("other");
}

/** What is no list. */
export function refused(found: NoList): Refused {
  return { kind: "bad", found };
}

function withoutBom(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** The list of an answer that is parsed; undefined where it has none, or says that it is an error. */
export function findList(
  value: unknown,
): { readonly list: readonly unknown[]; readonly shape: ListShape } | undefined {
  if (Array.isArray(value)) return { list: value, shape: "array" };
  // An error beside a list is an error: half of the list may be missing, and the last good one is kept.
  if (!isObject(value) || isError(own(value, "error"))) return undefined;
  const data = own(value, "data");
  const models = own(value, "models");
  if (Array.isArray(data) && (data.length > 0 || !Array.isArray(models)))
    return { list: data, shape: "data" };
  if (Array.isArray(models)) return { list: models, shape: "models" };
  // Ollama without a single model has answered `"data": null` (Go's nil slice).
  if (data === null && own(value, "object") === "list") return { list: [], shape: "data" };
  if (models === null) return { list: [], shape: "models" };
  return undefined;
}

function nextAfter(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const token = own(value, "nextPageToken");
  if (typeof token === "string" && isUsableId(token)) return token;
  if (own(value, "has_more") !== true) return undefined;
  const last = own(value, "last_id");
  return typeof last === "string" && isUsableId(last) ? last : undefined;
}

/** The entries of a list as they are read: each name once, `MAX_NAMES` at most. */
export class Entries {
  /** There were more names. */
  isCut = false;
  readonly #byId = new Map<string, ListEntry>();

  static of(list: readonly unknown[]): Entries {
    const entries = new Entries();
    for (const item of list) if (!entries.isCut) entries.add(item);
    return entries;
  }

  get entries(): readonly ListEntry[] {
    return [...this.#byId.values()];
  }

  /** Takes one item of the list; what is no entry is left out. */
  add(item: unknown): void {
    const entry = readEntry(item);
    // The first of duplicates wins, so that the order of a list is stable.
    if (entry === undefined || this.#byId.has(entry.id)) return;
    if (this.#byId.size === MAX_NAMES) this.isCut = true;
    else this.#byId.set(entry.id, entry);
  }
}

function readEntry(item: unknown): ListEntry | undefined {
  if (typeof item === "string") return isUsableId(item) ? { id: item } : undefined;
  if (!isObject(item)) return undefined;
  for (const field of ID_FIELDS) {
    const id = own(item, field);
    if (typeof id !== "string" || !isUsableId(id)) continue;
    return isShallow(item, MAX_ENTRY_DEPTH) ? { ...ofRightTypes(item), id } : { id };
  }
  return undefined;
}

/** Texts in every entry of OpenAI's or Anthropic's list: typed clients cannot read one where they are something else. */
const TEXT_FIELDS = ["object", "owned_by", "type", "display_name", "created_at"] as const;

/** The entry without the fields that have another type than their readers expect: absent ones are filled in later. */
function ofRightTypes(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entry = { ...item };
  for (const field of TEXT_FIELDS) {
    if (Object.hasOwn(entry, field) && typeof entry[field] !== "string") delete entry[field];
  }
  if (!Object.hasOwn(entry, "created")) return entry;
  const created = secondsOf(entry["created"]);
  if (created === undefined) delete entry["created"];
  else entry["created"] = created;
  return entry;
}

/** Whole seconds since 1970, of a number, of digits or of a date; undefined where it is none of these. */
function secondsOf(value: unknown): number | undefined {
  const number =
    typeof value === "string" ? (/^\d+$/.test(value) ? Number(value) : Date.parse(value) / 1_000) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
  const whole = Math.floor(number);
  return Number.isSafeInteger(whole) && whole >= 0 ? whole : undefined;
}

function isUsableId(id: string): boolean {
  return (
    id.length <= MAX_ID_LENGTH &&
    id.trim() !== "" &&
    id.isWellFormed() &&
    !/[\u0000-\u001f\u007f-\u009f]/.test(id)
  );
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => isShallow(part, levels - 1));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list of errors counts by its length: `parse-in-slices.ts` has a number in place of what is in it. */
function isError(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : !saysNothing(value);
}

// Own fields only: `{"__proto__": {"data": […]}}` must not be read as a list.
function own(value: Readonly<Record<string, unknown>>, field: string): unknown {
  return Object.hasOwn(value, field) ? value[field] : undefined;
}
