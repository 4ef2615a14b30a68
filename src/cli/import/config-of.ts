// The text of the new config.yaml.

import { SCHEMA_URL } from "../../config/schema/json-schema.ts";
import { yamlText } from "../../config/yaml/document.ts";
import type { Translate } from "../../language/messages.ts";
import type { Imported } from "./imported.ts";

/** The whole file. Its first line points editors at the schema; comments are in the reader's language. */
export function configOfImport(imported: Imported, source: string, text: Translate): string {
  const { endpoints, overrides, fallbacks, prices, clientKeys, strategy, attempts } = imported;
  const models = Object.entries(prices).map(([name, price]) => [name, { price }] as const);
  const hasOverrides = Object.keys(overrides).length > 0;
  const value = {
    server: {
      host: "127.0.0.1",
      port: 8080,
      ...(clientKeys.length === 0 ? {} : { api_keys: clientKeys }),
    },
    endpoints,
    routing: {
      mode: "merge",
      ...(strategy === undefined ? {} : { strategy }),
      // What an alias stands for was not to be seen either where it comes from.
      ...(hasOverrides ? { hide_merged: true, model_overrides: overrides } : {}),
      ...(Object.keys(fallbacks).length === 0 ? {} : { fallbacks }),
      ...(models.length === 0 ? {} : { models: Object.fromEntries(models) }),
    },
    ...(attempts === undefined ? {} : { retries: { attempts } }),
  };
  const head = [
    `# yaml-language-server: $schema=${SCHEMA_URL}`,
    `# ${text("import.head", { source })}`,
    `# ${text("file.saved")}`,
  ];
  return `${head.join("\n")}\n\n${yamlText(value)}`;
}
