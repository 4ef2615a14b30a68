// Every value of a configuration with where it comes from: what the file sets by its lines, and the defaults of what it
// leaves out. Of a text only what may be shown of it.

import { type FormPlace, shownParts } from "../report/showable.ts";
import { rawJsonSchema } from "../schema/schema.ts";
import { SchemaPlace } from "../schema/schema-place.ts";
import { isBlock } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import type { FileSettings } from "./file-settings.ts";

/** One value. */
export type SourcedValue = {
  /** Such as `server.port`. */
  readonly path: string;
  /** Null where it must not be shown, or there is none. */
  readonly value: string | number | boolean | null;
  /** `config.yaml:14`, or `default`. */
  readonly source: string;
  readonly line: number | null;
};

/** All of them: those of the file in its order, then the defaults. */
export function sourcesOf(settings: FileSettings): readonly SourcedValue[] {
  const set = settings.leaves().map(({ path, value, line, source }) => ({
    path: path.join("."),
    value: shownValue(value, placeAt(path)),
    source,
    line,
  }));
  const known = new Set(set.map(({ path }) => path));
  const isSet = (path: string): boolean =>
    known.has(path) || [...known].some((one) => one.startsWith(`${path}.`));
  return [...set, ...defaultsIn(rawJsonSchema(), "").filter(({ path }) => !isSet(path))];
}

function placeAt(path: Path): FormPlace {
  return path.reduce<FormPlace>((place, part) => place.below(part), new SchemaPlace());
}

function shownValue(value: unknown, place: FormPlace): SourcedValue["value"] {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "string") return null;
  const parts = shownParts(place.showing, value);
  return parts.length === 0 ? null : parts.map(({ start, end }) => value.slice(start, end)).join("…");
}

/** Of blocks alone: an entry of a list has no default before there is one. */
function defaultsIn(node: unknown, path: string): readonly SourcedValue[] {
  if (!isBlock(node)) return [];
  const { properties, default: value } = node;
  if (isBlock(properties))
    return Object.entries(properties).flatMap(([key, below]) =>
      defaultsIn(below, path === "" ? key : `${path}.${key}`),
    );
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isPlain && path !== "" ? [{ path, value, source: "default", line: null }] : [];
}
