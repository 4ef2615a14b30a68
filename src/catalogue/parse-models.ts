// Reads the answer of `GET /models` in every shape that is out there. Pure: bytes in, entries out; no network, no
// opinion on what an empty list means. Called by `ask.ts` (an endpoint's answer) and `saved-lists.ts` (a file).

import type { ModelEntry } from "../routing/model.ts";

/** Where in the answer the list was found; detection trusts only `data`, the shape of OpenAI's own API. */
export type ListShape = "data" | "models" | "array";

/** What was read. */
export type ParsedModels =
  | {
      readonly kind: "ok";
      readonly entries: readonly ModelEntry[];
      readonly shape: ListShape;
      /** The last id of this page when the answer says that more follow (Anthropic's `has_more`, `last_id`). */
      readonly nextAfter: string | undefined;
    }
  | { readonly kind: "bad"; readonly reason: string };

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
  const text = withoutBom(bytes.toString("utf8"));
  const start = text.trimStart();
  if (start === "") return bad("an empty body instead of a model list");
  if (start.startsWith("<")) return bad("a web page instead of a model list");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad("something that is not valid JSON instead of a model list");
  }
  return readModelList(value);
}

/** The same for a value that is parsed already. Never throws. */
export function readModelList(value: unknown): ParsedModels {
  const found = findList(value);
  if (found !== undefined) {
    return { kind: "ok", entries: readEntries(found.list), shape: found.shape, nextAfter: nextAfter(value) };
  }
  if (isObject(value) && isPresent(own(value, "error")))
    return bad("an error object instead of a model list");
  return bad("JSON that is no model list");
}

function bad(reason: string): ParsedModels {
  return { kind: "bad", reason };
}

function withoutBom(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

function findList(
  value: unknown,
): { readonly list: readonly unknown[]; readonly shape: ListShape } | undefined {
  if (Array.isArray(value)) return { list: value, shape: "array" };
  // An error beside an empty list is an error.
  if (!isObject(value) || isPresent(own(value, "error"))) return undefined;
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
  if (!isObject(value) || own(value, "has_more") !== true) return undefined;
  const last = own(value, "last_id");
  return typeof last === "string" && isUsableId(last) ? last : undefined;
}

function readEntries(list: readonly unknown[]): ModelEntry[] {
  const byId = new Map<string, ModelEntry>();
  for (const item of list) {
    const entry = readEntry(item);
    // The first of duplicates wins, so that the order of a list is stable.
    if (entry !== undefined && !byId.has(entry.id)) byId.set(entry.id, entry);
  }
  return [...byId.values()];
}

function readEntry(item: unknown): ModelEntry | undefined {
  if (typeof item === "string") return isUsableId(item) ? { id: item } : undefined;
  if (!isObject(item)) return undefined;
  for (const field of ID_FIELDS) {
    const id = own(item, field);
    if (typeof id !== "string" || !isUsableId(id)) continue;
    return isShallow(item, MAX_ENTRY_DEPTH) ? { ...item, id } : { id };
  }
  return undefined;
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

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

// Own fields only: `{"__proto__": {"data": […]}}` must not be read as a list.
function own(value: Readonly<Record<string, unknown>>, field: string): unknown {
  return Object.hasOwn(value, field) ? value[field] : undefined;
}
