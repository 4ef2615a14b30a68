// The JSON Schema of the configuration file, fitted for editors.

import { isBlock } from "../yaml/draft.ts";
import { rawJsonSchema } from "./schema.ts";

/** A piece of a JSON Schema. */
export type SchemaNode = { readonly [key: string]: unknown };

/** Where the schema of the newest version is, for editors that have no copy beside the file. */
export const SCHEMA_URL = "https://raw.githubusercontent.com/oai-gateway/oai-gateway/main/config.schema.json";

const REFERENCE = { type: "string", pattern: "\\$\\{" };

/** The schema as an editor needs it: a number or a flag may also be a `${VAR}`, and an empty section is allowed. */
export function configJsonSchema(): SchemaNode {
  const fitted = fit(rawJsonSchema());
  const { $schema, ...rest } = isBlock(fitted) ? fitted : {};
  // Keys of the file that begin with "x-" are the writer's own: anchors live there.
  return {
    $schema,
    $id: SCHEMA_URL,
    title: "oai-gateway configuration",
    ...rest,
    patternProperties: { "^x-": {} },
  };
}

const LINE_WIDTH = 110;

/** The schema as the text of config.schema.json, lists that fit on one line as the formatter has them. */
export function configJsonSchemaText(): string {
  const text = JSON.stringify(configJsonSchema(), undefined, 2);
  const folded = text.replace(
    /^(.*)\[\n\s+("[^[\]{}]*")\n\s+\](,?)$/gm,
    (whole, before: string, items: string, comma: string) => {
      const line = `${before}[${items.replace(/\n\s+/g, " ")}]${comma}`;
      return line.length <= LINE_WIDTH ? line : whole;
    },
  );
  return `${folded}\n`;
}

function fit(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(fit);
  if (!isBlock(node)) return node;
  const { showing, ...told } = node;
  // A mark of ours; a key of this name would hold a schema.
  const kept = typeof showing === "string" ? told : node;
  const fitted = Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, fit(value)]));
  if (fitted["type"] !== "integer" && fitted["type"] !== "boolean") return fitted;
  const { type, minimum, maximum, ...rest } = fitted;
  const exact = {
    type,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
  return { ...rest, anyOf: [exact, REFERENCE] };
}

/** Every key that the schema knows, at whatever place. */
export function allKnownKeys(): readonly string[] {
  const found: string[] = [];
  const look = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(look);
    if (!isBlock(node)) return;
    if (isBlock(node["properties"])) found.push(...Object.keys(node["properties"]));
    Object.values(node).forEach(look);
  };
  look(rawJsonSchema());
  return [...new Set(found)];
}
