// Writes the text of a new config.yaml. Not for changing an existing file.

import { SCHEMA_URL } from "../../config/schema/json-schema.ts";
import type { Translate } from "../../language/messages.ts";

/** One endpoint of the new file. */
export type NewEndpoint = {
  readonly name: string;
  readonly baseUrl: string;
  /** The variable that holds the key; undefined where none is needed. */
  readonly keyVariable: string | undefined;
  readonly weight: number;
};

const DEFAULT_PORT = 8080;

/**
 * The whole file, with comments in the reader's language. Its first line points editors at the schema, so that they
 * complete and check.
 */
export function configText(endpoints: readonly NewEndpoint[], text: Translate): string {
  const hasVariable = endpoints.some(({ keyVariable }) => keyVariable !== undefined);
  const lines = [
    // A copy of the schema beside the file would grow old.
    `# yaml-language-server: $schema=${SCHEMA_URL}`,
    `# ${text("file.saved")}`,
    `# ${text("file.keys", { address: text("file.page") })}`,
    ...(hasVariable ? [`# ${text("file.variables")}`] : []),
    "",
    "server:",
    "  host: 127.0.0.1",
    `  port: ${choosePort(endpoints)}`,
    "",
    "endpoints:",
    ...endpoints.flatMap(endpointLines),
    "",
    `# ${text("file.merge")}`,
    "routing:",
    "  mode: merge",
  ];
  return `${lines.join("\n")}\n`;
}

/** A server that is itself at our usual port keeps it. */
function choosePort(endpoints: readonly NewEndpoint[]): number {
  const taken = endpoints.some((one) => {
    const url = URL.parse(one.baseUrl);
    return url !== null && url.port === String(DEFAULT_PORT) && /^(?:127\.|localhost$)/.test(url.hostname);
  });
  return taken ? DEFAULT_PORT + 1 : DEFAULT_PORT;
}

function endpointLines(endpoint: NewEndpoint): string[] {
  const { name, baseUrl, keyVariable, weight } = endpoint;
  return [
    `  - name: ${scalar(name)}`,
    `    base_url: ${scalar(baseUrl)}`,
    ...(keyVariable === undefined ? [] : [`    api_key: \${${keyVariable}}`]),
    `    weight: ${weight}`,
  ];
}

/** Plain where YAML reads it as the same text, else in double quotes, which are JSON's. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z][A-Za-z0-9._/-]*$|^https?:\/\/[A-Za-z0-9._/:-]*[A-Za-z0-9_/-]$/.test(text);
  const isWord = /^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text);
  return isPlain && !isWord ? text : JSON.stringify(text);
}
