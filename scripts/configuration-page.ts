// Makes the page of all configuration keys from the schema, in one language. Not part of the gateway.

import { configJsonSchema, type SchemaNode } from "../src/config/schema/json-schema.ts";
import { isBlock } from "../src/config/yaml/draft.ts";
import { LOCAL_SERVERS, PROVIDERS } from "../src/wires/registry/providers.ts";

/** A page's words in one language. */
export type PageWords = {
  /** Title, notice and what leads to the other language. */
  readonly head: string;
  readonly intro: string;
  readonly notes: string;
  /** Variables of the environment and exit codes; `keys` are those of providers, `servers` those of local servers. */
  readonly commandLine: (keys: string, servers: string) => string;
  readonly columns: string;
  readonly required: string;
  /** Between kinds of values. */
  readonly or: string;
  readonly between: (kind: string, minimum: string, maximum: string) => string;
  /** Kinds of values, by the names of JSON Schema. */
  readonly kinds: Readonly<Record<string, string>>;
  /** What is at a place, such as `server.port`; `english` is what the schema says of it. */
  readonly describe: (path: string, english: string) => string;
};

/** The whole page. */
export function configurationPage(words: PageWords): string {
  const schema = configJsonSchema();
  const sections = Object.keys(propertiesOf(schema)).map((name) => section(name, schema, words));
  const keys = PROVIDERS.map(({ keyVariable, baseUrlVariable }) =>
    [keyVariable, baseUrlVariable?.name].filter((name) => name !== undefined).map((name) => `\`${name}\``),
  );
  const servers = LOCAL_SERVERS.flatMap(({ title, addressVariable }) =>
    addressVariable === undefined ? [] : [`\`${addressVariable}\` (${title})`],
  );
  const commandLine = words.commandLine(keys.flat().join(", "), servers.join(", "));
  return `${[words.head, words.intro, ...sections, words.notes, commandLine].join("\n\n")}\n`;
}

/** Every place that the page describes, with what the schema says of it. */
export function describedPlaces(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const describe = (path: string, english: string): string => {
    if (english !== "") found.set(path, english);
    return english;
  };
  configurationPage({ ...EMPTY_WORDS, describe });
  return found;
}

const EMPTY_WORDS: Omit<PageWords, "describe"> = {
  head: "",
  intro: "",
  notes: "",
  commandLine: () => "",
  columns: "",
  required: "",
  or: "",
  between: () => "",
  kinds: {},
};

function section(name: string, schema: SchemaNode, words: PageWords): string {
  const node = propertiesOf(schema)[name];
  const isList = node?.["type"] === "array";
  const entry = isList && isBlock(node["items"]) ? node["items"] : node;
  const rows = entry === undefined ? [] : rowsOf(entry, isList ? `${name}[]` : name, words);
  return [
    `## ${name}`,
    "",
    words.describe(name, String(node?.["description"] ?? "")),
    "",
    words.columns,
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function rowsOf(node: SchemaNode, above: string, words: PageWords): readonly string[] {
  const required = Array.isArray(node["required"]) ? node["required"] : [];
  return Object.entries(propertiesOf(node)).flatMap(([key, value]) => {
    const path = `${above}.${key}`;
    const fallback = value["default"] === undefined ? "" : `\`${String(value["default"])}\``;
    const cells = [
      `\`${path}\``,
      typeText(value, words),
      required.includes(key) ? words.required : fallback,
      words.describe(path, String(value["description"] ?? "")),
    ];
    const row = `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    return [row, ...innerRows(value, path, words)];
  });
}

/** Rows of the keys below a value: in its block, in each of its alternatives, in the blocks that it lists or names. */
function innerRows(node: SchemaNode, path: string, words: PageWords): readonly string[] {
  const { items, additionalProperties: named } = node;
  return [
    ...rowsOf(node, path, words),
    ...alternativesOf(node).flatMap((alternative) => innerRows(alternative, path, words)),
    ...(isBlock(items) ? innerRows(items, `${path}[]`, words) : []),
    ...(isBlock(named) ? innerRows(named, `${path}.NAME`, words) : []),
  ];
}

function propertiesOf(node: SchemaNode): Readonly<Record<string, SchemaNode>> {
  const properties = node["properties"];
  if (!isBlock(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) => (isBlock(value) ? [[key, value]] : [])),
  );
}

function alternativesOf(node: SchemaNode): readonly SchemaNode[] {
  return Array.isArray(node["anyOf"]) ? node["anyOf"].filter(isBlock) : [];
}

function typeText(node: SchemaNode, words: PageWords): string {
  if (Array.isArray(node["enum"])) return node["enum"].map((value) => `\`${String(value)}\``).join(words.or);
  // A reference to a variable is possible everywhere and goes without saying.
  const alternatives = alternativesOf(node).filter((alternative) => alternative["pattern"] === undefined);
  if (alternatives.length > 0)
    return [...new Set(alternatives.map((one) => typeText(one, words)))].join(words.or);
  const { type, minimum, maximum } = node;
  if (Array.isArray(type)) return type.map((word) => words.kinds[String(word)] ?? "").join(words.or);
  const kind = words.kinds[String(type)] ?? "";
  if (minimum === undefined || maximum === undefined) return kind;
  return words.between(kind, String(minimum), String(maximum));
}
