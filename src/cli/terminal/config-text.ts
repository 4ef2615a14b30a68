// Writes the text of a new config.yaml. Not for changing an existing file.

/** One endpoint of the new file. */
export type NewEndpoint = {
  readonly name: string;
  readonly baseUrl: string;
  /** The variable that holds the key; undefined where none is needed. */
  readonly keyVariable: string | undefined;
  readonly weight: number;
};

/** The name under which the schema lies beside the file. */
export const SCHEMA_FILE = "config.schema.json";

const DEFAULT_PORT = 8080;

/** The whole file. Its first line points editors at the schema, so that they complete and check. */
export function configText(endpoints: readonly NewEndpoint[]): string {
  const lines = [
    `# yaml-language-server: $schema=./${SCHEMA_FILE}`,
    "# oai-gateway: saved changes are live within a second. All keys: docs/configuration.md",
    "",
    "server:",
    "  host: 127.0.0.1",
    `  port: ${choosePort(endpoints)}`,
    "",
    "endpoints:",
    ...endpoints.flatMap(endpointLines),
    "",
    "# Models of the same name at several endpoints are one; requests rotate by weight.",
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
