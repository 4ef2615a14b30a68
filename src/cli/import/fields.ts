// Values of another program's file, read without trusting their form.

/** An object of a file. */
export type ForeignFields = Readonly<Record<string, unknown>>;

/** The object; undefined where it is none. */
export function asRecord(value: unknown): ForeignFields | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** The list; undefined where it is none. */
export function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The text; undefined where it is none. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A number, or a text that is one; undefined for all else. */
export function asNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "bigint") return Number(number);
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** JSON in a text; undefined where it is none. */
export function jsonIn(text: unknown): unknown {
  if (typeof text !== "string" || text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
