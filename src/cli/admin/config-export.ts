// `config export`: the whole configuration as YAML, the file as it is written with what the store has put into it.

import { resolve } from "node:path";
import { type AddedEntry, textWith } from "../../config/yaml/added-entries.ts";
import { cleanText } from "../../core/clean-text.ts";
import { errorCode } from "../../core/error-code.ts";
import { message } from "../../language/messages.ts";
import { addedEntry, STORE_SOURCE } from "../../overlay/lay-over.ts";
import { type OverlayEntry, withoutSecrets } from "../../overlay/overlay-entry.ts";
import { isThere, writeWhole } from "../init/new-files.ts";
import { printDiagnostics, readSource } from "../shared/config-source.ts";
import { type CommandContext, type ExitCode, printJson, printNote, refuse } from "../terminal/command.ts";
import { acceptedValue, askAdmin } from "./ask-admin.ts";

/** Options of `config export`. */
export type ExportOptions = {
  readonly config?: string;
  readonly dataDir?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly withSecrets?: boolean;
};

type ShownItem = OverlayEntry & {
  readonly source: string;
  readonly is_in_force: boolean;
  readonly problem: string | null;
};
type ShownKey = { readonly name: string; readonly prefix: string | null; readonly source: string };
type Exported = { readonly yaml: string; readonly variables: readonly string[] };

/** Exit code 1 where the file has mistakes, the store cannot be read, or the output cannot be written. */
export async function runConfig(context: CommandContext, options: ExportOptions): Promise<ExitCode> {
  const source = await readSource(context, options.config);
  if (source.kind === "broken") {
    printDiagnostics(context, source.problems);
    return 1;
  }
  const items = await asked<ShownItem>(context, options, "/config?secrets=plain");
  const keys = items === undefined ? undefined : await asked<ShownKey>(context, options, "/keys");
  if (items === undefined || keys === undefined) return 1;
  const text = source.kind === "file" ? source.written.text : "";
  const exported = exportOf(context, { text, items, keys, withSecrets: options.withSecrets === true });
  return write(context, options, exported);
}

async function asked<T>(
  context: CommandContext,
  options: ExportOptions,
  target: string,
): Promise<readonly T[] | undefined> {
  const answer = await askAdmin(context, options, { method: "GET", target });
  // Without a store there is nothing to add.
  if (answer?.status === 503 && isStoreOff(answer.value)) return [];
  return acceptedValue<{ readonly data: readonly T[] }>(context, answer)?.data;
}

function isStoreOff(value: unknown): boolean {
  return JSON.stringify(value).includes("store.mode: off");
}

type ExportParts = {
  readonly text: string;
  readonly items: readonly ShownItem[];
  readonly keys: readonly ShownKey[];
  readonly withSecrets: boolean;
};

function exportOf({ text: say }: CommandContext, { text, items, keys, withSecrets }: ExportParts): Exported {
  const variables: string[] = [];
  const added = items
    .filter(({ source, is_in_force: isInForce }) => source === STORE_SOURCE && isInForce)
    .map((item): AddedEntry => {
      const before = variables.length;
      const value = withSecrets
        ? item.value
        : withoutSecrets(item.value, (_secret, key) => variableFor(item.name, key, variables));
      const made = variables.slice(before);
      const words = [
        say("config.fromStore"),
        ...(made.length === 0 ? [] : [say("config.setVariables", { names: made.join(", ") })]),
      ];
      return { ...addedEntry({ ...item, value }), comment: commentOf(words) };
    });
  const left = items.filter(({ is_in_force: isInForce }) => !isInForce);
  const notes = left.map(({ kind, name, problem }) =>
    say("config.leftOut", { kind, name: JSON.stringify(name), problem: problem ?? "" }),
  );
  const stored = keys.filter(({ source }) => source === STORE_SOURCE);
  if (stored.length > 0)
    notes.push(say("config.keysStay"), ...stored.map(({ name, prefix }) => `  ${name} (${prefix ?? "-"})`));
  const yaml = textWith(text, added, notes.length === 0 ? undefined : commentOf(notes));
  return { yaml, variables };
}

/** A line each, whatever is in a name. */
function commentOf(lines: readonly string[]): string {
  return lines.map((line) => ` ${cleanText(line)}`).join("\n");
}

/** `MY_GPU_API_KEY`, with a number where it is taken. */
function variableFor(endpoint: string, key: string, taken: string[]): string {
  const words = `${endpoint}_${key === "api_keys" ? "api_key" : key}`;
  const plain = words
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+/, "");
  const base = /^[A-Z]/.test(plain) ? plain : `ENDPOINT_${plain}`;
  let name = base;
  for (let number = 2; taken.includes(name); number += 1) name = `${base}_${number}`;
  taken.push(name);
  return `\${${name}}`;
}

async function write(
  context: CommandContext,
  options: ExportOptions,
  { yaml, variables }: Exported,
): Promise<ExitCode> {
  const { terminal, text, cwd } = context;
  const { output } = options;
  if (output === undefined) {
    if (context.isJson) printJson(context, { yaml, variables });
    else terminal.out(yaml.trimEnd());
    return 0;
  }
  const path = resolve(cwd, output);
  if (options.force !== true && (await isThere(path))) {
    refuse(context, { message: message("init.exists", { file: output }), fix: message("fix.init") });
    return 1;
  }
  try {
    await writeWhole(path, yaml);
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    refuse(context, {
      message: message("import.notWritten", { file: output, code }),
      next: message("next.help"),
    });
    return 1;
  }
  if (context.isJson) printJson(context, { file: output, variables });
  else {
    terminal.out(`${terminal.symbols.ok} ${text("config.written", { file: output })}`);
    if (variables.length > 0)
      printNote(context, text("config.setVariables", { names: variables.join(", ") }));
  }
  return 0;
}
